import type { Incident, NodeReport, PoolRow } from '../model/report.ts'

/**
 * The histories of many pools in one report: each is within its bounds (timeline/steps.ts), two hundred of them are not. Where all together have
 * too many rows, of the longest ones the outline stays: what lies near an incident as long as it fits, and of the rest the highs and the lows.
 */
const MOST_ROWS = 1 << 17
/** Enough to see the shape of a day. */
const LEAST_ROWS = 128
const NEAR_MS = 60_000

const THINNED =
  'Every step of the pool: there are more than a report of so many nodes keeps, so away from incidents only highs and lows stand.'

/** Takes each node as it is finished, and thins the ones before it where that is needed. Goes through all of them only once in a while. */
export function createRoom(most = MOST_ROWS) {
  const nodes: { report: NodeReport }[] = []
  let kept = 0
  return (node: { report: NodeReport }): void => {
    nodes.push(node)
    kept += node.report.pool.rows.length
    if (kept <= most) return
    const share = Math.max(LEAST_ROWS, Math.floor(most / 2 / nodes.length))
    kept = 0
    for (const one of nodes) {
      if (one.report.pool.rows.length > share) one.report = outlined(one.report, share)
      kept += one.report.pool.rows.length
    }
  }
}

function outlined(report: NodeReport, most: number): NodeReport {
  const { pool, incidents, unknowns } = report
  const [near, far] = byDistance(pool.rows, incidents)
  const rows = near.length > most / 2 ? outline(pool.rows, most) : [...near, ...outline(far, most - near.length)].sort(byTime)
  return { ...report, pool: { ...pool, rows }, unknowns: unknowns.includes(THINNED) ? unknowns : [...unknowns, THINNED] }
}

/** Rows within a minute of an incident, and the others. */
function byDistance(rows: readonly PoolRow[], incidents: readonly Incident[]): [near: PoolRow[], far: PoolRow[]] {
  const stretches = incidents
    .map(({ firstFailureAt, lastFailureAt, recoveredAt }) => ({
      from: Date.parse(firstFailureAt) - NEAR_MS,
      to: Date.parse(recoveredAt ?? lastFailureAt) + NEAR_MS,
    }))
    .sort((a, b) => a.from - b.from)
  const near: PoolRow[] = []
  const far: PoolRow[] = []
  let next = 0
  let end = Number.NEGATIVE_INFINITY
  for (const row of rows) {
    const at = Date.parse(row[0])
    for (let begun = stretches[next]; begun !== undefined && begun.from <= at; begun = stretches[++next]) end = Math.max(end, begun.to)
    if (at <= end) near.push(row)
    else far.push(row)
  }
  return [near, far]
}

/** Of every few rows of a network card the one with the most and the one with the fewest addresses to give. */
function outline(rows: readonly PoolRow[], most: number): PoolRow[] {
  const size = Math.max(2, Math.ceil((rows.length * 2) / most))
  const groups = new Map<number, PoolRow[]>()
  const kept: PoolRow[] = []
  const close = (group: readonly PoolRow[]): void => {
    const byFree = [...group].sort((a, b) => free(a) - free(b))
    const ends = new Set([byFree[0], byFree.at(-1)])
    kept.push(...group.filter(row => ends.has(row)))
  }
  for (const row of rows) {
    const group = groups.get(row[1]) ?? []
    group.push(row)
    groups.set(row[1], group.length < size ? group : [])
    if (group.length === size) close(group)
  }
  for (const group of groups.values()) if (group.length > 0) close(group)
  return kept.sort(byTime)
}

function byTime([a]: PoolRow, [b]: PoolRow): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function free([, , total, assigned, cooldown]: PoolRow): number {
  return (total ?? 0) - (assigned ?? 0) - (cooldown ?? 0)
}
