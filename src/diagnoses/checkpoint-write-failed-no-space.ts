import type { Diagnosis } from './diagnosis.ts'

export const checkpointWriteFailedNoSpace: Diagnosis = {
  id: 'checkpoint-write-failed-no-space',
  title: 'checkpoint-write-failed-no-space',
}
