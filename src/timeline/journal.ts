import type { Event, EventOf, Kind } from '../extractors/recognize.ts'
import { createEnds, type Ends, type IsNear } from './ends.ts'

/**
 * The rare events of a node, by kind, in the order of the log: what diagnoses look things up in.
 *
 * Bounded: of each kind the first, the last and those near failures are kept (ends.ts), and all are counted. What comes with every request or every
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
export const FREQUENT: ReadonlySet<string> = new Set([
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
  'increase-began',
  'reconcile-began',
  'reconcile-done',
])

/** Kinds that every pass says again as long as nothing changes: of each 15 s one is enough, and the last one. */
const STANDING: ReadonlySet<string> = new Set(['pool-too-low', 'node-taints', 'warm-target-state'])
const STANDING_MS = 16_000

const NONE = createEnds<Event>(0, event => event.at).ends

export function createJournal(isNear: IsNear) {
  const kinds = new Map<string, ReturnType<typeof createEnds<Event>>>()
  const counts = new Map<string, number>()

  const kept = (kind: string): Ends<Event> => kinds.get(kind)?.ends ?? NONE

  const journal = {
    count: kind => counts.get(kind) ?? 0,
    first: kind => kept(kind).all[0],
    last: kind => kept(kind).all.at(-1),
    between: (from, to, ...names) => names.flatMap(kind => kept(kind).between(from, to)).sort(byTime),
    lastBefore: (at, ...names) =>
      names
        .map(kind => kept(kind).all.findLast(event => event.at <= at))
        .filter(event => event !== undefined)
        .sort(byTime)
        .at(-1),
    all: (...names) => names.flatMap(kind => kept(kind).all).sort(byTime),
  } as Journal

  return {
    journal,
    size: () => {
      let size = 0
      for (const { ends } of kinds.values()) size += ends.all.length
      return size
    },
    apply(event: Event): void {
      counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1)
      if (FREQUENT.has(event.kind)) return
      let page = kinds.get(event.kind)
      if (page === undefined) {
        page = createEnds<Event>(KEPT, event => event.at, isNear)
        kinds.set(event.kind, page)
      }
      if (STANDING.has(event.kind)) {
        const before = page.ends.all.at(-2)
        if (before !== undefined && event.at >= before.at && event.at - before.at <= STANDING_MS) page.pop()
      }
      page.push(event)
    },
  }
}

function byTime(a: Event, b: Event): number {
  return a.at - b.at || a.input - b.input || a.line - b.line
}
