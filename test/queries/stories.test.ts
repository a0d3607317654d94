import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Answer, Story } from '../../src/model/story.ts'
import { addressQuery } from '../../src/queries/address.ts'
import { eniQuery } from '../../src/queries/eni.ts'
import { podQuery } from '../../src/queries/pod.ts'
import { sandboxQuery } from '../../src/queries/sandbox.ts'
import type { Query } from '../../src/queries/story.ts'
import { timelineQuery } from '../../src/queries/timeline.ts'
import { storyText } from '../../src/reporters/queries/story.ts'
import { ask, stateAt } from '../../src/trace.ts'
import { caseFile, cases, reportOf } from '../cases.ts'
import { createRandom } from '../support/random.ts'
import { START, said, say } from '../support/timeline.ts'

const FLAGSHIP = 'subnet-out-of-addresses'
const path = (id: string): string => caseFile(id, 'ipamd.log')

async function storyOf<S extends Story>(of: S['of'], query: Query<S>, log: { readonly id?: string; readonly text?: string }): Promise<S> {
  const { answer } =
    log.text === undefined
      ? await ask([path(log.id ?? FLAGSHIP)], of, query)
      : await ask(['-'], of, query, { stdin: Readable.from([Buffer.from(log.text)]) })
  expect(answer.stories).toHaveLength(1)
  return answer.stories[0] as S
}

const texts = (story: Story): string[] => story.entries.map(entry => `${entry.kind} ${entry.line}: ${entry.text}`)

describe('the story of a pod', () => {
  it('tells each try, its refusal with the cause, the waits and the address', async () => {
    const story = await storyOf('pod', podQuery('shop/cart-68c7d5b9f4-tsnmg'), {})
    expect(story.tries.map(({ outcome, reason, cause }) => [outcome, reason, cause])).toEqual([
      ['failed', 'no-address', 'subnet-out-of-addresses'],
      ['failed', 'no-address', 'subnet-out-of-addresses'],
      ['assigned', null, null],
    ])
    expect(story.addresses).toMatchObject([{ address: '10.4.131.207', eni: 'eni-0c41b7a8d2e95f306', until: null, end: null }])
    expect(texts(story)).toEqual([
      'asked 1257: asks for an address, sandbox edf6fc18b124',
      'refused 1320: refused: the pool had no address to give (23 of 29 assigned, 6 in cooldown); cause: the subnet had no free address',
      'deleted 1321: sandbox edf6fc18b124 is deleted; it had no address',
      'asked 1565: tries again 13 s after the refusal (try 2), sandbox ab1335391817',
      'refused 1628: refused: the pool had no address to give (23 of 29 assigned, 6 in cooldown); cause: the subnet had no free address',
      'deleted 1629: sandbox ab1335391817 is deleted; it had no address',
      'asked 1895: tries again 13 s after the refusal (try 3), sandbox f9166b415868',
      'assigned 1908: gets 10.4.131.207 26 s after the first of 3 tries',
    ])
  })

  it.each(cases)('has the same outcomes as the report: %s', async id => {
    const report = await reportOf(id)
    const waits = report.nodes.flatMap(node => node.incidents.flatMap(incident => incident.pods.map(pod => ({ incident, pod }))))
    for (const { incident, pod } of waits) {
      if (pod.name === null) continue
      const story = await storyOf('pod', podQuery(`${pod.namespace}/${pod.name}`), { id })
      const until = pod.assignedAt ?? incident.lastFailureAt
      const tries = story.tries.filter(one => one.receivedAt >= pod.firstAttemptAt && one.receivedAt <= until)
      expect(tries[0]?.receivedAt).toBe(pod.firstAttemptAt)
      expect(tries.filter(one => one.outcome === 'failed').every(one => one.cause === incident.cause?.id)).toBe(true)
      if (pod.assignedAt !== null)
        expect(tries.at(-1)).toMatchObject({ outcome: 'assigned', answeredAt: pod.assignedAt, address: pod.address })
    }
  })

  it('says that a request has no reply', async () => {
    const story = await storyOf('pod', podQuery('default/web-1'), {
      text: said([0, say.started], [1, say.add('aa11')], [1, say.describe('aa11', 'web-1')], [2, say.started]),
    })
    expect(story.tries).toMatchObject([{ outcome: 'unanswered', answeredAt: null, address: null }])
    expect(texts(story)).toContain('unanswered 2: no reply in this log')
  })
})

const A = 'aaaa11112222'
const B = 'bbbb11112222'
const ENI = 'eni-0123456789abcdef0'

const takenTwice = said(
  [0, say.started],
  [1, say.addEni(ENI)],
  [1, say.added(ENI, '10.0.0.7/32')],
  [2, say.serving],
  [3, say.add(A)],
  [3, say.describe(A, 'one')],
  [3, say.assign('10.0.0.7', A)],
  [3.1, say.replied('10.0.0.7')],
  [10, say.add(B)],
  [10, say.describe(B, 'two')],
  [10, say.assign('10.0.0.7', B)],
  [10.1, say.replied('10.0.0.7')],
  [20, say.del(B)],
  [20, say.unassign('10.0.0.7', B)],
  [20, say.released('10.0.0.7', B)],
  [60, say.deleted(ENI, '10.0.0.7/32')],
  [61, say.add('cccc')],
)

describe('the story of an address', () => {
  it('tells its holders in order, their cooldown, and its interface', async () => {
    const story = await storyOf('address', addressQuery('10.4.130.89'), {})
    expect(story).toMatchObject({ eni: 'eni-0c41b7a8d2e95f306', block: '10.4.130.89', state: 'assigned', overlaps: [], wentAt: null })
    expect(story.holders.map(({ pod, from, until, end, restsUntil }) => [pod, from, until, end, restsUntil])).toEqual([
      ['search-5d9c8b7f66-zqzq5', '2024-09-11T20:38:45.118Z', '2024-09-11T20:40:23.703Z', 'released', '2024-09-11T20:40:53.703Z'],
      ['checkout-7b5f9c6d84-9926c', '2024-09-11T20:40:58.707Z', null, null, null],
    ])
    expect(story.entries.map(entry => entry.kind)).toEqual(['came', 'given', 'released', 'cooldown-ended', 'given'])
  })

  it('says that two pods had it at once, and when it left the pool', async () => {
    const story = await storyOf('address', addressQuery('10.0.0.7'), { text: takenTwice })
    expect(story.overlaps).toMatchObject([{ before: { pod: 'one' }, after: { pod: 'two' }, acrossRestart: false }])
    expect(story.holders.map(({ pod, end }) => [pod, end])).toEqual([
      ['one', 'replaced'],
      ['two', 'released'],
    ])
    expect(story.wentAt).toBe(new Date(START + 60_000).toISOString())
    expect(story.state).toBe('not-in-pool')
    expect(texts(story)).toContain('two-pods 11: two pods at once: default/two gets it while default/one has it')
    expect(storyText(answerOf(story), { columns: 100, color: false })).toContain(
      'Two pods at once at 20:00:10: default/one and default/two.',
    )
  })

  it('follows a holder through a restart of ipamd', async () => {
    const log = (recovered: boolean): string =>
      said(
        [0, say.started],
        [1, say.addEni(ENI)],
        [1, say.added(ENI, '10.0.0.7/32')],
        [2, say.serving],
        [3, say.add(A)],
        [3, say.describe(A, 'one')],
        [3, say.assign('10.0.0.7', A)],
        [3.1, say.replied('10.0.0.7')],
        [30, say.started],
        [31, say.addEni(ENI)],
        [31, say.added(ENI, '10.0.0.7/32')],
        ...(recovered ? [[32, say.assign('10.0.0.7', A)] as const] : []),
        [33, say.serving],
      )
    const kept = await storyOf('address', addressQuery('10.0.0.7'), { text: log(true) })
    expect(kept.holders).toMatchObject([{ pod: 'one', from: new Date(START + 3_000).toISOString(), until: null, end: null }])
    expect(texts(kept)).toContain('restart 9: ipamd starts again and reads it back')
    const lost = await storyOf('address', addressQuery('10.0.0.7'), { text: log(false) })
    expect(lost.holders).toMatchObject([{ pod: 'one', until: null, end: 'not-read-back' }])
    expect(lost.cameAt).toBe(new Date(START + 1_000).toISOString())
  })

  it('knows an address of a prefix by the prefix', async () => {
    const story = await storyOf('address', addressQuery('10.0.0.20'), {
      text: said([0, say.started], [1, say.addEni(ENI)], [1, say.added(ENI, '10.0.0.16/28')], [2, say.serving]),
    })
    expect(story).toMatchObject({ eni: ENI, block: '10.0.0.16/28', holders: [], state: 'free' })
  })

  it.each(cases)('ends as the pool does: %s', async id => {
    const report = await reportOf(id)
    const lastAt = report.nodes[0]?.lastAt
    if (lastAt == null) throw new Error('no events')
    const { state } = await stateAt([path(id)], Date.parse(lastAt))
    for (const held of (state.nodes[0]?.addresses ?? []).slice(0, 12)) {
      const story = await storyOf('address', addressQuery(held.address), { id })
      expect(story.state).toBe(held.state)
      expect(story.eni).toBe(held.eni)
      const last = story.holders.at(-1)
      if (held.state === 'assigned') expect(last).toMatchObject({ sandbox: held.sandbox, pod: held.pod, from: held.since, until: null })
      else if (last !== undefined) expect(last.until).not.toBeNull()
    }
  })
})

describe('the story of an interface', () => {
  it('tells when it came, what it brought and who used it', async () => {
    const story = await storyOf('eni', eniQuery('eni-0c41b7a8d2e95f306'), {})
    expect(story).toMatchObject({ primary: true, addedAt: '2024-09-11T20:38:18.918Z', removedAt: null, mostAddresses: 29 })
    expect(story.holders).toHaveLength(34)
    expect(texts(story)).toContain('cidr-added 105: an address of it comes into the pool')
    expect(story.entries.find(entry => entry.kind === 'cidr-added')?.count).toBe(29)
  })

  it('ends its holders where it is taken away', async () => {
    const story = await storyOf('eni', eniQuery(ENI), {
      text: said(
        [0, say.started],
        [1, say.addEni(ENI)],
        [1, say.added(ENI, '10.0.0.7/32')],
        [2, say.serving],
        [3, say.add(A)],
        [3, say.describe(A, 'one')],
        [3, say.assign('10.0.0.7', A)],
        [3.1, say.replied('10.0.0.7')],
        [60, `Force removing eni ${ENI} with 1 assigned pods`],
        [60, say.unassign('10.0.0.7', A)],
        [60, `RemoveENIFromDataStore ${ENI}: IP/Prefix address pool stats: free 1 addresses, total: 0, assigned: 0, total prefixes: 0`],
      ),
    })
    expect(story.holders).toMatchObject([{ pod: 'one', end: 'left-pool', until: new Date(START + 60_000).toISOString() }])
    expect(story).toMatchObject({ unused: false, removedAt: new Date(START + 60_000).toISOString() })
    expect(texts(story).slice(-2)).toEqual([
      'eni-force-removed 9: taken out of the pool with 1 pod on it',
      'eni-removed 11: leaves the pool: it was found gone',
    ])
  })
})

describe('the story of a sandbox', () => {
  it('is found by the beginning of its id, and by the key of the data store', async () => {
    const short = await storyOf('sandbox', sandboxQuery('edf6fc18'), {})
    expect(short).toMatchObject({ namespace: 'shop', pod: 'cart-68c7d5b9f4-tsnmg', addresses: [] })
    expect(await storyOf('sandbox', sandboxQuery(`aws-cni/${short.sandbox}/eth0`), {})).toEqual(short)
  })

  it('is not told where several begin so', async () => {
    const { answer, known } = await ask([path(FLAGSHIP)], 'sandbox', sandboxQuery('e'))
    expect(answer.stories).toEqual([])
    expect(known.filter(id => id.startsWith('e')).length).toBeGreaterThan(1)
  })
})

describe('the timeline', () => {
  it('has the happenings of the report, and the pods that came and went', async () => {
    const story = await storyOf('timeline', timelineQuery({}), {})
    const [node] = (await reportOf(FLAGSHIP)).nodes
    const kinds = story.entries.map(entry => entry.kind)
    for (const { kind } of node?.happenings ?? []) expect(kinds).toContain(kind)
    const came = story.entries.filter(entry => entry.kind === 'assigned').reduce((sum, entry) => sum + entry.count, 0)
    expect(came).toBe(node?.requests.assigned)
    expect([...story.entries].sort((a, b) => a.at.localeCompare(b.at))).toEqual(story.entries)
    expect(texts(story).find(text => text.startsWith('request-failed'))).toBe(
      'request-failed 883: 12 requests of 5 pods (shop/checkout-7b5f9c6d84-9926c, shop/checkout-7b5f9c6d84-rs4rt and 3 more) failed: the subnet had no free address',
    )
  })

  it('tells of one pod alone where that is asked', async () => {
    const story = await storyOf('timeline', timelineQuery({ pod: 'shop/cart-68c7d5b9f4-tsnmg' }), {})
    expect(texts(story)).toContain('refused 1320: 2 requests failed: shop/cart-68c7d5b9f4-tsnmg')
    expect(texts(story).join('\n')).not.toContain('checkout')
  })
})

describe('lines in any order', () => {
  it.each(cases)('leave stories that can be told: %s', async id => {
    const lines = readFileSync(path(id), 'utf8').split('\n')
    const random = createRandom(7)
    for (let i = lines.length - 1; i > 0; i--) {
      const j = random.below(i + 1)
      ;[lines[i], lines[j]] = [lines[j] as string, lines[i] as string]
    }
    const report = await reportOf(id)
    const { state } = await stateAt([path(id)], Date.parse(report.nodes[0]?.lastAt ?? ''))
    const pod = report.nodes[0]?.incidents[0]?.pods[0]
    const held = state.nodes[0]?.addresses[0]
    const asked = [
      timelineQuery({}),
      podQuery(`${pod?.namespace}/${pod?.name}`),
      addressQuery(held?.address ?? '10.0.0.1'),
      eniQuery(held?.eni ?? 'eni-1'),
      sandboxQuery(held?.sandbox ?? 'a'),
    ] as Query<Story>[]
    for (const query of asked) {
      const { answer } = await ask<Story>(['-'], 'timeline', query, { stdin: Readable.from([Buffer.from(lines.join('\n'))]) })
      const shown = storyText(answer, { columns: 100, color: false })
      expect(shown).not.toMatch(/undefined|NaN|Invalid|\[object/)
      for (const { entries } of answer.stories) expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort())
    }
  })
})

describe('hostile names', () => {
  const NAME = 'web-\\u001b[2J\\u202e\\u0007'
  const log = said([0, say.started], [1, say.serving], [2, say.add(A)], [2, say.describe(A, NAME)], [2, say.refused]).replaceAll(
    '\\\\u',
    '\\u',
  )

  it('never reach the terminal as they are', async () => {
    for (const [of, query] of [
      ['sandbox', sandboxQuery(A)],
      ['timeline', timelineQuery({})],
    ] as const) {
      const story = await storyOf<Story>(of, query as Query<Story>, { text: log })
      const shown = storyText(answerOf(story), { columns: 80, color: false })
      expect(shown).toContain('web-')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    }
  })
})

function answerOf(story: Story): Answer {
  return { schema: `ipamd-trace/${story.of}`, schemaVersion: 1, inputs: ['ipamd.log'], stories: [story] }
}
