import type { Event } from '../extractors/recognize.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** ipamd does not ask EC2 for two minutes after an Insufficient error (v1.9.1 and later). The line prints the constant, not what is left. */
const WAIT_MS = 120_000

export interface Wait {
  /** When ipamd asks again. */
  readonly until: number
  /** The refusal that began it is in this log; without it the wait may end sooner. */
  readonly exact: boolean
}

/** The wait that a line says is in force, and its end by the refusal before it. */
export function waitOf(event: Event, timeline: Timeline, before: Wait | null): Wait | null {
  // EC2 gave
  if (event.kind === 'addresses-allocated' || event.kind === 'eni-attached') return null
  if (event.kind !== 'wait-in-force') return before
  const refusal = timeline.refusals
    .between(event.at - WAIT_MS - 1_000, event.at)
    .findLast(refusal => refusal.code?.startsWith('Insufficient'))
  if (refusal !== undefined) return { until: refusal.at + WAIT_MS, exact: true }
  return before !== null && before.until >= event.at ? before : { until: event.at + WAIT_MS, exact: false }
}
