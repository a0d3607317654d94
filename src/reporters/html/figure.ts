import type { Incident, NodeReport } from '../../model/report.ts'
import { count, duration } from '../../words.ts'
import { createAxis } from './axis.ts'
import { chart, mergedText, type Row } from './chart.ts'
import { type Context, name, number } from './context.ts'
import { deleted, deletionsText, type Lane, lanesOf } from './lanes.ts'
import { html, type Markup } from './markup.ts'
import { poolOf } from './pool.ts'
import { around, focusOf, type Stretch, stretchOf, wholeOf, within } from './stretch.ts'

/** Steps and marks that one drawing holds in all. */
const MOST_STEPS = 1_500
/** Marks across the chart: closer ones are drawn as one. */
const RESOLUTION = 240

/** The pool of one node over time, with what happened beside it. `portion`: how much of what a drawing may hold this one may. */
export function nodeFigure(node: NodeReport, context: Context, id: string, portion = 1): Markup {
  const whole = wholeOf([node])
  const focus = focusOf([node])
  const lanes = lanesOf(node, context, (focus.to - focus.from) / Math.max(100, RESOLUTION * portion))
  const label = html`Addresses <tspan class="detail">${limitText(node)}</tspan>`
  const row = rowOf(node, whole.to, Math.max(150, MOST_STEPS * portion), lanes, 170, label)
  return figure([row], focus, whole, altOf(node), context, id, node.happenings.length > 0)
}

/** One incident of many, where the picture of all is too coarse for it; else nothing. */
export function incidentFigure(incident: Incident, node: NodeReport, context: Context, id: string): Markup | null {
  const stretch = stretchOf(incident, node)
  const all = focusOf([node])
  if (all.to - all.from < 6 * (stretch.to - stretch.from)) return null
  const part = within(node, around(stretch, wholeOf([node])))
  const focus = wholeOf([part])
  const lanes = lanesOf(part, context, (focus.to - focus.from) / 200)
  const row = rowOf(part, focus.to, 300, lanes, 130, html`Addresses`)
  return figure([row], focus, focus, altOf(part), context, id, false)
}

/** Several nodes on one time axis: each with its pool and its failed requests. */
export function nodesFigure(nodes: readonly NodeReport[], context: Context, id: string): Markup {
  const whole = wholeOf(nodes)
  const focus = focusOf(nodes)
  const resolution = (focus.to - focus.from) / RESOLUTION
  const rows = nodes.map(node => {
    const failed = node.incidents.reduce((sum, incident) => sum + incident.failedRequests, 0)
    const lanes = lanesOf(node, context, resolution).filter(({ label }) => label === 'Failed requests')
    const label = html`${name(node.node)} <tspan class="detail">${failed === 0 ? 'no request failed' : count(failed, 'failed request')}</tspan>`
    return {
      ...rowOf(node, Date.parse(node.lastAt ?? '') || whole.to, Math.max(60, MOST_STEPS / nodes.length), lanes, 44, label),
      compact: true,
    }
  })
  const hit = nodes.filter(node => node.incidents.length > 0).length
  return figure(
    rows,
    focus,
    whole,
    `The pools of ${count(nodes.length, 'node')} over time, worst first; requests failed on ${hit} of them.`,
    context,
    id,
    false,
  )
}

function rowOf(node: NodeReport, until: number, most: number, lanes: readonly Lane[], height: number, label: Markup): Row {
  const cards = poolOf(node, until, most)
  const total = Math.max(0, ...cards.flatMap(card => card.steps.map(step => step.total ?? 0)))
  const capacity = capacityOf(node)
  return {
    name: name(node.node),
    label,
    cards,
    lanes,
    outages: node.incidents.map(incident => stretchOf(incident, node)),
    gaps: node.quality.gaps.map(gap => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) })),
    limit: capacity !== null && capacity >= total && capacity <= total * 2 ? capacity : null,
    height,
    undrawn: node.incidents.reduce((sum, incident) => sum + incident.failedRequests - incident.failures.length, 0),
  }
}

/** ENIs times addresses of each: only where the log or the table of instance types says both, and each address is its own. */
function capacityOf({ limits, pool }: NodeReport): number | null {
  if (limits.enis === undefined || limits.addressesPerEni === undefined) return null
  return pool.rows.some(row => (row[5] ?? 0) > 0) ? null : limits.enis * limits.addressesPerEni
}

function limitText(node: NodeReport): string {
  const capacity = capacityOf(node)
  return capacity === null ? '' : `the instance can hold ${number(capacity)}`
}

function figure(rows: readonly Row[], focus: Stretch, whole: Stretch, alt: string, context: Context, id: string, table: boolean): Markup {
  const merged = mergedText(rows)
  const partial = focus.from > whole.from || focus.to < whole.to
  return html`<figure class="pool" id="${id}">
<ul class="legend">${legend(rows)}</ul>
${chart(rows, createAxis(padded(focus)), padded(whole), alt, context)}
<div class="tools" hidden><label>Moment <input type="range" min="0" max="0" value="0" step="1"></label><button type="button" data-do="in">Zoom in</button><button type="button" data-do="out">Zoom out</button><button type="button" data-do="reset">Reset</button></div>
<div class="readout" tabindex="0" role="group" aria-label="At this moment" hidden></div>
<figcaption>${alt} Times are UTC, ${new Date(focus.from).toISOString().slice(0, 10)}.${partial && ` Shown: ${duration(focus.to - focus.from)} around the failures of the ${duration(whole.to - whole.from)} that the log covers.`}${merged !== null && ` ${merged}`}${table && html` <a href="#${id}-events">The same as a table</a>.`}</figcaption>
</figure>`
}

/** So that what stands at the very beginning or end is not cut in half. */
function padded({ from, to }: Stretch): Stretch {
  const margin = Math.round((to - from) / 80)
  return { from: from - margin, to: to + margin }
}

function legend(rows: readonly Row[]): Markup[] {
  const steps = rows.flatMap(row => row.cards).flatMap(card => card.steps)
  const entries: [boolean, string, string][] = [
    [steps.some(step => step.assigned !== null), 'assigned', 'assigned'],
    [steps.some(step => (step.cooldown ?? 0) > 0), 'cooldown', 'in cooldown'],
    [steps.some(step => step.total !== null), 'free', 'assignable'],
    [steps.some(step => step.total !== null), 'total', 'total'],
    [rows.some(row => row.limit !== null), 'limit', 'limit of the instance'],
    [rows.some(row => row.outages.length > 0), 'outage', 'pods wait for an address'],
    [rows.some(row => row.gaps.length > 0), 'gap', 'the log is silent'],
  ]
  return entries
    .filter(([present]) => present)
    .map(([, kind, text]) => html`<li><svg class="key" width="16" height="12" aria-hidden="true">${swatch(kind)}</svg>${text}</li>`)
}

function swatch(kind: string): Markup {
  return kind === 'total' || kind === 'limit'
    ? html`<line class="${kind}" x1="0" x2="16" y1="6" y2="6"/>`
    : html`<rect class="${kind}" width="16" height="12"/>`
}

/** What the picture shows, for those who do not see it. */
function altOf(node: NodeReport): string {
  const known = node.pool.rows.filter(row => row[2] !== null && row[3] !== null)
  if (known.length === 0) return 'The log does not tell the size of the pool.'
  const totals = known.map(row => row[2] as number)
  const assigned = known.map(row => row[3] as number)
  const failed = node.incidents.reduce((sum, incident) => sum + incident.failedRequests, 0)
  const range = (values: readonly number[]): string => {
    const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
    return low === high ? `${low}` : `${low} to ${high}`
  }
  const gave = deleted(node)
  const what = failed === 0 ? 'no request failed' : `${count(failed, 'request')} failed in ${count(node.incidents.length, 'incident')}`
  return `The pool over time: ${range(totals)} addresses, ${range(assigned)} of them assigned; ${what}${gave === 0 ? '' : `; ${deletionsText(gave)}`}.`
}
