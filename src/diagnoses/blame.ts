import { countUntil } from '../timeline/ends.ts'
import type { Episode } from '../timeline/episodes.ts'
import type { Attempt, Growth, Stall } from '../timeline/manager.ts'
import type { Refusal } from '../timeline/refusals.ts'
import type { Step } from '../timeline/steps.ts'
import type { Timeline } from '../timeline/timeline.ts'

/**
 * What stood between a request and an address at one instant.
 *
 * `cooldown`: addresses were free but rested. `refused`: the pool was full and EC2 (or another call) said no to growing it.
 * `waiting`: inside the two minutes after an Insufficient error. `in-call`: the pool manager was in a call that took long.
 * `growing`: the pool was about to grow, or grew within a pass: the warm pool was too small for the moment.
 * `eni-limit`, `terminating`, `cordoned`, `target-reached`, `not-needed`: ipamd decided not to grow. `idle`: it did not even try.
 * `free`: the pool had assignable addresses; the failure is not about the pool. `unknown`: this log does not show it.
 */
export type Blocker =
  | 'cooldown'
  | 'refused'
  | 'waiting'
  | 'in-call'
  | 'growing'
  | 'eni-limit'
  | 'terminating'
  | 'cordoned'
  | 'target-reached'
  | 'not-needed'
  | 'idle'
  | 'free'
  | 'unknown'

export interface Obstacle {
  readonly blocker: Blocker
  readonly at: number
  /** The refusal behind `refused`, `waiting` and, where the call ended so, `in-call`. */
  readonly refusal?: Refusal
  readonly attempt?: Attempt
}

/** Of one episode: what stood in the way, failure by failure. */
export interface Blame {
  readonly obstacles: readonly Obstacle[]
  /** How many of the failures each blocker has. */
  share(...blockers: Blocker[]): number
  /** Whether the first failures have one of these: what began it, whatever kept it going. */
  beganWith(...blockers: Blocker[]): boolean
  /** The refusals behind the failures, each once, in order. */
  readonly refusals: readonly Refusal[]
  /** How many failures have a refusal of one of these codes behind them. */
  refusedBy(isCode: (refusal: Refusal) => boolean): number
  readonly size: number
}

/** The loop looks every 5 s; what begins within a pass after the failure was its reaction. */
const PASS_MS = 8_000
/** A step of growth takes EC2 and the metadata some seconds; more is a call that hangs. */
const SLOW_MS = 12_000
const WAIT_MS = 120_000
/** ipamd wanted to grow and did not: at the ENI limit it always does, so that says nothing of a pool that rests. */
const HINDERED: ReadonlySet<Growth> = new Set<Growth>(['terminating', 'cordoned', 'waiting', 'failed'])
/** At most so many failures are looked at; the rest of a long episode is like them. */
const MOST = 500

export function blameOf(episode: Episode, timeline: Timeline): Blame {
  const times = sample(episode.failedAt)
  const obstacles = times.map(at => obstacleAt(at, timeline, episode.firstFailure.networkCard))
  const refusals = [...new Set(obstacles.map(obstacle => obstacle.refusal).filter(refusal => refusal !== undefined))].sort(
    (a, b) => a.at - b.at,
  )
  return {
    obstacles,
    refusals,
    size: obstacles.length,
    share: (...blockers) => obstacles.filter(obstacle => blockers.includes(obstacle.blocker)).length / obstacles.length,
    beganWith: (...blockers) => {
      const first = obstacles.slice(0, 5)
      return first.filter(obstacle => blockers.includes(obstacle.blocker)).length > first.length / 2
    },
    refusedBy: isCode => obstacles.filter(obstacle => obstacle.refusal !== undefined && isCode(obstacle.refusal)).length / obstacles.length,
  }
}

function sample(times: readonly number[]): number[] {
  if (times.length <= MOST) return [...times]
  return Array.from({ length: MOST }, (_, i) => times[Math.floor((i * times.length) / MOST)] as number)
}

/** What stood in the way of an address at this instant. */
export function obstacleAt(at: number, timeline: Timeline, networkCard: number | null = null): Obstacle {
  const pool = timeline.pool.steps.at(at).find(step => step.networkCard === (networkCard ?? 0))
  const resting = isResting(pool)
  if (resting === 'free') return { blocker: 'free', at }
  const { attempts } = timeline.manager
  const next = countUntil(attempts, at, attempt => attempt.at)
  const before = attempts[next - 1]
  const after = attempts[next]
  // where ipamd saw the need although it counts resting addresses as available, what kept it from growing is the cause
  if (resting === 'cooldown' && !(before !== undefined && at - before.outcomeAt <= PASS_MS && HINDERED.has(before.outcome)))
    return { blocker: 'cooldown', at, ...refusalIn(timeline, at - WAIT_MS, at) }
  const running = before !== undefined && (before.outcomeAt >= at || (before.outcome === 'unfinished' && at - before.at < 600_000))
  if (running && before !== undefined) return duringAttempt(at, before, timeline)
  const soon = after !== undefined && after.at - at <= PASS_MS ? after : undefined
  const recent = before !== undefined && at - before.outcomeAt <= PASS_MS * 2 ? before : undefined
  // what the last pass decided holds until the next; if it grew, the next one is the answer
  if (recent !== undefined && recent.outcome !== 'grew') return byOutcome(at, recent, timeline)
  if (soon !== undefined) return soon.outcome === 'grew' ? slowOrGrowing(at, soon) : byOutcome(at, soon, timeline)
  if (recent !== undefined) return { blocker: 'growing', at, attempt: recent }
  const stall = stallAt(at, timeline)
  if (stall !== undefined) return { blocker: 'in-call', at, ...refusalIn(timeline, stall.from, (stall.to ?? at) + 1_000) }
  if (attempts.length === 0) {
    // a log without debug lines shows no decision, only EC2's errors
    const refusal = timeline.refusals.between(at - WAIT_MS, at + PASS_MS).at(-1)
    return refusal === undefined
      ? { blocker: timeline.manager.lastAt === null ? 'unknown' : 'idle', at }
      : { blocker: 'refused', at, refusal }
  }
  return { blocker: 'idle', at }
}

function isResting(pool: Step | undefined): 'free' | 'cooldown' | 'full' | 'unknown' {
  if (pool === undefined || pool.total === null || pool.assigned === null) return 'unknown'
  const free = pool.total - pool.assigned
  if (free <= 0) return 'full'
  if (pool.cooldown === null) return 'cooldown'
  return free - pool.cooldown > 0 ? 'free' : 'cooldown'
}

function duringAttempt(at: number, attempt: Attempt, timeline: Timeline): Obstacle {
  if (attempt.outcome === 'grew') return slowOrGrowing(at, attempt)
  if (attempt.outcome === 'unfinished') return { blocker: 'in-call', at, attempt, ...refusalIn(timeline, attempt.at, at) }
  return byOutcome(at, attempt, timeline)
}

function slowOrGrowing(at: number, attempt: Attempt): Obstacle {
  return { blocker: attempt.outcomeAt - attempt.at >= SLOW_MS ? 'in-call' : 'growing', at, attempt }
}

function byOutcome(at: number, attempt: Attempt, timeline: Timeline): Obstacle {
  switch (attempt.outcome) {
    case 'grew':
      return { blocker: 'growing', at, attempt }
    case 'unfinished':
      return { blocker: 'in-call', at, attempt }
    case 'failed': {
      const found = refusalIn(timeline, attempt.at, attempt.outcomeAt + 1_000)
      return { blocker: 'refused', at, attempt, ...found }
    }
    case 'waiting':
      return { blocker: 'waiting', at, attempt, ...insufficientBefore(timeline, attempt.at) }
    default:
      return { blocker: attempt.outcome, at, attempt }
  }
}

function refusalIn(timeline: Timeline, from: number, to: number): { refusal?: Refusal } {
  const refusal = timeline.refusals.between(from, to).at(-1)
  return refusal === undefined ? {} : { refusal }
}

function insufficientBefore(timeline: Timeline, at: number): { refusal?: Refusal } {
  const refusal = timeline.refusals.between(at - WAIT_MS - 5_000, at).findLast(refusal => refusal.code?.startsWith('Insufficient'))
  return refusal === undefined ? {} : { refusal }
}

/** The silence of the pool manager in which an instant lies; one that lasts to the end of the log has no end. */
function stallAt(at: number, { manager, lastAt }: Timeline): Stall | undefined {
  const stall = manager.stalls[countUntil(manager.stalls, at, stall => stall.from) - 1]
  if (stall?.to != null && stall.to >= at) return stall
  const open = lastAt === null ? undefined : manager.openStall(lastAt)
  return open !== undefined && open.from <= at ? open : undefined
}
