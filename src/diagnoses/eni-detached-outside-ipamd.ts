import type { Diagnosis } from './diagnosis.ts'

export const eniDetachedOutsideIpamd: Diagnosis = {
  id: 'eni-detached-outside-ipamd',
  title: 'eni-detached-outside-ipamd',
}
