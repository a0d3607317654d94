import type { Diagnosis } from './diagnosis.ts'

export const ipsRemovedOutsideIpamd: Diagnosis = {
  id: 'ips-removed-outside-ipamd',
  title: 'ips-removed-outside-ipamd',
}
