import { describe, expect, it } from 'vitest'
import { createBeyond } from '../../src/timeline/bounds.ts'
import { createSteps, type Step } from '../../src/timeline/steps.ts'

const step = (at: number, total: number | null, networkCard = 0): Step => ({
  at,
  networkCard,
  total,
  assigned: 0,
  cooldown: 0,
  prefixes: 0,
})

function stepsOf(...rows: Step[]) {
  const { steps, push } = createSteps(() => {})
  for (const row of rows) push(row)
  return steps
}

describe("the pool's history", () => {
  it('has a row for each change, and none for what stays', () => {
    expect(
      stepsOf(step(0, null), step(5, 9), step(10, 9), step(15, 8))
        .rows()
        .map(({ at, total }) => [at, total]),
    ).toEqual([
      [0, null],
      [5, 9],
      [15, 8],
    ])
  })

  it('has the state in which an instant ends', () => {
    expect(
      stepsOf(step(0, 1), step(5, 2), step(5, 3))
        .rows()
        .map(({ at, total }) => [at, total]),
    ).toEqual([
      [0, 1],
      [5, 3],
    ])
  })

  it('has no row for a change that was taken back within its instant', () => {
    expect(
      stepsOf(step(0, 1), step(5, 2), step(5, 1))
        .rows()
        .map(({ at, total }) => [at, total]),
    ).toEqual([[0, 1]])
  })

  it('tells what was in force at any instant, per network card', () => {
    const steps = stepsOf(step(0, 1), step(5, 2), step(7, 4, 1), step(9, 3))
    expect(steps.at(-1)).toEqual([])
    expect(steps.at(0).map(({ total }) => total)).toEqual([1])
    expect(steps.at(6).map(({ total }) => total)).toEqual([2])
    expect(steps.at(8).map(({ total }) => total)).toEqual([2, 4])
    expect(steps.at(1e9).map(({ total }) => total)).toEqual([3, 4])
  })

  it('is in order of time over all cards', () => {
    expect(
      stepsOf(step(0, 1), step(7, 4, 1), step(9, 3))
        .rows()
        .map(({ at }) => at),
    ).toEqual([0, 7, 9])
  })

  it('is thinned where it is old, and never forgets the last rows', () => {
    const { counts, over } = createBeyond()
    const { steps, push } = createSteps(over)
    for (let i = 0; i < 400_000; i++) push(step(i, i))
    expect(counts.get('rows of its pool')).toBe(400_000 - steps.rows().length)
    expect(steps.rows().length).toBeLessThanOrEqual((1 << 17) + 1)
    expect(steps.at(1e9)[0]?.total).toBe(399_999)
    expect(steps.at(399_000)[0]?.total).toBe(399_000)
    expect(steps.rows()[0]?.at).toBe(0)
  })
})
