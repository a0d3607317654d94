import { describe, expect, it } from 'vitest'
import { createRandom } from '../support/random.ts'
import { answerOf, LOGS, refusalOf, toldOf } from './logs.ts'

const failures = async (...asked: Parameters<typeof answerOf>): Promise<number> =>
  (await answerOf(...asked)).asked?.figures.failures.median ?? Number.NaN

describe('a replay under the settings in force', () => {
  it.each(LOGS)('is the pool that the log shows: %s', async log => {
    const { proof } = await answerOf(log)
    expect(proof.within).toBeGreaterThanOrEqual(0.95)
    expect(proof.equal).toBeGreaterThanOrEqual(0.6)
  })

  it.each(LOGS)('has failures when the log has, and at no other time: %s', async log => {
    const { stretches, failures } = (await answerOf(log)).proof
    expect(stretches.found).toBe(stretches.real)
    expect(stretches.alone).toBe(0)
    expect(Math.abs(failures.replayed.median - failures.real)).toBeLessThanOrEqual(Math.max(2, failures.real * 0.05))
  })

  it.each([
    ['burst', 97],
    ['burst-v1.7.10', 45],
    ['cooldown', 57],
    ['eni-limit', 44],
    ['prefixes', 0],
    ['restart', 0],
    ['failed-start', 0],
  ] as const)('of %s has its %i failures in every run', async (log, real) => {
    const { failures } = (await answerOf(log)).proof
    expect(failures).toEqual({ real, replayed: { median: real, least: real, most: real } })
  })

  it('is what is answered for the same settings', async () => {
    const { now, asked } = await answerOf('burst', { settings: { warmIpTarget: 1, warmEniTarget: 1 } })
    expect(asked?.figures).toEqual(now)
  })

  it('is the same each time', async () => {
    const question = { settings: { warmIpTarget: 3 }, recommend: true }
    expect(await answerOf('minimum', question)).toEqual(await answerOf('minimum', question))
  })
})

describe('other settings', () => {
  it('fail fewer requests of a burst, the more they keep in reserve', async () => {
    const by = await Promise.all([1, 3, 6, 12].map(warmIpTarget => failures('burst', { settings: { warmIpTarget } })))
    expect(by).toEqual([...by].sort((a, b) => b - a))
    expect(new Set(by).size).toBe(by.length)
  })

  it('hold more addresses, the more they keep in reserve', async () => {
    const { now, asked } = await answerOf('minimum', { settings: { warmIpTarget: 15 } })
    expect(asked?.figures.addresses.mean.median).toBeGreaterThan(now.addresses.mean.median)
  })

  it('fail fewer requests where all that is free rests, the shorter the cooldown', async () => {
    const by = await Promise.all([60_000, 30_000, 10_000, 0].map(cooldownMs => failures('cooldown', { settings: { cooldownMs } })))
    expect(by).toEqual([...by].sort((a, b) => b - a))
    expect(by[1]).toBe(57)
    expect(by[2]).toBeLessThan(57)
  })

  it('do not help where the instance type is full, and another type does', async () => {
    expect(await failures('eni-limit', { settings: { warmEniTarget: 3 } })).toBe(44)
    expect(await failures('eni-limit', { instanceType: 'm5.large' })).toBe(0)
  })

  it('fail requests where nothing is kept in reserve', async () => {
    const { now, asked } = await answerOf('prefixes', { settings: { prefixDelegation: false, warmEniTarget: 0 } })
    expect(now.failures.median).toBe(0)
    expect(asked?.figures.failures.median).toBeGreaterThan(0)
  })

  it('of prefixes grow by sixteen addresses at a time', async () => {
    const { asked } = await answerOf('burst', { settings: { prefixDelegation: true, warmIpTarget: 0, warmPrefixTarget: 2 } })
    const { peak } = asked?.figures.addresses ?? {}
    expect(peak?.median).toBe(32)
    expect(asked?.figures.interfaces.peak.median).toBe(1)
  })

  it('that ipamd does not look at are said to do nothing', async () => {
    const { caveats, now, asked } = await answerOf('burst', { settings: { warmEniTarget: 2 } })
    expect(asked?.figures).toEqual(now)
    expect(caveats).toContain(
      'WARM_ENI_TARGET does nothing where WARM_IP_TARGET or MINIMUM_IP_TARGET is set: --warm-ip-target 0 --minimum-ip-target 0 unsets them.',
    )
    expect((await answerOf('burst', { settings: { warmPrefixTarget: 3 } })).caveats).toContain(
      'WARM_PREFIX_TARGET does nothing without prefix delegation: --prefix-delegation turns it on.',
    )
  })
})

describe('a recommendation', () => {
  it('fails no request, and holds fewer addresses than others that fail none', async () => {
    const { recommended } = await answerOf('burst', { recommend: true })
    expect(recommended?.figures.failures.most).toBe(0)
    const other = await answerOf('burst', { settings: { prefixDelegation: true, warmIpTarget: 0, warmPrefixTarget: 3 } })
    expect(other.asked?.figures.failures.most).toBe(0)
    expect(recommended?.figures.addresses.mean.median).toBeLessThan(other.asked?.figures.addresses.mean.median as number)
  })

  it('names the change with what is new alone', async () => {
    const { recommended } = await answerOf('prefixes', { recommend: true })
    expect(recommended?.settings.prefixDelegation).toBe(true)
    expect(recommended?.command).toMatch(/^kubectl set env daemonset aws-node -n kube-system [A-Z_]+(?:=\d+|-)(?: [A-Z_]+(?:=\d+|-))*$/)
    expect(recommended?.command).not.toContain('ENABLE_PREFIX_DELEGATION')
  })

  it('knows that it knows one demand', async () => {
    expect((await answerOf('burst', { recommend: true })).caveats).toContain(
      'A recommendation knows the demand of this log alone: 20 pods at once at most. More pods, or more of them at a time, need more in reserve.',
    )
  })

  it('does not offer prefixes to a release without them', async () => {
    expect((await answerOf('burst-v1.7.10', { recommend: true })).recommended?.settings.prefixDelegation).toBe(false)
  })

  it('keeps what was asked and searches the rest', async () => {
    const { recommended } = await answerOf('cooldown', { settings: { cooldownMs: 10_000 }, recommend: true })
    expect(recommended?.settings.cooldownMs).toBe(10_000)
    expect(recommended?.command).toContain('IP_COOLDOWN_PERIOD=10')
  })
})

describe('a log that begins while ipamd runs', () => {
  const late = (text: string): string => {
    const lines = text.split('\n')
    return lines.slice(Math.floor(lines.length * 0.3)).join('\n')
  }

  it('is answered where a line names the target, and says what is guessed', async () => {
    const node = await toldOf('prefixes', { settings: { warmPrefixTarget: 2 }, instanceType: 'm5.large' }, late)
    if ('refused' in node) throw new Error(node.refused)
    expect(node.inForce).toMatchObject({ prefixDelegation: true, warmPrefixTarget: 1 })
    expect(node.proof.equal).toBeGreaterThan(0.75)
    expect(node.caveats.some(caveat => caveat.startsWith('The log begins while ipamd runs'))).toBe(true)
  })

  it('needs to be told the instance type', async () => {
    expect((await refusalOf('prefixes', {}, late)).refused).toBe('the log does not name the instance type: --instance-type says it')
  })

  it('does not answer for a switch of prefix delegation, which running pods would hinder', async () => {
    const { refused } = await refusalOf('prefixes', { settings: { prefixDelegation: false }, instanceType: 'm5.large' }, late)
    expect(refused).toMatch(/^pods run when the log begins/)
  })
})

describe('a log that lacks lines', () => {
  it.each(LOGS)('is answered only where the replay still comes to its pool: %s', async log => {
    const { below } = createRandom(7)
    const node = await toldOf(log, { settings: { warmIpTarget: 4 }, instanceType: 'm5.large' }, text =>
      text
        .split('\n')
        .filter(() => below(10) > 0)
        .join('\n'),
    )
    if ('refused' in node) expect(node.refused).not.toBe('')
    else expect(node.proof.within).toBeGreaterThanOrEqual(0.9)
  })
})

describe('a question is refused', () => {
  it.each([
    ['burst-v1.7.10', { settings: { cooldownMs: 10_000 } }, 'v1.7.10 has no IP_COOLDOWN_PERIOD: it came with v1.15.0'],
    ['minimum', { settings: { cooldownMs: 10_000 } }, 'v1.12.6 has no IP_COOLDOWN_PERIOD: it came with v1.15.0'],
    ['burst-v1.7.10', { settings: { prefixDelegation: true } }, 'v1.7.10 has no prefix delegation: it came with v1.9.0'],
    ['burst', { instanceType: 'q9.huge' }, 'the limits of q9.huge are not known here'],
    ['burst', { instanceType: '__proto__' }, 'the limits of __proto__ are not known here'],
    ['prefixes', { instanceType: 'm4.xlarge' }, 'm4.xlarge is not a Nitro type: it has no prefix delegation'],
  ] as const)('that %s cannot answer: %j', async (log, question, reason) => {
    expect((await refusalOf(log, question)).refused).toBe(reason)
  })

  it('where the replay does not come to the pool of the log', async () => {
    // the node's line says 30 spare addresses, and its pool does not look like it
    const { refused, proof } = await refusalOf('burst', {}, text =>
      text.replaceAll('Using WARM_IP_TARGET 1', 'Using WARM_IP_TARGET 30').replaceAll('warm IP target: 1,', 'warm IP target: 30,'),
    )
    expect(refused).toMatch(
      /^replayed with the settings in force, the pool is within 9 addresses of the log for \d+\.\d % of the time only/,
    )
    expect(proof?.within).toBeLessThan(0.9)
  })

  it('where requests failed that had an address in reserve', async () => {
    // the cooldown said to be in force is a second: then nothing would have failed
    const { refused, proof } = await refusalOf('cooldown', {}, text =>
      text.replaceAll('cooldown IPs: 1', 'cooldown IPs: 0').replaceAll(/cooldown IPs: \d/g, 'cooldown IPs: 0'),
    )
    expect(refused).toMatch(/something else than the pool's size made them fail$/)
    expect(proof?.failures.real).toBe(57)
  })

  it('where the log has no debug lines', async () => {
    const { refused } = await refusalOf('burst', {}, text =>
      text
        .split('\n')
        .filter(line => !line.includes('"level":"debug"'))
        .join('\n'),
    )
    expect(refused).toMatch(/no debug lines|release/)
  })

  it('where a log that begins late does not tell its targets', async () => {
    const { refused } = await refusalOf('minimum', { instanceType: 'm5.large' }, text => {
      const lines = text.split('\n')
      return lines.slice(lines.length >> 1).join('\n')
    })
    expect(refused).toBe("the log does not tell which targets are in force: it needs ipamd's start, or a line that the pool is too low")
  })

  it('where its instants span more than a month', async () => {
    const { refused } = await refusalOf('burst', {}, text =>
      text
        .split('\n')
        .map(line => (line.includes('Starting L-IPAMD') ? line.replace('2026-', '1999-') : line))
        .join('\n'),
    )
    expect(refused).toBe('the log spans more than a month: name fewer of its files')
  })

  it('of a release whose loop has no pause', async () => {
    const { refused } = await refusalOf('burst-v1.7.10', {}, text => text.replaceAll('v1.7.10', 'v1.16.3'))
    expect(refused).toBe('v1.16.3 loops without a pause while its pool is too low, and that is not replayed')
  })

  it('where the node is IPv6', async () => {
    const { refused } = await refusalOf('prefixes', {}, text =>
      text.replaceAll(/IP\/Prefix 10\.[0-9.]+\/28 to/g, 'IP/Prefix 2600:1f13::/80 to'),
    )
    expect(refused).toBe('the node is IPv6: one prefix serves all pods, and no setting sizes it')
  })

  it('where a setting changes at a restart', async () => {
    const { refused } = await refusalOf(
      'eni-limit',
      {},
      text => text + text.replaceAll('Using WARM_ENI_TARGET 1', 'Using WARM_ENI_TARGET 2'),
    )
    expect(refused).toBe('WARM_ENI_TARGET changes within the log (1, then 2): no one setting is in force')
  })
})
