import type { LogRecord } from '../model/event.ts'

/**
 * A wording is one of ipamd's own format strings with its verbs named: `Assign IP %(address)s to sandbox %(sandbox)s`.
 *
 * Verbs: `d` integer, `t` boolean, `s` one word (it may be empty), `v` anything. Go's `%s` often prints an error with blanks: that is a `v`.
 * Matching goes by the literals between the verbs, left to right, and never back: its cost is linear in the line, whatever stands in it.
 */
export type Row = readonly [since: string, text: string, fixed?: Readonly<Record<string, string | number | boolean>>]

type Values = { d: number; t: boolean; s: string; v: string }

type Named<T extends string> = T extends `${string}%(${infer Name})${infer Rest}`
  ? Rest extends `${infer Verb extends keyof Values}${infer Tail}`
    ? { readonly [K in Name]: Values[Verb] } & Named<Tail>
    : never
  : object

type FieldsOfRow<R> = R extends readonly [string, infer T extends string, infer Fixed]
  ? Named<T> & Fixed
  : R extends readonly [string, infer T extends string]
    ? Named<T>
    : never

type AllKeys<U> = U extends unknown ? keyof U : never
type ValueIn<U, K extends PropertyKey> = U extends { readonly [key in K]: infer V } ? V : never
/** What all members have is required, what only some have is optional. */
type Merged<U> = { readonly [K in keyof U]: ValueIn<U, K> } & { readonly [K in Exclude<AllKeys<U>, keyof U>]?: ValueIn<U, K> }

export type FieldsOf<R extends readonly Row[]> = Merged<FieldsOfRow<R[number]>>

/** Lines of these wordings say one thing: an event of this kind, with these fields. */
export interface Extractor<K extends string = string, F extends object = object> {
  readonly kind: K
  readonly rows: readonly Row[]
  /** From what the verbs hold to what the event says; undefined: the line does not fit after all. */
  // biome-ignore lint/suspicious/noExplicitAny: the table holds extractors of every shape; each is checked where it is made
  readonly refine: ((fields: any, record: LogRecord) => F | undefined) | undefined
}

export function extractor<const K extends string, const R extends readonly Row[]>(kind: K, rows: R): Extractor<K, FieldsOf<R>>
export function extractor<const K extends string, const R extends readonly Row[], F extends object>(
  kind: K,
  rows: R,
  refine: (fields: FieldsOf<R>, record: LogRecord) => F | undefined,
): Extractor<K, F>
export function extractor(kind: string, rows: readonly Row[], refine?: Extractor['refine']): Extractor {
  return { kind, rows, refine }
}

type Verb = keyof Values

/** A wording ready to match: `literals` has one more than `verbs`. */
export interface Wording {
  readonly text: string
  readonly literals: readonly string[]
  readonly verbs: readonly { readonly name: string; readonly verb: Verb }[]
}

export function compile(text: string): Wording {
  const literals: string[] = []
  const verbs: { name: string; verb: Verb }[] = []
  let from = 0
  for (let at = text.indexOf('%('); at >= 0; at = text.indexOf('%(', from)) {
    const close = text.indexOf(')', at)
    const verb = text[close + 1]
    if (close < 0 || (verb !== 'd' && verb !== 't' && verb !== 's' && verb !== 'v')) throw new Error(`not a wording: ${text}`)
    literals.push(text.slice(from, at))
    verbs.push({ name: text.slice(at + 2, close), verb })
    from = close + 2
  }
  literals.push(text.slice(from))
  return { text, literals, verbs }
}

/** What the verbs hold in this message; undefined where the message is not of this wording. */
export function match(wording: Wording, message: string): Record<string, string | number | boolean> | undefined {
  const { literals, verbs } = wording
  const first = literals[0] as string
  if (!message.startsWith(first)) return undefined
  if (verbs.length === 0) return message.length === first.length ? {} : undefined
  const fields: Record<string, string | number | boolean> = {}
  let at = first.length
  for (let i = 0; i < verbs.length; i++) {
    const literal = literals[i + 1] as string
    const isLast = i === verbs.length - 1
    let end: number
    if (!isLast) end = message.indexOf(literal, at)
    else if (literal === '') end = message.length
    else end = message.endsWith(literal) ? message.length - literal.length : -1
    if (end < at) return undefined
    const { name, verb } = verbs[i] as { name: string; verb: Verb }
    const value = read(message.slice(at, end), verb)
    if (value === undefined) return undefined
    fields[name] = value
    at = end + literal.length
  }
  return fields
}

function read(text: string, verb: Verb): string | number | boolean | undefined {
  switch (verb) {
    case 'v':
      return text
    case 's':
      return hasBlank(text) ? undefined : text
    case 't':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'd':
      return isInteger(text) ? Number(text) : undefined
  }
}

function hasBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 32 || (code >= 9 && code <= 13)) return true
  }
  return false
}

function isInteger(text: string): boolean {
  const start = text.charCodeAt(0) === 45 ? 1 : 0
  if (text.length === start || text.length > 16) return false
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return true
}
