/** What stands for what. A kind counts for itself, in the order of appearance. */
export interface Tokens {
  /** The token of this original: the same whenever it is asked for. */
  numbered(kind: string, original: string, form: (n: number) => string): string
  /** As `numbered`, and written down for the map as `written`. */
  noted(kind: string, original: string, form: (n: number) => string, written?: string): string
  /** Writes down what a token stands for, and gives it back. */
  note(token: string, original: string): string
  /** Token → original. */
  readonly originals: ReadonlyMap<string, string>
}

export function createTokens(): Tokens {
  const kinds = new Map<string, Map<string, string>>()
  const originals = new Map<string, string>()
  const numbered: Tokens['numbered'] = (kind, original, form) => {
    let known = kinds.get(kind)
    if (known === undefined) {
      known = new Map()
      kinds.set(kind, known)
    }
    let token = known.get(original)
    if (token === undefined) {
      token = form(known.size + 1)
      known.set(original, token)
    }
    return token
  }
  const note: Tokens['note'] = (token, original) => {
    if (!originals.has(token)) originals.set(token, original)
    return token
  }
  return {
    numbered,
    noted: (kind, original, form, written = original) => note(numbered(kind, original, form), written),
    note,
    originals,
  }
}
