import type { Event } from '../extractors/recognize.ts'
import { type Place, placeOf } from '../model/event.ts'
import { createEnds } from './ends.ts'

/**
 * How far a start came. `api-server`: it asks the API server; `connected`: that answered, or ipamd went on without; `metadata`: the
 * metadata service answered; `ec2`: so did EC2; `serving`: requests are taken.
 */
export type Stage = 'started' | 'api-server' | 'connected' | 'metadata' | 'ec2' | 'serving'

/** One run of the ipamd process. */
export interface Life {
  /** Null: it began before this log. */
  readonly startedAt: number | null
  readonly place: Place | null
  stage: Stage
  /** Whether a SIGTERM would have left a line once it served: not before v1.6.0. */
  hooked: boolean
  /** When it began to serve requests. */
  servingAt: number | null
  /** SIGTERM was received. */
  shutdownAt: number | null
  shutdown: Place | null
  /** It gave up during initialization, and with what error. */
  failure: { readonly at: number; readonly place: Place; readonly error: string; readonly over: 'api-server' | null } | null
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
const STAGES: readonly Stage[] = ['started', 'api-server', 'connected', 'metadata', 'ec2', 'serving']

export function createLives() {
  const { ends, push } = createEnds<Life>(MOST, life => life.startedAt ?? 0)
  let starts = 0
  let current: Life | undefined

  const begin = (event: Event, startedAt: number | null): Life => {
    const place = { input: event.input, line: event.line }
    const life: Life = {
      startedAt,
      place: startedAt === null ? null : place,
      stage: startedAt === null ? 'serving' : 'started',
      // v1.6.1 and later name callers
      hooked: event.caller !== undefined,
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
    push(life)
    return life
  }

  const lives: Lives = {
    get all() {
      return ends.all
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
      // the event is a place: every line passes here, and only the last one is kept
      current.last = event
      current.lastKind = event.kind
      const stage = stageOf(event)
      if (stage !== undefined && STAGES.indexOf(stage) > STAGES.indexOf(current.stage)) current.stage = stage
      switch (event.kind) {
        case 'rpc-serving':
          current.servingAt ??= event.at
          return
        case 'shutdown-hooked':
          current.hooked = true
          return
        case 'shutdown-received':
          current.hooked = true
          current.shutdownAt = event.at
          current.shutdown = placeOf(event)
          return
        case 'init-failed':
          current.failure = { at: event.at, place: placeOf(event), error: event.error ?? '', over: event.over ?? null }
          return
        case 'add-received':
          // the line that says so may be lost (families 0.4)
          current.servingAt ??= event.at
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

/** What a line proves to be done. */
function stageOf(event: Event): Stage | undefined {
  switch (event.kind) {
    case 'api-server-tested':
      return 'api-server'
    case 'api-server-reached':
    case 'api-server-lost':
      return 'connected'
    case 'node-fact':
      return event.fact === 'node-name' ? undefined : 'metadata'
    case 'setting-read':
    case 'node-init-began':
      return 'metadata'
    case 'enis-described':
    case 'recovery-began':
    case 'eni-set-up':
    case 'pool-counted':
      return 'ec2'
    case 'rpc-serving':
    case 'add-received':
      return 'serving'
    default:
      return undefined
  }
}
