import type { Diagnosis } from './diagnosis.ts'

export const eniconfigMissing: Diagnosis = {
  id: 'eniconfig-missing',
  title: 'eniconfig-missing',
}
