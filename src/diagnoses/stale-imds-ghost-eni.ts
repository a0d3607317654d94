import type { Diagnosis } from './diagnosis.ts'

export const staleImdsGhostEni: Diagnosis = {
  id: 'stale-imds-ghost-eni',
  title: 'stale-imds-ghost-eni',
}
