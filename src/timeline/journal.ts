import type { Event, EventOf, Kind } from '../extractors/recognize.ts'

/**
 * The rare events of a node, by kind, in the order of the log: what diagnoses look things up in.
 *
 * Bounded: of each kind the first and the last `KEPT` events are kept, and all are counted. What comes with every request or every
 * pass of the pool manager is not kept here; the tracks hold what follows from it.
 */
export interface Journal {
  /** How many events of this kind the log has. */
  count(kind: Kind): number
  first<K extends Kind>(kind: K): EventOf<K> | undefined
  last<K extends Kind>(kind: K): EventOf<K> | undefined
  /** Kept events of these kinds with from <= at <= to, in order of the log within each kind. */
  between<K extends Kind>(from: number, to: number, ...kinds: K[]): EventOf<K>[]
  /** The last kept event of these kinds with at <= `at`. */
  lastBefore<K extends Kind>(at: number, ...kinds: K[]): EventOf<K> | undefined
  all<K extends Kind>(...kinds: K[]): EventOf<K>[]
}

const KEPT = 1_000

/** Kinds that come with every request or every pass; their meaning is in the tracks. */
const FREQUENT: ReadonlySet<string> = new Set([
  'add-received',
  'add-described',
  'add-replied',
  'interfaces-required',
  'card-assigned',
  'del-received',
  'del-described',
  'del-replied',
  'assign-began',
  'address-assigned',
  'unassign-began',
  'address-unassigned',
  'address-released',
  'cooldown-began',
  'cooldown-ended',
  'pool-counted',
  'eni-reconciled',
])

interface Pages {
  count: number
  first: Event[]
  last: Event[]
}

export function createJournal() {
  const kinds = new Map<string, Pages>()

  const kept = (kind: string): Event[] => {
    const pages = kinds.get(kind)
    return pages === undefined ? [] : pages.last.length === 0 ? pages.first : pages.first.concat(pages.last)
  }

  const journal = {
    count: kind => kinds.get(kind)?.count ?? 0,
    first: kind => kept(kind)[0],
    last: kind => kept(kind).at(-1),
    between: (from, to, ...names) => names.flatMap(kind => kept(kind).filter(event => event.at >= from && event.at <= to)).sort(byTime),
    lastBefore: (at, ...names) =>
      names
        .map(kind => kept(kind).findLast(event => event.at <= at))
        .filter(event => event !== undefined)
        .sort(byTime)
        .at(-1),
    all: (...names) => names.flatMap(kept).sort(byTime),
  } as Journal

  return {
    journal,
    apply(event: Event): void {
      let pages = kinds.get(event.kind)
      if (pages === undefined) {
        pages = { count: 0, first: [], last: [] }
        kinds.set(event.kind, pages)
      }
      pages.count++
      if (FREQUENT.has(event.kind)) return
      if (pages.first.length < KEPT) pages.first.push(event)
      else {
        pages.last.push(event)
        // amortized: a shift for each event would cost its length
        if (pages.last.length > 2 * KEPT) pages.last = pages.last.slice(-KEPT)
      }
    },
  }
}

function byTime(a: Event, b: Event): number {
  return a.at - b.at || a.input - b.input || a.line - b.line
}
