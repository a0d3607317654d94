/**
 * Puts records in the order of time where a query or a shipper lost it: the newest first, streams one after another, pages in any order.
 *
 * What is held is bounded. Beyond the bound the older half is let go, so that a log that is nearly in order comes out right whatever its size;
 * one that stands the newest first and is larger does not, and `late` counts what came too late.
 */
import type { LogRecord } from '../model/event.ts'

export interface ByTime<T> {
  /** `size`: characters that holding it takes. */
  push(record: LogRecord, size: number, item: T): void
  /** Hands over everything that is held. */
  flush(): void
  /** Records that were older than what had been handed over, by more than lines of goroutines are. */
  readonly late: number
}

export function createByTime<T>(handOver: (record: LogRecord, item: T) => void, maxSize = MAX_SIZE): ByTime<T> {
  let held: Held<T>[] = []
  let size = 0
  let late = 0
  let handedTo = Number.NEGATIVE_INFINITY

  function release(count: number): void {
    // The newest first as a whole: lines of one millisecond then stand in reverse too.
    if (isReversed(held)) held.reverse()
    held.sort((a, b) => a.record.at - b.record.at)
    for (const { record, item, size: own } of held.slice(0, count)) {
      if (record.at < handedTo - DISORDER_MS) late += 1
      else handedTo = Math.max(handedTo, record.at)
      size -= own
      handOver(record, item)
    }
    held = held.slice(count)
  }

  return {
    get late() {
      return late
    },
    push(record, own, item) {
      held.push({ record, size: own, item })
      size += own
      if (size > maxSize) release(Math.ceil(held.length / 2))
    },
    flush() {
      release(held.length)
    },
  }
}

interface Held<T> {
  readonly record: LogRecord
  readonly size: number
  readonly item: T
}

const MAX_SIZE = 96_000_000
/** families.md 0.4: goroutines are out of order by milliseconds. */
const DISORDER_MS = 5_000

function isReversed(held: readonly Held<unknown>[]): boolean {
  let falls = 0
  let rises = 0
  for (const [i, { record }] of held.entries()) {
    const before = held[i - 1]
    if (before === undefined || before.record.at === record.at) continue
    if (record.at < before.record.at) falls += 1
    else rises += 1
  }
  return falls > rises
}
