import { count } from '../../words.ts'
import { type Axis, UNITS } from './axis.ts'
import { type Context, number } from './context.ts'
import type { Lane, Mark } from './lanes.ts'
import { html, join, type Markup } from './markup.ts'
import { assignable, type CardSteps, type Step } from './pool.ts'
import type { Stretch } from './stretch.ts'

/** One horizontal band of the chart: its label, where it has one, stands above it, and what it draws is stretched to the width of the page. */
interface Band {
  readonly label: Markup | null
  readonly height: number
  /** In units across and pixels down, from the top of the band. */
  readonly drawing: Markup
  /** What keeps its place while the page's script zooms, below the drawing and above it. */
  readonly ground?: Markup
  readonly scale?: Markup
}

export interface Row {
  /** What its marks are told under, where there are several rows. */
  readonly name: string
  readonly label: Markup
  readonly cards: readonly CardSteps[]
  readonly lanes: readonly Lane[]
  readonly outages: readonly Stretch[]
  /** Stretches for which the log has no line. */
  readonly gaps: readonly Stretch[]
  /** What the whole instance can hold, where that is not far above what it holds. */
  readonly limit: number | null
  readonly height: number
  /** Failed requests whose instant the report does not hold. */
  readonly undrawn: number
  /** Lanes without labels of their own. */
  readonly compact?: boolean
}

/** The drawing: rows on one time axis, each with its pool and its lanes. `alt` says in words what it shows. */
export function chart(rows: readonly Row[], axis: Axis, whole: Stretch, alt: string, context: Context): Markup {
  let y = 0
  const labels: Markup[] = []
  const grounds: Markup[] = []
  const drawings: Markup[] = []
  for (const row of rows) {
    const top = y
    for (const band of bandsOf(row, axis, context)) {
      if (band.label !== null) {
        labels.push(html`<text class="label" x="0" y="${y + 12}">${band.label}</text>`)
        y += LABEL
      }
      if (band.ground !== undefined) grounds.push(html`<g transform="translate(0,${y})">${band.ground}</g>`)
      if (band.scale !== undefined) labels.push(html`<g transform="translate(0,${y})">${band.scale}</g>`)
      drawings.push(html`<g transform="translate(0,${y})" data-row="${rows.length > 1 && row.name}">${band.drawing}</g>`)
      y += band.height + GAP
    }
    // over the pool, which a full one would hide
    drawings.push(...row.outages.map(outage => stretch(outage, axis, top + LABEL, y - top - LABEL - GAP, 'outage', '')))
    drawings.push(
      ...row.gaps.map(gap => stretch(gap, axis, top + LABEL, y - top - LABEL - GAP, 'gap', `${span(gap, context)} the log is silent`)),
    )
    y += rows.length > 1 ? ROW_GAP : 0
  }
  const height = y + AXIS
  return html`<svg class="chart" height="${height}" width="100%" role="img" aria-label="${alt}" data-from="${axis.from}" data-span="${axis.to - axis.from}" data-first="${axis.x(whole.from)}" data-last="${axis.x(whole.to)}">
<rect class="frame" width="100%" height="${y}"/>${grounds}
<svg class="time" width="100%" height="${y}" viewBox="0 0 ${UNITS} ${y}" preserveAspectRatio="none"><g class="grid">${axis.ticks.map(({ at }) => html`<line x1="${axis.x(at)}" x2="${axis.x(at)}" y1="0" y2="${y}"/>`)}</g>
${join(drawings, '\n')}</svg>
<g class="axis">${axis.ticks.map(tick => tickLabel(tick, axis, y))}</g><g class="cursor"></g>
${join(labels, '\n')}</svg>`
}

const LABEL = 18
const GAP = 6
const ROW_GAP = 10
const AXIS = 20
const LANE = 12

function tickLabel({ at, label, major }: Axis['ticks'][number], axis: Axis, y: number): Markup {
  const percent = axis.x(at) / (UNITS / 100)
  const anchor = percent < 4 ? 'start' : percent > 96 ? 'end' : 'middle'
  return html`<text class="${major ? 'major' : 'minor'}" x="${percent}%" y="${y + 14}" text-anchor="${anchor}">${label}</text>`
}

function bandsOf(row: Row, axis: Axis, context: Context): Band[] {
  const pools = row.cards.map((card, i): Band => {
    const label = row.cards.length === 1 ? row.label : html`${i === 0 && row.label}${i === 0 ? ' · ' : ''}network card ${card.networkCard}`
    return { label, height: row.height, ...pool(card.steps, axis, row.height, row.cards.length === 1 ? row.limit : null, context) }
  })
  const lanes = row.lanes.map(
    (lane): Band => ({
      label: row.compact ? null : html`${lane.label} <tspan class="detail">${lane.detail}</tspan>`,
      height: LANE,
      ground: html`<rect class="lane" width="100%" height="${LANE}"/>`,
      drawing: join(lane.marks.map(one => markUp(one, axis))),
    }),
  )
  return pools.length > 0 ? [...pools, ...lanes] : [{ label: row.label, height: 2, drawing: html`` }, ...lanes]
}

function markUp({ from, to, tone, text }: Mark, axis: Axis): Markup {
  const x = axis.x(from)
  if (to > from)
    return html`<rect class="${tone}" x="${x}" width="${round(axis.x(to) - x)}" y="2" height="${LANE - 4}"><title>${text}</title></rect>`
  return html`<path class="${tone}" d="M${x} 0v${LANE}"><title>${text}</title></path>`
}

function stretch({ from, to }: Stretch, axis: Axis, y: number, height: number, kind: string, title: string): Markup {
  const x = axis.x(from)
  return html`<rect class="${kind}" x="${x}" width="${round(axis.x(to) - x)}" y="${y}" height="${height}">${title !== '' && html`<title>${title}</title>`}</rect>`
}

/** The pool as it was, in steps: assigned below, then cooling, then free up to the total. */
function pool(steps: readonly Step[], axis: Axis, height: number, limit: number | null, context: Context): Pick<Band, 'drawing' | 'scale'> {
  const most = steps.reduce((max, { total, assigned }) => Math.max(max, total ?? 0, assigned ?? 0), limit ?? 1)
  const y = (value: number): number => round(height - (value / most) * height)
  const area = (value: (step: Step) => number | null): string => path(steps, axis, value, y, height, true)
  const level = html`<path class="total" d="${path(steps, axis, step => step.total, y, height, false)}"/>`
  const drawing = html`<path class="free" d="${area(step => step.total)}"/><path class="cooldown" d="${area(step => (step.assigned === null || step.cooldown === null || step.cooldown === 0 ? null : step.assigned + step.cooldown))}"/><path class="assigned" d="${area(step => step.assigned)}"/>${level}<g class="slices">${steps.map(step => slice(step, axis, height, context))}</g>`
  const marks = [...new Set([0, Math.round(most / 2), most])].filter(value => height > 60 || value === most)
  const scale = html`${limit !== null && html`<line class="limit" x1="0" x2="100%" y1="${y(limit)}" y2="${y(limit)}"/>`}${marks.map(value => html`<text class="scale" x="-8" y="${y(value) + 4}">${number(value)}</text>`)}`
  return { drawing, scale }
}

/** A line of steps; unknown values break it. Closed down to the base where an area is wanted. */
function path(
  steps: readonly Step[],
  axis: Axis,
  value: (step: Step) => number | null,
  y: (value: number) => number,
  base: number,
  closed: boolean,
): string {
  let d = ''
  let open = false
  let before: number | null = null
  for (const step of steps) {
    const now = value(step)
    const x = axis.x(step.from)
    if (now === null) {
      if (open) d += closed ? `V${base}Z` : ''
      open = false
      before = null
      continue
    }
    if (!open) d += closed ? `M${x} ${base}V${y(now)}` : `M${x} ${y(now)}`
    else if (now !== before) d += `V${y(now)}`
    d += `H${axis.x(step.to)}`
    open = true
    before = now
  }
  return open && closed ? `${d}V${base}Z` : d
}

/** Nothing to see: it says its numbers where it is pointed at. */
function slice(step: Step, axis: Axis, height: number, context: Context): Markup {
  const x = axis.x(step.from)
  return html`<rect x="${x}" width="${round(axis.x(step.to) - x)}" height="${height}"><title>${poolText(step)} since ${context.at(new Date(step.from).toISOString())}</title></rect>`
}

/** `18 total, 16 assigned, 2 in cooldown, 0 assignable`; what the log cannot tell is left out. */
function poolText(step: Pick<Step, 'total' | 'assigned' | 'cooldown'>): string {
  const free = assignable(step)
  const parts = [
    step.total === null ? null : `${step.total} total`,
    step.assigned === null ? null : `${step.assigned} assigned`,
    step.cooldown === null || step.cooldown === 0 ? null : `${step.cooldown} in cooldown`,
    free === null ? null : `${free} assignable`,
  ].filter(part => part !== null)
  return parts.length === 0 ? 'the log cannot tell the size of the pool' : parts.join(', ')
}

/** What the drawing leaves out, or nothing. */
export function mergedText(rows: readonly Row[]): string | null {
  const steps = rows.flatMap(row => row.cards).reduce((sum, { merged }) => sum + merged, 0)
  const marks = rows.flatMap(row => row.lanes).reduce((sum, { merged }) => sum + merged, 0)
  const undrawn = rows.reduce((sum, row) => sum + row.undrawn, 0)
  const parts = [
    steps > 0 && `${count(steps, 'step')} of the pool between the ends and extremes of short stretches`,
    marks > 0 && `${count(marks, 'mark')} beside another one`,
  ].filter(part => part !== false)
  const said = [
    parts.length > 0 && `Merged in this drawing: ${parts.join('; ')}. The report's JSON has each of them.`,
    undrawn > 0 && `Not drawn: ${count(undrawn, 'failed request')}, the last ones, which the report counts without their times.`,
  ].filter(text => text !== false)
  return said.length === 0 ? null : said.join(' ')
}

function span({ from, to }: Stretch, context: Context): string {
  return context.span(new Date(from).toISOString(), new Date(to).toISOString())
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}
