import type { Growth } from '../model/report.ts'
import type { Growth as Outcome } from '../timeline/manager.ts'
import type { Timeline } from '../timeline/timeline.ts'

const ASKED: ReadonlySet<Outcome> = new Set<Outcome>(['grew', 'failed', 'unfinished'])

/** What the pool manager asked of EC2, for comparing one log with another. */
export function growth(timeline: Timeline, debug: boolean): Growth {
  const { attempts, attemptCount } = timeline.manager
  return {
    attempts: debug ? attemptCount : null,
    asked: debug && attempts.length === attemptCount ? attempts.filter(({ outcome }) => ASKED.has(outcome)).length : null,
    refusals: timeline.refusals.count,
  }
}
