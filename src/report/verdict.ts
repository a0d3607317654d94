import { failsAtTheEnd, findingWeight, incidentStatus, incidentWeight, lastedMs } from '../model/incident.ts'
import type { Cause, Finding, Fleet, Incident, NodeReport, Problem, Verdict } from '../model/report.ts'
import { duration } from '../words.ts'
import { fleetHeadline, leadingGroup } from './fleet.ts'

/** The whole report in one sentence: the worst incident, else the worst finding, else that all is well or that the log cannot tell. */
export function verdict(nodes: readonly NodeReport[], problems: readonly Problem[], fleet?: Fleet): Verdict {
  const incidents = nodes
    .flatMap(node => node.incidents.map(incident => ({ node, incident })))
    .sort((a, b) => incidentWeight(b.incident) - incidentWeight(a.incident))
  const common = fleet && leadingGroup(fleet)
  // What the sentence says of the fleet, the cause beside it says too.
  const worst = common === undefined ? incidents[0] : incidents.find(({ incident }) => (incident.cause?.id ?? null) === common.cause)
  const finding = nodes.flatMap(node => node.findings).sort((a, b) => findingWeight(b) - findingWeight(a))[0]
  if (worst !== undefined)
    return {
      status: incidents.some(({ incident }) => incidentStatus(incident) === 'fail') ? 'fail' : 'warn',
      headline: (fleet && fleetHeadline(fleet)) ?? headline(worst.incident, worst.node, nodes),
      cause: worst.incident.cause,
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

function headline(incident: Incident, of: NodeReport, nodes: readonly NodeReport[]): string {
  const pods = incident.pods.length
  const who = pods === 0 ? 'Requests' : pods === 1 ? 'A pod' : `${pods} pods`
  const lasted = lastedMs(incident, of.lastAt)
  const long = lasted === 0 ? '' : ` for ${duration(lasted)}`
  const node = nodes.length > 1 ? ` on ${of.node}` : ''
  const cause = incident.cause === null ? 'this log cannot tell why' : incident.cause.title
  const end = failsAtTheEnd(incident, of.lastAt)
    ? ' and still cannot when the log ends'
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
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}
