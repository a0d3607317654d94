import type { Place } from '../model/event.ts'
import type { Evidence, Instant } from '../model/report.ts'

/** Years that ISO 8601 writes with four digits; anything else in a log is damage, not a time. */
const FIRST = Date.UTC(1970, 0, 1)
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

export function instant(at: number): Instant {
  return new Date(Math.min(LAST, Math.max(FIRST, at))).toISOString()
}

export function instantOrNull(at: number | null | undefined): Instant | null {
  return at === null || at === undefined || !Number.isFinite(at) ? null : instant(at)
}

/** Finds the raw text of a line, where it was kept; the time tells records apart that share one. */
export type TextOf = (place: Place, at?: number | null) => string | undefined

export function evidence(at: number | null, place: Place, note: string | undefined, textOf: TextOf): Evidence {
  const text = textOf(place, at)
  return {
    input: place.input,
    line: place.line,
    at: instantOrNull(at),
    ...(note === undefined ? {} : { note }),
    ...(text === undefined ? {} : { text }),
  }
}
