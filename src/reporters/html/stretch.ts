import { lastedMs } from '../../model/incident.ts'
import type { Incident, NodeReport } from '../../model/report.ts'

/** From the first attempt of a pod that failed to the recovery, else to the end of the log or to the last failure. Epoch milliseconds. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export function stretchOf(incident: Incident, node: Pick<NodeReport, 'lastAt'>): Stretch {
  const from = incident.pods.reduce(
    (first, { firstAttemptAt }) => Math.min(first, Date.parse(firstAttemptAt)),
    Date.parse(incident.firstFailureAt),
  )
  return { from, to: from + Math.max(0, lastedMs(incident, node.lastAt)) }
}

/** What to show at first: the incidents with some time around them, or the whole log where nothing failed. */
export function focusOf(nodes: readonly NodeReport[]): Stretch {
  const whole = wholeOf(nodes)
  const stretches = nodes.flatMap(node => node.incidents.map(incident => stretchOf(incident, node)))
  if (stretches.length === 0) return whole
  const from = stretches.reduce((first, stretch) => Math.min(first, stretch.from), Number.POSITIVE_INFINITY)
  const to = stretches.reduce((last, stretch) => Math.max(last, stretch.to), from)
  const focus = around({ from, to }, whole)
  // Nearly everything is as good as everything.
  return focus.to - focus.from > (whole.to - whole.from) * 0.6 ? whole : focus
}

/** A stretch with some time before and after it, as far as the log goes. */
export function around({ from, to }: Stretch, whole: Stretch): Stretch {
  const margin = Math.max(15_000, (to - from) / 5)
  return { from: Math.max(whole.from, from - margin), to: Math.min(whole.to, to + margin) }
}

/** The part of a node's report that a drawing of this stretch needs. */
export function within(node: NodeReport, { from, to }: Stretch): NodeReport {
  const iso = (at: number): string => new Date(at).toISOString()
  const [first, last] = [iso(from), iso(to)]
  const before = new Map<number, NodeReport['pool']['rows'][number]>()
  for (const row of node.pool.rows) if (row[0] < first) before.set(row[1], row)
  const rows = [
    ...[...before.values()].map(row => [first, ...row.slice(1)] as unknown as typeof row),
    ...node.pool.rows.filter(([at]) => at >= first && at <= last),
  ]
  return {
    ...node,
    firstAt: first,
    lastAt: last,
    pool: { ...node.pool, rows },
    incidents: node.incidents.filter(
      incident => incident.firstFailureAt <= last && (incident.recoveredAt ?? incident.lastFailureAt) >= first,
    ),
    ...(node.deletions === undefined ? {} : { deletions: node.deletions.filter(({ at, until }) => at <= last && (until ?? at) >= first) }),
    happenings: node.happenings.filter(({ at, until }) => at <= last && (until ?? at) >= first),
    quality: { ...node.quality, gaps: node.quality.gaps.filter(gap => gap.from <= last && gap.to >= first) },
  }
}

export function wholeOf(nodes: readonly NodeReport[]): Stretch {
  const instants = nodes
    .flatMap(node => [
      ...[node.firstAt, node.lastAt].filter(at => at !== null),
      ...node.incidents.flatMap(incident => [incident.firstFailureAt, incident.recoveredAt ?? incident.lastFailureAt]),
    ])
    .map(at => Date.parse(at))
  const from = instants.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY)
  const to = instants.reduce((last, at) => Math.max(last, at), Number.NEGATIVE_INFINITY)
  if (!Number.isFinite(from)) return { from: 0, to: 1_000 }
  return { from, to: Math.max(to, from + 1_000) }
}
