import { PRINTED, RELEASES } from './printed-callers.ts'

/** Names the release of a log by the `file:line` that zap printed, the only sign of it since v1.10.0 (families 0.3). */
export interface Fingerprint {
  /** Notes a line's caller. */
  see(caller: string): void
  /** A new process: it may be another release. */
  restart(): void
  /** The releases that print every caller seen, oldest first; of the newest process where the release changed. Empty: nothing is known. */
  candidates(): string[]
}

/** A release has some 700 callers; more than this many different ones are not ipamd's. */
const MOST_CALLERS = 5_000
const LONGEST_CALLER = 200
const ANY = (1n << BigInt(RELEASES.length)) - 1n

export function createFingerprint(): Fingerprint {
  let seen = new Set<string>()
  let before = ANY

  /**
   * Callers that no release prints (libraries, other builds) say nothing; where the rest contradict each other the later ones hold. A new
   * process is taken for the same release unless what it prints says otherwise: then it alone counts.
   */
  const narrowed = (): bigint => {
    let mask = ANY
    for (const caller of seen) {
      const releases = releasesOf(caller)
      if (releases !== undefined) mask = (mask & releases) === 0n ? releases : mask & releases
    }
    return (mask & before) === 0n ? mask : mask & before
  }

  return {
    see(caller) {
      if (caller.length > LONGEST_CALLER || seen.has(caller) || seen.size >= MOST_CALLERS) return
      // a slice of a line would keep the whole chunk alive
      seen.add(Buffer.from(caller).toString())
    },
    restart() {
      before = narrowed()
      seen = new Set()
    },
    candidates() {
      const mask = narrowed()
      return mask === ANY ? [] : RELEASES.filter((_, i) => (mask >> BigInt(i)) & 1n)
    },
  }
}

/** Callers that were looked up. */
const known = new Map<string, bigint | undefined>()

function releasesOf(caller: string): bigint | undefined {
  if (known.has(caller)) return known.get(caller)
  if (known.size >= MOST_CALLERS) known.clear()
  const releases = find(caller)
  known.set(caller, releases)
  return releases
}

/** In the text as it stands: a log has some hundred callers, and a table of all four thousand takes longer to make. */
function find(caller: string): bigint | undefined {
  const colon = caller.lastIndexOf(':')
  const file = caller.slice(0, colon)
  const text = Object.hasOwn(PRINTED, file) ? (PRINTED[file] as string) : ''
  // the first of a row stands behind its indentation
  const entry = ` ${caller.slice(colon + 1)}:`
  const at = text.indexOf(entry)
  if (at < 0) return undefined
  let mask = 0n
  for (const range of text.slice(at + entry.length, endOfWord(text, at + 1)).split(',')) {
    const [from, to = from] = range.split('-') as [string, string?]
    mask |= (1n << BigInt(Number(to) + 1)) - (1n << BigInt(from))
  }
  return mask
}

function endOfWord(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) > 32) at++
  return at
}
