import type { Event } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'
import type { NodeReport } from '../model/report.ts'
import type { Entry, Story } from '../model/story.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** A question to the log of one node: it sees each event after the timeline took it, and tells its story at the end. */
export interface Fold<S extends Story> {
  see(event: Event): void
  /** Undefined: this log has nothing of what was asked. */
  story(node: NodeReport): S | undefined
  /** What could have been asked: for people who mistyped. */
  known(): Iterable<string>
}

export type Query<S extends Story> = (timeline: Timeline) => Fold<S>

/** An entry whose instants are numbers. */
export interface Draft {
  readonly at: number
  until?: number
  readonly kind: string
  readonly text: string
  count: number
  readonly place: Place
}

export const MOST_ENTRIES = 5_000
/** Repeats of one thing this close are one entry with a count. */
const TOGETHER_MS = 20_000

/** In order; with `together` what repeats is one entry; the first and the last ones where there are too many. */
export function entriesOf(drafts: readonly Draft[], together = false): { readonly entries: Entry[]; readonly omitted: number } {
  const sorted = [...drafts].sort((a, b) => a.at - b.at || a.place.input - b.place.input || a.place.line - b.place.line)
  const collapsed: Draft[] = []
  const latest = new Map<string, Draft>()
  for (const draft of sorted) {
    const key = `${draft.kind} ${draft.text}`
    const before = latest.get(key)
    if (together && before !== undefined && draft.at - (before.until ?? before.at) <= TOGETHER_MS) {
      before.until = Math.max(before.until ?? before.at, draft.until ?? draft.at)
      before.count += draft.count
      continue
    }
    const own = { ...draft }
    latest.set(key, own)
    collapsed.push(own)
  }
  const omitted = Math.max(0, collapsed.length - MOST_ENTRIES)
  const kept = omitted === 0 ? collapsed : [...collapsed.slice(0, MOST_ENTRIES / 2), ...collapsed.slice(-MOST_ENTRIES / 2)]
  return { omitted, entries: kept.map(toEntry) }
}

function toEntry({ at, until, kind, text, count, place }: Draft): Entry {
  return {
    at: iso(at),
    ...(until === undefined || until === at ? {} : { until: iso(until) }),
    kind,
    text,
    count,
    input: place.input,
    line: place.line,
  }
}

const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

export function iso(at: number): string {
  return new Date(Math.min(LAST, Math.max(0, at))).toISOString()
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}
