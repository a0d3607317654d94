/**
 * The first and the last of many, and in between what stands near a failure: what any length of log leaves in bounded memory.
 *
 * Up to 4 × `most` items are kept; then the middle is let go, but for what a diagnosis of a failure may ask for.
 */
export interface Ends<T> {
  /** What is kept, in the order of the log. */
  readonly all: readonly T[]
  /** What came, kept or not. */
  readonly count: number
  /** Those kept with from <= at <= to. */
  between(from: number, to: number): T[]
}

/** Is an instant so near to a failure that what happened then may explain it? */
export type IsNear = (at: number) => boolean

/** Goroutines write out of order by milliseconds, clocks are set back by seconds: a search looks this far beyond its borders. */
const DISORDER_MS = 5_000

export function createEnds<T>(most: number, atOf: (item: T) => number, isNear: IsNear = () => false) {
  let all: T[] = []
  let count = 0

  const trim = (): void => {
    const middle = all.slice(most, -most).filter(item => isNear(atOf(item)))
    const step = Math.ceil(middle.length / most)
    const kept = step > 1 ? middle.filter((_, i) => i % step === 0) : middle
    all = [...all.slice(0, most), ...kept, ...all.slice(-most)]
  }

  const ends: Ends<T> = {
    get all() {
      return all
    },
    get count() {
      return count
    },
    between(from, to) {
      const first = countUntil(all, from - DISORDER_MS, atOf)
      const last = countUntil(all, to + DISORDER_MS, atOf)
      const found: T[] = []
      for (let i = first; i < last; i++) {
        const item = all[i] as T
        const at = atOf(item)
        if (at >= from && at <= to) found.push(item)
      }
      return found
    },
  }

  return {
    ends,
    push(item: T): void {
      count++
      all.push(item)
      if (all.length > 4 * most) trim()
    },
    /** Takes the last one back: it was one with the one before. */
    pop(): void {
      all.pop()
    },
  }
}

/** How many items, in order of time, are not after `at`. */
export function countUntil<T>(items: readonly T[], at: number, atOf: (item: T) => number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (atOf(items[middle] as T) <= at) low = middle + 1
    else high = middle
  }
  return low
}

const MINUTE_MS = 60_000
/** Six months in which every minute has a failure. */
const MOST_MINUTES = 250_000

/** The minutes in which requests failed. What explains a failure stands up to two minutes before it, or comes shortly after. */
export function createMoments() {
  const minutes = new Set<number>()
  return {
    mark(at: number): void {
      if (minutes.size < MOST_MINUTES) minutes.add(Math.floor(at / MINUTE_MS))
    },
    isNear(at: number): boolean {
      const minute = Math.floor(at / MINUTE_MS)
      for (let i = -1; i <= 3; i++) if (minutes.has(minute + i)) return true
      return false
    },
  }
}
