import { failsAtTheEnd, lastedMs } from '../model/incident.ts'
import type { Action, Cause, Finding, Incident, NodeReport, Report, Status } from '../model/report.ts'
import { count, duration, number, poolSize, quote, timeOn } from '../words.ts'
import { type Palette, palette } from './color.ts'
import { harmless } from './harmless.ts'
import { type Align, clip, command, oneLine, table, width, wrap } from './layout.ts'
import type { Reporter, ReporterOptions } from './reporter.ts'
import { strip } from './strip.ts'
import { LONGEST_LEGEND, lanes } from './strip-lanes.ts'
import {
  actionText,
  bundlesText,
  checkedText,
  confidenceText,
  contributingText,
  damage,
  dayOf,
  dayOfWorst,
  failuresText,
  findingText,
  fixedText,
  incidentText,
  isNamed,
  lowestText,
  nodeFacts,
  nodeStatus,
  outcomeText,
  placesText,
  podText,
  qualityFacts,
  rankFindings,
  rankIncidents,
  rankNodes,
  rankPods,
  releaseText,
  requestsText,
  shortNames,
  silences,
  timeSpent,
  unknownText,
  windowText,
} from './summary.ts'
import { appendix } from './terminal-verbose.ts'

/** What an engineer reads first: what broke, how long, for whom, why, is it over, what to do. */
export const terminal: Reporter = (given, options) => {
  const page = { report: harmless(given), options, paint: palette(options.color), day: dayOfWorst(given) }
  const lines = options.quiet ? quiet(page) : full(page)
  return `${lines.join('\n')}\n`
}

/** What every part of the page is drawn from. */
export interface Page {
  readonly report: Report
  readonly options: ReporterOptions
  readonly paint: Palette
  readonly day: string
}

/** How much of everything is shown. */
interface Bounds {
  readonly pods: number
  readonly parts: number
  readonly actions: number
  readonly places: number
  readonly unknowns: number
  readonly also: number
  /** With the command that shows the page of the cause. */
  readonly explained?: boolean
}

/** A screen: one usual incident fits into it. */
const MOST_LINES = 34
/** The first that fits a screen is taken; what a reader can do without goes first. */
const BOUNDS: readonly Bounds[] = [
  { pods: 12, parts: 6, actions: 4, places: 4, unknowns: 3, also: 8 },
  { pods: 8, parts: 5, actions: 3, places: 4, unknowns: 2, also: 6 },
  { pods: 5, parts: 4, actions: 3, places: 4, unknowns: 1, also: 4 },
  { pods: 5, parts: 3, actions: 2, places: 3, unknowns: 1, also: 4 },
  { pods: 4, parts: 3, actions: 2, places: 0, unknowns: 1, also: 3 },
  { pods: 3, parts: 3, actions: 2, places: 0, unknowns: 0, also: 3 },
  { pods: 3, parts: 3, actions: 1, places: 0, unknowns: 0, also: 3 },
]
const VERBOSE: Bounds = { pods: 200, parts: 20, actions: 20, places: 12, unknowns: 20, also: 100, explained: true }

function full(page: Page): string[] {
  if (page.options.verbose) return [...join(sections(page, VERBOSE)), '', ...join(appendix(page))]
  let lines: string[] = []
  for (const bounds of BOUNDS) {
    lines = join(sections(page, bounds))
    if (lines.length > MOST_LINES) continue
    const longer = join(sections(page, { ...bounds, explained: true }))
    return longer.length <= MOST_LINES ? longer : lines
  }
  return lines
}

function sections(page: Page, bounds: Bounds): string[][] {
  const { report } = page
  const worst = rankIncidents(report)[0]
  const first = worst === undefined ? rankFindings(report).find(({ finding }) => finding.severity !== 'info') : undefined
  const node = worst?.node ?? first?.node ?? rankNodes(report)[0]
  const several = report.nodes.length > 1 ? [nodesTable(page, bounds)] : []
  const body =
    worst !== undefined
      ? incidentSections(page, bounds, worst.node, worst.incident)
      : first !== undefined
        ? [why(page, bounds, first.finding, undefined), doNext(page, bounds, first.finding)]
        : [healthy(page)]
  return [
    head(page, node),
    [...damageLines(page), ...verdictLines(page)],
    ...several,
    ...body,
    closing(page, bounds, node, worst?.incident, first?.finding),
  ]
}

/** Sections with a blank line between them; those without content are left out. */
function join(sections: readonly (readonly string[])[]): string[] {
  return sections.filter(section => section.length > 0).flatMap((section, i) => (i === 0 ? section : ['', ...section]))
}

/** The verdict alone, in five lines at most. */
function quiet(page: Page): string[] {
  const { report, options } = page
  const first = damageLines(page).slice(0, 1)
  const said = [...first, ...verdictLines(page)]
  const [node] = report.nodes
  const where =
    report.nodes.length > 1
      ? count(report.nodes.length, 'node')
      : node === undefined
        ? undefined
        : `${node.node}  ${releaseText(node.release)}`
  const head = where === undefined ? [] : [oneLine(`${where}  ${windowText(report, options.zone)}`, options.columns)]
  return [...head, ...said].length <= 5 ? [...head, ...said] : said.slice(0, 5)
}

function head({ report, options, paint }: Page, node: NodeReport | undefined): string[] {
  const { columns } = options
  const quality = qualityFacts(report).join(', ')
  const facts =
    report.nodes.length > 1
      ? [count(report.nodes.length, 'node')]
      : node === undefined
        ? report.inputs.map(input => input.path).slice(0, 1)
        : nodeFacts(node)
  const [name = '', ...others] = facts.map(fact => clip(fact, columns))
  const nameless = node !== undefined && report.nodes.length === 1 && !isNamed(node, report) ? ['(this log does not name its node)'] : []
  return [...flow([paint.bold(name), ...nameless, ...others], columns), ...flow([windowText(report, options.zone), quality], columns)]
}

/** Facts beside each other, two blanks between, in as many lines as they need. */
function flow(facts: readonly string[], columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const fact of facts) {
    if (line !== '' && width(line) + 2 + width(fact) > columns) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? fact : `${line}  ${fact}`
  }
  return [...lines, line].flatMap(line => (width(line) > columns ? wrap(line, columns) : [line])).filter(line => line !== '')
}

/** The left column that every statement hangs on. */
const LABEL = 10

function label(text: string): string {
  return ` ${text}`.padEnd(LABEL)
}

const STATUS: Readonly<Record<Status, string>> = { ok: 'OK', warn: 'WARN', fail: 'FAIL', unknown: 'UNKNOWN' }

function statusPaint(paint: Palette, status: Status): (text: string) => string {
  return { ok: paint.green, warn: paint.yellow, fail: paint.red, unknown: paint.yellow }[status]
}

function labeled(text: string, columns: number, name: string, mark: (text: string) => string = text => text): string[] {
  const [first = '', ...more] = wrap(text, columns, label(name))
  return [` ${mark(name)}${first.slice(1 + name.length)}`, ...more]
}

/** What makes the verdict doubtful stands before it. */
function damageLines({ report, options, paint }: Page): string[] {
  const most = options.verbose ? 20 : 2
  return [['DAMAGED', damage(report), ' This report may lack something.'] as const, ['GAP', silences(report), ''] as const].flatMap(
    ([name, said, then]) => {
      const more = said.length > most ? ` And ${number(said.length - most)} more.` : ''
      return said.length === 0
        ? []
        : labeled(`${said.slice(0, most).join(' ')}${more}${then}`, options.columns, name, text => paint.yellow(paint.bold(text)))
    },
  )
}

function verdictLines(page: Page): string[] {
  const { report, options, paint, day } = page
  const { status, headline } = report.verdict
  const color = statusPaint(paint, status)
  const said = labeled(headline, options.columns, STATUS[status], text => color(paint.bold(text)))
  const worst = rankIncidents(report)[0]
  if (worst !== undefined) {
    const { node, incident } = worst
    const fixed =
      incident.fixed === true ? paint.green(fixedText(true)) : incident.fixed === false ? paint.red(fixedText(false)) : fixedText(null)
    said.push(
      ...wrap(
        `${report.nodes.length > 1 ? `Worst on ${node.node}: ` : ''}${failuresText(incident, dayOf(report), options.zone)} ${outcomeText(incident, node, day, report.window, options.zone)} ${fixed}`,
        options.columns,
        label(''),
      ),
    )
  } else if (report.nodes.length > 0) {
    const lowest = status === 'ok' ? lowestText(report) : undefined
    const facts = [requestsText(report), ...(lowest === undefined ? [] : [lowest])].filter(fact => !headline.startsWith(fact.slice(0, 25)))
    if (facts.length > 0) said.push(...wrap(facts.join(' '), options.columns, label('')))
  }
  return said
}

function nodesTable({ report, options, paint, day }: Page, bounds: Bounds): string[] {
  const ranked = rankNodes(report)
  const shown = ranked.slice(0, options.verbose ? 200 : Math.max(4, bounds.pods))
  const names = shortNames(ranked)
  const rows = shown.map((node, i) => {
    const worst = rankIncidents({ nodes: [node] })[0]?.incident
    const finding = rankFindings({ nodes: [node] }).find(({ finding }) => finding.severity !== 'info')?.finding
    const pods = new Set(node.incidents.flatMap(incident => incident.pods.map(podText))).size
    return [
      names[i] ?? node.node,
      STATUS[nodeStatus(node)],
      number(node.requests.failed),
      number(pods),
      worst === undefined ? '' : timeOn(Date.parse(worst.firstFailureAt), day),
      worst === undefined ? '' : duration(lastedMs(worst, node.lastAt)),
      worst?.cause?.id ?? finding?.id ?? (worst === undefined ? '' : 'not known'),
    ]
  })
  const drawn = table(
    ['Nodes', 'verdict', 'failed', 'pods', 'first', 'lasted', 'cause'],
    rows,
    ['left', 'left', 'right', 'right', 'left', 'right', 'left'],
    options.columns,
    1,
  )
  const more = ranked.length - shown.length
  return [...bolden(drawn, 'Nodes', paint), ...(more > 0 ? [`   and ${number(more)} more`] : [])]
}

function bolden([first = '', ...rest]: readonly string[], title: string, paint: Palette): string[] {
  return [first.replace(title, paint.bold(title)), ...rest]
}

function incidentSections(page: Page, bounds: Bounds, node: NodeReport, incident: Incident): string[][] {
  const recovery =
    incident.recovery === undefined
      ? []
      : labeled(incident.recovery, page.options.columns, incident.recoveredAt === null ? 'Later' : 'Recovery', page.paint.bold)
  return [
    incident.cause === null ? unexplained(page, incident) : why(page, bounds, incident.cause, incident),
    poolStrip(page, node, incident),
    breakdown(page, bounds, incident),
    pods(page, bounds, node, incident),
    [...recovery, ...doNext(page, bounds, incident.cause)],
  ]
}

function why({ report, options, paint }: Page, bounds: Bounds, cause: Cause | Finding, incident: Incident | undefined): string[] {
  const { columns } = options
  const contributing = contributingText(cause.contributing)
  const said = labeled(`${confidenceText(cause.confidence)}${cause.summary}`, columns, 'Why', paint.bold)
  if (contributing !== '') said.push(...wrap(`Contributing: ${contributing}.`, columns, label('')))
  const pool = incident === undefined || isSaid(incident, cause.summary) ? undefined : poolText(incident)
  if (pool !== undefined && !cause.summary.includes('The pool ') && !cause.summary.includes(' of '))
    said.push(...wrap(pool, columns, label('')))
  if (bounds.places > 0 && cause.evidence.length > 0)
    said.push(...wrap(`Rests on ${placesText(cause, report, bounds.places)}`, columns, label('')).map(paint.dim))
  return said
}

function unexplained({ options, paint }: Page, incident: Incident): string[] {
  const pool = poolText(incident)
  return labeled(`No line of this log shows a cause.${pool === undefined ? '' : ` ${pool}`}`, options.columns, 'Why', paint.bold)
}

/** Whether a summary has the pool's numbers already. */
function isSaid({ poolAtFirstFailure: pool }: Incident, summary: string): boolean {
  return pool !== null && summary.includes(`${pool.assigned} of ${pool.total}`)
}

function poolText({ poolAtFirstFailure: pool }: Incident): string | undefined {
  if (pool === null || pool.total === null || pool.assigned === null) return undefined
  if (pool.total === 0) return 'At the first failure the pool had no address at all.'
  const resting = pool.cooldown === null ? '' : `, ${number(pool.cooldown)} in cooldown`
  return `At the first failure the pool had ${number(pool.assigned)} of ${poolSize(pool.total)} assigned${resting}.`
}

/** A time and two blanks on both sides of the strip. */
const EDGE = 10

function poolStrip({ options, paint, day }: Page, node: NodeReport, incident: Incident): string[] {
  const drawn = strip(node, incident, Math.min(60, options.columns - LABEL - 2 * EDGE - LONGEST_LEGEND))
  if (drawn === undefined || drawn.totals === null) return []
  const marks: Readonly<Record<string, (text: string) => string>> = { Pool: paint.green, Failed: paint.red }
  const start = timeOn(drawn.from, day)
  const end = timeOn(drawn.to, day)
  return [
    // the strip has room for times only
    ...(start.length > 8 || end.length > 8 ? [`${label('')}${start} – ${end}`] : []),
    ...lanes(drawn, incident).map(({ name, marks: drawnMarks, legend }) => {
      const marked = (marks[name] ?? paint.yellow)(drawnMarks)
      const around =
        name === 'Pool'
          ? [`${start.slice(-8)}  `, `  ${end.slice(-8)}  `]
          : [' '.repeat(EDGE), ' '.repeat(drawn.pool.length - drawnMarks.length + EDGE)]
      return `${paint.bold(label(name))}${around[0]}${marked}${around[1]}${paint.dim(legend)}`
    }),
  ]
}

const BAR = 14

function breakdown({ options, paint }: Page, bounds: Bounds, incident: Incident): string[] {
  const spent = timeSpent(incident)
  if (spent === undefined) return []
  const longest = Math.max(...spent.parts.map(({ share }) => share))
  const rows = spent.parts.map(({ ms, share, text }) => ({ ms, share, text }))
  const shown = rows.slice(0, rows.length > bounds.parts ? bounds.parts - 1 : bounds.parts)
  const rest = rows.slice(shown.length)
  if (rest.length > 0)
    shown.push({
      ms: rest.reduce((sum, row) => sum + row.ms, 0),
      share: rest.reduce((sum, row) => sum + row.share, 0),
      text: `${count(rest.length, 'other thing')} (-v)`,
    })
  return [
    ` ${paint.bold(spent.title)}`,
    ...shown.flatMap(({ ms, share, text }) => {
      const bar = '█'.repeat(Math.max(share > 0 ? 1 : 0, Math.round((share * BAR) / longest))).padEnd(BAR)
      const first = `   ${duration(ms).padStart(6)}  ${(share === 0 ? '<1' : String(share)).padStart(3)} %  `
      const [line = '', ...more] = wrap(text, options.columns, `${first}${bar}  `)
      return [line.replace(bar, paint.yellow(bar)), ...more]
    }),
  ]
}

function pods({ options, paint, day }: Page, bounds: Bounds, node: NodeReport, incident: Incident): string[] {
  const ranked = rankPods(incident)
  if (ranked.length === 0) return []
  // "and 1 more" takes the line that the one would take
  const shown = ranked.length <= bounds.pods + 1 ? ranked : ranked.slice(0, bounds.pods)
  const failing = failsAtTheEnd(incident, node.lastAt)
  const end = Date.parse(node.lastAt ?? incident.lastFailureAt)
  const withAddress = options.columns >= 90 && shown.some(pod => pod.address !== null)
  const rows = shown.map(pod => {
    const first = Date.parse(pod.firstAttemptAt)
    const waited = pod.waitMs !== null ? duration(pod.waitMs) : failing ? `${duration(end - first)} so far` : 'never served'
    return [
      podText(pod),
      number(pod.attempts),
      timeOn(first, day),
      pod.assignedAt === null ? 'no' : timeOn(Date.parse(pod.assignedAt), day),
      ...(withAddress ? [pod.address ?? ''] : []),
      waited,
    ]
  })
  const titles = ['Pods', 'tries', 'first try', 'got IP', ...(withAddress ? ['address'] : []), 'waited']
  const aligns: Align[] = ['left', 'right', 'left', 'left', ...(withAddress ? (['left'] as const) : []), 'right']
  const more = ranked.slice(shown.length)
  const drawn = table(titles, rows, aligns, options.columns)
  const [first = '', ...others] = drawn
  return [
    ...bolden([first.replace('   Pods  ', ' Pods    '), ...others], 'Pods', paint),
    ...(more.length === 0
      ? []
      : [
          `   and ${number(more.length)} more with ${count(
            more.reduce((sum, pod) => sum + pod.attempts, 0),
            'try',
            'tries',
          )}${options.verbose ? '' : ' (-v shows them)'}`,
        ]),
  ]
}

function doNext({ options, paint }: Page, bounds: Bounds, cause: Cause | Finding | null): string[] {
  const actions: readonly Action[] = cause?.actions ?? []
  const shown = actions.slice(0, bounds.actions)
  const indent = ' '.repeat(LABEL)
  const said = shown.flatMap(action => [
    ...wrap(actionText(action), options.columns, indent),
    ...(action.command === undefined ? [] : command(action.command, options.columns, `${indent}  `)),
  ])
  if (said.length === 0) return []
  const [first = '', ...others] = said
  const page =
    bounds.explained !== true || cause === null ? [] : wrap(`More: ipamd-trace explain ${quote(cause.id)}`, options.columns, indent)
  const more = actions
    .slice(bounds.actions)
    .map(action => oneLine(`${actionText(action)}${action.command === undefined ? '' : ' (-v)'}`, options.columns, indent))
  return [`${paint.bold(label('Do next'))}${first.slice(LABEL)}`, ...others, ...more, ...page]
}

function healthy(page: Page): string[] {
  const { report, options, paint } = page
  if (report.verdict.status === 'unknown') return []
  return report.nodes.length === 0 ? [] : labeled(`${checkedText(report.nodes)}.`, options.columns, 'Checked', paint.bold)
}

/** What else there is, in a line each, and what this log cannot say. */
function closing(
  page: Page,
  bounds: Bounds,
  node: NodeReport | undefined,
  shown: Incident | undefined,
  told: Finding | undefined,
): string[] {
  const { report, options, paint, day } = page
  const { columns, verbose } = options
  const several = report.nodes.length > 1
  const at = (on: NodeReport): string => (several ? `${on.node}: ` : '')
  const others = [
    ...rankIncidents(report)
      .filter(({ incident }) => incident !== shown)
      .map(({ node, incident }) => `${at(node)}${incidentText(incident, node, day)}`),
    ...rankFindings(report)
      .filter(({ finding }) => finding !== told)
      .map(({ node, finding }) => `${at(node)}${findingText(finding)}`),
  ]
  const also = others
    .slice(0, bounds.also)
    .flatMap((text, i) =>
      verbose
        ? labeled(text, columns, i === 0 ? 'Also' : '', paint.bold)
        : mark(oneLine(text, columns, label(i === 0 ? 'Also' : '')), 'Also', paint),
    )
  if (others.length > bounds.also) also.push(`${label('')}and ${count(others.length - bounds.also, 'other')} (-v)`)
  const bundle = bundlesText(report.nodes, day)
  return [...also, ...(bundle === undefined ? [] : labeled(bundle, columns, 'Bundle', paint.bold)), ...unknown(page, bounds, node)]
}

function mark(line: string, name: string, paint: Palette): string[] {
  return [line.startsWith(` ${name} `) ? line.replace(name, paint.bold(name)) : line]
}

function unknown({ report, options, paint }: Page, bounds: Bounds, node: NodeReport | undefined): string[] {
  const unknowns = node?.unknowns ?? []
  // where nothing can be said, what cannot be said is the report
  const most = report.verdict.status === 'unknown' ? unknowns.length : bounds.unknowns
  const shown = unknowns.slice(0, most)
  if (shown.length === 0) return []
  if (!options.verbose && report.verdict.status !== 'unknown')
    return labeled(shown.map(unknownText).join(' '), options.columns, 'Unknown', paint.bold)
  return shown.flatMap((text, i) => labeled(text, options.columns, i === 0 ? 'Unknown' : '', paint.bold))
}
