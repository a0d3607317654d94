import { printable } from '../words.ts'

/** Longer than any name or line that a report carries. */
const MOST_CHARACTERS = 12_000
/** Pool rows are many, and nothing but instants and numbers that are read, never shown as they are. */
const NEVER_SHOWN = 'rows'

/** A copy in which no string, wherever the log had it from, can command a terminal. */
export function harmless<T>(value: T): T {
  if (typeof value === 'string') return printable(value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value) as T
  if (Array.isArray(value)) return value.map(harmless) as T
  if (value === null || typeof value !== 'object') return value
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) copy[printable(key)] = key === NEVER_SHOWN ? inner : harmless(inner)
  return copy as T
}
