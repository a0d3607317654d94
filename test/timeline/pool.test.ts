import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/timeline/steps.ts'
import type { Timeline } from '../../src/timeline/timeline.ts'
import { START, said, say, timelineOf } from '../support/timeline.ts'

const ENI = 'eni-0a1b2c3d4e5f60718'
const OTHER = 'eni-0b1b2c3d4e5f60718'

/** A start with addresses 10.0.1.1 … on one ENI. */
const started = (count = 4): [number, string][] => [
  [0, say.started],
  [1, say.addEni(ENI)],
  ...Array.from({ length: count }, (_, i): [number, string] => [1, say.added(ENI, `10.0.1.${i + 1}/32`)]),
  [2, say.serving],
]

const given = (second: number, address: string, container: string): [number, string] => [second, say.assign(address, container)]
const taken = (second: number, address: string, container: string): [number, string][] => [
  [second, say.unassign(address, container)],
  [second, say.released(address, container)],
]

const sums = (step: Step | undefined) => step && [step.total, step.assigned, step.cooldown]
const now = (timeline: Timeline, card = 0) => sums(timeline.pool.now().find(step => step.networkCard === card))
const at = (timeline: Timeline, second: number) => timeline.pool.steps.at(START + second * 1000).map(sums)

describe('the pool of a node that starts', () => {
  it('is empty, then what its ENIs bring', () => {
    const timeline = timelineOf(said(...started(4)))
    expect(at(timeline, 0)).toEqual([[0, 0, 0]])
    expect(now(timeline)).toEqual([4, 0, 0])
    expect(timeline.pool.whole).toBe(true)
  })

  it('gives and takes', () => {
    const timeline = timelineOf(
      said(...started(), given(10, '10.0.1.1', 'c1'), given(11, '10.0.1.2', 'c2'), ...taken(20, '10.0.1.1', 'c1')),
    )
    expect(at(timeline, 10)).toEqual([[4, 1, 0]])
    expect(at(timeline, 11)).toEqual([[4, 2, 0]])
    expect(now(timeline)).toEqual([4, 1, 1])
    expect(timeline.pool.addresses.get('10.0.1.1')).toMatchObject({ state: 'cooldown', container: 'c1', eni: ENI })
    expect(timeline.pool.addresses.get('10.0.1.2')).toMatchObject({ state: 'assigned', container: 'c2' })
  })

  it('ends a cooldown at its instant, also where no line says so', () => {
    const timeline = timelineOf(
      said(...started(), given(10, '10.0.1.1', 'c1'), ...taken(20, '10.0.1.1', 'c1'), [90, 'Successfully Reconciled ENI/IP pool']),
    )
    expect(at(timeline, 20)).toEqual([[4, 0, 1]])
    expect(at(timeline, 50)).toEqual([[4, 0, 1]])
    expect(at(timeline, 50.001)).toEqual([[4, 0, 0]])
    expect(timeline.pool.addresses.get('10.0.1.1')).toMatchObject({ state: 'free' })
  })

  it('ends it too when time passes without a line', () => {
    const log = said(...started(), given(10, '10.0.1.1', 'c1'), ...taken(20, '10.0.1.1', 'c1'))
    expect(now(timelineOf(log, 50))).toEqual([4, 0, 1])
    expect(now(timelineOf(log, 50.001))).toEqual([4, 0, 0])
  })

  it('does not let an address rest that an ADD gave back', () => {
    const timeline = timelineOf(said(...started(), given(10, '10.0.1.1', 'c1'), [10.01, say.unassign('10.0.1.1', 'c1')]))
    expect(now(timeline)).toEqual([4, 0, 0])
  })

  it('knows who has what, and does not count the same twice', () => {
    const timeline = timelineOf(
      said(...started(), [9, say.describe('c1', 'web-1')], given(10, '10.0.1.1', 'c1'), given(10.5, '10.0.1.1', 'c1')),
    )
    expect(now(timeline)).toEqual([4, 1, 0])
    expect(timeline.pool.addresses.get('10.0.1.1')).toMatchObject({ namespace: 'default', pod: 'web-1', since: START + 10_000 })
    expect(timeline.pool.doubleAssignments).toEqual([])
  })

  it('tells of an address given to a second pod while the first has it', () => {
    const timeline = timelineOf(said(...started(), given(10, '10.0.1.1', 'c1'), given(20, '10.0.1.1', 'c2')))
    expect(now(timeline)).toEqual([4, 1, 0])
    expect(timeline.pool.doubleAssignments).toMatchObject([
      { address: '10.0.1.1', before: { container: 'c1' }, after: { container: 'c2' }, acrossRestart: false },
    ])
  })
})

describe('the cooldown', () => {
  it('is 30 s unless the log shows another', () => {
    expect(timelineOf(said(...started())).pool.cooldownPeriod).toEqual({ ms: 30_000, from: 'default' })
  })

  it('is what a line states', () => {
    const line = 'IP 10.0.1.1 entering cooldown period of 1m30s (available after 2024-09-11T20:02:00Z)'
    expect(timelineOf(said(...started(), [20, line])).pool.cooldownPeriod).toEqual({ ms: 90_000, from: 'stated' })
  })

  it('is learned from an address that was given again before', () => {
    const timeline = timelineOf(
      said(...started(1), given(10, '10.0.1.1', 'c1'), ...taken(20, '10.0.1.1', 'c1'), given(31, '10.0.1.1', 'c2')),
    )
    expect(timeline.pool.cooldownPeriod).toEqual({ ms: 10_000, from: 'learned' })
    expect(now(timeline)).toEqual([1, 1, 0])
  })

  it('is learned from a statistics line that still counts one', () => {
    const timeline = timelineOf(
      said(...started(2), given(10, '10.0.1.1', 'c1'), ...taken(20, '10.0.1.1', 'c1'), [55, say.stats(2, 0, 1)], [100, say.stats(2, 0, 0)]),
    )
    expect(timeline.pool.cooldownPeriod).toEqual({ ms: 60_000, from: 'learned' })
    expect(at(timeline, 55)).toEqual([[2, 0, 1]])
    expect(now(timeline)).toEqual([2, 0, 0])
  })
})

describe('a restart', () => {
  const before = [...started(), given(10, '10.0.1.1', 'c1'), given(11, '10.0.1.2', 'c2')]
  const again = (...recovered: [number, string][]): [number, string][] => [
    [100, say.started],
    [101, say.addEni(ENI)],
    ...[1, 2, 3, 4].map((i): [number, string] => [101, say.added(ENI, `10.0.1.${i}/32`)]),
    [102, say.recovering],
    ...recovered,
    [103, say.recoveryDone],
    [104, say.serving],
  ]

  it('begins anew and reads the checkpoint back', () => {
    const timeline = timelineOf(
      said(...before, ...again(given(102, '10.0.1.1', 'c1'), [102, say.recovered('c1', ENI, '10.0.1.1')], given(102, '10.0.1.2', 'c2'))),
    )
    expect(at(timeline, 100)).toEqual([[0, 0, 0]])
    expect(now(timeline)).toEqual([4, 2, 0])
    expect(timeline.pool.addresses.get('10.0.1.1')).toMatchObject({ container: 'c1', since: START + 10_000 })
    expect(timeline.pool.doubleAssignments).toEqual([])
    expect([...timeline.pool.forgotten.keys()]).toEqual([])
    expect(timeline.lives.all).toMatchObject([{ recovered: 0 }, { recovered: 2 }])
  })

  it('forgets what the checkpoint no longer has', () => {
    const timeline = timelineOf(said(...before, ...again(given(102, '10.0.1.1', 'c1'))))
    expect(now(timeline)).toEqual([4, 1, 0])
    expect([...timeline.pool.forgotten.keys()]).toEqual(['c2'])
  })

  it('that forgot a pod can give its address away', () => {
    const timeline = timelineOf(said(...before, ...again(given(102, '10.0.1.1', 'c1')), given(110, '10.0.1.2', 'c3')))
    expect(timeline.pool.doubleAssignments).toMatchObject([
      { address: '10.0.1.2', before: { container: 'c2' }, after: { container: 'c3' }, acrossRestart: true },
    ])
  })
})

describe('prefixes', () => {
  const prefixes: [number, string][] = [
    [0, say.started],
    [0.5, 'Prefix Delegation enabled true'],
    [1, say.addEni(ENI)],
    [1, say.added(ENI, '10.0.1.16/28')],
    [1, say.added(ENI, '10.0.1.32/28')],
    [2, say.serving],
  ]

  it('bring sixteen addresses each', () => {
    const timeline = timelineOf(
      said(...prefixes, given(10, '10.0.1.17', 'c1'), given(11, '10.0.1.33', 'c2'), ...taken(20, '10.0.1.33', 'c2')),
    )
    expect(now(timeline)).toEqual([32, 1, 1])
    expect(timeline.pool.now()[0]?.prefixes).toBe(2)
    expect(timeline.pool.mode).toBe('prefix')
    expect(timeline.pool.addresses.get('10.0.1.17')?.eni).toBe(ENI)
  })

  it('leave whole, with those who rest in them', () => {
    const timeline = timelineOf(
      said(
        ...prefixes,
        given(11, '10.0.1.33', 'c2'),
        ...taken(20, '10.0.1.33', 'c2'),
        [25, say.deleted(ENI, '10.0.1.32/28')],
        [90, say.stats(16, 0, 0)],
      ),
    )
    expect(at(timeline, 25)).toEqual([[16, 0, 0]])
    expect(now(timeline)).toEqual([16, 0, 0])
    expect(timeline.pool.taken).toEqual([])
  })

  it('do not count where single addresses are in force', () => {
    const timeline = timelineOf(said(...started(2), [3, 'Prefix Delegation enabled false'], [4, say.added(ENI, '10.0.1.16/28')]))
    expect(now(timeline)).toEqual([2, 0, 0])
  })
})

describe('several network cards', () => {
  it('have a pool each', () => {
    const timeline = timelineOf(
      said(
        ...started(2),
        [3, 'Successfully created and attached a new ENI eni-0b1b2c3d4e5f60718 to instance on network card 1'],
        [4, say.addEni(OTHER)],
        [4, say.added(OTHER, '10.0.2.1/32')],
        given(10, '10.0.2.1', 'c1'),
        given(11, '10.0.1.1', 'c2'),
        ...taken(20, '10.0.2.1', 'c1'),
      ),
    )
    expect(now(timeline, 0)).toEqual([2, 1, 0])
    expect(now(timeline, 1)).toEqual([1, 0, 1])
    expect(timeline.pool.cardOf(OTHER)).toBe(1)
    expect(at(timeline, 12)).toEqual([
      [2, 1, 0],
      [1, 1, 0],
    ])
  })

  it('are held against their own statistics', () => {
    const timeline = timelineOf(said([0, say.cardStats(0, 9, 3, 0)], [0.01, say.cardStats(1, 4, 1, 0)]))
    expect(now(timeline, 0)?.slice(0, 2)).toEqual([9, 3])
    expect(now(timeline, 1)?.slice(0, 2)).toEqual([4, 1])
  })
})

describe('an excluded ENI (v1.22.0)', () => {
  const excluded = `ENI ${OTHER} marked as excluded from pod IP allocation`
  const both = [...started(2), [3, say.addEni(OTHER)], [3, say.added(OTHER, '10.0.2.1/32')]] as [number, string][]

  it('holds addresses that do not count', () => {
    expect(now(timelineOf(said(...both)))).toEqual([3, 0, 0])
    expect(now(timelineOf(said(...both, [4, excluded])))).toEqual([2, 0, 0])
  })

  it('counts again when it is taken back', () => {
    expect(now(timelineOf(said(...both, [4, excluded], [5, `ENI ${OTHER} marked as available for pod IP allocation`])))).toEqual([3, 0, 0])
  })

  it('loses its empty blocks without a trace in the sums', () => {
    expect(
      now(timelineOf(said(...both, [4, excluded], [5, `Removing empty CIDR 10.0.2.1/32 from excluded ENI ${OTHER} in datastore`]))),
    ).toEqual([2, 0, 0])
  })
})

describe('addresses taken from under pods', () => {
  it('by reconcile, one by one (v1.9.0 and later)', () => {
    const timeline = timelineOf(
      said(...started(), given(10, '10.0.1.1', 'c1'), [60, say.unassign('10.0.1.1', 'c1')], [60, say.deleted(ENI, '10.0.1.1/32')]),
    )
    expect(now(timeline)).toEqual([3, 0, 0])
    expect(timeline.pool.taken).toMatchObject([{ address: { address: '10.0.1.1', container: 'c1', state: 'assigned' } }])
  })

  it('by the removal of their ENI', () => {
    const timeline = timelineOf(
      said(
        ...started(3),
        given(10, '10.0.1.1', 'c1'),
        [60, `Force removing eni ${ENI} with 1 assigned pods`],
        [60, say.unassign('10.0.1.1', 'c1')],
        [60, `RemoveENIFromDataStore ${ENI}: IP/Prefix address pool stats: free 3 addresses, total: -3, assigned: 0, total prefixes: 0`],
        // ds.total is wrong from here on: it must not be believed (families D1)
        [70, 'AssignPodIPv4Address: IP address pool stats: total -3, assigned 0'],
        [71, 'AssignPodIPv4Address: IP address pool stats: total -3, assigned 0'],
        [75, say.stats(0, 0, 0)],
      ),
    )
    expect(at(timeline, 71)).toEqual([[0, 0, 0]])
    expect(now(timeline)).toEqual([0, 0, 0])
    expect(timeline.pool.taken.map(({ address }) => address.address)).toEqual(['10.0.1.1'])
  })

  it('are none when a DEL came before', () => {
    const timeline = timelineOf(
      said(...started(), given(10, '10.0.1.1', 'c1'), ...taken(59.5, '10.0.1.1', 'c1'), [60, say.deleted(ENI, '10.0.1.1/32')]),
    )
    expect(timeline.pool.taken).toEqual([])
    expect(now(timeline)).toEqual([3, 0, 0])
  })
})

describe('a log that begins in the middle of a life', () => {
  it('does not know the pool before a line says it', () => {
    const timeline = timelineOf(said(given(0, '10.0.1.1', 'c1'), [1, say.stats(9, 4, 1)], ...taken(2, '10.0.1.1', 'c1')))
    expect(at(timeline, 0)).toEqual([[null, null, null]])
    expect(at(timeline, 1)).toEqual([[9, 4, null]])
    expect(now(timeline)).toEqual([9, 3, null])
    expect(timeline.pool.whole).toBe(false)
  })

  it('knows the cooldown one period later', () => {
    const timeline = timelineOf(said([0, say.stats(9, 4, 1)], [31, say.stats(9, 4, 0)]))
    expect(now(timeline)).toEqual([9, 4, 0])
  })

  it('counts releases of pods that it never saw come', () => {
    const timeline = timelineOf(said([0, say.stats(9, 4, 0)], ...taken(2, '10.0.1.7', 'c7')))
    expect(now(timeline)).toEqual([9, 3, 1])
  })

  it('lets addresses go with blocks that it never saw come', () => {
    const timeline = timelineOf(
      said(
        [0, say.stats(9, 4, 0)],
        ...taken(2, '10.0.1.7', 'c7'),
        given(3, '10.0.1.8', 'c8'),
        [4, say.deleted(ENI, '10.0.1.7/32')],
        [5, say.deleted(ENI, '10.0.1.8/32')],
      ),
    )
    expect(at(timeline, 3)).toEqual([[9, 4, 1]])
    expect(at(timeline, 4)).toEqual([[8, 4, 0]])
    expect(now(timeline)).toEqual([7, 3, 0])
    expect(timeline.pool.taken.map(({ address }) => address.address)).toEqual(['10.0.1.8'])
  })

  it('knows nothing of the pool without statistics', () => {
    const timeline = timelineOf(said([0, say.add('c1')], [0.1, say.refused]))
    expect(timeline.pool.now().map(sums)).toEqual([])
  })
})

describe('statistics against the rebuilt pool', () => {
  it('agree, and are counted', () => {
    const { drift } = timelineOf(said(...started(), given(10, '10.0.1.1', 'c1'), [11, say.stats(4, 1, 0)], [16, say.stats(4, 1, 0)])).pool
    expect(drift).toEqual({ compared: 2, drifted: 0, largest: 0 })
  })

  it('correct it when two in a row say the same: a line was lost', () => {
    const log: [number, string][] = [...started(), given(10, '10.0.1.1', 'c1'), [16, say.stats(4, 0, 0)]]
    expect(now(timelineOf(said(...log)))).toEqual([4, 1, 0])
    const timeline = timelineOf(said(...log, [21, say.stats(4, 0, 0)]))
    expect(now(timeline)).toEqual([4, 0, 0])
    expect(timeline.pool.drift).toEqual({ compared: 2, drifted: 1, largest: 1 })
  })

  it('that were printed late do not: they were read before the change', () => {
    const timeline = timelineOf(said(...started(), given(10, '10.0.1.1', 'c1'), [10.005, say.stats(4, 0, 0)], [15, say.stats(4, 1, 0)]))
    expect(now(timeline)).toEqual([4, 1, 0])
    expect(timeline.pool.drift.drifted).toBe(0)
  })
})
