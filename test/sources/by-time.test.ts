import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../../src/model/event.ts'
import { createByTime } from '../../src/sources/by-time.ts'

const record = (at: number, message: string): LogRecord => ({ at, level: 'debug', message })

function sorted(records: readonly LogRecord[], maxSize?: number) {
  const out: string[] = []
  const byTime = createByTime<number>(({ message }) => out.push(message), maxSize)
  for (const [i, one] of records.entries()) byTime.push(one, 10, i)
  byTime.flush()
  return { out, late: byTime.late }
}

describe('records in any order', () => {
  it('come out by time, those of one millisecond as they stood', () => {
    expect(sorted([record(2, 'c'), record(1, 'a'), record(1, 'b'), record(3, 'd')]).out).toEqual(['a', 'b', 'c', 'd'])
  })

  it('the newest first: those of one millisecond in reverse, as they were written', () => {
    expect(sorted([record(3, 'd'), record(2, 'c'), record(1, 'b'), record(1, 'a')]).out).toEqual(['a', 'b', 'c', 'd'])
  })

  it('nearly in order and more than are held come out in order', () => {
    const records = Array.from({ length: 1_000 }, (_, i) => record(i ^ 3, String(i ^ 3)))
    expect(sorted(records, 500)).toEqual({ out: records.map((_, i) => String(i)), late: 0 })
  })

  it('the newest first and more than are held are said to be late', () => {
    const records = Array.from({ length: 1_000 }, (_, i) => record((1_000 - i) * 10_000, String(i)))
    const { out, late } = sorted(records, 500)
    expect(out).toHaveLength(1_000)
    expect(late).toBeGreaterThan(0)
  })
})
