import type { Event, Kind } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'
import { createEnds, type IsNear } from './ends.ts'

/** A silence of the pool manager inside a call: it is one goroutine, and while it waits for EC2 nothing grows. */
export interface Stall {
  readonly from: number
  /** The line that opened the call. */
  readonly opening: Event
  /** The first line of the pool manager after it; null: none in this log. */
  readonly to: number | null
  readonly ending: Place | null
}

/** How an attempt to grow ended. */
export type Growth =
  | 'grew'
  | 'waiting'
  | 'eni-limit'
  | 'terminating'
  | 'cordoned'
  | 'target-reached'
  | 'not-needed'
  | 'failed'
  | 'unfinished'

/** From its beginning to its outcome; where several passes in a row decide alike, to the last one's. */
export interface Attempt {
  readonly at: number
  readonly place: Place
  outcome: Growth
  outcomeAt: number
  outcomePlace: Place
}

export interface Manager {
  readonly stalls: readonly Stall[]
  /** The silence that lasts at this instant, after the manager's last line. */
  openStall(now: number): Stall | undefined
  /** Attempts to grow, in order: the first, the last, and those near failures (ends.ts). One that ends like the one before it is folded into it. */
  readonly attempts: readonly Attempt[]
  readonly attemptCount: number
  /** Attempts that went as far as a call to EC2, whatever came of it. */
  readonly askedCount: number
  /** Most attempts begun within one second: v1.16.3 spins. */
  readonly attemptsInOneSecond: number
  /** The last sign of life of the pool manager. */
  readonly lastAt: number | null
}

/** The pool manager's own lines (families 0.9). What the start-up goroutine shares with it does no harm: it ends before requests come. */
const OWN: ReadonlySet<Kind> = new Set<Kind>([
  'pool-counted',
  'pool-too-low',
  'pool-not-too-low',
  'warm-target-state',
  'low-decision',
  'increase-began',
  'increase-refused',
  'increase-succeeded',
  'increase-failed',
  'wait-in-force',
  'eni-chosen',
  'room-checked',
  'decrease-began',
  'decrease-skipped',
  'eni-kept',
  'eni-creating',
  'eni-create-failed',
  'eni-created',
  'eni-attach-failed',
  'eni-attached',
  'device-used',
  'device-found',
  'addresses-requested',
  'addresses-allocated',
  'addresses-refused',
  'subnet-lacks-addresses',
  'insufficient-addresses',
  'eni-allocation-failed',
  'eniconfig-missing',
  'eni-awaited',
  'eni-shown',
  'eni-incomplete',
  'eni-added',
  'eni-removed',
  'cidr-added',
  'cidr-deleted',
  'reconcile-began',
  'reconcile-done',
  'reconcile-failed',
  'addresses-freed',
  'addresses-unassign-began',
])

/** Idle passes come every 5 s; SDK retries of a throttled or unreachable EC2 take from 15 s to minutes. */
const STALL_MS = 12_000
const KEPT = 5_000

const ASKED: ReadonlySet<Growth> = new Set<Growth>(['grew', 'failed', 'unfinished'])
/** Decisions that stay until something changes. */
const STANDING: ReadonlySet<Growth> = new Set<Growth>(['waiting', 'eni-limit', 'terminating', 'cordoned', 'target-reached', 'not-needed'])
const SAME_DECISION_MS = 16_000

export function createManager(isNear: IsNear) {
  const stalls: Stall[] = []
  const { ends: attempts, push, pop } = createEnds<Attempt>(KEPT, attempt => attempt.at, isNear)
  let attemptCount = 0
  let askedCount = 0
  let second = 0
  let inSecond = 0
  let mostInSecond = 0
  let last: Event | null = null
  let current: Attempt | null = null

  const end = (event: Event, outcome: Growth): void => {
    if (current === null || (current.outcome !== 'unfinished' && outcome !== 'failed')) return
    current.outcome = outcome
    current.outcomeAt = event.at
    current.outcomePlace = { input: event.input, line: event.line }
  }

  const begin = (event: Event): void => {
    attemptCount++
    if (current !== null && ASKED.has(current.outcome)) askedCount++
    fold()
    const now = Math.floor(event.at / 1_000)
    inSecond = now === second ? inSecond + 1 : 1
    second = now
    mostInSecond = Math.max(mostInSecond, inSecond)
    const place = { input: event.input, line: event.line }
    current = { at: event.at, place, outcome: 'unfinished', outcomeAt: event.at, outcomePlace: place }
    push(current)
  }

  /** A pass that decided what the one before it decided is one attempt with it: a waiting node comes to the same end every five seconds. */
  const fold = (): void => {
    const [before, last] = attempts.all.slice(-2)
    if (before === undefined || last === undefined || !STANDING.has(last.outcome) || before.outcome !== last.outcome) return
    if (last.at - before.outcomeAt > SAME_DECISION_MS) return
    before.outcomeAt = last.outcomeAt
    before.outcomePlace = last.outcomePlace
    pop()
  }

  const manager: Manager = {
    stalls,
    openStall: now => (last !== null && now - last.at >= STALL_MS ? { from: last.at, opening: last, to: null, ending: null } : undefined),
    get attempts() {
      return attempts.all
    },
    get attemptCount() {
      return attemptCount
    },
    get askedCount() {
      return askedCount + (current !== null && ASKED.has(current.outcome) ? 1 : 0)
    },
    get attemptsInOneSecond() {
      return mostInSecond
    },
    get lastAt() {
      return last?.at ?? null
    },
  }

  return {
    manager,
    apply(event: Event): void {
      if (event.kind === 'ipamd-started') {
        // the next life's manager owes nothing to this one's
        if (current !== null && ASKED.has(current.outcome)) askedCount++
        last = null
        current = null
        return
      }
      if (!OWN.has(event.kind)) return
      if (last !== null && event.at - last.at >= STALL_MS && stalls.length < KEPT)
        stalls.push({ from: last.at, opening: last, to: event.at, ending: { input: event.input, line: event.line } })
      last = event
      switch (event.kind) {
        case 'increase-began':
          return begin(event)
        case 'increase-refused':
          return end(event, event.reason)
        case 'wait-in-force':
          return end(event, 'waiting')
        case 'addresses-allocated':
        case 'eni-attached':
        case 'increase-succeeded':
          return end(event, 'grew')
        case 'increase-failed':
        case 'eni-allocation-failed':
        case 'addresses-refused':
        case 'subnet-lacks-addresses':
        case 'eni-create-failed':
        case 'eni-attach-failed':
        case 'eniconfig-missing':
          return end(event, 'failed')
        default:
      }
    },
  }
}
