import { failsAtTheEnd, findingWeight, incidentStatus, incidentWeight } from '../model/incident.ts'
import type { Cause, Confidence, Finding, Incident, NodeReport, PodWait, Problem, Release, Report, Status } from '../model/report.ts'
import { capital, count, date, duration, inOrder, list, number, percentages, poolSize, span, time, timeOn } from '../words.ts'
import { zonedSpan, zonedTime } from './zone.ts'

/** What every form of the report says alike: the head, the verdict, and what is worst. */

/** `CNI v1.18.3`, or the releases that its callers allow. */
export function releaseText({ value, candidates }: Release): string {
  if (value !== null) return `CNI ${value}`
  if (candidates.length === 0) return 'CNI release unknown'
  if (candidates.length <= 2) return `CNI ${candidates.join(' or ')}`
  return `CNI one of ${candidates[0]} – ${candidates.at(-1)}`
}

/** Who this is about: name, instance, type, zone, release; each once. */
export function nodeFacts(node: NodeReport): string[] {
  const { instanceId, instanceType, availabilityZone, region } = node
  return [
    node.node,
    instanceId === node.node ? undefined : instanceId,
    instanceType,
    availabilityZone ?? region,
    releaseText(node.release),
  ].filter((fact): fact is string => fact !== undefined)
}

/** `2024-09-11 20:39:00 – 21:00:00 UTC`: what the logs cover. */
export function windowText(report: Pick<Report, 'inputs' | 'nodes' | 'window'>, zone?: string): string {
  const covered = coveredBy(report)
  if (covered === undefined) return 'no time in it'
  const there = zone === undefined ? '' : ` (${zonedSpan(...covered, zone)})`
  const narrowed = narrowedText(report.window ?? {}, instant => `${date(Date.parse(instant))} ${time(Date.parse(instant))}`)
  const only = narrowed.length === 0 ? '' : ` (only ${narrowed.join(', ')})`
  return `${span(...covered)} UTC${there}${only}`
}

function coveredBy(report: Pick<Report, 'inputs' | 'nodes'>): [from: number, to: number] | undefined {
  const instants = (of: readonly { readonly firstAt: string | null; readonly lastAt: string | null }[]): number[] =>
    of.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).flatMap(at => (at === null ? [] : [Date.parse(at)]))
  const events = instants(report.nodes)
  // a log without any event still has times
  const all = events.length > 0 ? events : instants(report.inputs)
  return all.length === 0 ? undefined : [Math.min(...all), Math.max(...all)]
}

/** What the report was narrowed to; `show` gives an instant of the reader's kind, `name` what the user wrote. */
export function narrowedText(
  { since, until, node, pod, namespace }: NonNullable<Report['window']>,
  show: (instant: string) => string,
  name: (text: string) => string = text => text,
): string[] {
  return [
    ...(since === undefined ? [] : [`since ${name(show(since))}`]),
    ...(until === undefined ? [] : [`until ${name(show(until))}`]),
    ...(pod === undefined ? [] : [`pod ${name(pod)}`]),
    ...(namespace === undefined ? [] : [`namespace ${name(namespace)}`]),
    ...(node === undefined ? [] : [`node ${name(node)}`]),
  ]
}

/** How good the logs are: files, lines, what could not be read or is missing. */
export function qualityFacts(report: Pick<Report, 'inputs' | 'nodes'>): string[] {
  const { inputs, nodes } = report
  const sum = (pick: (input: Report['inputs'][number]) => number): number => inputs.reduce((total, input) => total + pick(input), 0)
  const lines = sum(input => input.lines)
  const unreadable = sum(input => input.unreadable)
  const gaps = nodes.flatMap(node => node.quality.gaps)
  const longest = gaps.reduce((most, gap) => Math.max(most, gap.ms), 0)
  const silent = nodes.filter(node => !node.quality.debug && node.quality.lines > 0).length
  const truncated = inputs.filter(input => input.truncated).length
  const unrecognized = nodes.reduce((total, node) => total + node.quality.unrecognizedInAll, 0)
  return [
    count(inputs.length, 'file'),
    count(lines, 'line'),
    unreadable === 0 ? 'all readable' : `${number(unreadable)} unreadable (${smallShare(unreadable, lines)})`,
    ...(truncated === 0 ? [] : [`${truncated === 1 ? 'one' : number(truncated)} cut off at the end`]),
    silent === 0 ? (gaps.length === 0 ? 'no gaps' : `${count(gaps.length, 'gap')} (longest ${duration(longest)})`) : 'no debug lines',
    ...(unrecognized === 0 ? [] : [`${count(unrecognized, 'unknown message')}`]),
  ]
}

/** `0.002 %` */
function smallShare(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part * 100) / whole
  return `${share >= 10 ? Math.round(share) : Number(share.toPrecision(1))} %`
}

/** What could not be read, before anything else is said. */
export function damage(report: Pick<Report, 'problems'>): string[] {
  return report.problems.filter(problem => problem.severity === 'damage').map(problemText)
}

/** Silences of the log inside the worst incident: what happened then is not known. */
export function silences(report: Pick<Report, 'nodes'>): string[] {
  const said: string[] = []
  const worst = worstIncident(report)
  if (worst === undefined) return said
  const { node, incident } = worst
  const from = Date.parse(incident.firstFailureAt)
  const to = Date.parse(incident.recoveredAt ?? node.lastAt ?? incident.lastFailureAt)
  for (const gap of node.quality.gaps) {
    if (Date.parse(gap.to) < from || Date.parse(gap.from) > to) continue
    said.push(
      `The log says nothing for ${duration(gap.ms)} inside this incident, ${span(Date.parse(gap.from), Date.parse(gap.to), incident.firstFailureAt.slice(0, 10))}.`,
    )
  }
  return said
}

export function problemText({ text, count: n }: Problem): string {
  return n > 1 ? `${text.replace(/\.$/, '')} (${number(n)}).` : text
}

/** The day that the head names, where all is of one day; times of other days are said with their date. */
export function dayOf(report: Pick<Report, 'nodes'>): string {
  const days = new Set(report.nodes.flatMap(node => [node.firstAt, node.lastAt].flatMap(at => (at === null ? [] : [at.slice(0, 10)]))))
  return days.size === 1 ? [...days].join('') : ''
}

/** The day of the worst incident, which the verdict names: times of that day stand alone below it. */
export function dayOfWorst(report: Pick<Report, 'nodes'>): string {
  return worstIncident(report)?.incident.firstFailureAt.slice(0, 10) ?? dayOf(report)
}

/** What tells the nodes apart: their names up to the first dot, where that is enough. */
export function shortNames(nodes: readonly NodeReport[]): string[] {
  const short = nodes.map(({ node }) => (node.includes('/') ? node : (node.split('.')[0] ?? node)))
  return new Set(short).size === nodes.length && !short.includes('') ? short : nodes.map(({ node }) => node)
}

export interface Worst {
  readonly node: NodeReport
  readonly incident: Incident
}

/** All incidents of all nodes, worst first: the first is the verdict's. */
export function rankIncidents(report: Pick<Report, 'nodes'>): Worst[] {
  return report.nodes
    .flatMap(node => node.incidents.map(incident => ({ node, incident })))
    .sort((a, b) => incidentWeight(b.incident) - incidentWeight(a.incident))
}

export function worstIncident(report: Pick<Report, 'nodes'>): Worst | undefined {
  return rankIncidents(report)[0]
}

export function rankFindings(report: Pick<Report, 'nodes'>): { readonly node: NodeReport; readonly finding: Finding }[] {
  return report.nodes
    .flatMap(node => node.findings.map(finding => ({ node, finding })))
    .sort((a, b) => findingWeight(b.finding) - findingWeight(a.finding))
}

/** Nodes, worst first: by their worst incident, then by their worst finding. */
export function rankNodes(report: Pick<Report, 'nodes'>): NodeReport[] {
  const weight = (node: NodeReport): number =>
    node.incidents.reduce((most, incident) => Math.max(most, 10 * (1 + incidentWeight(incident))), 0) +
    node.findings.reduce((most, finding) => Math.max(most, findingWeight(finding)), 0)
  return [...report.nodes].sort((a, b) => weight(b) - weight(a))
}

/** The status of one node among several. */
export function nodeStatus(node: NodeReport): Status {
  const said = [
    ...node.incidents.map(incidentStatus),
    ...node.findings.map(finding => (finding.severity === 'info' ? 'ok' : finding.severity)),
  ]
  if (said.includes('fail')) return 'fail'
  if (said.includes('warn')) return 'warn'
  return node.quality.lines === 0 ? 'unknown' : 'ok'
}

/** Pods that still wait come first, then those that waited longest. */
export function rankPods(incident: Incident): PodWait[] {
  return [...incident.pods].sort(
    (a, b) =>
      Number(a.assignedAt !== null) - Number(b.assignedAt !== null) ||
      (b.waitMs ?? 0) - (a.waitMs ?? 0) ||
      b.attempts - a.attempts ||
      inOrder(a.firstAttemptAt, b.firstAttemptAt),
  )
}

export function podText({ namespace, name }: Pick<PodWait, 'namespace' | 'name'>): string {
  return name === null ? 'an unnamed pod' : `${namespace ?? '?'}/${name}`
}

/** `14 requests of 5 pods failed, 20:41:07 – 20:46:31.` */
export function failuresText(incident: Incident, day: string, zone?: string): string {
  const from = Date.parse(incident.firstFailureAt)
  const to = Date.parse(incident.lastFailureAt)
  const when = time(from) === time(to) && date(from) === date(to) ? ` at ${timeOn(from, day)}` : `, ${span(from, to, day)}`
  const who = incident.pods.length === 0 ? '' : ` of ${count(incident.pods.length, 'pod')}`
  const there = zone === undefined ? '' : ` (${zonedSpan(from, to, zone)})`
  return `${count(incident.failedRequests, 'request')}${who} failed${when}${there}.`
}

/** Where the time of an incident went; undefined where the report does not say. The whole is the sum of the parts in every form. */
export function timeSpent({ breakdown }: Incident):
  | {
      readonly title: string
      readonly parts: readonly { readonly part: string; readonly text: string; readonly ms: number; readonly share: number }[]
    }
  | undefined {
  const whole = breakdown.reduce((sum, { ms }) => sum + ms, 0)
  if (whole === 0) return undefined
  const shares = percentages(breakdown.map(({ ms }) => ms))
  return { title: `Where the ${duration(whole)} went`, parts: breakdown.map((part, i) => ({ ...part, share: shares[i] as number })) }
}

const MOST_TOLD = 3

/** The same in one sentence. */
export function timeSpentText(incident: Incident): string | undefined {
  const spent = timeSpent(incident)
  if (spent === undefined) return undefined
  const rest = spent.parts.slice(MOST_TOLD)
  return `${spent.title}: ${[
    ...spent.parts.slice(0, MOST_TOLD).map(({ ms, share, text }) => `${duration(ms)} (${share} %) ${text}`),
    ...(rest.length === 0
      ? []
      : [`${duration(rest.reduce((sum, { ms }) => sum + ms, 0))} (${rest.reduce((sum, { share }) => sum + share, 0)} %) other things`]),
  ].join('; ')}.`
}

/** Over is not the same as fixed. */
export function outcomeText(
  incident: Incident,
  node: Pick<NodeReport, 'lastAt'>,
  day: string,
  window: Report['window'],
  zone?: string,
): string {
  const waiting = incident.pods.filter(pod => pod.assignedAt === null).length
  if (incident.recoveredAt !== null)
    return `Recovered ${timeOn(Date.parse(incident.recoveredAt), day)}${zone === undefined ? '' : ` (${zonedTime(Date.parse(incident.recoveredAt), zone)})`}${waiting === 0 ? '' : `; ${count(waiting, 'pod')} never served`}.`
  const end = node.lastAt === null ? '' : ` ${timeOn(Date.parse(node.lastAt), day)}`
  return `${failsAtTheEnd(incident, node.lastAt) ? 'Not recovered' : 'No later success'} (${window?.until === undefined ? 'the log ends' : 'read until'}${end}).`
}

export function fixedText(fixed: boolean | null): string {
  if (fixed === null) return 'Fixed or not: this log does not say.'
  return fixed ? 'FIXED.' : 'NOT FIXED.'
}

/** One incident in one line: for all but the worst. */
export function incidentText(incident: Incident, node: Pick<NodeReport, 'lastAt'>, day: string): string {
  const end = incident.recoveredAt !== null ? 'Recovered' : failsAtTheEnd(incident, node.lastAt) ? 'Not recovered' : 'No later success'
  const fixed = incident.fixed === null ? '' : incident.fixed ? ', FIXED' : ', NOT FIXED'
  const when = span(Date.parse(incident.firstFailureAt), Date.parse(incident.lastFailureAt), day)
  return `${capital(incident.cause?.title ?? 'no cause in this log')} (${when}): ${count(incident.failedRequests, 'request')} of ${count(incident.pods.length, 'pod')} failed. ${end}${fixed}.`
}

/** One finding in one line: for all but the worst. */
export function findingText(finding: Finding): string {
  return `${capital(finding.title)}. ${confidenceText(finding.confidence)}${finding.summary}`
}

/** How sure it is, said only where it is not certain. */
export function confidenceText(confidence: Confidence): string {
  return { certain: '', likely: 'Likely, not proven. ', possible: 'Possible, no more. ' }[confidence]
}

/** Contributing causes, in words. */
const CONTRIBUTING: Readonly<Record<string, string>> = {
  'busy-loop-log-flood': 'the pool manager ran in a busy loop',
  'cooldown-counted-as-available': 'ipamd counts addresses in cooldown as available',
  'create-attach-delete-loop': 'ipamd creates an ENI, fails to attach it and deletes it, again and again',
  'custom-networking-primary-eni-unused': 'custom networking leaves the primary ENI unused',
  'daemonset-pods-ignore-cordon': 'DaemonSet pods ignore the cordon',
  'daemonset-rollout': 'a rollout of aws-node',
  'instance-eni-limit-reached': "the instance's limit of ENIs",
  'ipamd-crash-loop': 'ipamd in a crash loop',
  'kubelet-max-pods-higher': "kubelet's max-pods is higher",
  'mass-node-recycle': 'many nodes replaced at once',
  'max-pods-too-high': 'max-pods is higher than the node can hold',
  'multi-nic': 'several network cards',
  'no-backoff-for-invalidparametervalue': 'ipamd does not back off after InvalidParameterValue',
  'node-full-instance-limit': 'the node is full',
  'pool-decreased-before-burst': 'ipamd gave addresses back just before they were needed',
  'pool-manager-blocked': 'the pool manager was blocked',
  'subnet-fragmented-no-free-28': 'no contiguous /28 in the subnet',
  'subnet-out-of-addresses': 'the subnet had no free address',
  'trunk-eni-slot-reserved': 'a slot is reserved for the trunk ENI',
  'trunk-eni-takes-slot': 'the trunk ENI takes a slot',
  'two-minute-backoff': "ipamd's two-minute wait after an Insufficient error",
  'warm-ip-target-low': 'a low WARM_IP_TARGET',
  'warm-ip-target-too-small': 'a low WARM_IP_TARGET or MINIMUM_IP_TARGET',
  'warm-ip-target-unreachable': 'a WARM_IP_TARGET that cannot be reached',
  'warm-pool-too-small-for-burst': 'a warm pool too small for the burst',
}

export function contributingText(contributing: readonly string[]): string {
  return contributing.map(id => CONTRIBUTING[id] ?? id.replaceAll('-', ' ')).join('; ')
}

/** `lines 24 (09:14:04), 30 and 64 (09:14:15)`, with the file where there are several: where a statement rests. */
export function placesText(cause: Pick<Cause, 'evidence'>, report: Pick<Report, 'inputs' | 'nodes'>, most: number): string {
  const day = dayOfWorst(report)
  const single = report.inputs.length === 1
  let file = ''
  let said = ''
  const all = [...new Map(cause.evidence.map(place => [`${place.input}:${place.line}`, place])).values()]
  const places = all.sort((a, b) => a.input - b.input || a.line - b.line).slice(0, most)
  return places
    .map(({ input, line, at }) => {
      const before = { file, said }
      file = single ? '' : fileName(report.inputs[input]?.path ?? '?')
      said = at === null ? '' : ` (${timeOn(Date.parse(at), day)})`
      const name = single || (file === before.file && before.file !== '') ? '' : file
      return `${single ? '' : `${name}:`}${line}${said === before.said ? '' : said}`
    })
    .join(', ')
    .concat(all.length > places.length ? ` and ${number(all.length - places.length)} more` : '')
    .replace(/^/, single ? (all.length === 1 ? 'line ' : 'lines ') : '')
}

/** The last part of a path; `-` is stdin. */
export function fileName(path: string): string {
  return path === '-' ? 'stdin' : path.slice(path.lastIndexOf('/') + 1)
}

/** Stand-ins in a command for what the log does not say. */
export function placeholders(command: string): string[] {
  return ['SUBNET_ID', 'INSTANCE_ID', 'NODE'].filter(name => command.split(/[^A-Za-z0-9_]/).includes(name))
}

/** An action, with what the reader must fill in. */
export function actionText(action: { readonly text: string; readonly command?: string }): string {
  const missing = action.command === undefined ? [] : placeholders(action.command)
  return missing.length === 0 ? action.text : `${action.text.replace(/\.$/, '')} (put in ${list(missing)}: this log does not name it).`
}

/** The moment when the fewest addresses could have been assigned; undefined where the log does not say. */
export function lowest(node: NodeReport): { readonly at: number; readonly assignable: number; readonly total: number } | undefined {
  let low: { at: number; assignable: number; total: number } | undefined
  for (const [at, , total, assigned, cooldown] of node.pool.rows) {
    // a pool without addresses is one that is only being built
    if (total === null || assigned === null || total === 0) continue
    const assignable = Math.max(0, total - assigned - (cooldown ?? 0))
    if (low === undefined || assignable < low.assignable) low = { at: Date.parse(at), assignable, total }
  }
  return low
}

/** `Lowest: 6 assignable of 27 at 20:14:05.` */
export function lowestText(report: Pick<Report, 'nodes'>): string | undefined {
  const lows = report.nodes.flatMap(node => lowest(node) ?? [])
  const low = lows.sort((a, b) => a.assignable - b.assignable)[0]
  if (low === undefined) return undefined
  if (low.total >= 2 ** 48) return `The pool is ${poolSize(low.total)}.`
  return `Lowest: ${number(low.assignable)} assignable of ${number(low.total)} at ${timeOn(low.at, dayOfWorst(report))}.`
}

/** `142 requests: 140 got an address, 2 failed.` */
export function requestsText(report: Pick<Report, 'nodes'>): string {
  const sum = (pick: (node: NodeReport) => number): number => report.nodes.reduce((total, node) => total + pick(node), 0)
  const add = sum(node => node.requests.add)
  const assigned = sum(node => node.requests.assigned)
  const failed = sum(node => node.requests.failed)
  const unanswered = sum(node => node.requests.unanswered)
  if (add === 0) return 'No request for an address is in this log.'
  if (assigned === add) return add === 1 ? '1 request, and it got an address.' : `${count(add, 'request')}, all got an address.`
  return `${count(add, 'request')}: ${[
    `${number(assigned)} got an address`,
    ...(failed === 0 ? [] : [`${number(failed)} failed`]),
    ...(unanswered === 0 ? [] : [`${number(unanswered)} without an outcome in this log`]),
  ].join(', ')}.`
}

/** `39 causes looked for and not found; 2 could not be judged (…)`: over all nodes, what could not be judged on one is not ruled out. */
export function checkedText(nodes: readonly NodeReport[]): string {
  const checks = nodes.flatMap(node => node.checked)
  const ids = (outcome: string): Set<string> => new Set(checks.filter(check => check.outcome === outcome).map(check => check.id))
  const notJudged = ids('not-judged')
  const failed = ids('failed')
  const ruledOut = [...ids('ruled-out')].filter(id => !notJudged.has(id) && !failed.has(id)).length
  const reasons = checks.filter(check => check.outcome === 'not-judged').map(check => check.reason)
  return [
    `${count(ruledOut, 'cause')} looked for and not found`,
    ...(notJudged.size === 0 ? [] : [`${number(notJudged.size)} could not be judged (${list(reasons)})`]),
    ...(failed.size === 0 ? [] : [`${count(failed.size, 'check')} broke (a defect of ipamd-trace)`]),
  ].join('; ')
}

/** ipamd's own account of its pool in a node's bundle, held against the log; undefined where there is none. */
export function bundleText({ bundle }: Pick<NodeReport, 'bundle'>, day: string): string | undefined {
  const check = bundle?.check
  if (check == null) return undefined
  const { at, by, agrees, cards, addressesCompared } = check
  const when = `${by === 'request-line' ? 'when it was asked for it' : 'at the end of the log'} (${timeOn(Date.parse(at), day)})`
  if (!agrees) return `ipamd's own account of its pool in the bundle differs from the log ${when}.`
  const pools = cards
    .filter(({ log }) => log.total !== null && log.assigned !== null)
    .map(({ bundle: { total, assigned } }) => `${number(assigned)} of ${poolSize(total)} assigned`)
  const entries = addressesCompared === 0 ? [] : [`${count(addressesCompared, 'entry', 'entries')} of addresses compared`]
  const said = [...(pools.length === 0 ? [] : [list(pools, 8)]), ...entries]
  return `ipamd's own account of its pool in the bundle agrees with the log ${when}${said.length === 0 ? '' : `: ${said.join(', ')}`}.`
}

/** The same in one sentence, of however many nodes. */
export function bundlesText(nodes: readonly NodeReport[], day: string): string | undefined {
  const checked = nodes.filter(({ bundle }) => bundle?.check != null)
  const [first] = checked
  if (first === undefined || nodes.length === 1) return first && bundleText(first, day)
  const agreeing = checked.filter(({ bundle }) => bundle?.check?.agrees).length
  const of = agreeing === checked.length ? count(agreeing, 'node') : `${number(agreeing)} of ${count(checked.length, 'node')}`
  return `ipamd's own account of its pool agrees with the log on ${of} whose ${checked.length === 1 ? 'bundle has' : 'bundles have'} one.`
}

/** What cannot be said, without the reason: unknowns are worded as `what: why`. */
export function unknownText(unknown: string): string {
  const end = unknown.indexOf(': ')
  return end < 0 ? unknown : `${unknown.slice(0, end)}.`
}

/** Whether the log itself says whose it is. */
export function isNamed(node: Pick<NodeReport, 'node'>, report: Pick<Report, 'inputs'>): boolean {
  return !report.inputs.some(input => input.path === node.node)
}
