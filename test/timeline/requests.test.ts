import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../src/timeline/timeline.ts'
import { START, said, say, timelineOf } from '../support/timeline.ts'

const pods = (timeline: Timeline) =>
  timeline.episodes.all.map(({ reason, failedRequests, pods }) => ({
    reason,
    failedRequests,
    pods: Object.fromEntries([...pods].map(([key, { attempts, failures, address }]) => [key, [attempts, failures, address]])),
  }))

/** Received, and named a moment later. */
const add = (second: number, container: string, pod: string): [number, string][] => [
  [second, say.add(container)],
  [second + 0.001, say.describe(container, pod)],
]

describe('a request that gets an address', () => {
  it('is matched by the sandbox that has the address of the reply', () => {
    const timeline = timelineOf(
      said(...add(0, 'c1', 'web-1'), ...add(0.1, 'c2', 'web-2'), [0.2, say.assign('10.0.1.2', 'c2')], [0.3, say.replied('10.0.1.2')]),
    )
    expect(timeline.requests.counts).toEqual({ add: 2, assigned: 1, failed: 0, del: 0, ambiguous: 0 })
    expect([...timeline.requests.open.keys()]).toEqual(['c1'])
    expect(timeline.requests.unanswered).toBe(1)
  })

  it('is the one that is left where the address is of no pool: a branch ENI', () => {
    const timeline = timelineOf(said(...add(0, 'c1', 'web-1'), [0.2, 'Pod vlandId: 1'], [0.3, say.replied('10.0.9.9')]))
    expect(timeline.requests.counts).toMatchObject({ assigned: 1, ambiguous: 0 })
    expect(timeline.requests.open.size).toBe(0)
  })

  it('is matched in the words of v1.7 too, in which the reply names nobody', () => {
    const log = said(
      [0, 'Received AddNetwork for NS /proc/1/ns/net, Sandbox c1, ifname eth0'],
      [0.1, 'AssignPodIPv4Address: Assign IP 10.0.1.1 to sandbox aws-cni/c1/eth0'],
      [0.2, 'Send AddNetworkReply: IPv4Addr 10.0.1.1, DeviceNumber: 0, err: <nil>'],
    )
    expect(timelineOf(log).requests.counts).toMatchObject({ add: 1, assigned: 1, ambiguous: 0 })
  })
})

describe('a refused request', () => {
  it('is the one that is open', () => {
    const timeline = timelineOf(said(...add(0, 'c1', 'web-1'), [0.1, say.none], [0.2, say.refused]))
    expect(timeline.requests.counts).toEqual({ add: 1, assigned: 0, failed: 1, del: 0, ambiguous: 0 })
    expect(pods(timeline)).toEqual([{ reason: 'no-address', failedRequests: 1, pods: { 'default/web-1': [1, 1, null] } }])
    expect(timeline.episodes.all[0]?.firstFailure).toMatchObject({
      at: START + 200,
      request: { matched: 'elimination', outcome: 'failed' },
    })
  })

  it('is the one without an address where another has got one', () => {
    const timeline = timelineOf(
      said(
        ...add(0, 'c1', 'web-1'),
        ...add(0.1, 'c2', 'web-2'),
        [0.2, say.assign('10.0.1.2', 'c1')],
        [0.3, say.refused],
        [0.4, say.replied('10.0.1.2')],
      ),
    )
    expect(pods(timeline)).toEqual([{ reason: 'no-address', failedRequests: 1, pods: { 'default/web-2': [1, 1, null] } }])
    expect(timeline.requests.counts.ambiguous).toBe(0)
  })

  it('is taken back when the data store gives its sandbox an address: it was another', () => {
    const timeline = timelineOf(
      said(
        ...add(0, 'c1', 'web-1'),
        ...add(0.1, 'c2', 'web-2'),
        [0.2, say.refused],
        [0.3, say.assign('10.0.1.2', 'c1')],
        [0.4, say.replied('10.0.1.2')],
      ),
    )
    expect(pods(timeline)).toEqual([{ reason: 'no-address', failedRequests: 1, pods: { 'default/web-2': [1, 1, null] } }])
    expect(timeline.requests.counts).toMatchObject({ assigned: 1, failed: 1, ambiguous: 0 })
    expect(timeline.episodes.all[0]?.firstFailure.request).toMatchObject({ pod: 'web-2', outcome: 'failed', matched: 'elimination' })
  })

  it('goes from one to the next until one is left', () => {
    const three = [...add(0, 'c1', 'web-1'), ...add(0.1, 'c2', 'web-2'), ...add(0.2, 'c3', 'web-3'), [0.3, say.refused]] as [
      number,
      string,
    ][]
    const first = timelineOf(said(...three, [0.4, say.assign('10.0.1.1', 'c1')]))
    expect(pods(first)[0]?.pods).toEqual({ 'default/web-2': [1, 1, null] })
    expect(first.requests.counts.ambiguous).toBe(1)
    const both = timelineOf(said(...three, [0.4, say.assign('10.0.1.1', 'c1')], [0.5, say.assign('10.0.1.2', 'c2')]))
    expect(pods(both)[0]?.pods).toEqual({ 'default/web-3': [1, 1, null] })
    expect(both.requests.counts.ambiguous).toBe(0)
  })

  it('stays ambiguous where nothing tells whose it was, and says so', () => {
    const timeline = timelineOf(said(...add(0, 'c1', 'web-1'), ...add(0.1, 'c2', 'web-2'), [0.2, say.refused]))
    expect(timeline.requests.counts.ambiguous).toBe(1)
    expect(pods(timeline)[0]?.pods).toEqual({ 'default/web-1': [1, 1, null] })
  })

  it('is counted where it came before this log', () => {
    const timeline = timelineOf(said([0, say.refused]))
    expect(timeline.requests.counts).toMatchObject({ add: 0, failed: 1, ambiguous: 0 })
    expect(timeline.requests.unanswered).toBe(0)
  })

  it('does not go to a request that has been open for longer than any handler lives', () => {
    const timeline = timelineOf(said(...add(0, 'c1', 'old'), ...add(400, 'c2', 'web-2'), [400.1, say.refused]))
    expect(pods(timeline)[0]?.pods).toEqual({ 'default/web-2': [1, 1, null] })
  })

  it.each([
    ['AssignPodIPv4Address: no available IP/Prefix addresses', 'no-address'],
    ['error while writing the file', 'other'],
  ])('has the reason that its reply names: %s', (error, reason) => {
    expect(
      timelineOf(said(...add(0, 'c1', 'web-1'), [0.2, `Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: ${error}`]))
        .episodes.all[0]?.reason,
    ).toBe(reason)
  })

  it.each([
    ['Send AddNetworkReply: unable to obtain VPC CIDRs, err: EC2MetadataError', 'vpc-cidrs'],
    ['Send AddNetworkReply: failed to get Branch ENI resource', 'branch-eni'],
    ['Send AddNetworkReply: No trunk ENI found, cannot add a pod ENI', 'trunk'],
    ['Send AddNetworkReply: Failed to get pod: pods "a" not found', 'pod-unknown'],
    ['Rejecting AddNetwork request: plugin is v1.7.0', 'rejected'],
  ])('has the reason that ipamd gives: %s', (message, reason) => {
    expect(timelineOf(said(...add(0, 'c1', 'web-1'), [0.2, message])).episodes.all[0]?.reason).toBe(reason)
  })

  it('has the checkpoint for a reason where that could not be written a moment before', () => {
    const timeline = timelineOf(
      said(
        ...add(0, 'c1', 'web-1'),
        [0.1, say.assign('10.0.1.1', 'c1')],
        [0.11, 'Failed to update backing store: write /var/run/aws-node/ipam.json.tmp1: no space left on device'],
        [0.12, say.unassign('10.0.1.1', 'c1')],
        [0.2, 'Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: write: no space left on device'],
      ),
    )
    expect(pods(timeline)).toEqual([{ reason: 'checkpoint', failedRequests: 1, pods: { 'default/web-1': [1, 1, null] } }])
  })
})

describe('an answer to a request from before this log', () => {
  it('does not count for one that has none', () => {
    const timeline = timelineOf(said([0, say.refused], [0.1, say.refused], ...add(1, 'c1', 'web-1')))
    expect(timeline.requests.unanswered).toBe(1)
  })
})

describe('a retry of kubelet', () => {
  it('is a request of its own, with a new sandbox, for the same pod', () => {
    const timeline = timelineOf(
      said(
        ...add(0, 'c1', 'web-1'),
        [0.2, say.refused],
        [1, say.del('c1')],
        ...add(12, 'c2', 'web-1'),
        [12.1, say.assign('10.0.1.1', 'c2')],
        [12.2, say.replied('10.0.1.1')],
      ),
    )
    expect(timeline.requests.counts).toEqual({ add: 2, assigned: 1, failed: 1, del: 1, ambiguous: 0 })
    expect(pods(timeline)).toEqual([{ reason: 'no-address', failedRequests: 1, pods: { 'default/web-1': [2, 1, '10.0.1.1'] } }])
  })
})

describe('a request without an answer', () => {
  it.each([
    ['a DEL for its sandbox', say.del('c1')],
    ['the start of another process', say.started],
    ['a second request with its sandbox', say.add('c1')],
  ])('is given up at %s', (_, message) => {
    const timeline = timelineOf(said(...add(0, 'c1', 'web-1'), [5, message]))
    expect(timeline.requests.abandoned).toMatchObject([{ container: 'c1', pod: 'web-1', outcome: 'unanswered' }])
  })

  it('stays open else', () => {
    expect(timelineOf(said(...add(0, 'c1', 'web-1'))).requests).toMatchObject({ unanswered: 1, abandoned: [] })
  })
})

describe('the pod of a sandbox', () => {
  it('is known from an ADD, from a DEL, and from the data store (v1.20.0)', () => {
    const metadata = 'with metadata {K8SPodNamespace:kube-system K8SPodName:dns-1 InterfacesCount:1}'
    const timeline = timelineOf(
      said(
        ...add(0, 'c1', 'web-1'),
        [1, say.describe('c2', 'web-2').replace('AddNetworkRequest', 'DelNetworkRequest')],
        [2, `${say.assign('10.0.1.3', 'c3')} ${metadata}`],
      ),
    )
    expect(timeline.requests.podOf('c1')).toEqual({ namespace: 'default', pod: 'web-1' })
    expect(timeline.requests.podOf('c2')).toEqual({ namespace: 'default', pod: 'web-2' })
    expect(timeline.requests.podOf('c3')).toEqual({ namespace: 'kube-system', pod: 'dns-1' })
    expect(timeline.requests.podOf('c4')).toBeUndefined()
  })
})
