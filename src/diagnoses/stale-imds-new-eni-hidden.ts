import type { Diagnosis } from './diagnosis.ts'

export const staleImdsNewEniHidden: Diagnosis = {
  id: 'stale-imds-new-eni-hidden',
  title: 'stale-imds-new-eni-hidden',
}
