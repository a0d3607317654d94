import { describe, expect, it } from 'vitest'
import { START, said, say, timelineOf } from '../support/timeline.ts'

const add = (second: number, container: string, pod: string): [number, string][] => [
  [second, say.add(container)],
  [second + 0.001, say.describe(container, pod)],
]
const refused = (second: number, container: string, pod: string): [number, string][] => [
  ...add(second, container, pod),
  [second + 0.1, say.refused],
]
const served = (second: number, container: string, pod: string, address: string): [number, string][] => [
  ...add(second, container, pod),
  [second + 0.1, say.assign(address, container)],
  [second + 0.2, say.replied(address)],
]

describe('an episode', () => {
  it('is one as long as its pods wait', () => {
    const timeline = timelineOf(
      said(
        ...refused(0, 'c1', 'web-1'),
        ...refused(12, 'c2', 'web-1'),
        ...refused(200, 'c3', 'web-1'),
        ...served(215, 'c4', 'web-1', '10.0.1.1'),
      ),
    )
    const [episode, ...more] = timeline.episodes.all
    expect(more).toEqual([])
    expect(episode).toMatchObject({
      reason: 'no-address',
      failedRequests: 3,
      firstFailure: { at: START + 100 },
      lastFailure: { at: START + 200_100 },
      failedAt: [START + 100, START + 12_100, START + 200_100],
      recoveredAt: START + 215_200,
    })
    expect(episode?.pods.get('default/web-1')).toMatchObject({
      attempts: 4,
      failures: 3,
      firstAttemptAt: START,
      assignedAt: START + 215_200,
      address: '10.0.1.1',
    })
  })

  it('is over when all its pods are served and it was quiet: the next failure begins another', () => {
    const timeline = timelineOf(said(...refused(0, 'c1', 'web-1'), ...served(12, 'c2', 'web-1', '10.0.1.1'), ...refused(60, 'c3', 'web-2')))
    expect(timeline.episodes.all.map(({ failedRequests, recoveredAt }) => [failedRequests, recoveredAt])).toEqual([
      [1, START + 12_200],
      [1, null],
    ])
  })

  it('goes on when a pod fails soon after others were served', () => {
    const timeline = timelineOf(said(...refused(0, 'c1', 'web-1'), ...served(12, 'c2', 'web-1', '10.0.1.1'), ...refused(20, 'c3', 'web-2')))
    expect(timeline.episodes.all).toHaveLength(1)
    expect(timeline.episodes.all[0]).toMatchObject({ failedRequests: 2, recoveredAt: null })
  })

  it('is over after minutes of silence: its pods may be gone', () => {
    const timeline = timelineOf(said(...refused(0, 'c1', 'web-1'), ...refused(400, 'c2', 'web-2')))
    expect(timeline.episodes.all.map(({ failedRequests }) => failedRequests)).toEqual([1, 1])
  })

  it('is of one reason', () => {
    const timeline = timelineOf(
      said(...refused(0, 'c1', 'web-1'), ...add(1, 'c2', 'web-2'), [1.1, 'Send AddNetworkReply: failed to get Branch ENI resource']),
    )
    expect(timeline.episodes.all.map(({ reason }) => reason)).toEqual(['no-address', 'branch-eni'])
  })

  it('has the pool as it stood before its first failure', () => {
    const timeline = timelineOf(said([0, say.stats(9, 9, 0)], ...refused(1, 'c1', 'web-1')))
    expect(timeline.episodes.all[0]?.pool).toMatchObject({ total: 9, assigned: 9, cooldown: 0 })
  })

  it('does not know the pool where no line told it', () => {
    expect(timelineOf(said(...refused(1, 'c1', 'web-1'))).episodes.all[0]?.pool).toBeNull()
  })

  it('knows the last success before it, and the errors of its replies', () => {
    const timeline = timelineOf(said(...served(0, 'c0', 'web-0', '10.0.1.9'), ...refused(5, 'c1', 'web-1'), ...refused(6, 'c2', 'web-2')))
    const episode = timeline.episodes.all[0]
    expect(episode?.lastSuccess).toEqual({ at: START + 200, place: { input: 0, line: 4 } })
    expect([...(episode?.errors ?? [])]).toEqual([['AssignPodIPv4Address: no available IP/Prefix addresses', { input: 0, line: 7 }]])
  })

  it('counts a pod that nobody named by its sandbox', () => {
    const timeline = timelineOf(said([0, say.add('c1')], [0.1, say.refused], [12, say.add('c2')], [12.1, say.refused]))
    expect([...(timeline.episodes.all[0]?.pods.keys() ?? [])]).toEqual(['c1', 'c2'])
  })
})
