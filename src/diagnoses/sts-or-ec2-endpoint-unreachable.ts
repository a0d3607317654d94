import type { Diagnosis } from './diagnosis.ts'

export const stsOrEc2EndpointUnreachable: Diagnosis = {
  id: 'sts-or-ec2-endpoint-unreachable',
  title: 'sts-or-ec2-endpoint-unreachable',
}
