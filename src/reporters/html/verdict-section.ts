import type { Incident, NodeReport, Report } from '../../model/report.ts'
import { count, duration, time } from '../../words.ts'
import { type Worst, worstIncident } from '../summary.ts'
import { dateSpan, name, number } from './context.ts'
import { incidentStory, sure, waitedMs } from './incident-section.ts'
import { html, type Markup } from './markup.ts'
import { assignable } from './pool.ts'
import { stretchOf } from './stretch.ts'

/** The incident that the verdict speaks of. */
/** Tabs, lists of attachments and bookmarks show it: status, length, node, time. */
export function title(report: Report): string {
  const { status } = report.verdict
  const worst = worstIncident(report)
  const node = worst?.node ?? report.nodes[0]
  const nodes = report.nodes.length > 1 ? `${report.nodes.length} nodes` : node === undefined ? 'no node' : name(node.node)
  if (worst === undefined) {
    const from = node?.firstAt ?? null
    return [status.toUpperCase(), nodes, from === null ? null : `${dateSpan(from, node?.lastAt ?? from)} UTC`, 'ipamd-trace']
      .filter(part => part !== null)
      .join(' · ')
  }
  const { from, to } = stretchOf(worst.incident, worst.node)
  return `${status.toUpperCase()} ${duration(to - from)} without an address · ${nodes} · ${new Date(from).toISOString().slice(0, 16).replace('T', ' ')} UTC · ipamd-trace`
}

export function verdictSection(report: Report): Markup {
  const { verdict, problems } = report
  const worst = worstIncident(report)
  const damage = problems.filter(({ severity }) => severity === 'damage')
  const incidents = report.nodes.reduce((sum, node) => sum + node.incidents.length, 0)
  return html`<section class="verdict ${verdict.status}">
<p class="when"><strong class="tag">${verdict.status.toUpperCase()}</strong> ${whenOf(report, worst)}</p>
<h1>${verdict.headline}</h1>
${
  damage.length > 0 &&
  html`<p class="damage"><strong>The log is damaged, so this report may lack something:</strong> ${damage
    .slice(0, 3)
    .map(problem => `${problem.text} `)
    .join('')}${damage.length > 3 && `And ${damage.length - 3} more. `}<a href="#quality">Log quality</a></p>`
}
${worst === undefined ? verdict.cause !== null && html`<p>${verdict.cause.summary} <span class="sure">${sure(verdict.cause.confidence)}</span></p>` : incidentStory(worst.incident, worst.node)}
${incidents > 1 && html`<p>This is the worst of ${incidents} incidents; <a href="#incidents">all of them</a>.</p>`}
</section>
${tiles(report, worst)}`
}

function whenOf(report: Report, worst: Worst | undefined): string {
  if (worst !== undefined) {
    const { from, to } = stretchOf(worst.incident, worst.node)
    return `${dateSpan(new Date(from).toISOString(), new Date(to).toISOString())} UTC`
  }
  const instants = report.nodes
    .flatMap(node => [node.firstAt, node.lastAt])
    .filter(at => at !== null)
    .sort()
  const [first] = instants
  return first === undefined ? '' : `${dateSpan(first, instants.at(-1) ?? first)} UTC`
}

/** The numbers that everybody asks for; one that the log cannot tell is left out. */
function tiles(report: Report, worst: Worst | undefined): Markup {
  const found = worst === undefined ? quietTiles(report) : troubleTiles(report, worst)
  return html`<dl class="tiles">${found.map(([value, label]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`
}

type Tile = readonly [value: string, label: string]

function troubleTiles(report: Report, { node, incident }: Worst): Tile[] {
  const incidents = report.nodes.flatMap(node => node.incidents.map(incident => ({ node, incident })))
  const failed = incidents.reduce((sum, { incident }) => sum + incident.failedRequests, 0)
  const asked = report.nodes.reduce((sum, node) => sum + node.requests.add, 0)
  const pods = new Set(
    incidents.flatMap(({ node, incident }) =>
      incident.pods.map(pod => `${node.node} ${pod.namespace} ${pod.name} ${pod.name === null ? pod.firstAttemptAt : ''}`),
    ),
  )
  const pool = incident.poolAtFirstFailure
  return [
    [number(failed), `of ${count(asked, 'request')} failed`],
    [number(pods.size), pods.size === 1 ? 'pod hit' : 'pods hit'],
    ...longestWait(incidents),
    ...(pool?.total == null || pool.assigned === null
      ? []
      : [[`${pool.assigned} / ${pool.total}`, `assigned at first failure${pool.cooldown ? `, ${pool.cooldown} cooling` : ''}`] as const]),
    ...eniTile(node, incident),
  ]
}

function longestWait(incidents: readonly Worst[]): Tile[] {
  let longest = -1
  let open = false
  for (const { node, incident } of incidents) {
    for (const pod of incident.pods) {
      const ms = waitedMs(pod, incident, node)
      if (ms === null || ms < longest) continue
      longest = ms
      open = pod.waitMs === null
    }
  }
  if (longest < 0) return []
  return [open ? [`over ${duration(longest)}`, 'longest wait, still on when the log ends'] : [duration(longest), 'longest wait']]
}

/** ENIs at the first failure: only where the log shows all of them arrive. */
function eniTile(node: NodeReport, incident: Incident): Tile[] {
  const limit = node.limits.enis === undefined ? '' : ` of ${node.limits.enis}`
  const label = 'attached at first failure'
  const told = incident.poolAtFirstFailure?.enis
  if (told !== undefined) return [[`${told}${limit} ${told === 1 && limit === '' ? 'ENI' : 'ENIs'}`, label]]
  if (node.enis.length === 0 || node.enis.some(eni => eni.addedAt === null)) return []
  const at = incident.firstFailureAt
  const there = node.enis.filter(eni => (eni.addedAt as string) <= at && (eni.removedAt === null || eni.removedAt > at)).length
  return [[`${there}${limit} ${there === 1 && limit === '' ? 'ENI' : 'ENIs'}`, label]]
}

function quietTiles(report: Report): Tile[] {
  const sum = (pick: (node: NodeReport) => number): number => report.nodes.reduce((total, node) => total + pick(node), 0)
  const lines = report.inputs.reduce((total, input) => total + input.lines, 0)
  const lowest = lowestOf(report.nodes)
  return [
    [number(sum(node => node.requests.add)), 'requests for an address'],
    [number(sum(node => node.requests.assigned)), 'got one'],
    [number(sum(node => node.requests.failed)), 'failed'],
    ...(lowest === null ? [] : [[number(lowest.free), `assignable at the lowest, ${time(Date.parse(lowest.at))}`] as const]),
    [number(lines), 'lines read'],
  ]
}

/** The fewest assignable addresses, once the pool had any. */
function lowestOf(nodes: readonly NodeReport[]): { readonly free: number; readonly at: string } | null {
  let lowest: { free: number; at: string } | null = null
  for (const { pool } of nodes) {
    for (const [at, , total, assigned, cooldown] of pool.rows) {
      const free = assignable({ total, assigned, cooldown })
      if (total !== null && total > 0 && free !== null && (lowest === null || free < lowest.free)) lowest = { free, at }
    }
  }
  return lowest
}
