import type { Event } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'

/** One run of the ipamd process. */
export interface Life {
  /** Null: it began before this log. */
  readonly startedAt: number | null
  readonly place: Place | null
  /** When it began to serve requests. */
  servingAt: number | null
  /** SIGTERM was received. */
  shutdownAt: number | null
  shutdown: Place | null
  /** It gave up during initialization, and with what error. */
  failure: { readonly at: number; readonly place: Place; readonly error: string } | null
  /** The last line it wrote. */
  lastAt: number
  last: Place
  lastKind: string
  /** Requests it received. */
  requests: number
  /** Addresses read back from the checkpoint (or CRI) at its start. */
  recovered: number
}

export interface Lives {
  /** In order; the first may have begun before the log. At most 2,000, the first and the last ones. */
  readonly all: readonly Life[]
  readonly current: Life | undefined
  /** Starts that this log shows. */
  readonly starts: number
}

const MOST = 1_000

export function createLives() {
  const first: Life[] = []
  let later: Life[] = []
  let starts = 0
  let current: Life | undefined

  const begin = (event: Event, startedAt: number | null): Life => {
    const place = { input: event.input, line: event.line }
    const life: Life = {
      startedAt,
      place: startedAt === null ? null : place,
      servingAt: null,
      shutdownAt: null,
      shutdown: null,
      failure: null,
      lastAt: event.at,
      last: place,
      lastKind: event.kind,
      requests: 0,
      recovered: 0,
    }
    if (first.length < MOST) first.push(life)
    else {
      later.push(life)
      if (later.length > 2 * MOST) later = later.slice(-MOST)
    }
    return life
  }

  const lives: Lives = {
    get all() {
      return later.length === 0 ? first : first.concat(later)
    },
    get current() {
      return current
    },
    get starts() {
      return starts
    },
  }

  return {
    lives,
    apply(event: Event): void {
      if (event.kind === 'ipamd-started') {
        starts++
        current = begin(event, event.at)
        return
      }
      current ??= begin(event, null)
      current.lastAt = event.at
      current.last = { input: event.input, line: event.line }
      current.lastKind = event.kind
      switch (event.kind) {
        case 'rpc-serving':
          current.servingAt ??= event.at
          return
        case 'shutdown-received':
          current.shutdownAt = event.at
          current.shutdown = current.last
          return
        case 'init-failed':
          current.failure = { at: event.at, place: current.last, error: event.error ?? '' }
          return
        case 'add-received':
          current.requests++
          return
        case 'address-assigned':
          if (current.servingAt === null && current.startedAt !== null) current.recovered++
          return
        default:
      }
    },
  }
}
