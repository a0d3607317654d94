import type { Deletion, Instant } from '../model/report.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { instant } from './instants.ts'

/** When pods gave their addresses back, from `since` on. */
export function deletions({ deletions }: Timeline, since: Instant | ''): Deletion[] {
  return deletions.all
    .map(({ at, until, count, namespace, pod, place }) => ({
      at: instant(at),
      ...(until === at ? {} : { until: instant(until) }),
      count,
      namespace,
      pod,
      input: place.input,
      line: place.line,
    }))
    .filter(({ at, until }) => (until ?? at) >= since)
}
