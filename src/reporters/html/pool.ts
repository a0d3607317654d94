import type { NodeReport, PoolRow } from '../../model/report.ts'

/** The pool of one network card from an instant until the next step. Epoch milliseconds; null where the log cannot tell. */
export interface Step {
  readonly from: number
  readonly to: number
  readonly total: number | null
  readonly assigned: number | null
  readonly cooldown: number | null
}

export interface CardSteps {
  readonly networkCard: number
  readonly steps: readonly Step[]
  /** Steps that were left out, so that a long log stays small: of each short stretch, the ends and the extremes are kept. */
  readonly merged: number
}

export function poolOf(node: NodeReport, until: number, most: number): CardSteps[] {
  const cards = new Map<number, PoolRow[]>()
  for (const row of node.pool.rows) {
    const rows = cards.get(row[1])
    if (rows === undefined) cards.set(row[1], [row])
    else rows.push(row)
  }
  return [...cards]
    .sort(([a], [b]) => a - b)
    .map(([networkCard, rows]) => {
      const kept = thin(rows, most)
      const steps = kept.map((row, i): Step => {
        const from = Date.parse(row[0])
        const next = kept[i + 1]
        return {
          from,
          to: Math.max(from, next === undefined ? until : Date.parse(next[0])),
          total: row[2],
          assigned: row[3],
          cooldown: row[4],
        }
      })
      return { networkCard, steps, merged: rows.length - kept.length }
    })
}

/** Free for a pod at once. */
export function assignable({ total, assigned, cooldown }: Pick<Step, 'total' | 'assigned' | 'cooldown'>): number | null {
  return total === null || assigned === null || cooldown === null ? null : Math.max(0, total - assigned - cooldown)
}

/** Of each stretch of rows the last one, and those with the most and the fewest free addresses: what is drawn was so at that instant. */
function thin(rows: readonly PoolRow[], most: number): readonly PoolRow[] {
  if (rows.length <= most) return rows
  const size = Math.ceil(rows.length / (most / 3))
  const kept: PoolRow[] = []
  for (let i = 0; i < rows.length; i += size) {
    const bucket = rows.slice(i, i + size)
    const free = (row: PoolRow): number => (row[2] ?? 0) - (row[3] ?? 0)
    const lowest = bucket.reduce((a, b) => (free(b) < free(a) ? b : a))
    const highest = bucket.reduce((a, b) => (free(b) > free(a) ? b : a))
    const wanted = new Set([lowest, highest, bucket.at(-1)])
    kept.push(...bucket.filter(row => wanted.has(row)))
  }
  return kept
}
