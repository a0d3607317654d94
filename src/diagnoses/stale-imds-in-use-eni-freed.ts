import type { Diagnosis } from './diagnosis.ts'

export const staleImdsInUseEniFreed: Diagnosis = {
  id: 'stale-imds-in-use-eni-freed',
  title: 'stale-imds-in-use-eni-freed',
}
