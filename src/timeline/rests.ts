/** An address in its cooldown, since when. */
export interface Rest {
  readonly address: string
  readonly at: number
}

/** A queue of the addresses that rest, oldest first. Entries may be over early: `isResting` tells. */
export function createRests(isResting: (rest: Rest) => boolean) {
  let rests: Rest[] = []
  let head = 0
  /** Twice what rested when entries that are over were last thrown out. */
  let most = 1_000

  const shorten = (): void => {
    if (head < 1_000 || head * 2 < rests.length) return
    rests = rests.slice(head)
    head = 0
  }

  return {
    push(rest: Rest): void {
      rests.push(rest)
      if (rests.length - head <= most) return
      rests = rests.slice(head).filter(isResting)
      head = 0
      most = Math.max(1_000, rests.length * 2)
    },
    /** Those whose rest had ended before its time: they are older than all others. */
    pushBack(older: readonly Rest[]): void {
      for (const rest of older.toReversed()) {
        if (head > 0) rests[--head] = rest
        else rests.unshift(rest)
      }
    },
    /** Takes the oldest one if it rests no longer than since `at`, exclusive. */
    takeBefore(at: number): Rest | undefined {
      const oldest = rests[head]
      if (oldest === undefined || oldest.at >= at) return undefined
      head++
      shorten()
      return oldest
    },
    /** Takes the oldest ones that really rest, at most `count`. */
    take(count: number): Rest[] {
      const taken: Rest[] = []
      while (taken.length < count && head < rests.length) {
        const rest = rests[head++] as Rest
        if (isResting(rest)) taken.push(rest)
      }
      shorten()
      return taken
    },
    clear(): void {
      rests = []
      head = 0
      most = 1_000
    },
  }
}
