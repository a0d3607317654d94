import type { Growth } from '../model/report.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** What the pool manager asked of EC2, for comparing one log with another. */
export function growth({ manager, refusals }: Timeline, debug: boolean): Growth {
  return { attempts: debug ? manager.attemptCount : null, asked: debug ? manager.askedCount : null, refusals: refusals.count }
}
