import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, findingOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const v1 = (error: string): string => `${error}\\n\\tstatus code: 400, request id: 69d105fe-8f6c-41b3-8b14-2dbb65946799`
const v2 = (error: string): string =>
  `operation error EC2: CreateNetworkInterface, https response error StatusCode: 400, RequestID: 69d105fe-8f6c-41b3-8b14-2dbb65946799, api error ${error}`

const NO_SUBNET = "InvalidSubnetID.NotFound: The subnet ID 'subnet-0dead' does not exist"
const NO_GROUP = "InvalidSecurityGroupID.NotFound: The securityGroup ID 'sg-0dead' does not exist"

const attempt = (time: string, error: string, groups = '[sg-0dead]', subnet = 'subnet-0dead'): string => `
  ${time}.000 debug IP pool stats: Total IPs/Prefixes = 0/0, AssignedIPs/CooldownIPs: 0/0, c.maxIPsPerENI = 9
  ${time}.001 debug Starting to increase pool size
  ${time}.002 info Found ENI Config Name: us-west-2a
  ${time}.003 info ipamd: using custom network config: ${groups}, ${subnet}
  ${time}.004 info Creating ENI with security groups: ${groups} in subnet: ${subnet}
  ${time}.500 error Failed to CreateNetworkInterface ${error}
  ${time}.501 error Failed to increase pool size due to not able to allocate ENI AllocENI: failed to create ENI: failed to create network interface: ${error}`

describe('an ENIConfig that EC2 does not take', () => {
  it.each([
    ['a subnet that does not exist, SDK v1', v1(NO_SUBNET), 'subnet subnet-0dead'],
    ['a subnet that does not exist, SDK v2', v2(NO_SUBNET), 'subnet subnet-0dead'],
    ['a security group that does not exist', v1(NO_GROUP), 'security group sg-0dead'],
    [
      'a subnet of another VPC',
      v2('InvalidParameter: Security group sg-0dead and subnet subnet-0dead belong to different networks.'),
      'subnet subnet-0dead',
    ],
  ])('%s', (_, error, what) => {
    const cause = causeOf(traceText(ipamdLines(`${attempt('01:20:20', error)}${addInVain('01:20:25.000', 'web-1', 'c1')}`)))
    expect(cause).toMatchObject({ id: 'eniconfig-invalid', confidence: 'certain', contributing: ['custom-networking'] })
    expect(cause.summary).toContain(`${what} of the ENIConfig "us-west-2a"`)
    expect(cited(cause)).toContain('Failed to CreateNetworkInterface')
  })

  it('ends ipamd at its start from v1.13 on, so that no request is in the log', () => {
    const crash = (time: string): string => `
      ${time}.000 info Starting L-IPAMD   ...
      ${attempt(time, v2(NO_SUBNET))}
      ${time}.900 error Initialization failure: Failed to attach any ENIs for custom networking`
    const report = traceText(ipamdLines(`${crash('01:19:30')}${crash('01:20:51')}`))
    const finding = findingOf(report, 'eniconfig-invalid')
    expect(finding).toMatchObject({ severity: 'fail', contributing: ['custom-networking', 'ipamd-crash-loop'] })
    expect(finding?.summary).toContain('2 starts in this log')
    expect(report.verdict.status).toBe('fail')
    expect(findingOf(report, 'eniconfig-missing')).toBeUndefined()
  })
})

describe('quiet', () => {
  it.each([
    [
      'a subnet that is full',
      v1('InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.'),
      '[sg-0a]',
    ],
    ["a group of the node's own, where the ENIConfig names none", v1(NO_GROUP), '[]'],
  ])('%s', (_, error, groups) => {
    const report = traceText(ipamdLines(`${attempt('01:20:20', error, groups)}${addInVain('01:20:25.000', 'web-1', 'c1')}`))
    expect(causesOf(report)).not.toContain('eniconfig-invalid')
  })
})
