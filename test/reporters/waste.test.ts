import { describe, expect, it } from 'vitest'
import type { NodeReport, Waste } from '../../src/model/report.ts'
import { terminalWaste, wasteHeadline } from '../../src/reporters/terminal-waste.ts'
import { wasteOf } from '../../src/reporters/waste.ts'
import { aNode, aReport } from './report-builder.ts'

const OPTIONS = { columns: 100, color: false }

const waste = (parts: Partial<Waste> = {}): Waste => ({
  knownMs: 3_600_000,
  meanTotal: 98,
  meanAssigned: 2,
  meanSpare: 96,
  addressHours: 96,
  peak: { at: '2024-09-11T20:31:00.000Z', total: 98, assigned: 1, spare: 97 },
  reasons: [
    { reason: 'warm-eni-target', text: 'WARM_ENI_TARGET=1: a whole interface of 49 addresses kept free', addressHours: 49 },
    { reason: 'batch', text: 'interfaces are filled whole, 49 addresses each', addressHours: 47 },
  ],
  ...parts,
})

const node = (name: string, subnetId: string, from: string, to: string, spare: number): NodeReport =>
  aNode({
    node: name,
    subnetId,
    waste: waste({ meanSpare: spare, addressHours: spare }),
    lastAt: `2024-09-11T${to}:00.000Z`,
    pool: { ...aNode().pool, rows: [[`2024-09-11T${from}:00.000Z`, 0, spare + 1, 1, 0, 0]] },
  })

describe('what a node held without a pod', () => {
  it('is said in one sentence first', () => {
    const text = terminalWaste(wasteOf(aReport({ nodes: [aNode({ waste: waste() })] })), OPTIONS)
    expect(text.split('\n')[0]).toBe('This node held 98 addresses for 1 pod at 20:31:00; on average 96 of 98 had no pod.')
    expect(text).toContain('51 %  WARM_ENI_TARGET=1')
  })

  it.each<[string, NodeReport[], string]>([
    ['no log tells it', [aNode()], 'Cannot tell'],
    [
      'nothing was held',
      [aNode({ waste: waste({ peak: { at: '2024-09-11T20:31:00.000Z', total: 5, assigned: 5, spare: 0 } }) })],
      'held no address without a pod',
    ],
    [
      'there are several',
      [aNode({ waste: waste() }), aNode({ node: 'b', waste: waste() })],
      '2 nodes held 196 addresses on average, 192 of them',
    ],
  ])('is said where %s', (_, nodes, sentence) => {
    expect(wasteHeadline(wasteOf(aReport({ nodes })))).toContain(sentence)
  })

  it('draws no control character of a log', () => {
    expect(terminalWaste(wasteOf(aReport({ nodes: [aNode({ node: 'a\u001b[2Jb', waste: waste() })] })), OPTIONS)).not.toContain('\u001b')
  })
})

describe('the nodes of a subnet together', () => {
  const nodes = [
    node('a', 'subnet-1', '20:00', '21:00', 30),
    node('b', 'subnet-1', '20:30', '21:30', 20),
    node('c', 'subnet-1', '22:00', '23:00', 40),
    node('d', 'subnet-2', '20:00', '21:00', 7),
  ]

  it('hold the sum, and at most what they hold at one instant', () => {
    expect(wasteOf(aReport({ nodes })).subnets).toEqual([
      { subnetId: 'subnet-1', nodes: 3, meanSpare: 90, addressHours: 90, peak: { at: '2024-09-11T20:30:00.000Z', spare: 50 } },
      { subnetId: 'subnet-2', nodes: 1, meanSpare: 7, addressHours: 7, peak: { at: '2024-09-11T20:00:00.000Z', spare: 7 } },
    ])
  })

  it('come with the greatest keeper first', () => {
    expect(wasteOf(aReport({ nodes })).nodes.map(({ node }) => node)).toEqual(['c', 'a', 'b', 'd'])
  })
})
