import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

/** v1.10.1: three addresses fit, `wanted` are awaited. */
const log = (asked: number, wanted: number): string => `
  21:30:10.000 debug Using MINIMUM_IP_TARGET 10
  21:30:14.000 debug IP pool stats: total = 3, used = 3, c.maxIPsPerENI = 3
  21:30:14.100 debug Starting to increase pool size
  21:30:19.000 info Successfully created and attached a new ENI eni-0a11 to instance
  21:30:19.000 info Trying to allocate ${asked} IP addresses on ENI eni-0a11
  21:30:19.400 info Allocated 3 private IP addresses
  21:30:19.500 debug Not able to find the right ENI yet (attempt 1/12)
  21:30:21.000 debug ENI ID: eni-0a11 IP Addr: [{\\n  Primary: true,\\n  PrivateIpAddress: "10.0.0.9"\\n}], IPv4Prefixes:- [], IPv6Prefixes:- []
  21:30:23.000 debug ENI ID: eni-0a11 IP Addr: [{\\n  Primary: true,\\n  PrivateIpAddress: "10.0.0.9"\\n}], IPv4Prefixes:- [], IPv6Prefixes:- []
  ${addInVain('21:31:02.000', 'web-1', 'c1')}
  ${addInVain('21:31:14.000', 'web-1', 'c2')}
  21:33:20.000 warn This ENI only has 4 IP addresses, we wanted ${wanted}
  21:33:20.100 debug DataStore Add an ENI eni-0a11
  21:33:20.200 info Added ENI(eni-0a11)'s IP 10.0.0.10/32 to datastore`

describe('a wait for more addresses than an interface holds', () => {
  it('is why the pool was short for minutes, and the metadata was not slow', () => {
    const cause = causeOf(traceText(ipamdLines(log(3, 7))))
    expect(cause).toMatchObject({
      id: 'imds-wait-wants-more-ips-than-eni-holds',
      confidence: 'certain',
      contributing: ['minimum-ip-target-above-eni-size'],
    })
    expect(cause.summary).toContain('eni-0a11 was attached at 21:30:19 with 3 addresses and became usable only at 21:33:20')
    expect(cause.summary).toContain('ipamd waited for 7 (MINIMUM_IP_TARGET=10)')
    expect(cited(cause)).toContain('This ENI only has 4 IP addresses, we wanted 7')
  })

  it('is not the cause where that many fit, and the metadata lags', () => {
    expect(causesOf(traceText(ipamdLines(log(9, 9))))).not.toContain('imds-wait-wants-more-ips-than-eni-holds')
  })

  it('is not the cause of failures after it', () => {
    const report = traceText(ipamdLines(`${log(3, 7).replaceAll(/21:31:/g, '21:39:')}`))
    expect(causesOf(report)).not.toContain('imds-wait-wants-more-ips-than-eni-holds')
  })
})
