/**
 * One line of text → one record: zap JSON (v1.6.1 and later) or seelog text (v1.5.0 to v1.6.0).
 *
 * zap prints exactly `{"level":…,"ts":…,"caller":…,"msg":…}` (families.md 0.1), but shippers reorder and add keys, and the lines of
 * controller-runtime in the same file have a `logger` key and keys after msg: any order and unknown keys are accepted.
 */
import type { Level, LogRecord } from '../model/event.ts'
import { instantOf, parseInstant } from './instant.ts'

export type JsonObject = { readonly [key: string]: unknown }

/** A JSON object, undefined where the text is anything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A zap object's record. `fallbackAt`: a wrapper's time, used only where the wrapper took `ts` away. */
export function recordOf(object: JsonObject, fallbackAt = Number.NaN): LogRecord | undefined {
  const { level: name, ts, caller, msg } = object
  if (typeof msg !== 'string' || typeof name !== 'string') return undefined
  const level = levelOf(name)
  let at = typeof ts === 'string' ? parseInstant(ts) : Number.NaN
  if (Number.isNaN(at)) at = ts === undefined ? timeBeside(object, fallbackAt) : instantOf(ts)
  if (level === undefined || Number.isNaN(at)) return undefined
  return typeof caller === 'string' ? { at, level, message: msg, caller } : { at, level, message: msg }
}

/** `2019-09-11T20:39:00Z [DEBUG]<TAB>text` (v1.5.0), with milliseconds (v1.5.1 to v1.5.7), with a blank before the tab (v1.6.0). */
export function parseSeelog(text: string): LogRecord | undefined {
  const zone = text.charCodeAt(19) === DOT ? 23 : 19
  if (text.charCodeAt(zone) !== UPPER_Z || text.charCodeAt(zone + 1) !== BLANK || text.charCodeAt(zone + 2) !== BRACKET) return undefined
  const close = text.indexOf(']', zone + 3)
  if (close < 0 || close > zone + 11) return undefined
  const level = levelOf(text.slice(zone + 3, close))
  const at = parseInstant(text.slice(0, zone + 1))
  if (level === undefined || Number.isNaN(at)) return undefined
  // The tab becomes blanks where the text went through a terminal.
  let from = close + 1
  while (text.charCodeAt(from) === BLANK) from += 1
  if (text.charCodeAt(from) === TAB) from += 1
  return from === close + 1 && from < text.length ? undefined : { at, level, message: text.slice(from) }
}

export function levelOf(name: string): Level | undefined {
  return LEVELS.get(name) ?? LEVELS.get(name.toLowerCase())
}

const BRACKET = 0x5b
const BLANK = 0x20
const TAB = 0x09
const DOT = 0x2e
const UPPER_Z = 0x5a

/** zap's names, seelog's (`critical`), and what shippers make of them. */
const LEVELS: ReadonlyMap<string, Level> = new Map<string, Level>([
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['fatal', 'fatal'],
  ['trace', 'trace'],
  ['critical', 'fatal'],
  ['panic', 'fatal'],
  ['dpanic', 'fatal'],
  ['warning', 'warn'],
])

/** Where shippers move a line's own time to, e.g. Fluent Bit with `Time_Key ts`. */
function timeBeside(object: JsonObject, fallbackAt: number): number {
  for (const key of ['time', '@timestamp', 'timestamp', 'date']) {
    const at = instantOf(object[key])
    if (!Number.isNaN(at)) return at
  }
  return fallbackAt
}
