import type { Tokens } from './tokens.ts'

export type NameKind = 'pod' | 'namespace' | 'node' | 'name'

/** Names that have no shape of their own: they must be known before they can be found. */
export interface Names {
  know(kind: NameKind, name: string): void
  /** The token of a name that stands alone. */
  tokenOf(kind: NameKind, name: string): string
  /** Replaces the names in a text; `rest` is given what stands between them. */
  replace(text: string, rest: (between: string) => string): string
  /** There are more odd names than are looked for: a text may still have one. */
  readonly tooMany: boolean
}

/** More names that no cluster could have are a forged log. */
const MOST_ODD = 200

export function createNames(tokens: Tokens): Names {
  const kinds = new Map<string, NameKind>()
  /** Not made of the characters of a word: found as they are, or as Go and JSON quote them. */
  const odd = new Map<string, string>()
  let tooMany = false

  const tokenOf = (kind: NameKind, name: string): string => {
    const known = kinds.get(name) ?? kind
    // a token that is itself a name in this log would lead back to it
    return tokens.noted(known, name, n => {
      const plain = `${known}-${n}`
      return kinds.has(plain) ? `${known}-x${n}` : plain
    })
  }

  const replaceWords = (text: string, rest: (between: string) => string): string => {
    let out = ''
    let done = 0
    for (const { start, end } of words(text)) {
      if (start < done) continue
      const name = text.slice(start, end)
      const kind = kinds.get(name) ?? (GENERATED.test(name) ? 'pod' : undefined)
      if (kind === undefined || (!isTelling(name) && !isMeant(text, start, end, kinds))) continue
      out += rest(text.slice(done, start)) + tokenOf(kind, name)
      done = end
    }
    return out + rest(text.slice(done))
  }

  return {
    get tooMany() {
      return tooMany
    },
    tokenOf,
    know(kind, name) {
      if (name === '' || kinds.has(name)) return
      kinds.set(name, kind)
      if (WHOLE_WORD.test(name) || name.length < 3) return
      if (odd.size >= 3 * MOST_ODD) {
        tooMany = true
        return
      }
      const once = JSON.stringify(name).slice(1, -1)
      for (const written of [name, once, JSON.stringify(once).slice(1, -1)]) odd.set(written, name)
    },
    replace: (text, rest) =>
      withoutOdd(text, odd)
        .map(({ text: piece, name }) => (name === undefined ? replaceWords(piece, rest) : tokenOf('name', name)))
        .join(''),
  }
}

interface Piece {
  readonly text: string
  /** The odd name that this piece is. */
  readonly name?: string
}

function withoutOdd(text: string, odd: ReadonlyMap<string, string>): Piece[] {
  let pieces: Piece[] = [{ text }]
  for (const [written, name] of odd) {
    if (!text.includes(written)) continue
    pieces = pieces.flatMap(piece =>
      piece.name === undefined
        ? piece.text.split(written).flatMap((part, i): Piece[] => (i === 0 ? [{ text: part }] : [{ text: written, name }, { text: part }]))
        : [piece],
    )
  }
  return pieces
}

const WORDS = /[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?/g
const WHOLE_WORD = new RegExp(`^${WORDS.source}$`)

/** The end that Kubernetes gives to the pods of a ReplicaSet or DaemonSet: no vowels, none of 0, 1 and 3. */
const GENERATED = /^[a-z][a-z0-9.-]{0,240}-[bcdfghjklmnpqrstvwxz2456789]{5}$/

/** Words, and what they may be instead: without the letter of `\n` before it, and in parts where dots join it to a domain. */
function* words(text: string): Generator<{ start: number; end: number }> {
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    const start = index + escapeLength(text, index)
    for (const from of new Set([start, index])) yield { start: from, end: index + word.length }
    if (word.includes('.')) {
      let from = start
      for (const part of word.slice(start - index).split('.')) {
        if (part !== '') yield { start: from, end: from + part.length }
        from += part.length + 1
      }
    }
  }
}

/** In raw JSON `\n`, `\t` or `\u003c` stand before a word like a part of it. */
function escapeLength(text: string, at: number): number {
  if (text[at - 1] !== '\\') return 0
  if ('nrtbf'.includes(text[at] as string)) return 1
  return /^u[0-9a-f]{4}/.test(text.slice(at, at + 5)) ? 5 : 0
}

/** No word of any language: it means the same wherever it stands. */
function isTelling(name: string): boolean {
  return name.length >= 4 && /[a-z]/i.test(name) && (name.includes('-') || (name.length >= 5 && /[0-9.]/.test(name)))
}

/** `default` and `web` are names and also words: names only where something beside them says so. */
function isMeant(text: string, start: number, end: number, kinds: ReadonlyMap<string, NameKind>): boolean {
  const before = text.slice(Math.max(0, start - 24), start)
  if (LABEL.test(before)) return true
  if (text[end] === '/') return kinds.has(wordAt(text, end + 1))
  if (before.endsWith('/')) return kinds.has(wordBefore(text, start - 1))
  return QUOTED.test(before) && !/level\\*"?:\\*"$/.test(before) && '"\\`\''.includes(text[end] ?? ' ')
}

const LABEL = /(?:(?<![A-Za-z])(?:name|namespace|pods?|ns)|pod_?name|pod_?namespace)(?:\\*["'])?[ :=(]{1,2}(?:\\*["'])?$|(?:^| )-n $/i
const QUOTED = /["'`]$/

function wordAt(text: string, at: number): string {
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?/.exec(text.slice(at, at + 254))?.[0] ?? ''
}

function wordBefore(text: string, at: number): string {
  const part = text.slice(Math.max(0, at - 254), at)
  return part.slice(part.search(/[A-Za-z0-9.-]*$/))
}
