import type { NodeReport, Report } from '../model/report.ts'
import type { NodeWaste, SubnetWaste, WasteAnswer } from '../model/waste.ts'

/** What each node held without a pod, and the nodes of a subnet together. */
export function wasteOf(report: Pick<Report, 'nodes'>): WasteAnswer {
  const nodes = [...report.nodes].sort((a, b) => (b.waste?.addressHours ?? -1) - (a.waste?.addressHours ?? -1))
  const subnets = [...new Set(nodes.map(subnetOf))]
  return {
    schema: 'ipamd-trace/waste',
    schemaVersion: 1,
    nodes: nodes.map((node): NodeWaste => ({ node: node.node, subnetId: subnetOf(node), waste: node.waste ?? null })),
    subnets: subnets
      .map(subnetId =>
        together(
          subnetId,
          nodes.filter(node => subnetOf(node) === subnetId && node.waste !== undefined),
        ),
      )
      .filter(subnet => subnet.nodes > 0)
      .sort((a, b) => b.addressHours - a.addressHours),
  }
}

function subnetOf(node: NodeReport): string | null {
  return node.subnetId ?? null
}

function together(subnetId: string | null, nodes: readonly NodeReport[]): SubnetWaste {
  const sum = (pick: (waste: NonNullable<NodeReport['waste']>) => number): number =>
    Math.round(10_000 * nodes.reduce((total, { waste }) => total + (waste === undefined ? 0 : pick(waste)), 0)) / 10_000
  return {
    subnetId,
    nodes: nodes.length,
    meanSpare: sum(waste => waste.meanSpare),
    addressHours: sum(waste => waste.addressHours),
    peak: highest(nodes),
  }
}

/** The pools of all nodes laid over each other; a node counts from its first row to the end of its log. */
function highest(nodes: readonly NodeReport[]): SubnetWaste['peak'] {
  const changes = nodes.flatMap(changesOf).sort((a, b) => a.at - b.at)
  let now = 0
  let peak: { at: number; spare: number } | undefined
  for (const [i, { at, by }] of changes.entries()) {
    now += by
    if (changes[i + 1]?.at !== at && now > (peak?.spare ?? 0)) peak = { at, spare: now }
  }
  return peak === undefined ? null : { at: new Date(peak.at).toISOString(), spare: peak.spare }
}

function changesOf({ pool, lastAt }: NodeReport): { at: number; by: number }[] {
  const cards = new Map<number, number>()
  const changes: { at: number; by: number }[] = []
  for (const [instant, card, total, assigned] of pool.rows) {
    const spare = total === null || assigned === null ? 0 : Math.max(0, total - assigned)
    const before = cards.get(card) ?? 0
    if (spare !== before) changes.push({ at: Date.parse(instant), by: spare - before })
    cards.set(card, spare)
  }
  const left = [...cards.values()].reduce((sum, spare) => sum + spare, 0)
  return lastAt === null ? changes : [...changes, { at: Date.parse(lastAt), by: -left }]
}
