import type { Diagnosis } from './diagnosis.ts'

export const imdsUnreachable: Diagnosis = {
  id: 'imds-unreachable',
  title: 'imds-unreachable',
}
