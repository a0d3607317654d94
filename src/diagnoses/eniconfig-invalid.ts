import type { Diagnosis } from './diagnosis.ts'

export const eniconfigInvalid: Diagnosis = {
  id: 'eniconfig-invalid',
  title: 'eniconfig-invalid',
}
