import type { ApiError, NodeReport } from '../../model/report.ts'
import { date, preciseTime } from '../../words.ts'

/** What a case at AWS asks for, by the name it has there; only what the log says. */
export function supportFacts(node: NodeReport): (readonly [name: string, values: readonly string[]])[] {
  const errors = apiErrors(node)
  const facts: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    ['Instance', [node.instanceId]],
    ['Instance type', [node.instanceType]],
    ['Region', [node.region]],
    ['Availability zone', [node.availabilityZone]],
    ['VPC', [node.vpcId]],
    ['Subnet', [node.subnetId, ...errors.map(error => error.subnetId)]],
    ['ENI', [...node.enis.map(eni => eni.eni), ...errors.map(error => error.eni)]],
    ['Kernel', [node.bundle?.kernel]],
    ['Max pods', maxPods(node)],
    ['Settings', Object.entries(node.settings).map(([name, value]) => `${name}=${value}`)],
  ]
  return facts
    .map(([name, values]) => [name, [...new Set(values.filter(value => value !== undefined && value !== ''))] as string[]] as const)
    .filter(([, values]) => values.length > 0)
}

/** ipamd's and kubelet's are two: the one grows the pool, the other takes pods. */
export function maxPods({ limits, bundle }: NodeReport): string[] {
  const [own, kubelet] = [limits.maxPods, bundle?.maxPods]
  if (own === undefined) return []
  return kubelet === undefined || kubelet === own ? [String(own)] : [`${own} for ipamd`, `${kubelet} for kubelet`]
}

/** EC2's refusals of all incidents. */
export function apiErrors(node: NodeReport): ApiError[] {
  return node.incidents.flatMap(incident => incident.apiErrors)
}

/** `2024-09-11 20:38:32.890`: by this EC2 finds a call. */
export function callTime({ at }: ApiError): string {
  return `${date(Date.parse(at))} ${preciseTime(Date.parse(at))}`
}
