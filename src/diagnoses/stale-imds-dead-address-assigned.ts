import type { Diagnosis } from './diagnosis.ts'

export const staleImdsDeadAddressAssigned: Diagnosis = {
  id: 'stale-imds-dead-address-assigned',
  title: 'stale-imds-dead-address-assigned',
}
