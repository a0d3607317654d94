import type { Diagnosis } from './diagnosis.ts'

export const checkpointLost: Diagnosis = {
  id: 'checkpoint-lost',
  title: 'checkpoint-lost',
}
