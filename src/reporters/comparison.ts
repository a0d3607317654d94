import type { Comparison, Side } from '../model/comparison.ts'
import type { NodeReport, Report } from '../model/report.ts'
import { count, duration, list, number } from '../words.ts'
import { podText, releaseText } from './summary.ts'

/** Fewer requests than these put no pool to the test, nor does a shorter log, or half the pods. */
const FEW = 10
const SHORT_MS = 60_000
const HOUR_MS = 3_600_000

/** Did the fix work? What two reports say, side by side, and whether they can be compared at all. */
export function compare(before: Report, after: Report): Comparison {
  const sides = { before: sideOf(before), after: sideOf(after) }
  return {
    schema: 'ipamd-trace/comparison',
    schemaVersion: 1,
    ...verdict(sides.before, sides.after),
    ...sides,
    changed: changes(before, after),
    warnings: warnings(sides.before, sides.after, before, after),
  }
}

/** `12 per hour`, as a number with two decimals. */
function perHour(n: number, ms: number): number | null {
  return ms === 0 ? null : Math.round((100 * n * HOUR_MS) / ms) / 100
}

function sideOf(report: Report): Side {
  const { nodes, verdict } = report
  const sum = (pick: (node: NodeReport) => number): number => nodes.reduce((total, node) => total + pick(node), 0)
  const loggedMs = sum(lengthOf)
  const failed = sum(node => node.requests.failed)
  const pods = nodes.flatMap(node => node.incidents.flatMap(incident => incident.pods))
  const waits = pods.flatMap(pod => pod.waitMs ?? []).sort((a, b) => a - b)
  const served = new Set(pods.filter(pod => pod.assignedAt !== null).map(podText))
  const hit = new Set(pods.map(podText))
  const empty = nodes.map(emptyOf)
  const poolKnownMs = empty.reduce((total, { knownMs }) => total + knownMs, 0)
  const wastes = nodes.flatMap(({ waste }) => waste ?? [])
  const assigned = wastes.reduce((total, waste) => total + waste.meanAssigned * waste.knownMs, 0)
  const asked = nodes.map(({ growth }) => growth?.asked ?? null)
  const firsts = nodes.flatMap(node => node.firstAt ?? []).sort()
  const lasts = nodes.flatMap(node => node.lastAt ?? []).sort()
  return {
    nodes: nodes.map(({ node }) => node).sort(),
    releases: [...new Set(nodes.map(({ release }) => releaseText(release)))].sort(),
    firstAt: firsts[0] ?? null,
    lastAt: lasts.at(-1) ?? null,
    loggedMs,
    status: verdict.status,
    cause: verdict.cause === null ? null : { id: verdict.cause.id, title: verdict.cause.title },
    requests: sum(node => node.requests.add),
    failed,
    failedPerHour: perHour(failed, loggedMs),
    podsHit: hit.size,
    podsWaiting: [...hit].filter(pod => !served.has(pod)).length,
    waitP50Ms: quantile(waits, 0.5),
    waitP99Ms: quantile(waits, 0.99),
    emptyMs: poolKnownMs === 0 ? null : empty.reduce((total, { emptyMs }) => total + emptyMs, 0),
    poolKnownMs,
    mostPods: mostPods(nodes),
    askedPerHour:
      asked.length === 0 || asked.includes(null)
        ? null
        : perHour(
            asked.reduce<number>((a, b) => a + (b ?? 0), 0),
            loggedMs,
          ),
    refusalsPerHour: nodes.some(({ growth }) => growth === undefined)
      ? null
      : perHour(
          sum(({ growth }) => growth?.refusals ?? 0),
          loggedMs,
        ),
    heldPerPod:
      assigned === 0
        ? null
        : Math.round((100 * wastes.reduce((total, waste) => total + waste.meanTotal * waste.knownMs, 0)) / assigned) / 100,
    starts: sum(node =>
      node.happenings.filter(({ kind }) => kind === 'ipamd-started').reduce((total, happening) => total + happening.count, 0),
    ),
  }
}

function lengthOf({ firstAt, lastAt }: NodeReport): number {
  return firstAt === null || lastAt === null ? 0 : Date.parse(lastAt) - Date.parse(firstAt)
}

/** Nearest rank. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

/** For how long network card 0 had no address that could be assigned. */
function emptyOf({ pool, lastAt }: NodeReport): { emptyMs: number; knownMs: number } {
  const rows = pool.rows.filter(([, card]) => card === 0)
  let emptyMs = 0
  let knownMs = 0
  for (const [i, [at, , total, assigned, cooldown]] of rows.entries()) {
    const end = rows[i + 1]?.[0] ?? lastAt
    if (end === null || total === null || assigned === null) continue
    const ms = Math.max(0, Date.parse(end) - Date.parse(at))
    const free = total - assigned
    if (free > 0 && cooldown === null) continue
    knownMs += ms
    if (free - (cooldown ?? 0) <= 0) emptyMs += ms
  }
  return { emptyMs, knownMs }
}

function mostPods(nodes: readonly NodeReport[]): number | null {
  let most: number | null = null
  for (const { pool } of nodes) for (const [, , , assigned] of pool.rows) if (assigned !== null) most = Math.max(most ?? 0, assigned)
  return most
}

/** Also where no request failed: ipamd could not start, or pods have dead addresses. */
function isTroubled({ failed, status }: Side): boolean {
  return failed > 0 || status === 'fail'
}

function verdict(before: Side, after: Side): Pick<Comparison, 'outcome' | 'headline'> {
  for (const [name, side] of [
    ['first', before],
    ['second', after],
  ] as const)
    if (side.status === 'unknown' || side.nodes.length === 0)
      return { outcome: 'cannot-tell', headline: `Cannot tell: the ${name} log says nothing of requests for addresses.` }
  if (isTroubled(after)) {
    const cause = after.cause === null ? '' : `: ${after.cause.title}`
    if (!isTroubled(before))
      return { outcome: 'failing-now', headline: `Failing now: nothing failed before, ${failures(after)} after${cause}.` }
    const other = before.cause !== null && after.cause !== null && before.cause.id !== after.cause.id
    return {
      outcome: 'still-failing',
      headline: `Still failing: ${failures(before)} before, ${failures(after)} after${cause}${other ? ` (before: ${before.cause?.title})` : ''}.`,
    }
  }
  if (!isTroubled(before))
    return { outcome: 'no-failure', headline: `No failure in either: ${requests(before)} before, ${requests(after)} after.` }
  const doubt = untested(before, after)
  if (doubt !== undefined) return { outcome: 'cannot-tell', headline: `Cannot tell: ${failures(before)} before, none after, but ${doubt}.` }
  return {
    outcome: 'fixed',
    headline: `Fixed: ${failures(before)} before, none of ${requests(after)} after, in ${duration(after.loggedMs)}.`,
  }
}

/** Why no failure afterwards says little. */
function untested(before: Side, after: Side): string | undefined {
  if (after.requests < FEW) return `there ${after.requests === 1 ? 'was' : 'were'} only ${requests(after)}`
  if (after.loggedMs < SHORT_MS) return `that log is only ${duration(after.loggedMs)} long`
  if (before.mostPods !== null && after.mostPods !== null && after.mostPods < before.mostPods / 2)
    return `at most ${count(after.mostPods, 'pod')} had addresses at once (before: ${number(before.mostPods)})`
  return undefined
}

function requests({ requests }: Side): string {
  return count(requests, 'request')
}

/** `12 of 46 requests failed`, or what else was wrong. */
function failures({ failed, requests, cause, loggedMs }: Side): string {
  if (failed === 0) return cause === null ? 'trouble' : `trouble (${cause.id})`
  return `${number(failed)} of ${count(requests, 'request')} failed in ${duration(loggedMs)}`
}

function changes(before: Report, after: Report): Comparison['changed'] {
  const [old, now] = [settingsOf(before), settingsOf(after)]
  return [...old.keys()]
    .sort()
    .map(name => ({ name, before: old.get(name), after: now.get(name) }))
    .filter((change): change is Comparison['changed'][number] => change.before !== undefined && change.after !== undefined)
    .filter(change => change.before !== change.after)
}

/** What all nodes of a report say, with all values where they differ. */
function settingsOf({ nodes }: Report): Map<string, string> {
  const values = new Map<string, Set<string>>()
  const add = (name: string, value: string): void => {
    const known = values.get(name)
    if (known === undefined) values.set(name, new Set([value]))
    else known.add(value)
  }
  for (const node of nodes) for (const [name, value] of Object.entries(node.settings)) add(name, value)
  return new Map([...values].map(([name, all]) => [name, [...all].sort().join(', ')]))
}

function warnings(before: Side, after: Side, ...reports: readonly [Report, Report]): string[] {
  const said: string[] = []
  const [old, now] = reports
  if (before.nodes.join() !== after.nodes.join())
    said.push(`Not the same nodes: ${list(before.nodes, 2)} before, ${list(after.nodes, 2)} after.`)
  if (before.releases.join() !== after.releases.join())
    said.push(`Not the same release: ${list(before.releases)} before, ${list(after.releases)} after.`)
  const debug = reports.map(({ nodes }) => nodes.every(({ quality }) => quality.debug))
  if (debug[0] !== debug[1])
    said.push(
      `Only the log ${debug[0] ? 'before' : 'after'} has debug lines everywhere: figures of the pool and of EC2 are told only there.`,
    )
  const [shorter, longer] = [before.loggedMs, after.loggedMs].sort((a, b) => a - b) as [number, number]
  if (longer > 3 * shorter)
    said.push(`Not of the same length: ${duration(before.loggedMs)} before, ${duration(after.loggedMs)} after. Compare the rates.`)
  for (const [name, side] of [
    ['Before', before],
    ['After', after],
  ] as const)
    if (side.requests < FEW) said.push(`${name}, only ${requests(side)} reached ipamd.`)
  if (before.mostPods !== null && after.mostPods !== null && after.mostPods < 0.8 * before.mostPods)
    said.push(
      `After, at most ${count(after.mostPods, 'pod')} had addresses at once, before ${number(before.mostPods)}: the pool was not put to the same test.`,
    )
  if (before.firstAt !== null && after.firstAt !== null && after.firstAt < before.firstAt)
    said.push('The second log begins before the first one: are they in the right order?')
  for (const [name, report] of [
    ['first', old],
    ['second', now],
  ] as const)
    if (report.problems.some(({ severity }) => severity === 'damage')) said.push(`The ${name} log is damaged: figures may lack something.`)
  return said
}
