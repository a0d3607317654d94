import type { Cause, Finding, Incident, NodeReport, Report, Status } from '../../model/report.ts'
import { number, printable, timeOn } from '../../words.ts'
import { clip, sentences } from '../markdown-text.ts'
import type { Reporter } from '../reporter.ts'
import { strip } from '../strip.ts'
import { lanes } from '../strip-lanes.ts'
import {
  actionText,
  confidenceText,
  damage,
  dayOfWorst,
  failuresText,
  fixedText,
  incidentText,
  nodeFacts,
  outcomeText,
  podText,
  rankFindings,
  rankIncidents,
  rankNodes,
  rankPods,
  requestsText,
  silences,
  timeSpentText,
} from '../summary.ts'
import { fill, type Section } from './room.ts'

/** A section block takes 3,000 characters. */
const BUDGET = 2_800
/** Of a telephone, about. */
const COLUMNS = 36

/** For a channel: what a team must know now, in Slack's own marks, which know neither headings nor tables. */
export const slack: Reporter = report =>
  fill(sections(report), {
    budget: BUDGET,
    gap: '\n',
    note: what => `_Left out, so that this fits a message: ${what}. The report has everything._`,
  })

function sections(report: Report): Section[] {
  const [worst, ...others] = rankIncidents(report)
  const finding = worst === undefined && report.verdict.cause !== null ? rankFindings(report)[0] : undefined
  const node = worst?.node ?? finding?.node ?? rankNodes(report)[0]
  const cause = worst === undefined ? finding?.finding : worst.incident.cause
  const { status, headline } = report.verdict
  const findings = rankFindings(report).filter(({ finding: other }) => other !== finding?.finding && other.severity !== 'info')
  return [
    one(0, 'verdict', `${MARKS[status]} *${text(headline, 300)}*`),
    ...damage(report)
      .slice(0, 1)
      .map(problem => one(1, 'note on damage', `*The input is damaged:* ${text(problem, 200)}`)),
    ...(node === undefined ? [] : [one(1, 'node', `On ${nodeText(node)}${date(report)}.`)]),
    ...(cause == null ? [] : [why(cause)]),
    ...(worst === undefined
      ? [one(4, 'count of requests', text(requestsText(report), 200))]
      : incidentSections(worst.node, worst.incident, report)),
    ...(cause == null ? [] : next(cause)),
    ...others.map(({ node, incident }) =>
      one(
        20,
        'other incident',
        `• ${report.nodes.length > 1 ? `${code(node.node)}: ` : ''}${text(incidentText(incident, node, dayOfWorst(report)), 240)}`,
      ),
    ),
    ...findings.map(({ finding }) => one(21, 'finding', `• ${text(`${finding.title} (${finding.confidence})`, 160)}`)),
    one(0, 'footer', `_ipamd-trace ${text(report.tool.version, 40)}, all times UTC_`),
  ]
}

const MARKS: Readonly<Record<Status, string>> = { fail: ':x:', warn: ':warning:', ok: ':white_check_mark:', unknown: ':grey_question:' }

function one(rank: number, what: string, ...forms: string[]): Section {
  return { rank, what, forms }
}

function nodeText(node: NodeReport): string {
  const [name = '', ...facts] = nodeFacts(node)
  return `${code(name)}${facts.length === 0 ? '' : ` (${text(facts.join(', '), 200)})`}`
}

function date(report: Report): string {
  const day = dayOfWorst(report)
  return day === '' ? '' : `, ${day}`
}

function why(cause: Cause | Finding): Section {
  const said = [sentences(cause.summary, 700), sentences(cause.summary, 250)]
  return one(2, 'cause', ...said.map(summary => `*Why:* ${confidenceText(cause.confidence)}${text(summary, 700)}`))
}

function incidentSections(node: NodeReport, incident: Incident, report: Report): Section[] {
  const day = dayOfWorst(report)
  const [pod] = rankPods(incident)
  const hit = `*Hit:* ${text(failuresText(incident, day), 200)}`
  const outcome = `${outcomeText(incident, node, day, report.window)}${incident.recoveredAt === null ? '' : ` ${fixedText(incident.fixed)}`}`
  const drawn = picture(node, incident, day)
  const spent = timeSpentText(incident)
  return [
    one(
      2,
      'count of requests',
      pod === undefined ? hit : `${hit} ${pod.assignedAt === null ? 'Waits' : 'Waited longest'}: ${code(podText(pod))}.`,
    ),
    one(1, 'outcome', `*State:* ${text(outcome, 300)}${incident.recovery === undefined ? '' : ` ${text(incident.recovery, 300)}`}`),
    ...silences(report)
      .slice(0, 1)
      .map(said => one(3, 'gap', text(said, 200))),
    ...(spent === undefined ? [] : [one(3, 'breakdown of the time', text(spent, 500).replace(/^[^:]+:/, '*$&*'))]),
    ...(drawn === undefined ? [] : [one(4, 'picture of the pool', drawn)]),
  ]
}

/** The strip in a fence: the only place where Slack keeps columns. */
function picture(node: NodeReport, incident: Incident, day: string): string | undefined {
  const drawn = strip(node, incident, COLUMNS)
  if (drawn === undefined || drawn.totals === null) return undefined
  const rows = lanes(drawn, incident)
  const width = Math.max(...rows.map(({ name }) => name.length))
  return [
    '```',
    `${timeOn(drawn.from, day)} – ${timeOn(drawn.to, day)}`,
    ...rows.map(({ name, marks, legend }) => `${name.padEnd(width)} ${marks.padEnd(drawn.pool.length)} ${legend}`),
    '```',
  ].join('\n')
}

/** The first step, and the first one that has a command. */
function next({ actions }: Pick<Cause, 'actions'>): Section[] {
  const [first] = actions
  if (first === undefined) return []
  const command = first.command === undefined || first.command.length > 600 ? '' : ` ${code(first.command, 600)}`
  const more = actions.length === 1 ? '' : ` (${number(actions.length - 1)} more in the report)`
  return [one(2, 'next step', `*Next:* ${text(actionText(first), 300)}${command}${more}`)]
}

/** In Slack's marks only `&`, `<` and `>` can be escaped; what would begin bold, code or a line through becomes a sign that looks alike. */
function text(raw: string, most: number): string {
  return escaped(printable(clip(raw, most)).replaceAll('*', '∗').replaceAll('`', "'").replaceAll('~', '∼')).replace(
    /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g,
    '‗',
  )
}

function code(raw: string, most = 150): string {
  return `\`${escaped(printable(clip(raw, most)).replaceAll('`', "'"))}\``
}

function escaped(shown: string): string {
  return shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
