import { describe, expect, it } from 'vitest'
import type { Settings } from '../../src/model/what-if.ts'
import { limitsOf } from '../../src/what-if/instance-types.ts'
import {
  armsWait,
  hasRoomForEni,
  isRequired,
  isTooLow,
  mayRemoveEni,
  type Node,
  needed,
  overTarget,
  releaseOf,
  type Sums,
  startsWith,
  targetState,
} from '../../src/what-if/rules.ts'

const settings = (over: Partial<Settings> = {}): Settings => ({
  warmEniTarget: 1,
  warmIpTarget: 0,
  minimumIpTarget: 0,
  warmPrefixTarget: 0,
  prefixDelegation: false,
  cooldownMs: 30_000,
  maxEni: null,
  ...over,
})
/** An m5.large. */
const node = (release = 'v1.18.3', over: Partial<Node> = {}): Node => ({
  release: releaseOf(release) as number,
  enis: 3,
  addressesPerEni: 9,
  unmanagedEnis: 0,
  maxPods: 29,
  customNetworking: false,
  subnetDiscovery: true,
  ...over,
})
const pool = (total: number, assigned: number): Sums => ({ total, assigned, prefixes: 0, freePrefixes: 0 })
const prefixes = (count: number, free: number, assigned: number): Sums => ({
  total: count * 16,
  assigned,
  prefixes: count,
  freePrefixes: free,
})

describe('the pool is too low', () => {
  it('with the first pod of an interface, for WARM_ENI_TARGET=1', () => {
    expect(isTooLow(settings(), node(), pool(9, 0))).toBe(false)
    expect(isTooLow(settings(), node(), pool(9, 1))).toBe(true)
    expect(isTooLow(settings(), node(), pool(18, 9))).toBe(false)
    expect(isTooLow(settings(), node(), pool(18, 10))).toBe(true)
  })

  it('when nothing is free, for WARM_ENI_TARGET=0; before v1.6.0 never', () => {
    const none = settings({ warmEniTarget: 0 })
    expect(isTooLow(none, node(), pool(9, 8))).toBe(false)
    expect(isTooLow(none, node(), pool(9, 9))).toBe(true)
    expect(isTooLow(none, node('v1.5.7'), pool(9, 9))).toBe(false)
  })

  it('never once it holds as many as the node may have pods, since v1.16.3', () => {
    expect(isTooLow(settings(), node('v1.16.3', { maxPods: 17 }), pool(18, 18))).toBe(false)
    expect(isTooLow(settings(), node('v1.16.2', { maxPods: 17 }), pool(18, 18))).toBe(true)
  })

  it('by addresses, not by prefixes, for WARM_PREFIX_TARGET', () => {
    const one = settings({ prefixDelegation: true, warmPrefixTarget: 1 })
    const roomy = node('v1.18.3', { maxPods: 234 })
    expect(isTooLow(one, roomy, prefixes(9, 0, 128))).toBe(false)
    expect(isTooLow(one, roomy, prefixes(9, 0, 129))).toBe(true)
  })

  it('beyond MINIMUM_IP_TARGET never, where it stands alone', () => {
    const ten = settings({ minimumIpTarget: 10 })
    expect(isTooLow(ten, node(), pool(9, 0))).toBe(true)
    expect(isTooLow(ten, node(), pool(10, 10))).toBe(false)
  })
})

describe('short and over', () => {
  it.each([
    [{ warmIpTarget: 5 }, pool(9, 2), { short: 0, over: 2 }],
    [{ warmIpTarget: 5 }, pool(9, 6), { short: 2, over: 0 }],
    [{ warmIpTarget: 5, minimumIpTarget: 10 }, pool(0, 0), { short: 10, over: 0 }],
    [{ warmIpTarget: 5, minimumIpTarget: 10 }, pool(12, 0), { short: 0, over: 2 }],
    [{ warmIpTarget: 5, prefixDelegation: true }, prefixes(3, 2, 4), { short: 0, over: 2 }],
    [{ warmIpTarget: 20, prefixDelegation: true }, prefixes(1, 0, 4), { short: 1, over: 0 }],
  ])('under %j with %j are %j', (targets, sums, expected) => {
    expect(targetState(settings(targets), sums)).toEqual(expected)
  })

  it('give no single address back under WARM_ENI_TARGET', () => {
    expect(overTarget(settings(), pool(27, 0))).toBe(0)
  })

  it('count prefixes without a pod under WARM_PREFIX_TARGET', () => {
    expect(overTarget(settings({ prefixDelegation: true, warmPrefixTarget: 1 }), prefixes(3, 2, 3))).toBe(1)
  })
})

describe('an increase asks for', () => {
  it('a whole interface under WARM_ENI_TARGET, and for what is short under WARM_IP_TARGET', () => {
    expect(needed(settings(), node(), pool(9, 1), 'existing')).toBe(9)
    expect(needed(settings({ warmIpTarget: 5 }), node(), pool(9, 6), 'existing')).toBe(2)
  })

  it('a whole interface up to v1.7, whatever the target', () => {
    expect(needed(settings({ warmIpTarget: 5 }), node('v1.7.10'), pool(9, 6), 'existing')).toBe(9)
    expect(needed(settings({ warmIpTarget: 5 }), node('v1.7.10'), pool(9, 6), 'new')).toBe(2)
  })

  it('no prefix for a prefix target of 0 before v1.16.3', () => {
    const none = settings({ prefixDelegation: true })
    expect(needed(none, node('v1.16.2'), prefixes(1, 0, 16), 'existing')).toBe(0)
    expect(needed(none, node('v1.16.3'), prefixes(1, 0, 16), 'existing')).toBe(1)
  })

  it('something at the start too, by release', () => {
    expect(['v1.5.7', 'v1.7.10', 'v1.12.6', 'v1.13.0'].map(release => startsWith(node(release)))).toEqual([
      'nothing',
      'existing',
      'existing',
      'increase',
    ])
  })

  it('a new interface only where there is room for one', () => {
    expect(hasRoomForEni(settings(), node(), 2)).toBe(true)
    expect(hasRoomForEni(settings(), node(), 3)).toBe(false)
    expect(hasRoomForEni(settings({ maxEni: 2 }), node(), 2)).toBe(false)
    expect(hasRoomForEni(settings({ maxEni: 9 }), node(), 3)).toBe(false)
    expect(hasRoomForEni(settings(), node('v1.18.3', { unmanagedEnis: 1 }), 2)).toBe(false)
  })
})

describe('the wait of two minutes', () => {
  it.each([
    ['v1.9.0', false, false],
    ['v1.9.1', false, false],
    ['v1.10.2', true, false],
    ['v1.15.4', true, true],
    ['v1.18.2', true, true],
    ['v1.18.3', false, true],
  ])('is armed in %s by addresses: %s, by a new interface: %s', (release, assign, create) => {
    expect([armsWait(settings(), node(release), 'assign'), armsWait(settings(), node(release), 'create')]).toEqual([assign, create])
  })

  it('knows prefixes alone from v1.9.1 to v1.10.1', () => {
    expect(armsWait(settings({ prefixDelegation: true }), node('v1.10.1'), 'assign')).toBe(true)
    expect(armsWait(settings({ prefixDelegation: true }), node('v1.9.0'), 'assign')).toBe(false)
  })

  it('is not armed by subnets that are discovered, unless that is off', () => {
    expect(armsWait(settings(), node('v1.21.2', { subnetDiscovery: false }), 'assign')).toBe(true)
  })
})

describe('an interface', () => {
  it('may go when one more than the target is free', () => {
    expect(mayRemoveEni(settings(), node(), pool(27, 9), () => false)).toBe(true)
    expect(mayRemoveEni(settings(), node(), pool(27, 10), () => false)).toBe(false)
  })

  it('is kept where the others do not have what the targets ask', () => {
    expect(isRequired(settings({ warmIpTarget: 5 }), pool(9, 5))).toBe(true)
    expect(isRequired(settings({ warmIpTarget: 5 }), pool(9, 4))).toBe(false)
    expect(isRequired(settings({ warmIpTarget: 1, minimumIpTarget: 10 }), pool(9, 0))).toBe(true)
    expect(isRequired(settings({ warmIpTarget: 5, prefixDelegation: true }), prefixes(1, 1, 0))).toBe(false)
  })
})

describe('the limits of an instance type', () => {
  it.each([
    ['m5.large', 3, 9],
    ['t3.small', 3, 3],
    ['t3a.small', 2, 3],
    ['m6a.32xlarge', 15, 49],
    ['m5.4xlarge', 8, 29],
    ['c5.18xlarge', 15, 49],
    ['m4.16xlarge', 8, 29],
    ['m7g.medium', 2, 3],
  ])('%s: %i interfaces, %i addresses on each', (type, enis, addressesPerEni) => {
    expect(limitsOf(type)).toMatchObject({ enis, addressesPerEni })
  })

  it.each(['m5.medium', 'm5.18xlarge', 'm5', '', 'toString', 'x.constructor', 'm5.constructor'])('of %j are not made up', type => {
    expect(limitsOf(type)).toBeUndefined()
  })
})
