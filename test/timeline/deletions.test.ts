import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/extractors/recognize.ts'
import { createDeletions } from '../../src/timeline/deletions.ts'

const released = (at: number, line: number): Event =>
  ({ kind: 'address-released', at, input: 0, line, container: `sandbox-${line}`, address: '10.0.0.7' }) as unknown as Event

describe('deletions', () => {
  it('are told one by one, with pod and line', () => {
    const { deletions, apply } = createDeletions(container => (container === 'sandbox-4' ? { namespace: 'shop', pod: 'cart' } : undefined))
    for (const event of [released(1_000, 4), released(1_001, 5)]) apply(event)
    expect(deletions.all).toEqual([
      { at: 1_000, until: 1_000, count: 1, namespace: 'shop', pod: 'cart', place: { input: 0, line: 4 } },
      { at: 1_001, until: 1_001, count: 1, namespace: null, pod: null, place: { input: 0, line: 5 } },
    ])
  })

  it('of a long log are merged with those close by: none is lost, and the ends stay', () => {
    const { deletions, apply } = createDeletions(() => undefined)
    const at = (i: number): number => i * 700 + (i % 3)
    for (let i = 0; i < 50_000; i++) apply(released(at(i), i + 1))
    expect(deletions.all.length).toBeLessThanOrEqual(1_000)
    expect(deletions.all.length).toBeGreaterThan(400)
    expect(deletions.all.reduce((sum, { count }) => sum + count, 0)).toBe(50_000)
    expect(deletions.all[0]).toMatchObject({ at: 0, place: { line: 1 } })
    expect(deletions.all.at(-1)?.until).toBe(at(49_999))
  })

  it('all in one moment, or at wild times, stay within the bound', () => {
    const { deletions, apply } = createDeletions(() => undefined)
    for (let i = 0; i < 3_000; i++) apply(released(i % 2 === 0 ? -5 : i * 1e10, i))
    expect(deletions.all.length).toBeLessThanOrEqual(1_000)
  })
})
