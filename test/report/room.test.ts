import { describe, expect, it } from 'vitest'
import type { NodeReport, PoolRow } from '../../src/model/report.ts'
import { createRoom } from '../../src/report/room.ts'

const START = Date.parse('2024-09-11T20:00:00Z')

/** One row a second: ten addresses, of which ever more are assigned; at each full minute all are. */
function node(rows: number, incidents: { from: number; to: number }[] = []): { report: NodeReport } {
  const instant = (second: number): string => new Date(START + second * 1_000).toISOString()
  const steps = Array.from({ length: rows }, (_, i): PoolRow => [instant(i), 0, 10, i % 60 === 0 ? 10 : i % 7, 0, 0])
  const report = {
    pool: { columns: [], rows: steps },
    incidents: incidents.map(({ from, to }) => ({ firstFailureAt: instant(from), lastFailureAt: instant(to), recoveredAt: instant(to) })),
    unknowns: [],
  }
  return { report: report as unknown as NodeReport }
}

function all(nodes: readonly { report: NodeReport }[]): number {
  return nodes.reduce((sum, { report }) => sum + report.pool.rows.length, 0)
}

describe('the histories of many pools in one report', () => {
  it('stand as they are where there is room', () => {
    const makeRoom = createRoom(1_000)
    const nodes = [node(400), node(500)]
    for (const one of nodes) makeRoom(one)
    expect(all(nodes)).toBe(900)
    expect(nodes[0]?.report.unknowns).toEqual([])
  })

  it('never have more rows than there is room for, and every node that lost some says so', () => {
    const makeRoom = createRoom(10_000)
    const nodes = Array.from({ length: 30 }, () => node(2_000))
    for (const one of nodes) {
      makeRoom(one)
      expect(all(nodes.slice(0, nodes.indexOf(one) + 1))).toBeLessThanOrEqual(10_000)
    }
    const [first] = nodes
    expect(first?.report.pool.rows.length).toBeLessThan(2_000)
    expect(first?.report.unknowns).toHaveLength(1)
    expect(first?.report.unknowns[0]).toMatch(/^Every step of the pool: /)
  })

  it('keep their highs and lows, their order, and what lies near an incident', () => {
    const makeRoom = createRoom(4_000)
    const nodes = [node(3_000, [{ from: 1_000, to: 1_100 }]), node(3_000)]
    for (const one of nodes) makeRoom(one)
    const rows = nodes[0]?.report.pool.rows ?? []
    expect(rows.length).toBeLessThanOrEqual(1_000)
    expect(rows.map(([at]) => at)).toEqual(rows.map(([at]) => at).sort())
    const full = rows.filter(([, , , assigned]) => assigned === 10)
    expect(full.length).toBe(50)
    const near = rows.filter(([at]) => Date.parse(at) >= START + 940_000 && Date.parse(at) <= START + 1_160_000)
    expect(near.length).toBe(221)
  })
})
