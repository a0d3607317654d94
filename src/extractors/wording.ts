/**
 * A wording is one of ipamd's own format strings with its verbs named: `Assign IP %(address)s to sandbox %(sandbox)s`.
 *
 * Verbs: `d` integer, `n` integer that makes sense from 0 on, `t` boolean, `s` one word (it may be empty), `v` anything. Go's `%s` often prints an error with blanks: that is a `v`.
 * Matching goes by the literals between the verbs, left to right, and never back: its cost is linear in the line, whatever stands in it.
 */
export type Row = readonly [since: string, text: string, fixed?: Readonly<Record<string, string | number | boolean>>]

type Values = { d: number; n: number; t: boolean; s: string; v: string }

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
  readonly refine: ((fields: any) => F | undefined) | undefined
}

export function extractor<const K extends string, const R extends readonly Row[]>(kind: K, rows: R): Extractor<K, FieldsOf<R>>
export function extractor<const K extends string, const R extends readonly Row[], F extends object>(
  kind: K,
  rows: R,
  refine: (fields: FieldsOf<R>) => F | undefined,
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
  /** The last character of the first literal, NaN where that is empty. */
  readonly telling: number
  /** The names of its `n` verbs: a line in which one is below zero was bent, and says nothing. */
  readonly naturals: readonly string[]
}

export function compile(text: string): Wording {
  const literals: string[] = []
  const verbs: { name: string; verb: Verb }[] = []
  let from = 0
  for (let at = text.indexOf('%('); at >= 0; at = text.indexOf('%(', from)) {
    const close = text.indexOf(')', at)
    const verb = text[close + 1]
    if (close < 0 || (verb !== 'd' && verb !== 'n' && verb !== 't' && verb !== 's' && verb !== 'v'))
      throw new Error(`not a wording: ${text}`)
    literals.push(text.slice(from, at))
    verbs.push({ name: text.slice(at + 2, close), verb })
    from = close + 2
  }
  literals.push(text.slice(from))
  const [first] = literals as [string]
  return {
    text,
    literals,
    verbs,
    telling: first.charCodeAt(first.length - 1),
    naturals: verbs.filter(({ verb }) => verb === 'n').map(({ name }) => name),
  }
}

/** What the verbs hold in this message; undefined where the message is not of this wording. */
export function match(wording: Wording, message: string): Record<string, string | number | boolean> | undefined {
  const { literals, verbs } = wording
  const first = literals[0] as string
  // many begin alike, and one character tells most of them apart; a slice that is compared is faster than startsWith, which goes by characters
  if (first !== '' && (message.charCodeAt(first.length - 1) !== wording.telling || message.slice(0, first.length) !== first))
    return undefined
  if (verbs.length === 0) return message.length === first.length ? {} : undefined
  const fields: Record<string, string | number | boolean> = {}
  let at = first.length
  for (let i = 0; i < verbs.length; i++) {
    const literal = literals[i + 1] as string
    const isLast = i === verbs.length - 1
    let end: number
    if (!isLast) end = message.indexOf(literal, at)
    else if (literal === '') end = message.length
    else end = message.slice(-literal.length) === literal ? message.length - literal.length : -1
    if (end < at) return undefined
    const { name, verb } = verbs[i] as { name: string; verb: Verb }
    const value = read(message, at, end, verb)
    if (value === undefined) return undefined
    fields[name] = value
    at = end + literal.length
  }
  return fields
}

/** What a verb holds: looked at where it stands in the message, since a part of a string is slow to look into. */
function read(message: string, from: number, to: number, verb: Verb): string | number | boolean | undefined {
  switch (verb) {
    case 'v':
      return message.slice(from, to)
    case 's':
      return hasBlank(message, from, to) ? undefined : message.slice(from, to)
    case 't':
      return to - from === 4 && message.startsWith('true', from)
        ? true
        : to - from === 5 && message.startsWith('false', from)
          ? false
          : undefined
    case 'd':
    case 'n':
      return integer(message, from, to)
  }
}

function hasBlank(text: string, from: number, to: number): boolean {
  for (const blank of BLANKS) {
    const at = text.indexOf(blank, from)
    if (at >= 0 && at < to) return true
  }
  return false
}

/** The rarest last: each is a search of its own, and faster than a walk over the characters. */
const BLANKS = [' ', '\n', '\t', '\r', '\v', '\f'] as const

function integer(text: string, from: number, to: number): number | undefined {
  const isNegative = text.charCodeAt(from) === 45
  const start = isNegative ? from + 1 : from
  if (to === start || to - from > 16) return undefined
  let value = 0
  for (let i = start; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return isNegative ? -value : value
}
