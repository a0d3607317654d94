import type { Diagnosis } from './diagnosis.ts'

export const imdsWaitWantsMoreIpsThanEniHolds: Diagnosis = {
  id: 'imds-wait-wants-more-ips-than-eni-holds',
  title: 'imds-wait-wants-more-ips-than-eni-holds',
}
