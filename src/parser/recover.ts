/**
 * JSON objects inside a line that is not one object.
 *
 * Two lines fused: `{…}{…}`. Torn: the loggers of v1.6.1 to v1.11.2 wrote to one file through 7 handles with an offset each, so a line can
 * begin in the middle of another one (families.md 0.4); what is left of the other one is lost.
 */
import { type JsonObject, parseObject } from './record.ts'

export interface Recovered {
  readonly objects: readonly { readonly object: JsonObject; readonly raw: string }[]
  /** Text beside the objects that belongs to none of them. */
  readonly lost: boolean
  /** What stood before the first object. */
  readonly prefix: string
}

export function recoverObjects(text: string): Recovered {
  const objects: { object: JsonObject; raw: string }[] = []
  let lost = false
  let prefix = ''
  let failures = 0
  let at = 0
  while (at < text.length) {
    while (SEPARATORS.has(text.charCodeAt(at))) at += 1
    if (at >= text.length) break
    if (text.charCodeAt(at) === OPEN) {
      const end = objectEnd(text, at)
      const raw = end < 0 ? '' : text.slice(at, end)
      const object = end < 0 ? undefined : parseObject(raw)
      if (object) {
        objects.push({ object, raw })
        at = end
        continue
      }
      failures += 1
    }
    // Each failure may have read to the end of the line: a line made of beginnings must not cost its square.
    const next = failures < MAX_FAILURES ? text.indexOf(RECORD_START, at + 1) : -1
    if (objects.length === 0 && at === 0) prefix = next < 0 ? text : text.slice(0, next)
    else lost = true
    if (next < 0) break
    at = next
  }
  return { objects, lost, prefix }
}

/** The index after the object that opens at `from`, -1 where it never closes. Strings are skipped, nothing recurses. */
export function objectEnd(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i += 1) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      i = stringEnd(text, i)
      if (i < 0) return -1
    } else if (c === OPEN || c === BRACKET) depth += 1
    else if (c === CLOSE || c === CLOSE_BRACKET) {
      depth -= 1
      if (depth === 0) return i + 1
    }
  }
  return -1
}

/** The index of the quote that closes the string opened at `from`, -1 where none does. */
export function stringEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i += 1) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) return i
    if (c === BACKSLASH) i += 1
  }
  return -1
}

/** How zap begins every line. */
const RECORD_START = '{"level":"'
const MAX_FAILURES = 16
const OPEN = 0x7b
const CLOSE = 0x7d
const BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Blank, tab, carriage return, byte order mark, NUL: they may stand between two lines that lost their newline. */
const SEPARATORS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0xfeff, 0])
