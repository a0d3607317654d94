import { describe, expect, it } from 'vitest'
import { START, said, say, timelineOf } from '../support/timeline.ts'

const BEGIN = 'Starting to increase pool size'

describe('an attempt to grow', () => {
  it.each([
    ['Recently we had InsufficientCidr error hence will wait for 2m0s before retrying', 'waiting'],
    ['AWS CNI is terminating, will not try to attach any new IPs or ENIs right now', 'terminating'],
    ['AWS CNI is on a non schedulable node, will not try to attach any new IPs or ENIs right now', 'cordoned'],
    ['Skipping ENI allocation as the max ENI limit is already reached', 'eni-limit'],
    ["Skipping ENI allocation as the instance's max ENI limit of 3 is already reached", 'eni-limit'],
    ['Skipping increase Datastore pool, warm target reached', 'target-reached'],
    ['Allocated 9 private IP addresses', 'grew'],
    ['Successfully created and attached a new ENI eni-0a to instance', 'grew'],
    ['Failed to increase pool size due to not able to allocate ENI AllocENI: failed', 'failed'],
    ['Failed to allocate a private IP addresses on ENI eni-0a: boom', 'failed'],
  ])('ends as ipamd says: %s', (message, outcome) => {
    const { manager } = timelineOf(said([0, BEGIN], [0.5, message]))
    expect(manager.attempts).toMatchObject([{ at: START, outcome, outcomeAt: START + 500, outcomePlace: { line: 2 } }])
  })

  it('is unfinished while nothing was said', () => {
    expect(timelineOf(said([0, BEGIN])).manager.attempts).toMatchObject([{ outcome: 'unfinished' }])
  })

  it('that was refused after all has failed: the last word counts', () => {
    const { manager } = timelineOf(
      said([0, BEGIN], [1, 'Successfully created and attached a new ENI eni-0a to instance'], [2, 'Failed to increase pool size: boom']),
    )
    expect(manager.attempts.map(({ outcome }) => outcome)).toEqual(['failed'])
  })

  it('is not ended by what came before it', () => {
    const { manager } = timelineOf(said([0, 'Allocated 9 private IP addresses'], [1, BEGIN]))
    expect(manager.attempts.map(({ outcome }) => outcome)).toEqual(['unfinished'])
  })

  it('comes seldom, and v1.16.3 spins', () => {
    expect(timelineOf(said([0, BEGIN], [5, BEGIN])).manager.attemptsInOneSecond).toBe(1)
    const { manager } = timelineOf(said(...Array.from({ length: 40 }, (_, i): [number, string] => [i / 100, BEGIN])))
    expect(manager.attemptsInOneSecond).toBe(40)
    expect(manager.attempts).toHaveLength(40)
  })
})

describe('a stall of the pool manager', () => {
  it('is a silence between two of its lines', () => {
    const { manager } = timelineOf(
      said([0, say.stats(9, 9, 0)], [5, BEGIN], [10, say.add('c1')], [65, 'Failed to CreateNetworkInterface boom']),
    )
    expect(manager.stalls).toMatchObject([
      { from: START + 5_000, opening: { kind: 'increase-began' }, to: START + 65_000, ending: { line: 4 } },
    ])
  })

  it('is none while it comes by every five seconds, or another process began', () => {
    expect(timelineOf(said([0, say.stats(9, 9, 0)], [5, say.stats(9, 9, 0)], [10, say.stats(9, 9, 0)])).manager.stalls).toEqual([])
    expect(timelineOf(said([0, say.stats(9, 9, 0)], [60, say.started], [61, say.stats(0, 0, 0)])).manager.stalls).toEqual([])
  })

  it('may last until the log ends', () => {
    const { manager } = timelineOf(said([0, BEGIN], [60, say.add('c1')]))
    expect(manager.lastAt).toBe(START)
    expect(manager.openStall(START + 60_000)).toMatchObject({ from: START, opening: { kind: 'increase-began' }, to: null })
    expect(manager.openStall(START + 5_000)).toBeUndefined()
  })
})
