import { describe, expect, it } from 'vitest'
import { add, causeOf, causesOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const stats = (card: number, total: number, assigned: number): string =>
  `\n20:00:00.000 debug IP pool stats for network card ${card}: Total IPs/Prefixes = ${total}/0, AssignedIPs/CooldownIPs: ${assigned}/0, c.maxIPsPerENI = 5`

const refusedOn = (card: number): string =>
  add(
    '20:00:03.000',
    'train-1',
    'c1',
    `20:00:03.001 error DataStore has no available IP/Prefix addresses
     20:00:03.001 error Failed to assign IPs from network card ${card}: AssignPodIPv4Address: no available IP/Prefix addresses
     20:00:03.002 info Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: AssignPodIPv4Address: no available IP/Prefix addresses`,
  )

describe('a further network card without an address', () => {
  it('is named with the pools of all cards', () => {
    const cause = causeOf(traceText(ipamdLines(`${stats(0, 5, 2)}${stats(1, 1, 1)}${refusedOn(1)}`)))
    expect(cause).toMatchObject({ id: 'second-network-card-pool-empty', confidence: 'certain' })
    expect(cause.summary).toContain('network card 1, whose pool had none (card 0: 2 of 5, card 1: 1 of 1)')
  })

  it('is not seen where card 0 is the empty one', () => {
    expect(causesOf(traceText(ipamdLines(`${stats(0, 5, 5)}${stats(1, 1, 0)}${refusedOn(0)}`)))).not.toContain(
      'second-network-card-pool-empty',
    )
  })
})
