import { describe, expect, it } from 'vitest'
import { listening, said } from '../support/newsroom.ts'
import {
  asks,
  at,
  BEFORE,
  counted,
  ENI,
  gets,
  getsNone,
  grows,
  line,
  refused,
  sandbox,
  serves,
  starts,
  waits,
} from '../support/node-lines.ts'

const releases = (time: string, pod: string, address: string): string =>
  line(
    time,
    `UnassignPodIPv4Address: sandbox aws-cni/${sandbox(pod)}/eth0's ipAddr ${address}, DeviceNumber 0`,
    'info',
    'datastore/data_store.go:900',
  )

describe('news of a growing log', () => {
  it.each<readonly [name: string, lines: string, news: readonly string[]]>([
    [
      'a refusal of EC2, once for all its lines',
      refused('20:01:00.000') + counted('20:01:05.000', 4, 3),
      [
        `20:01:00 ec2-refused: EC2 refused AssignPrivateIpAddresses: InsufficientFreeAddressesInSubnet (${ENI}).`,
        '20:01:05 foresight: The 2nd pod from now fails: 1 assignable, and the subnet has no address to give.',
      ],
    ],
    [
      'the wait, with the end that follows from the refusal, and that it is over',
      refused('20:01:00.000') + waits('20:01:05.000') + waits('20:01:10.000') + counted('20:03:01.000', 4, 3),
      [
        `20:01:00 ec2-refused: EC2 refused AssignPrivateIpAddresses: InsufficientFreeAddressesInSubnet (${ENI}).`,
        '20:01:05 wait-began: ipamd does not ask EC2 again before 20:03:00.',
        '20:01:05 foresight: The 2nd pod from now fails: 1 assignable, and ipamd waits until 20:03:00 before it asks EC2 again.',
        '20:03:00 wait-ended: The wait is over: ipamd asks EC2 again at its next pass.',
      ],
    ],
    [
      'a wait whose refusal is older than what was read ends at the latest',
      waits('20:01:05.000'),
      [
        '20:01:05 wait-began: ipamd does not ask EC2 again before 20:03:05 (at the latest: the refusal that began the wait is older than what was read).',
        '20:01:05 foresight: The 2nd pod from now fails: 1 assignable, and ipamd waits until 20:03:05 before it asks EC2 again.',
      ],
    ],
    [
      'the pool in use to the last address',
      gets('20:01:00.000', 'shop/d', '10.0.1.14'),
      ['20:01:00 pool-full: The pool is full: 4 of 4 assigned.'],
    ],
    [
      'the pool growing after it was full, once for all addresses of an ENI',
      gets('20:01:00.000', 'shop/d', '10.0.1.14') + grows('20:01:05.000', 7, 4, '10.0.1.15', '10.0.1.16', '10.0.1.17'),
      [
        '20:01:00 pool-full: The pool is full: 4 of 4 assigned.',
        '20:01:05 pool-grew: The pool grows again: 4 → 7 addresses, 3 assignable.',
      ],
    ],
    [
      'an ENI that is attached',
      line('20:01:00.000', `Successfully created and attached a new ENI ${ENI} to instance`, 'info'),
      [`20:01:00 eni-attached: ${ENI} attached.`],
    ],
    [
      'an ENI that goes although ipamd did not give it back, with its pods',
      line('20:01:00.000', `Force removing eni ${ENI} with 3 assigned pods`, 'warn') +
        line(
          '20:01:00.000',
          `RemoveENIFromDataStore ${ENI}: IP/Prefix address pool stats: free 4 addresses, total: 0, assigned: 0, total prefixes: 0`,
          'info',
        ),
      [`20:01:00 eni-lost: ${ENI} was taken out of the pool with 3 pods on it.`],
    ],
    [
      'an unused ENI that is given back',
      line(
        '20:01:00.000',
        'RemoveUnusedENIFromStore eni-0da9ba27e12942256: IP/Prefix address pool stats: free 2 addresses, total: 4, assigned: 3, total prefixes: 0',
        'info',
      ),
      ['20:01:00 eni-given-back: eni-0da9ba27e12942256 left the pool: unused, given back.'],
    ],
    [
      'a restart after the signal to stop',
      line('20:01:00.000', "Received shutdown signal, setting 'terminating' to true", 'info') +
        starts('20:01:05.000') +
        serves('20:01:08.000'),
      [
        '20:01:00 ipamd-stopping: ipamd received the signal to stop.',
        '20:01:05 ipamd-started: ipamd started.',
        '20:01:08 ipamd-serving: ipamd serves requests.',
      ],
    ],
    [
      'a restart without one',
      starts('20:01:05.000'),
      ['20:01:05 ipamd-started: ipamd started, and nothing says that it was told to stop before: it was killed or crashed.'],
    ],
    [
      'a start that was given up',
      starts('20:01:05.000') + line('20:01:06.000', 'Initialization failure: ipamd init: no route to host', 'error'),
      [
        '20:01:05 ipamd-started: ipamd started, and nothing says that it was told to stop before: it was killed or crashed.',
        '20:01:06 ipamd-failed: ipamd gave up starting: ipamd init: no route to host',
      ],
    ],
  ])('is %s', (_name, lines, news) => {
    expect(said(listening(BEFORE).hear(lines))).toEqual(news)
  })

  it.each([
    ['statistics that say what is known', counted('20:01:00.000', 4, 3) + counted('20:01:05.000', 4, 3)],
    ['a pod that has its address', gets('20:01:00.000', 'shop/d', '10.0.1.14').replaceAll('10.0.1.14', '10.0.1.13')],
    ['a pool that grows before it is needed', grows('20:01:00.000', 6, 3, '10.0.1.15', '10.0.1.16')],
    ['a request without an outcome yet', asks('20:01:00.000', 'shop/d')],
    [
      'a pool that was judged large enough',
      line('20:01:00.000', 'IP pool is NOT too low: available (1) >= ENI target (0) * addrsPerENI (3)'),
    ],
  ])('is not %s', (_name, lines) => {
    expect(said(listening(BEFORE).hear(lines))).toEqual([])
  })

  it('does not begin with what was there before', () => {
    const { hear } = listening(
      BEFORE +
        refused('20:01:00.000') +
        waits('20:01:05.000') +
        gets('20:01:06.000', 'shop/d', '10.0.1.14') +
        getsNone('20:01:10.000', 'shop/e'),
    )
    expect(said(hear(waits('20:01:15.000')))).toEqual([])
  })
})

describe('a refused request', () => {
  const UNTIL_WAIT = refused('20:01:00.000') + waits('20:01:05.000') + gets('20:01:06.000', 'shop/d', '10.0.1.14')

  it('is told at once with pod, cause and what ends it', () => {
    const { hear } = listening(BEFORE + UNTIL_WAIT)
    const news = hear(getsNone('20:01:07.500', 'shop/e'))
    expect(said(news)).toEqual([
      '20:01:07 incident-began: Pods get no IP address: the subnet had no free address.',
      '20:01:07 request-failed: shop/e got no address: the subnet had no free address. Ends when EC2 gives addresses, asked again at 20:03:00, or when a pod ends.',
    ])
    expect(news[1]).toMatchObject({
      pod: { namespace: 'shop', name: 'e' },
      attempts: 1,
      cause: { id: 'subnet-out-of-addresses', confidence: 'certain' },
      input: 0,
    })
  })

  it.each<readonly [name: string, lines: string, ends: string]>([
    [
      'addresses rest',
      releases('20:01:00.000', 'shop/a', '10.0.1.11') + gets('20:01:02.000', 'shop/d', '10.0.1.14') + getsNone('20:01:10.000', 'shop/e'),
      'when an address leaves its cooldown, the first at 20:01:30',
    ],
    [
      'the node can hold no more interfaces',
      gets('20:01:02.000', 'shop/d', '10.0.1.14') +
        line('20:01:05.000', 'Starting to increase pool size') +
        line('20:01:05.000', 'Skipping ENI allocation as the max ENI limit is already reached') +
        getsNone('20:01:10.000', 'shop/e'),
      'only when a pod on this node ends: it can hold no more interfaces',
    ],
    [
      'the node is cordoned',
      gets('20:01:02.000', 'shop/d', '10.0.1.14') +
        line('20:01:05.000', 'Starting to increase pool size') +
        line('20:01:05.000', 'AWS CNI is on a non schedulable node, will not try to attach any new IPs or ENIs right now') +
        getsNone('20:01:10.000', 'shop/e'),
      'when the node is schedulable again, or when a pod ends',
    ],
    [
      'EC2 throttles',
      gets('20:01:02.000', 'shop/d', '10.0.1.14') + refused('20:01:05.000', 'RequestLimitExceeded') + getsNone('20:01:10.000', 'shop/e'),
      'when EC2 no longer refuses (RequestLimitExceeded), or when a pod ends',
    ],
  ])('says what ends it where %s', (_name, lines, ends) => {
    const failure = listening(BEFORE)
      .hear(lines)
      .find(({ kind }) => kind === 'request-failed')
    expect(failure?.ends).toBe(ends)
  })

  it('is counted where it is one of many, and each pod is told when it has its address', () => {
    const { hear, tick } = listening(BEFORE + UNTIL_WAIT)
    const pods = ['e', 'f', 'g', 'h', 'i', 'j']
    const burst = pods.map((pod, i) => getsNone(`20:01:1${i}.000`, `shop/${pod}`)).join('')
    expect(hear(burst).map(({ kind }) => kind)).toEqual(['incident-began', 'request-failed', 'request-failed', 'request-failed'])
    expect(said(tick(at('20:01:41.000')))).toEqual(['20:01:41 repeated: … 3 more in 31 s: requests refused'])
    const served = hear(
      grows('20:03:05.000', 10, 4, ...[15, 16, 17, 18, 19, 20].map(n => `10.0.1.${n}`)) +
        pods
          .slice(0, 2)
          .map((pod, i) => gets('20:03:10.000', `shop/${pod}`, `10.0.1.${15 + i}`))
          .join(''),
    )
    expect(said(served).filter(text => text.includes('pod-recovered'))).toEqual([
      '20:03:10 pod-recovered: shop/e has 10.0.1.15 after 2m, 2 attempts.',
      '20:03:10 pod-recovered: shop/f has 10.0.1.16 after 1m59s, 2 attempts.',
    ])
  })

  it('ends its incident when all pods were served and none failed for half a minute', () => {
    const { hear, tick } = listening(BEFORE + UNTIL_WAIT)
    hear(
      getsNone('20:01:10.000', 'shop/e') +
        getsNone('20:02:50.000', 'shop/e') +
        grows('20:03:05.000', 6, 4, '10.0.1.15', '10.0.1.16') +
        gets('20:03:10.000', 'shop/e', '10.0.1.15'),
    )
    expect(said(tick(at('20:03:15.000')))).toEqual([])
    const [ended, ...more] = tick(at('20:03:40.500'))
    expect(more).toEqual([])
    expect(ended).toMatchObject({
      kind: 'incident-ended',
      severity: 'good',
      waitMs: 120_000,
      incident: { failedRequests: 2, recoveredAt: '2024-09-11T20:03:10.000Z' },
    })
    expect(ended?.text).toBe('Over after 2m: 2 requests of 1 pod failed. The pool grew from 4 to 6 addresses. What caused it is gone.')
  })
})

describe('an incident whose last failure is long ago', () => {
  it('tells the last pod before it is over', () => {
    const { hear } = listening(BEFORE + gets('20:01:06.000', 'shop/d', '10.0.1.14') + getsNone('20:01:10.000', 'shop/e'))
    const news = hear(grows('20:03:05.000', 6, 4, '10.0.1.15', '10.0.1.16') + gets('20:03:10.000', 'shop/e', '10.0.1.15'))
    expect(news.map(({ kind }) => kind)).toEqual(['pool-grew', 'pod-recovered', 'incident-ended'])
  })
})

describe('foresight', () => {
  const consumed = (from: number, count: number, everyMs: number): string =>
    Array.from({ length: count }, (_, i) => {
      const time = new Date(at('20:01:00.000') + i * everyMs).toISOString().slice(11, 23)
      return gets(time, `shop/x${i}`, `10.0.2.${from + i}`)
    }).join('')
  const LARGE =
    starts('20:00:00.000') +
    Array.from({ length: 20 }, (_, i) =>
      line('20:00:01.000', `Added ENI(${ENI})'s IP/Prefix 10.0.2.${i + 1}/32 to datastore`, 'info'),
    ).join('') +
    serves('20:00:02.000') +
    gets('20:00:03.000', 'shop/a', '10.0.2.1')

  it('says when nothing will be assignable, where the trend is plain', () => {
    const news = listening(LARGE).hear(consumed(2, 9, 2_000))
    expect(said(news)).toEqual(['20:01:10 foresight: 0 assignable in about 25 s at this rate (13 now, 30 a minute).'])
  })

  it('says so of a pool that cannot grow, with the reason', () => {
    const news = listening(LARGE + waits('20:00:50.000')).hear(consumed(2, 9, 2_000))
    expect(said(news)).toEqual([
      '20:01:10 foresight: 0 assignable in about 25 s at this rate (13 now, 30 a minute), and ipamd waits until 20:02:50 before it asks EC2 again.',
    ])
  })

  it('is silent while ipamd judges the pool large enough: it grows when it is not', () => {
    const judged = line('20:00:50.000', 'IP pool is NOT too low: available (19) >= ENI target (1) * addrsPerENI (14)')
    expect(said(listening(LARGE + judged).hear(consumed(2, 9, 2_000)))).toEqual([])
  })

  it.each([
    ['in a single burst', consumed(2, 9, 100)],
    ['too slow to end soon', consumed(2, 9, 60_000)],
    ['too few to be a trend', consumed(2, 3, 4_000)],
  ])('is silent about a rate that is %s', (_name, lines) => {
    expect(said(listening(LARGE).hear(lines))).toEqual([])
  })

  it('stands in the status, and goes when requests fail', () => {
    const { hear, newsroom } = listening(BEFORE)
    hear(waits('20:01:05.000'))
    expect(newsroom.status(at('20:01:06.000')).foresight).toBe(
      'the 2nd pod from now fails: 1 assignable, and ipamd waits until 20:03:05 before it asks EC2 again',
    )
    hear(gets('20:01:06.000', 'shop/d', '10.0.1.14') + getsNone('20:01:10.000', 'shop/e'))
    expect(newsroom.status(at('20:01:11.000')).foresight).toBeNull()
  })
})

describe('time that passes without a line', () => {
  it('ends cooldowns for the status, and leaves the report as it was', () => {
    const { hear, newsroom, tracer, tick } = listening(BEFORE)
    hear(releases('20:01:00.000', 'shop/a', '10.0.1.11'))
    const before = JSON.stringify(tracer.report())
    expect(newsroom.status(at('20:01:10.000')).pools).toMatchObject([{ total: 4, assigned: 2, cooldown: 1, assignable: 1 }])
    expect(newsroom.status(at('20:01:31.000')).pools).toMatchObject([{ total: 4, assigned: 2, cooldown: 0, assignable: 2 }])
    tick(at('20:30:00.000'))
    expect(JSON.stringify(tracer.report())).toBe(before)
  })
})
