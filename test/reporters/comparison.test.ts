import { describe, expect, it } from 'vitest'
import type { NodeReport, Report } from '../../src/model/report.ts'
import { compare } from '../../src/reporters/comparison.ts'
import { terminalComparison } from '../../src/reporters/terminal-comparison.ts'
import { aNode, anIncident, aPod, aReport } from './report-builder.ts'

const requests = (add: number, failed: number): NodeReport['requests'] => ({ add, assigned: add - failed, failed, unanswered: 0, del: 0 })
const later = { firstAt: '2024-09-12T20:30:00.000Z', lastAt: '2024-09-12T20:50:00.000Z' }
/** The same pool a day later. */
const poolLater: NodeReport['pool'] = {
  ...aNode().pool,
  rows: aNode().pool.rows.map(([at, ...rest]) => [at.replace('09-11', '09-12'), ...rest] as NodeReport['pool']['rows'][number]),
}
const failing = aReport({ nodes: [aNode({ requests: requests(40, 12), incidents: [anIncident()] })] })
const healthy = (parts: Partial<NodeReport> = {}): Report =>
  aReport({ nodes: [aNode({ ...later, pool: poolLater, requests: requests(40, 0), ...parts })] })

describe('a comparison', () => {
  it.each<[string, Report, Report, string, string]>([
    ['fixed', failing, healthy(), 'fixed', 'Fixed: 12 of 40 requests failed in 20m before, none of 40 requests after, in 20m.'],
    ['no failure', healthy(), healthy(), 'no-failure', 'No failure in either: 40 requests before, 40 requests after.'],
    [
      'still failing',
      failing,
      aReport({ nodes: [aNode({ ...later, pool: poolLater, requests: requests(40, 3), incidents: [anIncident()] })] }),
      'still-failing',
      'Still failing: 12 of 40 requests failed in 20m before, 3 of 40 requests failed in 20m after: the subnet had no free address.',
    ],
    ['failing only now', healthy(), failing, 'failing-now', 'Failing now: nothing failed before, 12 of 40 requests failed in 20m after'],
    [
      'too few requests',
      failing,
      healthy({ requests: requests(3, 0) }),
      'cannot-tell',
      'Cannot tell: 12 of 40 requests failed in 20m before, none after, but there were only 3 requests.',
    ],
    ['a moment only', failing, healthy({ lastAt: '2024-09-12T20:30:33.000Z' }), 'cannot-tell', 'that log is only 33 s long'],
    [
      'a pool that is not put to the test',
      failing,
      healthy({ pool: { ...poolLater, rows: [['2024-09-12T20:31:00.000Z', 0, 29, 4, 0, 0]] } }),
      'cannot-tell',
      'at most 4 pods had addresses at once (before: 20)',
    ],
    [
      'a log that says nothing',
      aReport({ nodes: [], verdict: { status: 'unknown', headline: '', cause: null } }),
      healthy(),
      'cannot-tell',
      'Cannot tell: the first log says nothing',
    ],
  ])('says %s first', (_, before, after, outcome, headline) => {
    const comparison = compare(before, after)
    expect(comparison.outcome).toBe(outcome)
    expect(comparison.headline).toContain(headline)
    expect(terminalComparison(comparison, { columns: 200, color: false }).split('\n')[0]).toBe(comparison.headline)
  })

  it('is still failing where ipamd cannot start, though no request failed', () => {
    const crashing = aReport({
      nodes: [aNode({ requests: requests(0, 0) })],
      verdict: { ...failing.verdict, status: 'fail', headline: '', cause: anIncident().cause },
    })
    expect(compare(failing, crashing).outcome).toBe('still-failing')
    expect(compare(crashing, healthy()).outcome).toBe('fixed')
  })

  it('names the cause of before where it is another one', () => {
    const other = {
      ...failing,
      verdict: { ...failing.verdict, cause: { ...anIncident().cause, id: 'x', title: 'the node was full' } as never },
    }
    expect(compare(failing, other).headline).toContain('the node was full (before: the subnet had no free address)')
  })

  it('counts by hour, by pod and by wait', () => {
    const pods = [
      aPod({ name: 'a', waitMs: 1_000 }),
      aPod({ name: 'b', waitMs: 9_000 }),
      aPod({ name: 'c', assignedAt: null, address: null, waitMs: null }),
    ]
    const { before } = compare(aReport({ nodes: [aNode({ requests: requests(40, 12), incidents: [anIncident({ pods })] })] }), healthy())
    expect(before).toMatchObject({
      failed: 12,
      failedPerHour: 36,
      podsHit: 3,
      podsWaiting: 1,
      waitP50Ms: 1_000,
      waitP99Ms: 9_000,
      mostPods: 20,
    })
  })

  it('knows for how long no address could be assigned, and what it cannot know', () => {
    const rows: NodeReport['pool']['rows'] = [
      ['2024-09-11T20:30:00.000Z', 0, null, null, null, null],
      ['2024-09-11T20:31:00.000Z', 0, 29, 29, 0, 0],
      ['2024-09-11T20:32:00.000Z', 0, 29, 27, 2, 0],
      ['2024-09-11T20:34:00.000Z', 0, 29, 27, 0, 0],
    ]
    const { before } = compare(aReport({ nodes: [aNode({ pool: { ...aNode().pool, rows } })] }), healthy())
    expect(before).toMatchObject({ emptyMs: 180_000, poolKnownMs: 19 * 60_000, askedPerHour: null, heldPerPod: null })
  })

  it('tells which settings are not the same, and only those that both logs tell', () => {
    const changed = compare(failing, healthy({ settings: { WARM_ENI_TARGET: '0', WARM_IP_TARGET: '5' } })).changed
    expect(changed).toEqual([{ name: 'WARM_ENI_TARGET', before: '1', after: '0' }])
  })
})

describe('a comparison of what is not comparable', () => {
  const quiet = healthy().nodes[0] as NodeReport

  it('has no warning where there is nothing to warn of', () => {
    expect(compare(failing, healthy()).warnings).toEqual([])
  })

  it.each<[string, Partial<NodeReport>, string]>([
    ['other nodes', { node: 'other' }, 'Not the same nodes'],
    [
      'another release',
      { release: { value: 'v1.20.0', candidates: ['v1.20.0'], from: 'log' } },
      'Not the same release: CNI v1.18.3 before, CNI v1.20.0 after.',
    ],
    ['other levels', { quality: { ...quiet.quality, debug: false } }, 'Only the log before has debug lines'],
    ['another length', { lastAt: '2024-09-13T20:30:00.000Z' }, 'Not of the same length: 20m before, 24h00m after'],
    ['few requests', { requests: requests(1, 0) }, 'After, only 1 request reached ipamd.'],
    ['fewer pods', { pool: { ...poolLater, rows: [['2024-09-12T20:31:00.000Z', 0, 29, 12, 0, 0]] } }, 'not put to the same test'],
    ['the wrong order', { firstAt: '2024-09-10T20:30:00.000Z', lastAt: '2024-09-10T20:50:00.000Z' }, 'are they in the right order?'],
  ])('warns of %s', (_, parts, warning) => {
    expect(compare(failing, healthy(parts)).warnings.join('\n')).toContain(warning)
  })

  it('warns of damage', () => {
    const damaged = { ...healthy(), problems: [{ kind: 'cut-line', severity: 'damage', text: '', count: 1, places: [] }] as const }
    expect(compare(failing, damaged).warnings).toEqual(['The second log is damaged: figures may lack something.'])
  })
})
