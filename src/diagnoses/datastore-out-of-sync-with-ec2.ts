import type { Diagnosis } from './diagnosis.ts'

export const datastoreOutOfSyncWithEc2: Diagnosis = {
  id: 'datastore-out-of-sync-with-ec2',
  title: 'datastore-out-of-sync-with-ec2',
}
