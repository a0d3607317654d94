import { describe, expect, it } from 'vitest'
import type { Happening, Incident, Instant, NodeReport, PoolRow } from '../../src/model/report.ts'
import { strip } from '../../src/reporters/strip.ts'
import { poolLog } from '../support/pool-log.ts'
import { traceText } from '../support/trace-text.ts'

const [node] = traceText(poolLog({ pods: ['cart-1'], tries: 2, recovers: true })).nodes as [NodeReport]
const [incident] = node.incidents as [Incident]

const at = (seconds: number): Instant => new Date(Date.parse('2024-09-11T20:40:00.000Z') + seconds * 1_000).toISOString()
const happening = (kind: string, from: number, to: number): Happening => ({
  at: at(from),
  until: at(to),
  kind,
  text: '',
  count: 1,
  input: 0,
  line: 1,
})
const during = (rows: readonly PoolRow[], happenings: readonly Happening[], failures: readonly number[]) =>
  strip(
    { ...node, firstAt: at(0), lastAt: at(60), pool: { ...node.pool, rows }, happenings },
    {
      ...incident,
      firstFailureAt: at(20),
      lastFailureAt: at(40),
      recoveredAt: at(40),
      failures: failures.map(at),
      pods: [],
      apiErrors: [],
      poolAtFirstFailure: null,
    },
    60,
  )

describe('the pool strip', () => {
  it('covers the incident with margin, in steps that people know', () => {
    expect(during([[at(0), 0, 4, 3, 0, 0]], [], [])).toMatchObject({
      from: Date.parse(at(10)),
      to: Date.parse(at(50)),
      stepMs: 1_000,
      pool: '▆'.repeat(40),
      totals: [4, 4],
    })
    for (const columns of [5, 12, 30, 60]) {
      const drawn = strip(node, incident, columns)
      expect(drawn?.pool.length).toBeLessThanOrEqual(columns)
      expect(drawn?.failed.length).toBe(drawn?.pool.length)
      expect(drawn?.from).toBeLessThan(Date.parse(incident.firstFailureAt))
      expect(drawn?.to).toBeGreaterThanOrEqual(Date.parse(incident.recoveredAt ?? ''))
    }
  })

  it('has a full block only where every address was assigned, at the fullest moment of a column', () => {
    const rows: PoolRow[] = [
      [at(0), 0, 100, 99, 0, 0],
      [at(20), 0, 100, 100, 0, 0],
      [at(20.5), 0, 100, 50, 0, 0],
      [at(30), 0, 100, 0, 0, 0],
      [at(40), 0, null, null, null, null],
    ]
    expect(during(rows, [], [])?.pool).toBe(`${'▇'.repeat(10)}█${'▄'.repeat(10)}${'·'.repeat(10)}${'?'.repeat(9)}`)
  })

  it('counts each failed request once', () => {
    expect(during([], [], [20, 20.1, 25, ...Array.from({ length: 12 }, () => 30)])?.failed).toBe(
      `${'·'.repeat(10)}2····1····+${'·'.repeat(19)}`,
    )
  })

  it('marks refusals over waits, and only what happened in its time', () => {
    const drawn = during(
      [],
      [happening('wait', 0, 15), happening('ec2-refused', 12, 12), happening('ec2-refused', 55, 55), happening('stall', 20, 21)],
      [],
    )
    expect(drawn?.ec2).toBe('──R───    ~~')
    expect(drawn?.ipamd).toBe('')
  })

  it('tells a pool that rests from one that is full', () => {
    const drawn = during(
      [
        [at(0), 0, 4, 2, 2, 0],
        [at(22), 0, 4, 2, 0, 0],
        [at(30), 0, 4, 4, 0, 0],
      ],
      [],
      [],
    )
    expect(drawn?.cooldown).toBe('c'.repeat(13))
  })

  it('is of the network card that failed', () => {
    const rows: PoolRow[] = [
      [at(0), 0, 4, 4, 0, 0],
      [at(0), 1, 4, 1, 0, 0],
    ]
    expect(during(rows, [], [])?.pool).toBe('█'.repeat(40))
    const second = strip(
      { ...node, firstAt: at(0), pool: { ...node.pool, rows } },
      { ...incident, poolAtFirstFailure: { total: 4, assigned: 1, cooldown: 0, networkCard: 1 } },
      60,
    )
    expect(second?.pool).toMatch(/^▂+$/)
  })
})
