import { prettyFactory } from 'pino-pretty'
import { printable } from '../words.ts'

/** The lines of the log themselves, for people: time in UTC, level, caller, message. What is no JSON comes as it is, without control characters. */
export function createPrettyLine({ color }: { readonly color: boolean }): (raw: string) => string {
  const pretty = prettyFactory({
    colorize: color,
    messageKey: 'msg',
    timestampKey: 'ts',
    levelKey: 'level',
    // its own time would be local
    translateTime: false,
    singleLine: true,
  })
  return raw => {
    const object = parse(raw)
    if (object === undefined) return `${printable(raw)}\n`
    // values are cleaned before: a newline in a message must not look like a line of its own
    return `${pretty(object).trimEnd().replace(MARKS, shown)}\n`
  }
}

function parse(raw: string): object | undefined {
  try {
    const value: unknown = JSON.parse(raw, (_key, value: unknown) => (typeof value === 'string' ? printable(value) : value))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** What pino-pretty lets through in the names of keys. */
const MARKS = /[\u0080-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

function shown(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
}
