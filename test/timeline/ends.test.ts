import { describe, expect, it } from 'vitest'
import { createEnds, createMoments } from '../../src/timeline/ends.ts'

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i)
const same = (n: number): number => n

describe('the ends of many', () => {
  it('are all of few', () => {
    const { ends, push } = createEnds(10, same)
    for (const n of numbers(40)) push(n)
    expect(ends.all).toEqual(numbers(40))
  })

  it('are the first and the last of many, and all are counted', () => {
    const { ends, push } = createEnds(10, same)
    for (const n of numbers(10_000)) push(n)
    expect(ends.count).toBe(10_000)
    expect(ends.all.length).toBeLessThanOrEqual(40)
    expect(ends.all.slice(0, 10)).toEqual(numbers(10))
    expect(ends.all.slice(-10)).toEqual(numbers(10_000).slice(-10))
  })

  it('hold what stands near a failure, in order', () => {
    const { ends, push } = createEnds(10, same, at => at >= 5_000 && at < 5_008)
    for (const n of numbers(10_000)) push(n)
    expect(ends.between(4_990, 5_010)).toEqual([5_000, 5_001, 5_002, 5_003, 5_004, 5_005, 5_006, 5_007])
    expect(ends.all).toEqual([...ends.all].sort((a, b) => a - b))
  })

  it('stay within their bound where everything is near a failure', () => {
    const { ends, push } = createEnds(10, same, () => true)
    for (const n of numbers(10_000)) push(n)
    expect(ends.all.length).toBeLessThanOrEqual(40)
  })

  it('find what is a little out of order', () => {
    const { ends, push } = createEnds(10, same)
    for (const n of [100, 300, 200, 400]) push(n)
    expect(ends.between(200, 300)).toEqual([300, 200])
  })
})

describe('the moments of failures', () => {
  it('are near what stands up to two minutes before them, or shortly after', () => {
    const moments = createMoments()
    moments.mark(600_000)
    expect([480_000, 600_000, 615_000].map(moments.isNear)).toEqual([true, true, true])
    expect([300_000, 800_000].map(moments.isNear)).toEqual([false, false])
  })
})
