import type { Finding, Incident, Status } from './report.ts'

/** More failed requests, pods that still wait, and no recovery weigh more: the worst incident is the one that the verdict is about. */
export function incidentWeight(incident: Incident): number {
  const pending = incident.pods.filter(pod => pod.assignedAt === null).length
  return incident.failedRequests + 10 * pending + (incident.recoveredAt === null ? 1_000 : 0)
}

/** Pods that were served after a few seconds are a warning; pods that waited longer, or still wait, are a failure. */
export function incidentStatus(incident: Incident): Status {
  if (incident.recoveredAt === null) return 'fail'
  const longest = incident.pods.reduce((most, pod) => Math.max(most, pod.waitMs ?? Number.POSITIVE_INFINITY), 0)
  return longest <= 5_000 ? 'warn' : 'fail'
}

export function findingWeight(finding: Finding): number {
  return { fail: 2, warn: 1, info: 0 }[finding.severity]
}

/** kubelet tries a new sandbox every 10 to 15 s; after this long without one, nobody asks any more. */
const ASKS_NO_MORE_MS = 120_000

/** Whether the requests failed up to the end of the log, so that the pods wait on. */
export function failsAtTheEnd(incident: Pick<Incident, 'recoveredAt' | 'lastFailureAt'>, lastAt: string | null): boolean {
  return incident.recoveredAt === null && (lastAt === null || Date.parse(lastAt) - Date.parse(incident.lastFailureAt) <= ASKS_NO_MORE_MS)
}

/** From the first attempt to the recovery, else to the end of the log or to the last failure: the parts of the breakdown sum to it. */
export function lastedMs(incident: Incident, lastAt: string | null): number {
  const from = incident.pods.reduce((first, pod) => Math.min(first, Date.parse(pod.firstAttemptAt)), Date.parse(incident.firstFailureAt))
  return Date.parse(incident.recoveredAt ?? (failsAtTheEnd(incident, lastAt) && lastAt !== null ? lastAt : incident.lastFailureAt)) - from
}
