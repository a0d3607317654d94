import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Status } from '../../src/model/news.ts'
import { metrics } from '../../src/reporters/metrics.ts'
import { statusArea } from '../../src/reporters/status-area.ts'
import { at } from '../support/node-lines.ts'

const STATUS: Status = {
  node: 'ip-10-0-1-42.us-west-2.compute.internal',
  lastAt: at('20:01:22.000'),
  now: at('20:01:30.000'),
  pools: [{ networkCard: 0, total: 29, assigned: 21, cooldown: 8, assignable: 0 }],
  enis: { managed: 1, limit: 4 },
  waitUntil: at('20:03:00.000'),
  requestsPerMinute: 12,
  requests: { add: 30, assigned: 21, failed: 9 },
  refusals: 2,
  restarts: 1,
  incidents: 1,
  incident: { since: at('20:01:10.000'), waiting: 5, failed: 9, title: 'the subnet had no free address' },
  lastFailure: { at: at('20:01:22.000'), pod: 'shop/checkout-7c9d6f4b8d-x2x7k', title: 'the subnet had no free address' },
  foresight: null,
}
const CALM: Status = {
  ...STATUS,
  waitUntil: null,
  incident: null,
  lastFailure: null,
  pools: [{ networkCard: 0, total: 29, assigned: 9, cooldown: 1, assignable: 19 }],
}

describe('the status area', () => {
  it('shows the pool, the node and who waits', () => {
    expect(statusArea(STATUS, { columns: 100, color: false })).toEqual([
      ' pool  █████████████████████████████▒▒▒▒▒▒▒▒▒▒▒  21 of 29 assigned, 8 in cooldown, 0 assignable',
      ' node  wait until 20:03:00 · ENIs 1 of 4 · 12 requests/min · failed 20:01:22 · 20:01:30 UTC',
      ' FAIL  5 pods without an address for 20 s: the subnet had no free address',
    ])
  })

  it('is two lines where nothing is wrong, three with what is about to happen', () => {
    expect(statusArea(CALM, { columns: 80, color: false })).toEqual([
      ' pool  ███████▒░░░░░░░░░░░░░░  9 of 29 assigned, 1 in cooldown, 19 assignable',
      ' node  ENIs 1 of 4 · 12 requests/min · no failure · 20:01:30 UTC',
    ])
    expect(
      statusArea({ ...CALM, foresight: '0 assignable in about 40 s at this rate (13 now, 20 a minute)' }, { columns: 80, color: false })[2],
    ).toBe(' soon  0 assignable in about 40 s at this rate (13 now, 20 a minute)')
  })

  it.each([40, 60, 80, 120, 200])('has no line wider than %i columns, whatever a pod is called', columns => {
    const hostile = { ...STATUS, incident: null, lastFailure: { at: 0, pod: 'シ\u202e\u001b[31m'.repeat(40), title: null } }
    for (const status of [STATUS, CALM, hostile]) {
      for (const line of statusArea(status, { columns, color: false })) {
        expect([...line].length).toBeLessThan(columns)
        expect(line).toMatch(/^[\x20-\x7e·…█▒░]*$/)
      }
    }
  })

  it('says what is not known', () => {
    const unknown = {
      ...CALM,
      pools: [{ networkCard: 0, total: 29, assigned: 9, cooldown: null, assignable: null }],
      enis: { managed: null, limit: null },
    }
    const [pool, node] = statusArea(unknown, { columns: 100, color: false })
    expect(pool).toContain('9 of 29 assigned, ? in cooldown, ? assignable')
    expect(node).not.toContain('ENI')
  })

  it('colors nothing but marks: the text is the same', () => {
    const plain = statusArea(STATUS, { columns: 100, color: false })
    expect(statusArea(STATUS, { columns: 100, color: true }).map(stripVTControlCharacters)).toEqual(plain)
  })
})

describe('metrics', () => {
  it('are the figures in the text format of Prometheus, without what is not known', () => {
    const text = metrics({ ...STATUS, node: 'a"b\\c', enis: { managed: null, limit: 4 } })
    expect(text).toContain('ipamd_trace_pool_addresses{node="a\\"b\\\\c",network_card="0",state="assignable"} 0\n')
    expect(text).toContain(
      '# TYPE ipamd_trace_requests_total counter\nipamd_trace_requests_total{node="a\\"b\\\\c",outcome="assigned"} 21\n',
    )
    expect(text).toContain('ipamd_trace_pods_waiting{node="a\\"b\\\\c"} 5\n')
    expect(text).not.toContain('ipamd_trace_enis{')
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(?:# (?:HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+\{[^}]*\} [0-9.]+)$/)
  })
})
