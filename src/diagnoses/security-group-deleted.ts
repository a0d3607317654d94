import type { Diagnosis } from './diagnosis.ts'

export const securityGroupDeleted: Diagnosis = {
  id: 'security-group-deleted',
  title: 'security-group-deleted',
}
