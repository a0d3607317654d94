import { failsAtTheEnd, findingWeight, incidentStatus, incidentWeight, lastedMs } from '../model/incident.ts'
import type { Cause, Finding, Fleet, Incident, NodeReport, Problem, Report, Verdict } from '../model/report.ts'
import { capital, duration } from '../words.ts'
import { fleetHeadline, leadingGroup } from './fleet.ts'

/** The whole report in one sentence: the worst incident, else the worst finding, else that all is well or that the log cannot tell. */
export function verdict(nodes: readonly NodeReport[], problems: readonly Problem[], fleet?: Fleet, window: Report['window'] = {}): Verdict {
  const incidents = nodes
    .flatMap(node => node.incidents.map(incident => ({ node, incident })))
    .sort((a, b) => incidentWeight(b.incident) - incidentWeight(a.incident))
  const common = fleet && leadingGroup(fleet)
  // What the sentence says of the fleet, the cause beside it says too.
  const worst = common === undefined ? incidents[0] : incidents.find(({ incident }) => (incident.cause?.id ?? null) === common.cause)
  const finding = nodes
    .flatMap(node => node.findings)
    .filter(finding => isInside(finding, window))
    .sort((a, b) => findingWeight(b) - findingWeight(a))[0]
  if (worst !== undefined)
    return {
      status: incidents.some(({ incident }) => incidentStatus(incident) === 'fail') ? 'fail' : 'warn',
      headline: (fleet && fleetHeadline(fleet)) ?? headline(worst.incident, worst.node, nodes, window),
      cause: worst.incident.cause,
    }
  if (finding !== undefined && finding.severity !== 'info')
    return { status: finding.severity, headline: sentence(finding.title), cause: causeOf(finding) }
  const requests = nodes.reduce((sum, node) => sum + node.requests.add, 0)
  const lines = nodes.reduce((sum, node) => sum + node.quality.lines, 0)
  if (lines === 0) return { status: 'unknown', headline: 'No line of ipamd was found, so this log cannot tell.', cause: null }
  const damaged = problems.some(problem => problem.severity === 'damage')
  const where = window.since === undefined && window.until === undefined ? 'this log' : 'this stretch of the log'
  const whose = window.pod ?? (window.namespace === undefined ? undefined : `namespace ${window.namespace}`)
  if (whose !== undefined) return { status: 'ok', headline: `No request of ${whose} failed in ${where}.`, cause: null }
  if (requests === 0)
    return damaged
      ? { status: 'unknown', headline: `No request for an address is in ${where}, and parts of it cannot be read.`, cause: null }
      : { status: 'ok', headline: `No request for an address is in ${where}, and nothing went wrong.`, cause: null }
  return {
    status: 'ok',
    headline: where === 'this log' ? 'No pod waited for an IP address.' : 'No pod waited for an IP address in this stretch of the log.',
    cause: null,
  }
}

/** Findings of a narrowed report are all listed; the verdict is about the window, and about its pods. */
function isInside(finding: Finding, { since, pod, namespace }: NonNullable<Report['window']>): boolean {
  if (pod !== undefined || namespace !== undefined) return false
  const told = finding.evidence.flatMap(({ at }) => at ?? [])
  return since === undefined || told.length === 0 || told.some(at => at >= since)
}

function headline(incident: Incident, of: NodeReport, nodes: readonly NodeReport[], window: NonNullable<Report['window']>): string {
  const pods = incident.pods.length
  const who = pods === 0 ? 'Requests' : pods === 1 ? 'A pod' : `${pods} pods`
  const lasted = lastedMs(incident, of.lastAt)
  const long = lasted === 0 ? '' : ` for ${duration(lasted)}`
  const node = nodes.length > 1 ? ` on ${of.node}` : ''
  const cause = incident.cause === null ? 'this log cannot tell why' : incident.cause.title
  const end = failsAtTheEnd(incident, of.lastAt)
    ? ` and still cannot when ${window.until === undefined ? 'the log' : 'this stretch'} ends`
    : incident.recoveredAt === null
      ? ', and the log shows no later success'
      : ''
  return `${who} could not get an IP address${long}${node}${end}: ${cause}.`
}

function causeOf(finding: Finding): Cause {
  const { id, title, confidence, contributing, evidence, summary, actions } = finding
  return { id, title, confidence, contributing, evidence, summary, actions }
}

function sentence(text: string): string {
  return `${capital(text)}${text.endsWith('.') ? '' : '.'}`
}
