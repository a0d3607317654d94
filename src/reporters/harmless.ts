import { printable } from '../words.ts'

/** Longer than any name or line that a report carries. */
const MOST_CHARACTERS = 12_000

/** A copy in which no string, wherever the log had it from, can command a terminal. */
export function harmless<T>(value: T): T {
  if (typeof value === 'string') return printable(value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value) as T
  if (Array.isArray(value)) return value.map(harmless) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [printable(key), harmless(inner)])) as T
}
