import { failsAtTheEnd } from '../model/incident.ts'
import type {
  Action,
  Cause,
  Evidence,
  Finding,
  Happening,
  Incident,
  Instant,
  NodeReport,
  PodWait,
  Problem,
  Release,
  Report,
  Status,
} from '../model/report.ts'
import { capital, count, date, duration, inOrder, number, preciseTime, time } from '../words.ts'
import { clip, type Markup, table } from './markdown-text.ts'
import { bundleText, narrowedText, rankFindings, rankIncidents, rankNodes, timeSpent } from './summary.ts'
import type { Section } from './tickets/room.ts'
import { apiErrors, callTime, supportFacts } from './tickets/support-facts.ts'

const MOST_NODES = 60
const MOST_INCIDENTS = 60

/** All sections in the order of the document. */
export function sections(markup: Markup, report: Report): Section[] {
  const nodes = rankNodes(report)
  const worst = nodes[0] === undefined ? undefined : worstOf(nodes[0], report)
  const told: Told = { worst, actions: new Set() }
  const head = verdict(markup, report, nodes[0], told)
  const tellable = nodes.length === 1 ? nodes : nodes.filter(isTellable)
  return [
    { rank: 0, what: 'verdict', forms: [head] },
    ...(nodes.length === 0 ? [] : [{ rank: 1, what: 'node table', forms: sizes([200, 50, 10], most => nodeTable(markup, nodes, most)) }]),
    ...tellable.slice(0, MOST_NODES).flatMap((node, i) => nodeSections(markup, node, report, 100 * i, nodes.length > 1, told)),
    ...omitted(tellable.length - MOST_NODES, 'node section'),
    ...section(7, 'causes list', [checked(markup, nodes)]),
    { rank: 2, what: 'quality section', forms: sizes([20, 5, 2], most => quality(markup, report, nodes, most)) },
    ...section(8, 'unknowns list', [unknowns(markup, nodes)]),
    { rank: 0, what: 'footer', forms: [footer(markup, report)] },
  ]
}

/** What the document says already: the verdict's incident or finding, and advice, which many incidents share. */
interface Told {
  readonly worst: Incident | Finding | undefined
  readonly actions: Set<string>
}

/** An incident, else the finding that the verdict is about; a finding that is only worth knowing is not. */
function worstOf(node: NodeReport, report: Report): Incident | Finding | undefined {
  return incidentsWorstFirst(node)[0] ?? (report.verdict.cause === null ? undefined : findingsWorstFirst(node)[0])
}

/** There is something to tell beyond the table of nodes. */
function isTellable(node: NodeReport): boolean {
  return node.incidents.length > 0 || node.findings.length > 0
}

function hasTrouble(node: NodeReport): boolean {
  return node.incidents.length > 0 || node.findings.some(finding => finding.severity !== 'info')
}

function nodeSections(markup: Markup, node: NodeReport, report: Report, base: number, several: boolean, told: Told): Section[] {
  const heading: Section | undefined = several
    ? { rank: base + 3, what: 'node section', forms: [`## ${markup.code(node.node)}`] }
    : undefined
  const within = heading === undefined ? {} : { within: heading }
  const inside = (rank: number, what: string, forms: readonly string[]): Section[] =>
    section(base + rank, what, forms).map(part => ({ ...part, ...within }))
  const incidents = incidentsWorstFirst(node)
  const findings = findingsWorstFirst(node).filter(finding => finding !== told.worst)
  return [
    ...(heading === undefined ? [] : [heading]),
    ...incidents
      .slice(0, MOST_INCIDENTS)
      .flatMap((incident, i) => inside(4 + i, 'incident', incidentForms(markup, incident, node, i, told))),
    ...omitted(incidents.length - MOST_INCIDENTS, 'incident'),
    ...inside(
      70,
      'findings list',
      sizes([30, 10, 3], most => findingList(markup, findings, places(markup, report), most)),
    ),
    ...inside(
      72,
      'timeline',
      TIMELINE_SIZES.map(([rows, lines]) => timeline(markup, node, placeNames(report), rows, lines)),
    ),
    ...inside(
      9,
      'AWS Support list',
      sizes([50, 10, 3], most => support(markup, node, most)),
    ),
  ]
}

/** Rows of the table, and raw lines below it. */
const TIMELINE_SIZES = [
  [60, 12],
  [20, 6],
  [8, 3],
] as const

/** Nothing where there is nothing to say. */
function section(rank: number, what: string, forms: readonly string[]): Section[] {
  const some = forms.filter(form => form !== '')
  return some.length === 0 ? [] : [{ rank, what, forms: some }]
}

/** Counted among what is left out. */
function omitted(n: number, what: string): Section[] {
  return Array.from({ length: Math.max(0, n) }, () => ({ rank: Number.MAX_SAFE_INTEGER, what, forms: [] }))
}

const MARKS: Readonly<Record<Status, string>> = { fail: '❌', warn: '⚠️', ok: '✅', unknown: '❔' }

/** What a reader who stops here must know. */
function verdict(markup: Markup, report: Report, node: NodeReport | undefined, told: Told): string {
  const { status, headline } = report.verdict
  const { worst } = told
  const lines = [
    ...markup.marker(`ipamd-trace report v${report.schemaVersion}`),
    `## ${MARKS[status]} ${markup.text(headline, 500)}`,
    '',
    ...damage(markup, report.problems),
  ]
  if (worst !== undefined && 'failedRequests' in worst) {
    lines.push(...facts(markup, worst, node))
    const others = (node?.incidents.length ?? 1) - 1
    if (others > 0) lines.push('', `This is the worst of ${number(others + 1)} incidents on this node.`)
  } else if (worst !== undefined) lines.push(...because(markup, worst), '', ...actions(markup, worst.actions, told, '###'))
  else lines.push(...healthy(report))
  return trimmed(lines)
}

function damage(markup: Markup, problems: readonly Problem[]): string[] {
  const damaged = problems.filter(problem => problem.severity === 'damage')
  return damaged.length === 0
    ? []
    : [
        `**The input is damaged, so this report may be incomplete:** ${damaged
          .slice(0, 3)
          .map(one => said(markup, one))
          .join(' ')}`,
        '',
      ]
}

function said(markup: Markup, problem: Problem): string {
  return `${markup.text(sentence(problem.text), 300)}${problem.count > 1 ? ` (${number(problem.count)} times)` : ''}`
}

/** Numbers, cause, and how it ended: a paragraph each. */
function facts(markup: Markup, incident: Incident, node: NodeReport | undefined): string[] {
  const { poolAtFirstFailure: pool } = incident
  const from = Date.parse(incident.firstFailureAt)
  const to = Date.parse(incident.lastFailureAt)
  const when =
    time(from) === time(to) && date(from) === date(to)
      ? `at **${time(from)} UTC** on ${date(from)}`
      : `between **${time(from)}** and **${moment(to, from)} UTC** on ${date(from)}`
  const of = incident.pods.length === 0 ? '' : ` of ${count(incident.pods.length, 'pod')}`
  return [
    `**${count(incident.failedRequests, 'AddNetwork request')}${of} failed** ${when}.${pool === null ? '' : poolText(pool)}`,
    '',
    ...(incident.cause === null ? ['**Cause:** this log does not show one.'] : because(markup, incident.cause)),
    '',
    ending(markup, incident, node),
  ]
}

function poolText(pool: NonNullable<Incident['poolAtFirstFailure']>): string {
  if (pool.total === null && pool.assigned === null) return ''
  const card = pool.networkCard === undefined || pool.networkCard === 0 ? '' : ` of network card ${pool.networkCard}`
  const cooldown = pool.cooldown === null ? '' : `, ${number(pool.cooldown)} in cooldown`
  const total = pool.total === null ? 'an unknown number of addresses' : count(pool.total, 'address', 'addresses')
  const assigned = pool.assigned === null ? 'an unknown number' : number(pool.assigned)
  return ` At the first failure the pool${card} had ${total}: ${assigned} assigned${cooldown}.`
}

function because(markup: Markup, cause: Pick<Cause, 'id' | 'confidence' | 'summary' | 'contributing'>): string[] {
  const helped =
    cause.contributing.length === 0
      ? ''
      : ` Contributing: ${cause.contributing
          .slice(0, 8)
          .map(id => markup.code(id, 80))
          .join(', ')}.`
  return [`**Cause (${cause.confidence}):** ${markup.text(sentence(cause.summary), 1_500)}${helped}`]
}

/** Recovered and fixed are different words. */
function ending(markup: Markup, incident: Incident, node: NodeReport | undefined): string {
  if (incident.recoveredAt === null) {
    const last = node?.lastAt == null ? '' : ` (${moment(Date.parse(node.lastAt), Date.parse(incident.firstFailureAt))})`
    return failsAtTheEnd(incident, node?.lastAt ?? null)
      ? `**Not recovered** when the log ends${last}.`
      : `**No later success** before the log ends${last}.`
  }
  const never = incident.pods.filter(pod => pod.assignedAt === null).length
  const at = `${moment(Date.parse(incident.recoveredAt), Date.parse(incident.firstFailureAt))}${never === 0 ? '' : ` (${count(never, 'pod')} never served)`}`
  const how = incident.recovery === undefined ? '' : ` ${markup.text(sentence(incident.recovery), 400)}`
  if (incident.fixed === true) return `**Recovered at ${at} and fixed**, as far as this log says.${how}`
  if (incident.fixed === false) return `**Recovered at ${at}, not fixed.**${how} What caused it was still there, so it can happen again.`
  return `**Recovered at ${at}.**${how} Whether its cause is gone, this log does not say.`
}

function healthy(report: Report): string[] {
  const sum = (pick: (node: NodeReport) => number): number => report.nodes.reduce((total, node) => total + pick(node), 0)
  const add = sum(node => node.requests.add)
  const assigned = sum(node => node.requests.assigned)
  if (add === 0) return []
  const unanswered = sum(node => node.requests.unanswered)
  const open = unanswered === 0 ? '' : ` ${count(unanswered, 'request has', 'requests have')} no outcome in this log.`
  const fewest = report.nodes.length === 1 ? fewestFree(report.nodes[0] as NodeReport) : ''
  return [
    `${count(add, 'AddNetwork request')}, ${assigned === add ? (add === 1 ? 'served' : 'all served') : `${number(assigned)} served`}.${open}${fewest}`,
  ]
}

/** How near it came: the fewest assignable addresses while the node had a pool. */
function fewestFree(node: NodeReport): string {
  let fewest: { free: number; at: Instant } | undefined
  for (const [at, networkCard, total, assigned, cooldown] of node.pool.rows) {
    if (networkCard !== 0 || total === null || total === 0 || assigned === null || cooldown === null) continue
    const free = Math.max(0, total - assigned - cooldown)
    if (fewest === undefined || free < fewest.free) fewest = { free, at }
  }
  return fewest === undefined ? '' : ` Fewest addresses to give: ${number(fewest.free)}, at ${time(Date.parse(fewest.at))} UTC.`
}

function nodeTable(markup: Markup, nodes: readonly NodeReport[], most: number): string {
  if (nodes.length === 1) {
    const node = nodes[0] as NodeReport
    return table(
      ['Node', 'Instance', 'CNI release', 'Log (UTC)'],
      [
        [
          markup.cellCode(node.node),
          instance(markup, node),
          release(markup, node.release),
          `${span(node)}, ${count(node.quality.lines, 'line')}`,
        ],
      ],
    )
  }
  const rows = nodes.slice(0, most).map(node => {
    const worst = incidentsWorstFirst(node)[0]
    const finding = findingsWorstFirst(node)[0]
    const trouble =
      worst !== undefined
        ? markup.cell(worst.cause?.title ?? 'cause unknown')
        : finding !== undefined && finding.severity !== 'info'
          ? markup.cell(finding.title)
          : ''
    const state = worst === undefined ? '' : node.incidents.some(incident => incident.recoveredAt === null) ? 'not recovered' : 'recovered'
    return [
      markup.cellCode(node.node),
      trouble,
      state,
      number(node.requests.failed),
      `${number(node.requests.add)}`,
      release(markup, node.release),
    ]
  })
  return trimmed([
    table(
      NODE_COLUMNS.slice(0, markup.mostColumns),
      rows.map(row => row.slice(0, markup.mostColumns)),
      [3, 4],
    ),
    ...more(nodes.length - rows.length, 'node'),
  ])
}

const NODE_COLUMNS = ['Node', 'Trouble', 'State', 'Failed', 'Requests', 'CNI release']

function instance(markup: Markup, node: NodeReport): string {
  return (
    [
      node.instanceId === undefined || node.instanceId === node.node ? '' : markup.cellCode(node.instanceId),
      ...[node.instanceType, node.availabilityZone ?? node.region].map(fact => markup.cell(fact ?? '', 60)),
    ]
      .filter(fact => fact !== '')
      .join(', ') || 'not in this log'
  )
}

function release(markup: Markup, { value, candidates, from }: Release): string {
  if (value !== null) return from === 'fingerprint' ? `${markup.cell(value, 40)} (by its wordings)` : markup.cell(value, 40)
  if (candidates.length === 0) return 'not in this log'
  if (candidates.length === 1) return markup.cell(candidates[0] as string, 40)
  const ends = [candidates[0] as string, candidates.at(-1) as string].map(name => markup.cell(name, 40))
  return candidates.length === 2 ? ends.join(' or ') : `one of ${candidates.length}, ${ends.join(' to ')}`
}

function span(node: NodeReport): string {
  if (node.firstAt === null || node.lastAt === null) return 'no time'
  const from = Date.parse(node.firstAt)
  return `${date(from)} ${time(from)} – ${moment(Date.parse(node.lastAt), from)}`
}

/** The worst incident stands in the verdict; here is the rest of it. The others come with their facts. */
function incidentForms(markup: Markup, incident: Incident, node: NodeReport, index: number, told: Told): string[] {
  const isTold = incident === told.worst
  const level = isTold ? '###' : '####'
  const of = node.incidents.length > 1 ? `Incident ${index + 1} of ${number(node.incidents.length)}: ` : ''
  const title = `### ${of}${markup.text(capital(incident.cause?.title ?? 'cause unknown'), 200)}`
  const heading = isTold ? [] : [title, '', ...facts(markup, incident, node), '']
  const parts = breakdown(markup, incident, level)
  const next = actions(markup, incident.cause?.actions ?? [], told, level)
  return [
    ...(isTold ? [50, 10, 3] : [10, 3]).map(most =>
      trimmed([...heading, ...parts, ...podTable(markup, incident.pods, most, level), ...next]),
    ),
    ...(isTold ? [] : [trimmed([...heading, 'Its pods, where the time went and what to do are left out here.'])]),
  ]
}

function breakdown(markup: Markup, incident: Incident, level: string): string[] {
  const spent = timeSpent(incident)
  if (spent === undefined) return []
  const rows = spent.parts.slice(0, 20).map(({ text, ms, share }) => [markup.cell(capital(text)), duration(ms), `${share} %`])
  return [`${level} ${spent.title}`, '', table(['Part', 'Time', 'Share'], rows, [1, 2]), '']
}

/** Those that still wait first, then the longest waits. */
function podTable(markup: Markup, pods: readonly PodWait[], most: number, level: string): string[] {
  if (pods.length === 0) return []
  const first = pods.map(pod => Date.parse(pod.firstAttemptAt)).reduce((earliest, at) => Math.min(earliest, at))
  const longest = [...pods].sort(
    (a, b) => (b.waitMs ?? Number.MAX_SAFE_INTEGER) - (a.waitMs ?? Number.MAX_SAFE_INTEGER) || inOrder(a.firstAttemptAt, b.firstAttemptAt),
  )
  const rows = longest
    .slice(0, most)
    .map(pod => [
      podCell(markup, pod),
      number(pod.attempts),
      moment(Date.parse(pod.firstAttemptAt), first),
      pod.assignedAt === null
        ? 'not in this log'
        : `${moment(Date.parse(pod.assignedAt), first)}${pod.address === null ? '' : ` (${markup.cell(pod.address, 60)})`}`,
      pod.waitMs === null ? '' : duration(pod.waitMs),
    ])
  if (pods.length > 1) {
    const waited = pods.reduce((sum, pod) => sum + (pod.waitMs ?? 0), 0)
    const tries = pods.reduce((sum, pod) => sum + pod.attempts, 0)
    rows.push([`**${count(pods.length, 'pod')}**`, `**${number(tries)}**`, '', '', waited === 0 ? '' : `**${duration(waited)}** in sum`])
  }
  return [
    `${level} Pods hit`,
    '',
    table(['Pod', 'Tries', 'First try', 'Got an address', 'Waited'], rows, [1, 4]),
    ...more(pods.length - Math.min(pods.length, most), 'pod'),
    '',
  ]
}

function podCell(markup: Markup, pod: PodWait): string {
  if (pod.name === null) return 'an unnamed pod'
  return markup.cellCode(`${pod.namespace === null ? '' : `${clip(pod.namespace, 64)}/`}${clip(pod.name, 64)}`, 130)
}

function actions(markup: Markup, all: readonly Action[], told: Told, level: string): string[] {
  const fresh = all
    .slice(0, 8)
    .map(one => advice(markup, one))
    .filter(action => !told.actions.has(action))
  for (const action of fresh) told.actions.add(action)
  return fresh.length === 0 ? [] : [`${level} Do next`, '', ...fresh.map((action, i) => `${i + 1}. ${action}`), '']
}

/** Half a command is worse than none. */
function advice(markup: Markup, { text: what, command }: Action): string {
  const said = markup.text(what, 500)
  if (command === undefined || command.length > 1_500) return said
  return `${said.endsWith('.') ? `${said.slice(0, -1)}:` : said} ${markup.code(command, 1_500)}`
}

function findingList(markup: Markup, others: readonly Finding[], where: Places, most: number): string {
  if (others.length === 0) return ''
  const items = others.slice(0, most).map(finding => {
    const lines = finding.evidence.slice(0, 3).map(line => where(line))
    const next = finding.actions.slice(0, 2).map(action => ` ${advice(markup, action)}`)
    return `- **${markup.text(capital(finding.title), 200)}** (${finding.confidence}): ${markup.text(sentence(finding.summary), 800)}${lines.length === 0 ? '' : ` See ${lines.join(', ')}.`}${next.join('')}`
  })
  return trimmed(['### Also found', '', ...items, ...more(others.length - items.length, 'finding')])
}

interface Row {
  readonly at: Instant | null
  readonly places: Place[]
  readonly text: string
  /** Said behind the text: how often, and until when. */
  readonly repeats: string
  readonly until: Instant | null
  readonly cited: boolean
}

/** What happened on the node and the lines that the statements rest on, as one table; the lines themselves below it. */
function timeline(markup: Markup, node: NodeReport, where: Places, mostRows: number, mostLines: number): string {
  const rows = timelineRows(node)
  if (rows.length === 0) return ''
  const shown = choose(rows, mostRows)
  let before: string | undefined
  const body = shown.map(row => {
    const at = row.at === null ? undefined : Date.parse(row.at)
    const stamp = at === undefined ? '' : date(at) === before ? preciseTime(at) : `${date(at)} ${preciseTime(at)}`
    if (at !== undefined) before = date(at)
    return { stamp, text: `${row.text}${row.repeats}`, places: row.places.slice(0, 3).map(where) }
  })
  const worst = incidentsWorstFirst(node)[0] ?? findingsWorstFirst(node)[0]
  const raw = (worst?.evidence ?? [])
    .filter(line => line.text !== undefined)
    .slice(0, mostLines)
    .sort(byPlace)
    .map(line => line.text as string)
  const entries = count(rows.length, 'entry', 'entries')
  return markup.details(
    `Timeline and evidence (${shown.length === rows.length ? entries : `${number(shown.length)} of ${entries}`})`,
    trimmed([markup.timeline(body), '', ...(raw.length === 0 ? [] : [markup.fence(raw)])]),
  )
}

/** A line that is cited and also a happening is one row, and so is what is said of several lines in a row. */
function timelineRows(node: NodeReport): Row[] {
  const rows = new Map<string, Row>()
  const key = ({ input, line }: Place): string => `${input}:${line}`
  const cited: Evidence[] = [
    ...node.incidents.flatMap(incident => incident.evidence),
    ...node.findings.flatMap(finding => finding.evidence),
  ]
  for (const { note, at, input, line } of cited)
    if (note !== undefined && !rows.has(key({ input, line })))
      rows.set(key({ input, line }), { at, places: [{ input, line }], text: note, repeats: '', until: at, cited: true })
  for (const happening of node.happenings) {
    const { at, until = at, input, line } = happening
    const told = rows.get(key(happening))
    const isFailure = happening.kind === 'request-failed'
    const text = isFailure ? failuresText(happening) : (told?.text ?? happening.text)
    rows.set(key(happening), {
      at,
      places: [{ input, line }],
      text,
      repeats: isFailure ? '' : repeats(happening),
      until,
      cited: told !== undefined,
    })
  }
  const ordered = [...rows.values()].sort((a, b) => inOrder(a.at ?? '', b.at ?? '') || byPlace(a.places[0] as Place, b.places[0] as Place))
  const merged: Row[] = []
  for (const row of ordered) {
    const last = merged.at(-1)
    const isSame =
      last !== undefined && last.text === row.text && row.repeats === '' && (last.repeats === '' || (row.at ?? '') <= (last.until ?? ''))
    if (isSame) last.places.push(...row.places)
    else merged.push(row)
  }
  return merged
}

type Place = { readonly input: number; readonly line: number }

function byPlace(a: Place, b: Place): number {
  return a.input - b.input || a.line - b.line
}

function failuresText({ count: n }: Happening): string {
  return n === 1 ? 'the request that failed' : `first of ${count(n, 'failed request')}`
}

function repeats({ count: n, at, until }: Happening): string {
  if (n <= 1) return ''
  const from = Date.parse(at)
  const to = until === undefined ? from : Date.parse(until)
  return ` (${number(n)} times${moment(to, from) === time(from) ? '' : `, until ${moment(to, from)}`})`
}

/** All cited rows while they fit, and of the others the first and the last. */
function choose(rows: readonly Row[], most: number): Row[] {
  if (rows.length <= most) return [...rows]
  const cited = rows.filter(row => row.cited)
  const kept = new Set(ends(cited, most))
  for (const row of ends(
    rows.filter(row => !row.cited),
    most - kept.size,
  ))
    kept.add(row)
  return rows.filter(row => kept.has(row))
}

function ends<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items]
  const head = Math.ceil(most / 2)
  return [...items.slice(0, head), ...items.slice(items.length - (most - head))]
}

/** What the case at AWS asks for, ready to be copied. */
function support(markup: Markup, node: NodeReport, most: number): string {
  const errors = apiErrors(node)
  if (errors.length === 0) return ''
  const known = supportFacts(node).map(
    ([name, values]) =>
      `- ${name}: ${values
        .slice(0, 20)
        .map(value => markup.code(value, 120))
        .join(', ')}${values.length > 20 ? ` and ${number(values.length - 20)} more` : ''}`,
  )
  const rows = errors.slice(0, most).map(error => {
    return [
      callTime(error),
      markup.cellCode(error.api ?? ''),
      markup.cellCode(error.code ?? ''),
      error.status === null ? '' : String(error.status),
      markup.cellCode(error.requestId ?? ''),
    ]
  })
  return markup.details(
    'For AWS Support',
    trimmed([
      ...known,
      `- CNI: ${release(markup, node.release)}`,
      '',
      table(['UTC', 'API', 'Error', 'HTTP', 'Request id'], rows),
      ...more(errors.length - rows.length, 'error'),
    ]),
  )
}

/** Grouped by reason: most have the same. Of several nodes, what holds for all of them. */
function checked(markup: Markup, nodes: readonly NodeReport[]): string {
  const [first, ...others] = nodes
  if (first === undefined) return ''
  const outcomes = others.map(node => new Map(node.checked.map(({ id, outcome }) => [id, outcome])))
  const all = first.checked.slice(0, 200).filter(({ id, outcome }) => outcomes.every(of => of.get(id) === outcome))
  const reasons = new Map<string, string[]>()
  for (const { id, reason } of all) reasons.set(reason, [...(reasons.get(reason) ?? []), id])
  const items = [...reasons].slice(0, 30).map(([reason, ids]) => {
    const names = ids.map(id => markup.code(id, 80))
    return `- ${markup.text(capital(reason), 300)}: ${names.join(', ')}.`
  })
  if (items.length === 0) return ''
  const ruledOut = all.filter(({ outcome }) => outcome === 'ruled-out').length
  const open = all.length - ruledOut
  const title = nodes.some(hasTrouble)
    ? `Checked and not the cause${others.length === 0 ? '' : ' on any node'}`
    : 'Looked for and not found'
  return markup.details(`${title} (${number(ruledOut)}${open === 0 ? '' : `; ${number(open)} not judged`})`, items.join('\n'))
}

/** Each sentence once; of several nodes, with those that it is about. */
function unknowns(markup: Markup, nodes: readonly NodeReport[]): string {
  const about = new Map<string, NodeReport[]>()
  for (const node of nodes) for (const unknown of node.unknowns) about.set(unknown, [...(about.get(unknown) ?? []), node])
  const items = [...about].slice(0, 20).map(([unknown, of]) => {
    const names = of.slice(0, 3).map(node => markup.code(node.node))
    const others = of.length > names.length ? ` and ${count(of.length - names.length, 'more node')}` : ''
    return `- ${markup.text(unknown, 500)}${of.length === nodes.length ? '' : ` (${names.join(', ')}${others})`}`
  })
  return items.length === 0 ? '' : markup.details('What this log cannot say', items.join('\n'))
}

/** Always there: how far the rest can be trusted. */
function quality(markup: Markup, report: Report, nodes: readonly NodeReport[], most: number): string {
  const where = places(markup, report)
  const inputs = report.inputs
    .slice(0, most)
    .map(input => [
      markup.cellCode(input.path),
      number(input.lines),
      number(input.unrecognized),
      number(input.unreadable),
      input.truncated ? 'cut off' : input.firstAt === null ? 'nothing of ipamd' : 'whole',
    ])
  const problems = report.problems
    .slice(0, most)
    .map(
      problem =>
        `- ${said(markup, problem)}${problem.places.length === 0 ? '' : ` See ${problem.places.slice(0, 3).map(where).join(', ')}.`}`,
    )
  const window =
    report.window === undefined
      ? []
      : [`- Only a part was asked for: ${narrowedText(report.window, instant => instant, markup.code).join(', ')}.`]
  const items = nodes.slice(0, most).flatMap(node => qualityOf(markup, node, nodes.length > 1, where, most))
  return markup.details(
    'Log quality',
    trimmed([
      table(['Input', 'Lines', 'Unrecognized', 'Unreadable', 'State'], inputs, [1, 2, 3]),
      ...more(report.inputs.length - inputs.length, 'input'),
      '',
      ...window,
      ...problems,
      ...more(report.problems.length - problems.length, 'problem'),
      ...items,
      ...more(nodes.length - Math.min(nodes.length, most), 'node'),
    ]),
  )
}

function qualityOf(markup: Markup, node: NodeReport, named: boolean, where: Places, most: number): string[] {
  const { levels, debug, gaps, statistics, unrecognized, unrecognizedInAll } = node.quality
  const bundle = bundleText(node, '')
  const byLevel = Object.entries(levels)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([level, n]) => `${number(n)} ${markup.text(level, 20)}`)
  const agreed = statistics.compared - statistics.drifted
  const silences = gaps.slice(0, Math.min(most, 5)).map(gap => `${duration(gap.ms)} from ${time(Date.parse(gap.from))}`)
  const others = gaps.length > silences.length ? ` and ${number(gaps.length - silences.length)} more` : ''
  const said = [
    `${count(node.quality.lines, 'record')} (${byLevel.join(', ')})${debug ? '' : ', so without the debug lines that tell pool sizes and decisions'}.`,
    gaps.length === 0 ? 'No gap.' : `${count(gaps.length, 'gap')}: ${silences.join(', ')}${others}.`,
    ...(statistics.compared === 0
      ? []
      : statistics.drifted === 0
        ? [
            `${statistics.compared === 1 ? 'The statistics line agrees' : `All ${number(statistics.compared)} statistics lines agree`} with the rebuilt pool.`,
          ]
        : [
            `${number(agreed)} of ${number(statistics.compared)} statistics lines agree with the rebuilt pool; the largest difference is ${number(statistics.largestDrift)}.`,
          ]),
    ...(bundle === undefined ? [] : [capital(bundle)]),
    ...(unrecognizedInAll === 0
      ? []
      : [`${count(unrecognizedInAll, 'line has a message', 'lines have messages')} that ipamd-trace does not know:`]),
  ]
  const messages = unrecognized
    .slice(0, Math.min(most, 10))
    .map(
      message =>
        `  - ${number(message.count)} × ${markup.code(message.text, 160)} (${markup.text(message.level, 20)}, first at ${where(message.first)})`,
    )
  return [`- ${named ? `${markup.code(node.node)}: ` : ''}${said.join(' ')}`, ...messages]
}

function footer(markup: Markup, report: Report): string {
  return markup.small(`ipamd-trace ${markup.text(report.tool.version, 40)}, all times UTC.`)
}

type Places = (at: Place) => string

function places(markup: Markup, report: Report): Places {
  const named = placeNames(report)
  return place => markup.cellCode(named(place), 120)
}

/** `ipamd.log:887`. The whole path only where two inputs have the same name. */
function placeNames(report: Report): Places {
  const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || path
  const times = new Map<string, number>()
  for (const input of report.inputs) times.set(base(input.path), (times.get(base(input.path)) ?? 0) + 1)
  return ({ input, line }) => {
    const path = report.inputs[input]?.path ?? 'input'
    const name = times.get(base(path)) === 1 ? base(path) : path
    return `${clip(name, 100)}:${line}`
  }
}

/** The time of day, with its date where that is another one than people have read just before. */
function moment(at: number, sameDayAs: number): string {
  return date(at) === date(sameDayAs) ? time(at) : `${date(at)} ${time(at)}`
}

function more(n: number, what: string): string[] {
  return n > 0 ? ['', `And ${count(n, `more ${what}`)}.`] : []
}

function sentence(raw: string): string {
  return /[.!?…]$/.test(raw) ? raw : `${raw}.`
}

function sizes(most: readonly number[], form: (most: number) => string): string[] {
  return most.map(form)
}

/** Without empty lines at either end, or several in a row. */
function trimmed(lines: readonly string[]): string {
  return lines
    .filter((line, i) => line !== '' || (i > 0 && lines[i - 1] !== ''))
    .join('\n')
    .trim()
}

function incidentsWorstFirst(node: NodeReport): Incident[] {
  return rankIncidents({ nodes: [node] }).map(({ incident }) => incident)
}

function findingsWorstFirst(node: NodeReport): Finding[] {
  return rankFindings({ nodes: [node] }).map(({ finding }) => finding)
}
