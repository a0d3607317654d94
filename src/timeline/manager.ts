import type { Event, Kind } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'

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

export interface Attempt {
  readonly at: number
  readonly place: Place
  outcome: Growth
  outcomeAt: number
  outcomePlace: Place
}

export interface Manager {
  readonly stalls: readonly Stall[]
  /** Open now: since when, and with which line. */
  readonly busy: { readonly from: number; readonly opening: Event } | null
  /** Attempts to grow, the first and last 2,000. */
  readonly attempts: readonly Attempt[]
  readonly attemptCount: number
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
const KEPT = 2_000

export function createManager() {
  const stalls: Stall[] = []
  const first: Attempt[] = []
  let later: Attempt[] = []
  let attemptCount = 0
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
    const now = Math.floor(event.at / 1_000)
    inSecond = now === second ? inSecond + 1 : 1
    second = now
    mostInSecond = Math.max(mostInSecond, inSecond)
    const place = { input: event.input, line: event.line }
    current = { at: event.at, place, outcome: 'unfinished', outcomeAt: event.at, outcomePlace: place }
    if (first.length < KEPT) first.push(current)
    else {
      later.push(current)
      if (later.length > 2 * KEPT) later = later.slice(-KEPT)
    }
  }

  const manager: Manager = {
    stalls,
    get busy() {
      return last === null ? null : { from: last.at, opening: last }
    },
    get attempts() {
      return later.length === 0 ? first : first.concat(later)
    },
    get attemptCount() {
      return attemptCount
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
