import type { Cause, Finding, Fleet, Incident, NodeReport, Problem, Status, Verdict } from '../model/report.ts'
import { duration } from '../words.ts'
import { fleetHeadline, leadingGroup } from './fleet.ts'

/** The whole report in one sentence: the worst incident, else the worst finding, else that all is well or that the log cannot tell. */
export function verdict(nodes: readonly NodeReport[], problems: readonly Problem[], fleet?: Fleet): Verdict {
  const incidents = nodes.flatMap(node => node.incidents).sort((a, b) => weight(b) - weight(a))
  const common = fleet && leadingGroup(fleet)
  // What the sentence says of the fleet, the cause beside it says too.
  const worst = common === undefined ? incidents[0] : incidents.find(incident => (incident.cause?.id ?? null) === common.cause)
  const finding = nodes.flatMap(node => node.findings).sort((a, b) => rank(b) - rank(a))[0]
  if (worst !== undefined)
    return {
      status: incidents.some(incident => statusOf(incident) === 'fail') ? 'fail' : 'warn',
      headline: (fleet && fleetHeadline(fleet)) ?? headline(worst, nodes),
      cause: worst.cause,
    }
  if (finding !== undefined && finding.severity !== 'info')
    return { status: finding.severity, headline: sentence(finding.title), cause: causeOf(finding) }
  const requests = nodes.reduce((sum, node) => sum + node.requests.add, 0)
  const lines = nodes.reduce((sum, node) => sum + node.quality.lines, 0)
  if (lines === 0) return { status: 'unknown', headline: 'No line of ipamd was found, so this log cannot tell.', cause: null }
  const damaged = problems.some(problem => problem.severity === 'damage')
  if (requests === 0)
    return damaged
      ? { status: 'unknown', headline: 'No request for an address is in this log, and parts of it cannot be read.', cause: null }
      : { status: 'ok', headline: 'No request for an address is in this log, and nothing went wrong.', cause: null }
  return { status: 'ok', headline: 'No pod waited for an IP address.', cause: null }
}

/** More failed requests, pods that still wait, and longer stretches weigh more. */
function weight(incident: Incident): number {
  const pending = incident.pods.filter(pod => pod.assignedAt === null).length
  return incident.failedRequests + 10 * pending + (incident.recoveredAt === null ? 1_000 : 0)
}

function rank(finding: Finding): number {
  return { fail: 2, warn: 1, info: 0 }[finding.severity]
}

/** Pods that were served after a few seconds are a warning; pods that waited longer, or still wait, are a failure. */
function statusOf(incident: Incident): Status {
  if (incident.recoveredAt === null) return 'fail'
  const longest = incident.pods.reduce((most, pod) => Math.max(most, pod.waitMs ?? Number.POSITIVE_INFINITY), 0)
  return longest <= 5_000 ? 'warn' : 'fail'
}

function headline(incident: Incident, nodes: readonly NodeReport[]): string {
  const pods = incident.pods.length
  const who = pods === 0 ? 'Requests' : pods === 1 ? 'A pod' : `${pods} pods`
  const from = Date.parse(incident.pods.map(pod => pod.firstAttemptAt).sort()[0] ?? incident.firstFailureAt)
  const node = nodes.length > 1 ? ` on ${nodes.find(node => node.incidents.includes(incident))?.node}` : ''
  const cause = incident.cause === null ? 'this log cannot tell why' : incident.cause.title
  if (incident.recoveredAt === null) return `${who} could not get an IP address${node} and still cannot when the log ends: ${cause}.`
  return `${who} could not get an IP address for ${duration(Date.parse(incident.recoveredAt) - from)}${node}: ${cause}.`
}

function causeOf(finding: Finding): Cause {
  const { id, title, confidence, contributing, evidence, summary, actions } = finding
  return { id, title, confidence, contributing, evidence, summary, actions }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}
