import { failsAtTheEnd } from '../model/incident.ts'
import { isPodOf, type Narrowing, namesPods } from '../model/narrowing.ts'
import type { Report, Requests } from '../model/report.ts'
import type { Episode } from '../timeline/episodes.ts'
import type { Counts, Request } from '../timeline/requests.ts'
import type { Step } from '../timeline/steps.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { instant, instantOrNull } from './instants.ts'

/** What a report says of being narrowed; undefined: it is of all. */
export function windowOf({ since, until, node, pod, namespace }: Narrowing): Report['window'] {
  const window = {
    ...(since === undefined ? {} : { since: instant(since) }),
    ...(until === undefined ? {} : { until: instant(until) }),
    ...(node === undefined ? {} : { node }),
    ...(pod === undefined ? {} : { pod }),
    ...(namespace === undefined ? {} : { namespace }),
  }
  return Object.keys(window).length === 0 ? undefined : window
}

/** The episode as far as it is of these pods; undefined where nothing of it is, or where it was over before the window. */
export function narrowEpisode(episode: Episode, narrowing: Narrowing, timeline: Timeline): Episode | undefined {
  const own = namesPods(narrowing) ? ofPods(episode, narrowing, timeline) : episode
  if (own === undefined || narrowing.since === undefined) return own
  return endOf(own, timeline) < narrowing.since ? undefined : own
}

/** Where pods still wait as the log ends, it goes on. */
function endOf({ recoveredAt, lastFailure }: Episode, { lastAt }: Timeline): number {
  if (recoveredAt !== null) return recoveredAt
  const goesOn = failsAtTheEnd({ recoveredAt: null, lastFailureAt: instant(lastFailure.at) }, instantOrNull(lastAt))
  return Math.max(lastFailure.at, goesOn && lastAt !== null ? lastAt : lastFailure.at)
}

function ofPods(episode: Episode, narrowing: Narrowing, timeline: Timeline): Episode | undefined {
  const pods = new Map([...episode.pods].filter(([, wait]) => isPodOf(narrowing, wait)))
  const failures = episode.failures.filter(failure => isPodOf(narrowing, failure.request))
  if (pods.size === 0) return undefined
  // of a long episode not every failure is kept: its own ends are the nearest that is known
  const lastFailureAt = [...pods.values()].reduce((newest, wait) => Math.max(newest, wait.lastFailureAt), 0)
  const first = failures[0] ?? episode.firstFailure
  const newest = failures.at(-1)
  const last = newest === undefined || newest.at < lastFailureAt ? episode.lastFailure : newest
  const served = [...pods.values()].filter(wait => wait.assignedAt !== null && wait.assignedAt >= last.at)
  const recovered = served.sort((a, b) => (a.assignedAt as number) - (b.assignedAt as number))[0]
  return {
    ...episode,
    pods,
    unlistedPods: 0,
    failures,
    failedAt: failures.map(failure => failure.at),
    failedRequests: [...pods.values()].reduce((sum, wait) => sum + wait.failures, 0),
    firstFailure: first,
    lastFailure: last,
    recoveredAt: recovered?.assignedAt ?? null,
    recovered: recovered?.assigned ?? null,
    pool: first === episode.firstFailure ? episode.pool : poolAt(first.at, first.networkCard, timeline),
    errors: new Map(failures.flatMap(failure => (failure.error === null ? [] : [[failure.error, failure.place] as const])).slice(0, 10)),
  }
}

function poolAt(at: number, networkCard: number | null, timeline: Timeline): Step | null {
  const steps = timeline.pool.steps.at(at)
  return steps.find(step => step.networkCard === (networkCard ?? 0)) ?? steps[0] ?? null
}

/** The rows of the window, and before them those in force as it begins. */
export function rowsSince(rows: readonly Step[], since: number | undefined): readonly Step[] {
  if (since === undefined) return rows
  const before = new Map<number, Step>()
  for (const row of rows) if (row.at < since) before.set(row.networkCard, row)
  return [...[...before.values()].sort((a, b) => a.at - b.at), ...rows.filter(row => row.at >= since)]
}

/** What was counted before the window. */
export interface CountedBefore {
  readonly counts: Counts
  readonly abandoned: number
  readonly open: readonly Request[]
}

export function countedBy({ requests }: Timeline): CountedBefore {
  return { counts: { ...requests.counts }, abandoned: requests.unanswered - requests.open.size, open: [...requests.open.values()] }
}

/** Requests, replies and deletions whose lines stand in the window. */
export function requestsSince({ requests }: Timeline, before: CountedBefore | undefined): Requests {
  const { add, assigned, failed, del } = requests.counts
  const { unanswered } = requests
  if (before === undefined) return { add, assigned, failed, unanswered, del }
  const stillOpen = before.open.filter(request => request.outcome === 'open' || request.outcome === 'unanswered').length
  return {
    add: add - before.counts.add,
    assigned: assigned - before.counts.assigned,
    failed: failed - before.counts.failed,
    unanswered: unanswered - before.abandoned - stillOpen,
    del: del - before.counts.del,
  }
}
