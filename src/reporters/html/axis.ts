import type { Stretch } from './stretch.ts'

/** Units across the chart. The drawing is stretched to the width of the page, the labels are not. */
export const UNITS = 10_000

export interface Axis extends Stretch {
  /** Where an instant stands, in units. */
  x(at: number): number
  readonly ticks: readonly Tick[]
}

interface Tick {
  readonly at: number
  readonly label: string
  /** Shown also where there is little room. */
  readonly major: boolean
}

export function createAxis({ from, to }: Stretch): Axis {
  const scale = UNITS / (to - from)
  return { from, to, x: at => Math.round((at - from) * scale * 10) / 10, ticks: ticks(from, to) }
}

const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
/** The page's script has the same steps, for zooming. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map(n => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(n => n * MINUTE),
  ...[1, 2, 3, 6, 12].map(n => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map(n => n * DAY),
]
const MOST_TICKS = 10

function ticks(from: number, to: number): Tick[] {
  const step = STEPS.find(step => (to - from) / step <= MOST_TICKS) ?? Math.ceil((to - from) / MOST_TICKS / DAY) * DAY
  const found: Tick[] = []
  for (let at = Math.ceil(from / step) * step; at <= to; at += step)
    found.push({ at, label: tickLabel(at, step), major: (at / step) % 2 === 0 })
  return found
}

/** The date stands where a day begins. */
function tickLabel(at: number, step: number): string {
  const iso = new Date(at).toISOString()
  if (at % DAY === 0) return iso.slice(5, 10)
  return step < MINUTE ? iso.slice(11, 19) : iso.slice(11, 16)
}
