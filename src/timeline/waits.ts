import type { Event } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'

/**
 * A new ENI is attached and ipamd looks into the instance metadata until it shows there with its addresses: twelve looks with pauses that
 * double, three to four minutes in all (v1.7.2 and later; before, one every ten seconds). The pool manager does nothing else meanwhile.
 */
export interface EniWait {
  /** Null: it was attached before this log. */
  eni: string | null
  /** When the ENI was attached; where the log begins later, the first look. */
  readonly from: number
  readonly place: Place
  /** Looks in which the metadata answered, and the ENI (or an address of it) was not there. */
  notShown: number
  firstNotShown: Look | null
  lastNotShown: Look | null
  /** Looks that the metadata service did not answer. */
  unanswered: number
  firstUnanswered: Look | null
  lastUnanswered: Look | null
  /** Looks in which the ENI was there. */
  shown: number
  firstShown: Look | null
  /** ipamd went on with fewer addresses than it had waited for. */
  incomplete: { readonly got: number; readonly wanted: number; readonly of: string; readonly at: number; readonly place: Place } | null
  /** Null: it lasts to the end of this log. */
  to: number | null
  end: Place | null
  /** `ready`: the ENI came into the data store. `given-up`: ipamd says so. `left`: it went on to something else, or ended. */
  outcome: 'open' | 'ready' | 'given-up' | 'left'
}

export interface Look extends Place {
  readonly at: number
}

export interface Waits {
  /** In order, the first 1,000 and the last 1,000. */
  readonly all: readonly EniWait[]
}

const MOST = 2_000

export function createWaits() {
  const all: EniWait[] = []
  let current: EniWait | null = null

  const begin = (event: Event, eni: string | null): EniWait => {
    const wait: EniWait = {
      eni,
      from: event.at,
      place: { input: event.input, line: event.line },
      notShown: 0,
      firstNotShown: null,
      lastNotShown: null,
      unanswered: 0,
      firstUnanswered: null,
      lastUnanswered: null,
      shown: 0,
      firstShown: null,
      incomplete: null,
      to: null,
      end: null,
      outcome: 'open',
    }
    all.push(wait)
    if (all.length > MOST) all.splice(MOST / 2, 1)
    return wait
  }

  const end = (event: Event, outcome: EniWait['outcome']): void => {
    if (current === null) return
    current.to = event.at
    current.end = { input: event.input, line: event.line }
    current.outcome = outcome
    current = null
  }

  return {
    waits: { all } as Waits,
    apply(event: Event): void {
      switch (event.kind) {
        case 'eni-attached':
          end(event, 'left')
          current = begin(event, event.eni)
          return
        case 'eni-awaited':
          if (event.look === 'pause') return
          current ??= begin(event, event.eni ?? null)
          current.eni ??= event.eni ?? null
          current.notShown++
          current.lastNotShown = lookOf(event)
          current.firstNotShown ??= current.lastNotShown
          return
        case 'metadata-failed':
          if (event.waiting !== true) return
          current ??= begin(event, null)
          // it answers, and an ENI that it lists has no data yet
          if (isNotFound(event.error)) {
            current.notShown++
            current.lastNotShown = lookOf(event)
            current.firstNotShown ??= current.lastNotShown
            return
          }
          current.unanswered++
          current.lastUnanswered = lookOf(event)
          current.firstUnanswered ??= current.lastUnanswered
          return
        case 'eni-shown':
          if (current === null) return
          current.eni ??= event.eni
          if (current.eni !== event.eni) return
          current.shown++
          current.firstShown ??= lookOf(event)
          return
        case 'eni-incomplete':
          if (current !== null)
            current.incomplete = { got: event.got, wanted: event.wanted, of: event.of, at: event.at, place: lookOf(event) }
          return
        case 'eni-added':
        case 'cidr-added':
          if (current !== null && (current.eni === null || current.eni === event.eni)) {
            current.eni = event.eni
            end(event, 'ready')
          }
          return
        case 'increase-failed':
          if (event.error.includes('from metadata service')) {
            if (current === null) current = begin(event, null)
            end(event, 'given-up')
          }
          return
        case 'increase-began':
        case 'reconcile-began':
        case 'ipamd-started':
          end(event, 'left')
          return
        default:
      }
    },
  }
}

function lookOf({ at, input, line }: Event): Look {
  return { at, input, line }
}

/** Either SDK's words for 404: the metadata service answered, and has nothing there. */
export function isNotFound(error: string | undefined): boolean {
  return error !== undefined && (error.includes('status code: 404') || error.includes('StatusCode: 404'))
}
