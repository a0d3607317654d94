import type { Diagnosis } from './diagnosis.ts'

export const ipamdKilledOrPanic: Diagnosis = {
  id: 'ipamd-killed-or-panic',
  title: 'ipamd-killed-or-panic',
}
