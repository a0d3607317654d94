import { describe, expect, it } from 'vitest'
import { START, said, say, timelineOf } from '../support/timeline.ts'

describe('the lives of ipamd', () => {
  it('begin at its first line', () => {
    const { lives } = timelineOf(said([0, say.started], [2, say.serving], [5, say.add('c1')], [6, say.add('c2')]))
    expect(lives.starts).toBe(1)
    expect(lives.all).toMatchObject([
      {
        startedAt: START,
        servingAt: START + 2_000,
        shutdownAt: null,
        failure: null,
        requests: 2,
        lastAt: START + 6_000,
        last: { line: 4 },
        lastKind: 'add-received',
      },
    ])
  })

  it('may have begun before this log', () => {
    const { lives } = timelineOf(said([0, say.add('c1')], [10, say.started]))
    expect(lives.starts).toBe(1)
    expect(lives.all.map(({ startedAt, place }) => [startedAt, place])).toEqual([
      [null, null],
      [START + 10_000, { input: 0, line: 2 }],
    ])
    expect(lives.current?.startedAt).toBe(START + 10_000)
  })

  it('end by a signal, or by an error at the start', () => {
    const { lives } = timelineOf(
      said(
        [0, say.started],
        [1, 'Initialization failure: ipamd init: failed to retrieve attached ENIs info'],
        [10, say.started],
        [12, say.serving],
        [20, "Received shutdown signal, setting 'terminating' to true"],
      ),
    )
    expect(lives.all).toMatchObject([
      { failure: { at: START + 1_000, error: 'ipamd init: failed to retrieve attached ENIs info' }, servingAt: null, shutdownAt: null },
      { failure: null, shutdownAt: START + 20_000, shutdown: { line: 5 } },
    ])
  })

  it('are none in a log without a line that says anything', () => {
    expect(timelineOf(said([0, 'Setting up host network... '])).lives).toMatchObject({ all: [], current: undefined, starts: 0 })
  })

  it('are kept within bounds however often ipamd starts', () => {
    const { lives } = timelineOf(said(...Array.from({ length: 5_000 }, (_, i): [number, string] => [i, say.started])))
    expect(lives.starts).toBe(5_000)
    expect(lives.all.length).toBeLessThanOrEqual(3_000)
    expect(lives.all[0]?.startedAt).toBe(START)
    expect(lives.all.at(-1)?.startedAt).toBe(START + 4_999_000)
  })
})
