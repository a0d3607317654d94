import { describe, expect, it } from 'vitest'
import { heldOver } from '../../src/report/waste.ts'
import { reportOf } from '../cases.ts'
import { sandbox } from '../support/lines.ts'
import { said, say, timelineOf } from '../support/timeline.ts'
import { traceText } from '../support/trace-text.ts'

const HOUR = 3_600

type Row = readonly [second: number, message: string, level?: string]

const manager = (warmIp: number, warmPrefix: number, warmEni: number, minimum: number): string =>
  `IP pool manager - max pods: 110, warm IP target: ${warmIp}, warm prefix target: ${warmPrefix}, warm ENI target: ${warmEni}, minimum IP target: ${minimum}`

/** An hour in which the pool stays as it is said once, half a minute after the start. */
const steady = (settings: string, stats: string, ...others: readonly Row[]): string =>
  said([0, settings], ...others, [30, stats, 'debug'], [30 + HOUR, say.del(sandbox('f'))])

const pool = (total: number, assigned: number, cooldown: number, perEni: number, prefixes = 0): string =>
  `${prefixes > 0 ? 'Prefix' : 'IP'} pool stats: Total IPs/Prefixes = ${total}/${prefixes}, AssignedIPs/CooldownIPs: ${assigned}/${cooldown}, c.maxIPsPerENI = ${perEni}`

function held(log: string) {
  const found = heldOver(timelineOf(log))
  return found === undefined
    ? undefined
    : { ...found.waste, reasons: Object.fromEntries(found.waste.reasons.map(r => [r.reason, r.addressHours])) }
}

describe('addresses that a node holds without a pod', () => {
  it('are 97 of 98 for one pod on a large instance: a spare interface, and the rest of one that came whole', () => {
    const waste = held(steady(manager(0, 0, 1, 0), pool(98, 1, 0, 49)))
    expect(waste).toMatchObject({
      peak: { at: '2024-09-11T20:00:30.000Z', total: 98, assigned: 1, spare: 97 },
      reasons: { 'warm-eni-target': 49, batch: 48 },
    })
    expect(waste?.addressHours).toBe(97)
  })

  it.each<[string, string, string, Record<string, number>]>([
    ['WARM_IP_TARGET keeps what it says', manager(5, 0, 1, 0), pool(10, 5, 0, 9), { 'warm-ip-target': 5 }],
    ['MINIMUM_IP_TARGET holds the rest up to it', manager(2, 0, 1, 10), pool(10, 3, 0, 9), { 'warm-ip-target': 2, 'minimum-ip-target': 5 }],
    ['more than that is not given back', manager(2, 0, 1, 0), pool(10, 3, 0, 9), { 'warm-ip-target': 2, 'not-given-back': 5 }],
    ['WARM_ENI_TARGET=0 leaves the rest of an interface', manager(0, 0, 0, 0), pool(9, 4, 0, 9), { batch: 5 }],
    ['an interface beyond the target is not given back', manager(0, 0, 0, 0), pool(18, 4, 0, 9), { batch: 5, 'not-given-back': 9 }],
    ['WARM_PREFIX_TARGET keeps 16 free', manager(0, 1, 1, 0), pool(32, 10, 0, 144, 2), { 'warm-prefix-target': 16, batch: 6 }],
    ['WARM_IP_TARGET comes in whole prefixes', manager(3, 1, 1, 0), pool(16, 2, 0, 144, 1), { 'warm-ip-target': 3, batch: 11 }],
  ])('%s', (_, settings, stats, reasons) => {
    const mode = stats.startsWith('Prefix') ? ([[0, 'Prefix Delegation enabled true']] as const) : []
    expect(held(steady(settings, stats, ...mode))?.reasons).toEqual(reasons)
  })

  it('rest in their cooldown, and satisfy the target meanwhile', () => {
    const container = sandbox('c')
    const log = (end: number) =>
      said(
        [0, manager(1, 0, 1, 0)],
        [30, pool(10, 10, 0, 9), 'debug'],
        [100, say.unassign('10.0.0.5', container)],
        [100, say.released('10.0.0.5', container)],
        [end, say.del(sandbox('f'))],
      )
    expect(held(log(129))?.reasons).toEqual({ cooldown: 0.0081 })
    expect(held(log(130 + HOUR))?.reasons).toEqual({ cooldown: 0.0083, 'warm-ip-target': 1 })
  })

  it('have no reason where the log tells no setting', () => {
    const log = said([0, pool(18, 3, 0, 9), 'debug'], [HOUR, say.del(sandbox('f'))])
    expect(held(log)?.reasons).toEqual({ 'not-told': 15 })
  })

  it('are also those of sandboxes that died and were never released', async () => {
    const { waste } = (await reportOf('leaked-ips-no-del')).nodes[0] ?? {}
    const leaked = waste?.reasons.find(({ reason }) => reason === 'leaked')
    expect(leaked?.addressHours).toBeGreaterThan(0.5)
    expect(waste?.meanSpare).toBeGreaterThan((waste?.meanTotal ?? 0) - (waste?.meanAssigned ?? 0))
  })

  it('cannot be told where the log never says how large the pool is', () => {
    expect(held(said([0, say.del(sandbox('a'))], [9, say.del(sandbox('b'))]))).toBeUndefined()
  })

  it('are not counted in IPv6', () => {
    const log = said([0, say.started], [1, say.addEni('eni-1')], [2, say.added('eni-1', '2600:1f14:1:2::/80')], [9, say.del(sandbox('a'))])
    expect(held(log)).toBeUndefined()
  })
})

describe('the finding that a node held most addresses without pods', () => {
  const low: Row = [20, 'IP pool is too low: available (0) < ENI target (1) * addrsPerENI (49)', 'debug']
  const findingOf = (log: string) => traceText(log).nodes[0]?.findings.find(({ id }) => id === 'addresses-held-without-pods')

  it('says how many for how many pods, and why, and leaves the verdict ok', () => {
    const log = steady(manager(0, 0, 1, 0), pool(98, 1, 0, 49), low)
    const finding = findingOf(log)
    expect(finding?.severity).toBe('info')
    expect(finding?.summary).toContain('This node held 98 addresses for 1 pod at 20:00:30')
    expect(finding?.summary).toContain('WARM_ENI_TARGET=1')
    expect(finding?.evidence.length).toBeGreaterThan(0)
    expect(traceText(log).verdict.status).toBe('ok')
  })

  it.each<[string, string]>([
    ['a small pool, whatever its share', steady(manager(0, 0, 1, 0), pool(10, 0, 0, 5), low)],
    ['a quarter of the pool in use', steady(manager(0, 0, 1, 0), pool(98, 25, 0, 49), low)],
    ['a log of a minute', said([0, manager(0, 0, 1, 0)], low, [30, pool(98, 1, 0, 49), 'debug'], [90, say.del(sandbox('f'))])],
    [
      'a pool that was empty of pods for a short time only',
      said(
        [0, manager(0, 0, 1, 0)],
        low,
        [30, pool(98, 1, 0, 49), 'debug'],
        [600, pool(98, 60, 0, 49), 'debug'],
        [600 + HOUR, say.del(sandbox('f'))],
      ),
    ],
  ])('is not there for %s', (_, log) => {
    expect(findingOf(log)).toBeUndefined()
  })
})
