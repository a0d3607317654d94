import type { PoolNow } from '../model/news.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { duration, time } from '../words.ts'
import type { Wait } from './wait.ts'

/** What is about to happen, said while nothing has failed. `key` stays the same while it is the same news. */
export interface Foresight {
  readonly key: string
  readonly kind: 'few' | 'trend'
  readonly text: string
  readonly until: number | null
}

/** Why the pool cannot grow now; undefined where nothing says so. To stand in a sentence. */
export function hindrance(timeline: Timeline, at: number, wait: Wait | null): { readonly why: string; readonly key: string } | undefined {
  if (wait !== null && wait.until > at) return { why: `ipamd waits until ${time(wait.until)} before it asks EC2 again`, key: 'wait' }
  const last = timeline.manager.attempts.at(-1)
  if (last === undefined) return undefined
  const age = at - last.outcomeAt
  switch (last.outcome) {
    case 'eni-limit':
      // an interface that was given back since leaves room
      return age < LIMIT_HOLDS_MS && (timeline.journal.last('eni-removed')?.at ?? 0) < last.outcomeAt
        ? { why: 'the node can hold no more interfaces', key: 'eni-limit' }
        : undefined
    case 'cordoned':
      return age < DECISION_HOLDS_MS ? { why: 'the node is not schedulable', key: 'cordoned' } : undefined
    case 'terminating':
      return age < DECISION_HOLDS_MS ? { why: 'ipamd is terminating', key: 'terminating' } : undefined
    case 'failed': {
      if (age >= DECISION_HOLDS_MS) return undefined
      const refusal = timeline.refusals.between(last.at, last.outcomeAt + 1_000).at(-1)
      if (refusal === undefined) return undefined
      if (refusal.code?.startsWith('Insufficient')) return { why: 'the subnet has no address to give', key: 'subnet' }
      return { why: `EC2 refuses${refusal.code === null ? '' : ` (${refusal.code})`}`, key: `refused ${refusal.code}` }
    }
    default:
      return undefined
  }
}

/** Whether ipamd may be about to grow the pool: it decides so at a pass, and while nothing stands in its way a trend is no danger. */
export function mayGrow(timeline: Timeline, at: number): boolean {
  const last = timeline.manager.attempts.at(-1)
  if (last?.outcome === 'unfinished' && at - last.at > SLOW_MS) return false
  return last !== undefined || DECISIONS.some(kind => timeline.journal.count(kind) > 0)
}

const SLOW_MS = 12_000
const DECISIONS = ['pool-too-low', 'pool-not-too-low', 'low-decision', 'warm-target-state', 'warm-prefix-state'] as const

/** ipamd prints a decision at every pass while it holds; passes come every 5 s and after minutes of back-off. */
const DECISION_HOLDS_MS = 60_000
/** At the limit it is printed when the pool is short and not again until it is. */
const LIMIT_HOLDS_MS = 600_000
/** More free addresses than this are no news. */
const FEW = 3

/** "The 3rd pod from now fails": what is assignable, where the pool cannot grow. */
export function lastAddresses(
  pool: PoolNow,
  hinderedBy: () => { readonly why: string; readonly key: string } | undefined,
  wait: Wait | null,
): Foresight | undefined {
  const { assignable, cooldown } = pool
  if (assignable === null || assignable > FEW) return undefined
  const hindered = hinderedBy()
  if (hindered === undefined) return undefined
  const which = assignable === 0 ? 'the next pod' : `the ${ordinal(assignable + 1)} pod from now`
  const rest = cooldown !== null && cooldown > 0 ? `; ${cooldown} more when their cooldown is over` : ''
  return {
    key: `few ${assignable}`,
    kind: 'few',
    text: `${which} fails: ${assignable} assignable${rest}, and ${hindered.why}`,
    until: hindered.key === 'wait' && wait !== null ? wait.until : null,
  }
}

interface Sample {
  readonly at: number
  readonly assignable: number
}

const LOOK_BACK_MS = 120_000
const LEAST_SPAN_MS = 10_000
const LEAST_CHANGES = 5
/** A trend is clear where a straight line explains nearly all of it. */
const LEAST_FIT = 0.9
const FARTHEST_MS = 300_000
/** Without a change for this long the rate no longer holds. */
const STALE_MS = 15_000

/** How fast the assignable addresses go. Begins anew when the pool's size changes: a pool that grows is no trend. */
export function createTrend() {
  let samples: Sample[] = []
  let size: number | null = null

  return {
    see({ total, assignable }: PoolNow, at: number): void {
      if (total !== size) {
        size = total
        samples = []
      }
      if (assignable === null) return
      const last = samples.at(-1)
      if (last !== undefined && last.assignable === assignable) return
      samples.push({ at, assignable })
      while ((samples[0] as Sample).at < at - LOOK_BACK_MS) samples.shift()
      if (samples.length > 500) samples = samples.filter((_, i) => i % 2 === 0)
    },
    /** Cheap: whether it is worth to foresee. */
    isFalling: (at: number): boolean => samples.length > LEAST_CHANGES && at - (samples.at(-1) as Sample).at <= STALE_MS,
    /** "0 assignable in about 40 s at this rate", where that is plain. */
    foresee(at: number, hindered: { readonly why: string } | undefined): Foresight | undefined {
      const first = samples[0]
      const last = samples.at(-1)
      if (first === undefined || last === undefined || samples.length <= LEAST_CHANGES) return undefined
      if (last.at - first.at < LEAST_SPAN_MS || at - last.at > STALE_MS || last.assignable === 0) return undefined
      const { slope, fit } = line(samples)
      if (slope >= 0 || fit < LEAST_FIT) return undefined
      const left = last.assignable / -slope - (at - last.at)
      if (left > FARTHEST_MS) return undefined
      return {
        key: 'trend',
        kind: 'trend',
        text: `0 assignable in about ${duration(Math.max(1_000, round(left)))} at this rate (${last.assignable} now, ${perMinute(slope)} a minute)${hindered === undefined ? '' : `, and ${hindered.why}`}`,
        until: at + left,
      }
    },
  }
}

/** Least squares. */
function line(samples: readonly Sample[]): { slope: number; fit: number } {
  const n = samples.length
  const middleAt = samples.reduce((sum, { at }) => sum + at, 0) / n
  const middle = samples.reduce((sum, { assignable }) => sum + assignable, 0) / n
  let xy = 0
  let xx = 0
  let yy = 0
  for (const { at, assignable } of samples) {
    xy += (at - middleAt) * (assignable - middle)
    xx += (at - middleAt) ** 2
    yy += (assignable - middle) ** 2
  }
  return xx === 0 || yy === 0 ? { slope: 0, fit: 0 } : { slope: xy / xx, fit: xy ** 2 / (xx * yy) }
}

/** To what such a forecast is good for: 5 s below a minute, else 10 s. */
function round(ms: number): number {
  const step = ms < 60_000 ? 5_000 : 10_000
  return Math.max(step, Math.round(ms / step) * step)
}

function perMinute(slope: number): string {
  const rate = -slope * 60_000
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate))
}

export function ordinal(n: number): string {
  const ten = n % 100
  const suffix = ten >= 11 && ten <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th')
  return `${n}${suffix}`
}
