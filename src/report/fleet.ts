import type { Fleet, Incident, NodeReport } from '../model/report.ts'
import { count, duration } from '../words.ts'

/** Several nodes are one story where the same subnet refused them, or the same thing befell them. Undefined: there is one node. */
export function fleet(nodes: readonly NodeReport[]): Fleet | undefined {
  if (nodes.length < 2) return undefined
  const failures = nodes.flatMap(node => node.incidents.map(incident => ({ node, incident })))
  const failed = nodes
    .filter(node => node.incidents.length > 0)
    .map(node => {
      const { incidents } = node
      const first = incidents.reduce((a, b) => (b.firstFailureAt < a.firstFailureAt ? b : a))
      const worst = incidents.reduce((a, b) => (b.failedRequests > a.failedRequests ? b : a))
      const open = incidents.some(incident => incident.recoveredAt === null)
      return {
        node: node.node,
        firstFailureAt: first.firstFailureAt,
        recoveredAt: open
          ? null
          : (incidents
              .map(incident => incident.recoveredAt as string)
              .sort()
              .at(-1) as string),
        failedRequests: sum(incidents),
        pods: podsOf(incidents),
        cause: worst.cause?.id ?? null,
      }
    })
    .sort((a, b) => (a.firstFailureAt < b.firstFailureAt ? -1 : a.firstFailureAt > b.firstFailureAt ? 1 : a.node < b.node ? -1 : 1))
  return { nodes: nodes.length, failed, shared: shared(failures, nodes.length) }
}

interface Failure {
  readonly node: NodeReport
  readonly incident: Incident
}

function shared(failures: readonly Failure[], nodes: number): Fleet['shared'] {
  const groups = new Map<string, { readonly by: 'subnet' | 'cause'; readonly subnetId?: string; readonly failures: Failure[] }>()
  for (const failure of failures) {
    const cause = failure.incident.cause?.id ?? ''
    const subnetId = subnetOf(failure)
    const key = subnetId === undefined ? `cause ${cause}` : `subnet ${subnetId} ${cause}`
    const group = groups.get(key) ?? {
      by: subnetId === undefined ? 'cause' : 'subnet',
      ...(subnetId === undefined ? {} : { subnetId }),
      failures: [],
    }
    group.failures.push(failure)
    groups.set(key, group)
  }
  return [...groups.values()]
    .map(({ by, subnetId, failures }) => {
      const firsts = new Map<NodeReport, string>()
      for (const { node, incident } of failures) {
        const known = firsts.get(node)
        if (known === undefined || incident.firstFailureAt < known) firsts.set(node, incident.firstFailureAt)
      }
      const instants = [...firsts.values()].sort()
      const incidents = failures.map(({ incident }) => incident)
      const [{ incident }] = failures as [Failure]
      const withinMs = Date.parse(instants.at(-1) as string) - Date.parse(instants[0] as string)
      return {
        by,
        cause: incident.cause?.id ?? null,
        ...(subnetId === undefined ? {} : { subnetId }),
        nodes: [...firsts].sort((a, b) => (a[1] < b[1] ? -1 : 1)).map(([node]) => node.node),
        firstFailureAt: instants[0] as string,
        withinMs,
        failedRequests: sum(incidents),
        pods: podsOf(incidents),
        text: sentence(firsts.size, nodes, subnetId, withinMs, incident),
      }
    })
    .filter(group => group.nodes.length > 1)
    .sort(
      (a, b) => b.nodes.length - a.nodes.length || b.failedRequests - a.failedRequests || (a.firstFailureAt < b.firstFailureAt ? -1 : 1),
    )
}

function sentence(failed: number, nodes: number, subnetId: string | undefined, withinMs: number, { cause }: Incident): string {
  const who = failed === nodes ? `All ${nodes} nodes` : `${failed} of ${nodes} nodes`
  const within = withinMs === 0 ? ' at the same moment' : ` within ${duration(withinMs)}`
  const what = subnetId === undefined ? `began to fail${within}` : `were refused in ${subnetId}${within}`
  return `${who} ${what}: ${cause === null ? 'these logs cannot tell why' : cause.title}.`
}

/** The subnet that EC2's refusal names; else the node's own, where the cause is the subnet's. */
function subnetOf({ node, incident }: Failure): string | undefined {
  if (incident.cause === null) return undefined
  const refused = incident.apiErrors.find(error => error.subnetId !== undefined)?.subnetId
  return refused ?? (incident.cause.id.startsWith('subnet-') ? node.subnetId : undefined)
}

function sum(incidents: readonly Incident[]): number {
  return incidents.reduce((all, incident) => all + incident.failedRequests, 0)
}

function podsOf(incidents: readonly Incident[]): number {
  return new Set(incidents.flatMap(incident => incident.pods.map(pod => `${pod.namespace}/${pod.name}`))).size
}

/** What at least half of the nodes that failed have in common. */
export function leadingGroup({ failed, shared }: Fleet): Fleet['shared'][number] | undefined {
  return shared.find(group => group.nodes.length * 2 >= failed.length)
}

/** The fleet in one sentence, for the verdict; undefined where one node or none failed. */
export function fleetHeadline(fleet: Fleet): string | undefined {
  const { failed, nodes } = fleet
  if (failed.length < 2) return undefined
  const common = leadingGroup(fleet)
  const open = failed.filter(node => node.recoveredAt === null).length
  const still =
    open === 0
      ? ''
      : open === failed.length
        ? ' They still fail when their logs end.'
        : ` ${count(open, 'node')} still ${open === 1 ? 'fails' : 'fail'} when the log ends.`
  if (common !== undefined) return `${common.text}${still}`
  const [first] = failed as [Fleet['failed'][number]]
  return `Pods on ${failed.length} of ${nodes} nodes could not get an IP address, on ${first.node} first, and not for one cause.${still}`
}
