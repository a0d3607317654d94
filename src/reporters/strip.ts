import type { Happening, Incident, NodeReport, PoolRow } from '../model/report.ts'

/** The pool during an incident, as columns of equal time. */
export interface Strip {
  readonly from: number
  readonly to: number
  readonly stepMs: number
  /** Block characters: assigned of total, the fullest moment of each column. A full block means that all were assigned; `?`: not known. */
  readonly pool: string
  /** The totals that occurred, smallest (but for an empty pool) and largest; null: never known. */
  readonly totals: readonly [number, number] | null
  /** Failed requests per column; `+` is more than nine. */
  readonly failed: string
  /** R: EC2 refused. ─: ipamd waited before asking again. ~: the pool manager hung in a call. Empty where nothing of this happened. */
  readonly ec2: string
  /** c: nothing assignable because free addresses rested in their cooldown. */
  readonly cooldown: string
  /** S: ipamd started. T: it was told to end. X: it gave up starting. */
  readonly ipamd: string
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const STEPS = [1, 2, 3, 5, 10, 15, 20, 30].flatMap(n => [n * SECOND, n * MINUTE]).concat([1, 2, 6, 12, 24, 48, 168].map(n => n * HOUR))
STEPS.sort((a, b) => a - b)

const BLOCKS = '▁▂▃▄▅▆▇'

/** Undefined where the log shows nothing of the pool or is too short for a picture. */
export function strip(node: NodeReport, incident: Incident, columns: number): Strip | undefined {
  const [begin, end] = stretch(node, incident)
  const stepMs = STEPS.find(step => Math.ceil(end / step) - Math.floor(begin / step) <= columns)
  if (stepMs === undefined || end <= begin) return undefined
  const from = Math.floor(begin / stepMs) * stepMs
  const cells = Math.max(1, Math.ceil((end - from) / stepMs))
  const lane = <T>(value: T): T[] => Array.from({ length: cells }, () => value)
  const cellOf = (at: number): number => Math.floor((at - from) / stepMs)

  const { pool, cooldown, totals } = poolCells(node, incident.poolAtFirstFailure?.networkCard ?? 0, from, stepMs, cells)

  const failures = lane(0)
  for (const failure of incident.failures) {
    const cell = cellOf(Date.parse(failure))
    if (failures[cell] !== undefined) failures[cell]++
  }

  const ec2 = lane(' ')
  const ipamd = lane(' ')
  const fill = (cellsOf: string[], { at, until }: Happening, mark: string): void => {
    const last = Math.min(cells - 1, cellOf(Date.parse(until ?? at)))
    for (let cell = Math.max(0, cellOf(Date.parse(at))); cell <= last; cell++) cellsOf[cell] = mark
  }
  const marked = (kind: string): Happening[] => node.happenings.filter(happening => happening.kind === kind)
  for (const stall of marked('stall')) fill(ec2, stall, '~')
  for (const wait of marked('wait')) fill(ec2, wait, '─')
  for (const refusal of marked('ec2-refused')) fill(ec2, refusal, 'R')
  for (const [kind, mark] of [
    ['shutdown', 'T'],
    ['ipamd-failed', 'X'],
    ['ipamd-started', 'S'],
  ] as const)
    for (const happening of marked(kind)) fill(ipamd, happening, mark)

  return {
    from,
    to: from + cells * stepMs,
    stepMs,
    pool: pool.join(''),
    totals,
    failed: failures.map(n => (n === 0 ? '·' : n > 9 ? '+' : String(n))).join(''),
    ec2: ec2.join('').trimEnd(),
    cooldown: cooldown.join('').trimEnd(),
    ipamd: ipamd.join('').trimEnd(),
  }
}

/** The incident with what stood before it, and some margin on both sides, as far as the log goes. */
function stretch(node: NodeReport, incident: Incident): [number, number] {
  const firstFailure = Date.parse(incident.firstFailureAt)
  const begun = incident.pods.reduce((first, pod) => Math.min(first, Date.parse(pod.firstAttemptAt)), firstFailure)
  const ended = Date.parse(incident.recoveredAt ?? incident.lastFailureAt)
  const length = ended - begun
  const margin = Math.max(10 * SECOND, length / 8)
  const refused = incident.apiErrors.map(error => Date.parse(error.at)).find(at => at < begun && at > begun - Math.max(MINUTE, length))
  const first = node.firstAt === null ? begun : Date.parse(node.firstAt)
  const last = node.lastAt === null ? ended : Date.parse(node.lastAt)
  return [Math.max(first, Math.min(begun, refused ?? begun) - margin), Math.min(Math.max(last, ended) + 1, ended + margin)]
}

interface PoolCells {
  readonly pool: string[]
  readonly cooldown: string[]
  readonly totals: readonly [number, number] | null
}

function poolCells(node: NodeReport, networkCard: number, from: number, stepMs: number, cells: number): PoolCells {
  const rows = node.pool.rows.filter(row => row[1] === networkCard)
  const pool: string[] = []
  const cooldown: string[] = []
  let least = Number.POSITIVE_INFINITY
  let most = -1
  let next = rowsUntil(rows, from)
  let current = rows[next - 1]
  for (let cell = 0; cell < cells; cell++) {
    let fullest = -1
    let resting = false
    const see = ([, , total, assigned, cooling]: PoolRow): void => {
      if (total === null || assigned === null) return
      if (total > 0) least = Math.min(least, total)
      most = Math.max(most, total)
      fullest = Math.max(fullest, total === 0 ? 0 : assigned / total)
      resting ||= cooling !== null && cooling > 0 && total - assigned - cooling <= 0
    }
    if (current !== undefined) see(current)
    for (; rows[next] !== undefined && Date.parse((rows[next] as PoolRow)[0]) < from + (cell + 1) * stepMs; next++) {
      current = rows[next] as PoolRow
      see(current)
    }
    pool.push(block(fullest))
    cooldown.push(resting ? 'c' : ' ')
  }
  const totals = most < 0 ? null : ([Math.min(least, most), most] as const)
  return { pool, cooldown, totals }
}

/** How many rows, in order of time, are not after `at`: a long log has tens of thousands, and the picture is of a few. */
function rowsUntil(rows: readonly PoolRow[], at: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (Date.parse((rows[middle] as PoolRow)[0]) <= at) low = middle + 1
    else high = middle
  }
  return low
}

function block(ratio: number): string {
  if (ratio < 0) return '?'
  if (ratio >= 1) return '█'
  if (ratio === 0) return '·'
  return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(ratio * BLOCKS.length))] as string
}
