import { describe, expect, it } from 'vitest'
import { add, addInVain, causeOf, causesOf, cited, findingOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const attached = `
  08:00:05.000 debug Starting to increase pool size
  08:00:07.213 info Successfully created and attached a new ENI eni-072f3054e3c4a1b04 to instance`

const V1 = 'EC2MetadataError: failed to make EC2Metadata request\\n\\tstatus code: 500, request id: '
const TIMEOUT =
  'RequestError: send request failed\\ncaused by: Get http://169.254.169.254/latest/meta-data/network/interfaces/macs/: net/http: request canceled (Client.Timeout exceeded while awaiting headers)'
const V2 =
  'operation error ec2imds: GetMetadata, exceeded maximum number of attempts, 3, http response error StatusCode: 500, request to EC2 IMDS failed'
const NOT_FOUND = 'EC2MetadataError: failed to make EC2Metadata request\\n\\n\\tstatus code: 404, request id: '

const failing = (error: string): string => `
  08:00:10.000 warn Failed to increase pool, error trying to discover attached ENIs on attempt 1/12: ${error} 
  08:00:25.000 warn Failed to increase pool, error trying to discover attached ENIs on attempt 2/12: ${error} `

const failures = `${addInVain('08:00:40.000', 'web-1', 'c1')}${addInVain('08:00:52.000', 'web-2', 'c2')}`

describe('a metadata service that fails', () => {
  it.each([
    ['the words of SDK v1', V1],
    ['a time-out', TIMEOUT],
    ['the words of SDK v2', V2],
  ])('keeps a new interface out of the pool: %s', (_, error) => {
    const report = traceText(ipamdLines(`${attached}${failing(error)}${failures}`))
    const cause = causeOf(report)
    expect(cause).toMatchObject({ id: 'imds-unreachable', confidence: 'certain', contributing: ['attached-enis-not-registered'] })
    expect(cause.summary).toContain('attached eni-072f3054e3c4a1b04 at 08:00:07')
    expect(cited(cause)).toContain('error trying to discover attached ENIs on attempt 1/12')
    expect(report.nodes[0]?.incidents[0]?.apiErrors).toEqual([])
  })

  it('ends a request that has its address without a reply', () => {
    const report = traceText(
      ipamdLines(
        `${add(
          '08:00:10.000',
          'web-1',
          'c1',
          `08:00:10.000 info AssignPodIPv4Address: Assign IP 10.0.0.5 to sandbox aws-cni/c1/eth0
         08:00:40.000 warn failed to retrieve network/interfaces/macs/02:0f:5b:d1:4d:cc/vpc-ipv4-cidr-blocks from instance metadata ${V1}
         08:00:41.000 info Received DelNetwork for Sandbox c1`,
        )}`,
      ),
    )
    const finding = findingOf(report, 'imds-unreachable')
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain' })
    expect(finding?.summary).toContain('shop/web-1')
    expect(report.verdict.status).toBe('fail')
  })

  it('ends ipamd at its start', () => {
    const report = traceText(
      ipamdLines(`
        08:00:00.000 info Starting L-IPAMD   ...
        08:00:30.000 warn failed to retrieve placement/availability-zone from instance metadata ${V2}
        08:00:30.000 error Initialization failure: ipamd: can not initialize with AWS SDK interface: ${V2}`),
    )
    const finding = findingOf(report, 'imds-unreachable')
    expect(finding).toMatchObject({ severity: 'fail', contributing: ['ipamd-crash-loop'] })
    expect(finding?.summary).toContain('requests never reached ipamd')
  })
})

describe('quiet', () => {
  it.each([
    [
      '404: nothing is there, and the service says so',
      `08:00:10.000 warn failed to retrieve network/interfaces/macs/02:0f:5b:d1:4d:cc/ipv6s from instance metadata ${NOT_FOUND}`,
    ],
    [
      'a refresh in the background that fails, while the subnet is empty',
      `08:00:10.000 warn skipping periodic update to VPC CIDRs due to error: ${V1}${failures}`,
    ],
    [
      'a request without a reply because ipamd ended',
      `${add('08:00:10.000', 'web-1', 'c1', '08:00:10.000 info AssignPodIPv4Address: Assign IP 10.0.0.5 to sandbox aws-cni/c1/eth0\n08:00:11.000 info Starting L-IPAMD   ...')}`,
    ],
  ])('%s', (_, log) => {
    const report = traceText(ipamdLines(log))
    expect(causesOf(report)).not.toContain('imds-unreachable')
    expect(findingOf(report, 'imds-unreachable')).toBeUndefined()
  })
})
