/**
 * Counts once what two logs of one node both hold: a copy of the live log beside the rotated set, the same bundle twice, parts that overlap.
 *
 * Logs of a node are read in the order of their first record, so a line can only have been read before if it is not younger than the youngest
 * line of the logs before. Such a line is looked up among the lines that were kept since the moment at which this log begins: a table of 64-bit
 * hashes, whose size is that of the overlap and not that of the logs. The same line twice in one log stays two lines.
 *
 *   const overlap = createOverlap()
 *   for (const [i, input] of inputs.entries()) {
 *     overlap.begin(input.firstAt, inputs[i + 1]?.firstAt ?? null)
 *     … for each record: if (!overlap.repeated(record)) analyze(record)
 *   }
 */
import type { LogRecord } from '../model/event.ts'

export interface Overlap {
  /** A log begins: its first record, and that of the log after it. */
  begin(firstAt: number | null, nextFirstAt: number | null): void
  /** A record of this time may have been read before, or come again: `repeated` must see it. */
  looksAt(at: number): boolean
  /** This record was read in an earlier log of the node. */
  repeated(record: LogRecord, node?: string): boolean
  /** Records found repeated in the log that is being read. */
  readonly count: number
  /** The overlap was longer than the table: what is not younger than the logs before was taken as repeated without comparing. */
  readonly unchecked: boolean
}

export function createOverlap(maxLines = MAX_LINES): Overlap {
  const table = createTable()
  let count = 0
  let unchecked = false
  let youngest = Number.NEGATIVE_INFINITY
  /** The youngest record of the logs before this one. */
  let readTo = Number.NEGATIVE_INFINITY
  let keepFrom = Number.POSITIVE_INFINITY

  return {
    get count() {
      return count
    },
    get unchecked() {
      return unchecked
    },
    begin(firstAt, nextFirstAt) {
      count = 0
      readTo = youngest
      keepFrom = nextFirstAt === null ? Number.POSITIVE_INFINITY : nextFirstAt - DISORDER_MS
      if (firstAt === null || firstAt - DISORDER_MS > readTo) {
        table.clear()
        unchecked = false
      } else table.forgetUse()
    },
    looksAt(at) {
      if (at <= readTo || at >= keepFrom) return true
      if (at > youngest) youngest = at
      return false
    },
    repeated(record, node = '') {
      const { at } = record
      if (at <= readTo && (table.use(record, node) || unchecked)) {
        count += 1
        return true
      }
      if (at > youngest) youngest = at
      if (at >= keepFrom) {
        if (table.size < maxLines) table.add(record, node)
        else unchecked = true
      }
      return false
    },
  }
}

/** Three of lumberjack's files of 100 MiB; the table then takes 40 MB. */
const MAX_LINES = 1_500_000
/** Lines of different goroutines are out of order by milliseconds (families.md 0.4). */
const DISORDER_MS = 2_000

/** Open addressing over two 32-bit hashes; per hash how often the line was read, and how often it came again in the log that is being read. */
function createTable() {
  let capacity = 1 << 10
  let high = new Int32Array(capacity)
  let low = new Int32Array(capacity)
  let times = new Uint8Array(capacity)
  let used = new Uint8Array(capacity)
  let size = 0

  /** The slot of this hash, or the free one where it belongs. */
  function slot(a: number, b: number): number {
    let i = (a ^ b) & (capacity - 1)
    while (times[i] !== 0 && (high[i] !== a || low[i] !== b)) i = (i + 1) & (capacity - 1)
    return i
  }

  function grow(): void {
    const before = { high, low, times, used, capacity }
    capacity *= 2
    high = new Int32Array(capacity)
    low = new Int32Array(capacity)
    times = new Uint8Array(capacity)
    used = new Uint8Array(capacity)
    for (let i = 0; i < before.capacity; i += 1) {
      if (before.times[i] === 0) continue
      const to = slot(before.high[i] as number, before.low[i] as number)
      high[to] = before.high[i] as number
      low[to] = before.low[i] as number
      times[to] = before.times[i] as number
      used[to] = before.used[i] as number
    }
  }

  return {
    get size() {
      return size
    },
    add(record: LogRecord, node: string): void {
      if (size * 2 >= capacity) grow()
      const a = hash(record, node, 0x811c9dc5)
      const b = hash(record, node, 0x2f6b1c35)
      const i = slot(a, b)
      if (times[i] === 0) {
        high[i] = a
        low[i] = b
        size += 1
      }
      if ((times[i] as number) < 255) times[i] = (times[i] as number) + 1
    },
    use(record: LogRecord, node: string): boolean {
      if (size === 0) return false
      const i = slot(hash(record, node, 0x811c9dc5), hash(record, node, 0x2f6b1c35))
      const left = (times[i] as number) - (used[i] as number)
      // 255 stands for many.
      if (left <= 0) return times[i] === 255
      used[i] = (used[i] as number) + 1
      return true
    },
    forgetUse(): void {
      used.fill(0)
    },
    clear(): void {
      if (size === 0) return
      capacity = 1 << 10
      high = new Int32Array(capacity)
      low = new Int32Array(capacity)
      times = new Uint8Array(capacity)
      used = new Uint8Array(capacity)
      size = 0
    },
  }
}

/** FNV-1a with a seed and a last mixing, over what makes a line: not its bytes, because a shipper may have ordered its keys anew. */
function hash({ at, level, message }: LogRecord, node: string, seed: number): number {
  let h = seed ^ (at % 0x7fffffff) ^ level.length
  for (let i = 0; i < node.length; i += 1) h = Math.imul(h ^ node.charCodeAt(i), 0x01000193)
  for (let i = 0; i < message.length; i += 1) h = Math.imul(h ^ message.charCodeAt(i), 0x01000193)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  return h ^ (h >>> 13)
}
