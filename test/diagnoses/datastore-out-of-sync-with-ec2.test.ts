import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const ENI = 'eni-0fdf0198857892769'

const start = `
  15:20:44.000 info logOutOfSyncState: DescribeNetworkInterfaces(${ENI}) yielded private IPv4 addresses [10.0.0.7, 10.0.0.8, 10.0.0.9] that were not yet found in IMDS.
  15:20:50.000 debug IP pool stats: Total IPs/Prefixes = 3/0, AssignedIPs/CooldownIPs: 3/0, c.maxIPsPerENI = 3`

const attempt = (time: string): string => `
  ${time}.100 debug Starting to increase pool size
  ${time}.110 debug Found ENI ${ENI} that has less than the maximum number of IP/Prefixes addresses allocated: cur=0, max=3
  ${time}.120 info Trying to allocate 3 IP addresses on ENI ${ENI}
  ${time}.400 debug AssignPrivateIpAddresses returned PrivateIpAddressLimitExceeded. This can happen if the data store is out of sync.Returning without an error here since we will verify the actual state by calling EC2 to see what addresses have already assigned to this ENI.`

const falseSuccess = (time: string): string => `
  ${time}.410 debug Successfully increased IP pool: Total IPs/Prefixes = 3/0, AssignedIPs/CooldownIPs: 3/0`

describe('addresses in EC2 that ipamd does not know', () => {
  const report = traceText(
    ipamdLines(
      `${start}${attempt('15:21:00')}${falseSuccess('15:21:00')}${addInVain('15:21:03.000', 'web-1', 'c1')}${attempt('15:21:05')}${falseSuccess('15:21:05')}${addInVain('15:21:15.000', 'web-1', 'c2')}`,
    ),
  )

  it('are why the pool does not grow although ipamd says that it does', () => {
    const cause = causeOf(report)
    expect(cause).toMatchObject({ id: 'datastore-out-of-sync-with-ec2', confidence: 'certain' })
    expect(cause.contributing).toEqual(['stale-imds', 'false-success-line', 'privateipaddresslimitexceeded-swallowed'])
    expect(cause.summary).toContain(`${ENI} has 3 addresses in EC2 that ipamd does not know`)
    expect(cited(cause)).toContain('PrivateIpAddressLimitExceeded')
  })
})

describe('quiet', () => {
  const healed = `
    15:21:00.600 info Added ENI(${ENI})'s IP/Prefix 10.0.0.7/32 to datastore
    15:21:00.600 info Added ENI(${ENI})'s IP/Prefix 10.0.0.8/32 to datastore
    15:21:00.610 debug Successfully increased IP pool: Total IPs/Prefixes = 5/0, AssignedIPs/CooldownIPs: 3/0`

  it.each([
    [
      'the refusal of a release that then reads what EC2 has',
      `${start}${addInVain('15:20:58.000', 'web-1', 'c1')}${attempt('15:21:00')}${healed}`,
    ],
    ['metadata that lags for a moment, as at most starts', `${start}${addInVain('15:21:03.000', 'web-1', 'c1')}`],
  ])('%s', (_, log) => {
    expect(causesOf(traceText(ipamdLines(log)))).not.toContain('datastore-out-of-sync-with-ec2')
  })
})
