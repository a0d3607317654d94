import type { Event } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'

/** A pod gave its address back; where there are many, those that came close together. */
export interface Deletion {
  readonly at: number
  /** Of the last of them. */
  until: number
  count: number
  /** Of the first of them; null: the log does not name it. */
  readonly namespace: string | null
  readonly pod: string | null
  readonly place: Place
}

export interface Deletions {
  readonly all: readonly Deletion[]
}

const MOST = 1_000

/** Any length of log fits: beyond `MOST` entries those near to the one before become one with it, and what is near doubles as often as needed. */
export function createDeletions(podOf: (container: string) => { namespace: string; pod: string } | undefined) {
  let all: Deletion[] = []
  let width = 0

  const push = (deletion: Deletion): void => {
    const before = all.at(-1)
    // the distance alone: clocks are set back
    if (before === undefined || Math.abs(deletion.at - before.at) >= width) {
      all.push(deletion)
      return
    }
    before.until = Math.max(before.until, deletion.until)
    before.count += deletion.count
  }

  const merge = (): void => {
    const before = all
    width = width === 0 ? 1_000 : width * 2
    all = []
    for (const deletion of before) push(deletion)
  }

  const deletions: Deletions = {
    get all() {
      return all
    },
  }

  return {
    deletions,
    apply(event: Event): void {
      if (event.kind !== 'address-released') return
      const known = podOf(event.container)
      const { at, input, line } = event
      push({ at, until: at, count: 1, namespace: known?.namespace ?? null, pod: known?.pod ?? null, place: { input, line } })
      while (all.length > MOST) merge()
    },
  }
}
