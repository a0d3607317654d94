import type { Diagnosis } from './diagnosis.ts'

export const pluginIpamdVersionMismatch: Diagnosis = {
  id: 'plugin-ipamd-version-mismatch',
  title: 'plugin-ipamd-version-mismatch',
}
