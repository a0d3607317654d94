import type { Action, Cause, Finding, Incident, NodeReport, Report } from '../../model/report.ts'
import { count, number, printable, quote } from '../../words.ts'
import { clip, sentences } from '../markdown-text.ts'
import type { Reporter } from '../reporter.ts'
import {
  actionText,
  confidenceText,
  damage,
  failuresText,
  findingText,
  fixedText,
  incidentText,
  outcomeText,
  podText,
  rankFindings,
  rankIncidents,
  rankNodes,
  rankPods,
  releaseText,
  requestsText,
  timeSpentText,
  windowText,
} from '../summary.ts'
import { fill, type Section } from './room.ts'
import { apiErrors, callTime, supportFacts } from './support-facts.ts'

/** The text of a case takes 8,000 characters. */
const BUDGET = 7_500

/** For a case at AWS Support, as plain text: by which ids, calls and times they find it on their side, and the files that go with it. */
export const awsSupport: Reporter = report =>
  fill(sections(report), {
    budget: BUDGET,
    gap: '\n\n',
    note: what => `Left out, so that this fits a case: ${what}. The attached files have everything.`,
  })

function sections(report: Report): Section[] {
  const [worst, ...others] = rankIncidents(report)
  const nodes = rankNodes(report)
  const finding = worst === undefined && report.verdict.cause !== null ? rankFindings(report)[0] : undefined
  const cause = worst === undefined ? finding?.finding : worst.incident.cause
  const first = worst?.node ?? finding?.node ?? nodes[0]
  const findings = rankFindings(report).filter(({ finding: other }) => other !== finding?.finding && other.severity !== 'info')
  return [
    section(0, 'summary', 500, [line(report.verdict.headline, 400), `All times are UTC. The log covers ${windowText(report)}.`]),
    ...damage(report)
      .slice(0, 3)
      .map(problem => section(4, 'note on damage', 400, [`The log is damaged: ${line(problem, 300)}`])),
    ...(first === undefined ? [] : [list(1, 'environment', 'ENVIRONMENT', environment(first), [40])]),
    section(1, 'course', 2_500, [
      'WHAT HAPPENED',
      ...(worst === undefined ? [] : course(worst.incident, worst.node, report)),
      ...why(cause, report),
    ]),
    ...(first === undefined ? [] : calls(first, 2, nodes.length > 1)),
    ...(cause == null || cause.actions.length === 0 ? [] : [list(3, 'list of steps', TRIED, cause.actions.map(step), [10, 3])]),
    list(2, 'list of files', 'ATTACHED FILES', files(report), [20, 8, 2]),
    ...(worst === undefined || worst.incident.pods.length === 0 ? [] : [list(6, 'list of pods', 'PODS', pods(worst.incident), [20, 5])]),
    ...others
      .slice(0, MOST_OTHERS)
      .map(({ node, incident }) =>
        section(7, 'other incident', 500, [`${line(node.node, 100)}: ${line(sentences(incidentText(incident, node, ''), 350), 350)}`]),
      ),
    ...counted(others.length - MOST_OTHERS, 'other incident'),
    ...nodes
      .filter(node => node !== first)
      .slice(0, MOST_OTHERS)
      .flatMap(node => calls(node, 8, true)),
    ...findings.slice(0, MOST_OTHERS).map(({ finding }) => section(9, 'finding', 500, [line(sentences(findingText(finding), 400), 400)])),
    ...counted(findings.length - MOST_OTHERS, 'finding'),
    section(0, 'footer', 100, [`Made by ipamd-trace ${line(report.tool.version, 40)} from ipamd's log.`]),
  ]
}

/** More than the room could ever hold. */
const MOST_OTHERS = 40
/** The log cannot tell what people did. */
const TRIED = 'WHAT WE TRIED (mark what was done, and what it showed)'

function section(rank: number, what: string, most: number, lines: readonly string[]): Section {
  return { rank, what, forms: [clip(lines.join('\n'), most)] }
}

/** A heading and its lines, at most so many of them. */
function list(rank: number, what: string, heading: string, lines: readonly string[], most: readonly number[]): Section {
  const forms = most.map(n => {
    const rest = lines.length - n
    return [heading, ...lines.slice(0, n), ...(rest > 0 ? [`and ${number(rest)} more`] : [])].join('\n')
  })
  return { rank, what, forms }
}

function counted(n: number, what: string): Section[] {
  return Array.from({ length: Math.max(0, n) }, () => ({ rank: Number.MAX_SAFE_INTEGER, what, forms: [] }))
}

function environment(node: NodeReport): string[] {
  const facts = supportFacts(node).map(([name, values]) => {
    const rest = values.length - MOST_VALUES
    return `${name}: ${values
      .slice(0, MOST_VALUES)
      .map(value => line(value, 80))
      .join(', ')}${rest > 0 ? ` and ${number(rest)} more` : ''}`
  })
  return ['Account: (please fill in)', `Node: ${line(node.node, 120)}`, ...facts, `Amazon VPC ${releaseText(node.release)}`]
}

const MOST_VALUES = 12

function course(incident: Incident, node: NodeReport, report: Report): string[] {
  const { poolAtFirstFailure: pool } = incident
  const spent = timeSpentText(incident)
  const known = pool !== null && pool.total !== null && pool.assigned !== null
  return [
    failuresText(incident, ''),
    ...(known
      ? [
          `At the first failure the pool of the node had ${count(pool.total as number, 'address', 'addresses')}, ${number(pool.assigned as number)} of them assigned.`,
        ]
      : []),
    ...(spent === undefined ? [] : [spent]),
    `${outcomeText(incident, node, '', report.window)}${incident.recoveredAt === null ? '' : ` ${fixedText(incident.fixed)}`}`,
  ]
}

function why(cause: Cause | Finding | null | undefined, report: Report): string[] {
  if (cause === undefined) return [requestsText(report)]
  if (cause === null) return ['The log does not show why.']
  return [`Why: ${confidenceText(cause.confidence)}${line(sentences(cause.summary, 1_200), 1_200)}`]
}

/** Each call that EC2 refused, in full: what they are asked to look at. */
function calls(node: NodeReport, rank: number, named: boolean): Section[] {
  const errors = apiErrors(node)
  if (errors.length === 0) return []
  const rows = errors.map(error =>
    [
      callTime(error),
      error.api ?? 'call not named',
      error.code ?? 'error not named',
      ...(error.status === null ? [] : [`HTTP ${error.status}`]),
      `request id ${error.requestId ?? 'not in the log'}`,
    ]
      .map(part => line(part, 80))
      .join('  '),
  )
  return [list(rank, 'list of refused calls', `CALLS THAT EC2 REFUSED${named ? ` ON ${line(node.node, 100)}` : ''}`, rows, [20, 8, 3])]
}

function step(action: Action): string {
  const command = action.command === undefined || action.command.length > 600 ? '' : `\n    ${line(action.command, 600)}`
  return `[ ] ${line(actionText(action), 300)}${command}`
}

/** With the sum of the file as it lies on the disk: of the bundle, for a log inside of one. */
function files({ inputs }: Report): string[] {
  return inputs.map(({ path, sha256, lines, bytes }) => {
    const sum = sha256 === undefined ? '' : `\n  SHA-256 ${sha256}`
    return `${line(quote(path), 200)}  (${count(lines, 'line')}, ${count(bytes, 'byte')})${sum}`
  })
}

function pods(incident: Incident): string[] {
  return rankPods(incident).map(
    pod =>
      `${line(podText(pod), 130)}: ${count(pod.attempts, 'try', 'tries')}${pod.address === null ? ', no address' : `, then ${pod.address}`}`,
  )
}

/** Of the log, on one line. */
function line(raw: string, most: number): string {
  return printable(clip(raw, most))
}
