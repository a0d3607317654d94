import { describe, expect, it } from 'vitest'
import { START, said, timelineOf } from '../support/timeline.ts'

const v1 = (code: string, status = 400, id = 'aaaa') => `${code}: no.\n\tstatus code: ${status}, request id: ${id}`
const v2 = (api: string, code: string, id = 'aaaa') =>
  `operation error EC2: ${api}, https response error StatusCode: 400, RequestID: ${id}, api error ${code}: no.`

describe('a refusal of EC2', () => {
  it('is one, in however many lines ipamd prints it', () => {
    const { refusals } = timelineOf(
      said(
        [0, 'Creating ENI with security groups: [sg-0a] in subnet: subnet-0a'],
        [0.1, `Failed to CreateNetworkInterface ${v1('InsufficientFreeAddressesInSubnet')}`],
        [
          0.2,
          `Failed to increase pool size due to not able to allocate ENI AllocENI: failed to create ENI: ${v1('InsufficientFreeAddressesInSubnet')}`,
        ],
      ),
    )
    expect(refusals.all).toEqual([
      {
        at: START + 100,
        place: { input: 0, line: 2 },
        repeats: [{ input: 0, line: 3 }],
        kind: 'eni-create-failed',
        api: 'CreateNetworkInterface',
        code: 'InsufficientFreeAddressesInSubnet',
        status: 400,
        requestId: 'aaaa',
        text: v1('InsufficientFreeAddressesInSubnet'),
        eni: null,
        subnetId: 'subnet-0a',
      },
    ])
    expect([...refusals.codes]).toEqual([['InsufficientFreeAddressesInSubnet', 1]])
  })

  it('is another with another request id, or later', () => {
    const line = (id: string) => `Failed to CreateNetworkInterface ${v2('CreateNetworkInterface', 'NetworkInterfaceLimitExceeded', id)}`
    expect(timelineOf(said([0, line('aaaa')], [0.5, line('bbbb')])).refusals.count).toBe(2)
    expect(timelineOf(said([0, line('aaaa')], [10, line('aaaa')])).refusals.count).toBe(2)
  })

  it('names the call: by SDK v2 itself, else by what ipamd was doing', () => {
    const { refusals } = timelineOf(
      said(
        [0, `Failed to allocate a private IP/Prefix addresses on ENI eni-0a: ${v2('AssignPrivateIpAddresses', 'InsufficientCidrBlocks')}`],
        [10, `Failed to attach ENI eni-0a: ${v1('AttachmentLimitExceeded')}`],
        [20, `Failed to call ec2:DescribeSubnets: ${v1('UnauthorizedOperation', 403)}`],
      ),
    )
    expect(refusals.all.map(({ api, eni }) => [api, eni])).toEqual([
      ['AssignPrivateIpAddresses', 'eni-0a'],
      ['AttachNetworkInterface', 'eni-0a'],
      ['DescribeSubnets', null],
    ])
  })

  it('names the subnet that the line appends (v1.18.0 and later)', () => {
    const { refusals } = timelineOf(
      said([0, `Failed to CreateNetworkInterface ${v2('CreateNetworkInterface', 'InsufficientCidrBlocks')} for subnet subnet-0b`]),
    )
    expect(refusals.all).toMatchObject([{ subnetId: 'subnet-0b', code: 'InsufficientCidrBlocks' }])
  })

  it('may be no answer at all', () => {
    const { refusals } = timelineOf(
      said([
        0,
        'Failed to CreateNetworkInterface operation error EC2: CreateNetworkInterface, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed',
      ]),
    )
    expect(refusals.all).toMatchObject([{ code: null, status: 0, requestId: null }])
  })
})

describe('what is no refusal of EC2', () => {
  it.each([
    'Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: AssignPodIPv4Address: no available IP/Prefix addresses',
    'Failed to get node, Get "https://172.20.0.1:443": dial tcp 172.20.0.1:443: i/o timeout',
    'Failed to retrieve region data from instance metadata EC2MetadataError: failed to make EC2Metadata request\n\tstatus code: 500, request id: ',
    'IP pool reconcile: Failed to get attached ENI info: DescribeAllENIs: failed to get local ENI metadata: EC2MetadataError: failed\n\tstatus code: 404, request id: ',
  ])('is not taken for one: %s', message => {
    expect(timelineOf(said([0, message])).refusals.count).toBe(0)
  })
})

describe('many refusals', () => {
  it('are counted all, and the first and the last ones kept', () => {
    const lines = Array.from({ length: 9_000 }, (_, i): [number, string] => [
      i * 10,
      `Failed to CreateNetworkInterface ${v1('RequestLimitExceeded', 503, `id${i}`)}`,
    ])
    const { refusals } = timelineOf(said(...lines))
    expect(refusals.count).toBe(9_000)
    expect(refusals.all.length).toBeLessThanOrEqual(6_000)
    expect(refusals.all[0]?.requestId).toBe('id0')
    expect(refusals.all.at(-1)?.requestId).toBe('id8999')
    expect(refusals.codes.get('RequestLimitExceeded')).toBe(9_000)
  })
})
