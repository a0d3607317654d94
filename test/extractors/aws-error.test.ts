import { describe, expect, it } from 'vitest'
import { readAwsError } from '../../src/extractors/aws-error.ts'

const ID = '5d1c3c2e-9b1a-4f7e-8c3d-0a1b2c3d4e5f'

describe('an error of AWS SDK v1 (v1.5.0 to v1.19.3)', () => {
  it.each([
    [
      'alone',
      `InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.\n\tstatus code: 400, request id: ${ID}`,
      { code: 'InsufficientFreeAddressesInSubnet', status: 400, requestId: ID },
    ],
    [
      "behind ipamd's own words",
      `AllocENI: error attaching ENI: attachENI: failed to attach ENI: AttachmentLimitExceeded: Interface count 4 exceeds the limit for m5.large\n\tstatus code: 400, request id: ${ID}`,
      { code: 'AttachmentLimitExceeded', status: 400, requestId: ID },
    ],
    [
      'with a code of two parts',
      `InvalidSecurityGroupID.NotFound: The securityGroup ID 'sg-0deadbeef0deadbee' does not exist\n\tstatus code: 400, request id: ${ID}`,
      { code: 'InvalidSecurityGroupID.NotFound', status: 400, requestId: ID },
    ],
    [
      'twice in one line',
      `InsufficientCidrBlocks: no.\n\tstatus code: 400, request id: ${ID}: InsufficientCidrBlocks: no.\n\tstatus code: 400, request id: ${ID}`,
      { code: 'InsufficientCidrBlocks', status: 400, requestId: ID },
    ],
    [
      'whose message names other codes',
      `UnauthorizedOperation: Not authorized. Encoded authorization failure message: AbCdEfG: x\n\tstatus code: 403, request id: ${ID}`,
      { code: 'UnauthorizedOperation', status: 403, requestId: ID },
    ],
    [
      'whose code looks like any word',
      `Unavailable: The server is overloaded.\n\tstatus code: 503, request id: ${ID}`,
      { code: 'Unavailable', status: 503, requestId: ID },
    ],
    [
      'that brought no answer',
      'RequestError: send request failed\ncaused by: Post "https://ec2.us-west-2.amazonaws.com/": dial tcp: i/o timeout',
      { code: 'RequestError', status: 0 },
    ],
    [
      'without credentials',
      'NoCredentialProviders: no valid providers in chain. Deprecated.',
      { code: 'NoCredentialProviders', status: 0 },
    ],
    ['whose code ipamd prints alone', 'InsufficientFreeAddressesInSubnet', { code: 'InsufficientFreeAddressesInSubnet' }],
  ])('is read: %s', (_, text, error) => {
    expect(readAwsError(text)).toEqual(error)
  })
})

describe('an error of AWS SDK v2 (v1.19.4 and later)', () => {
  it.each([
    [
      'a refusal',
      `operation error EC2: CreateNetworkInterface, https response error StatusCode: 400, RequestID: ${ID}, api error NetworkInterfaceLimitExceeded: The maximum number of network interfaces has been reached.`,
      { api: 'CreateNetworkInterface', status: 400, requestId: ID, code: 'NetworkInterfaceLimitExceeded' },
    ],
    [
      'after all attempts',
      `AllocENI: failed: operation error EC2: DescribeSubnets, exceeded maximum number of attempts, 3, https response error StatusCode: 503, RequestID: ${ID}, api error RequestLimitExceeded: Request limit exceeded.`,
      { api: 'DescribeSubnets', status: 503, requestId: ID, code: 'RequestLimitExceeded' },
    ],
    [
      'no answer',
      'operation error EC2: CreateNetworkInterface, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "https://ec2.us-west-2.amazonaws.com/": dial tcp: i/o timeout',
      { api: 'CreateNetworkInterface', status: 0 },
    ],
    [
      'no answer and no status',
      'operation error EC2: CreateNetworkInterface, failed to resolve service endpoint',
      { api: 'CreateNetworkInterface', status: 0 },
    ],
    [
      'no credentials from STS: STS refused, not EC2',
      `operation error EC2: CreateNetworkInterface, get identity: get credentials: failed to refresh cached credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: ${ID}, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity`,
      { api: 'AssumeRoleWithWebIdentity', status: 403, requestId: ID, code: 'AccessDenied' },
    ],
    [
      'no credentials from the metadata service: EC2 never answered',
      'operation error EC2: CreateNetworkInterface, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, http response error StatusCode: 404, request to EC2 IMDS failed',
      { api: 'CreateNetworkInterface', status: 0 },
    ],
  ])('is read: %s', (_, text, error) => {
    expect(readAwsError(text)).toEqual(error)
  })
})

describe('what is no answer of an AWS API', () => {
  it.each([
    '',
    'AssignPodIPv4Address: no available IP/Prefix addresses',
    'DescribeAllENIs: No IPv4 and IPv6 addresses found',
    'context deadline exceeded',
    'operation error ec2imds: GetMetadata, http response error StatusCode: 404, request to EC2 IMDS failed',
    'EC2MetadataError: failed to make EC2Metadata request\n\tstatus code: 500, request id: \ncaused by: <?xml version="1.0"?>',
    'DescribeAllENIs: failed to get local ENI metadata: EC2MetadataError: failed to make EC2Metadata request\n\tstatus code: 500, request id: ',
    'Get "https://172.20.0.1:443/api/v1/nodes/a": dial tcp 172.20.0.1:443: i/o timeout',
    'NotReadyYet: wait',
    'status code: 400, request id: ',
  ])('is left alone: %j', text => {
    expect(readAwsError(text)).toBeUndefined()
  })
})

describe('a hostile error', () => {
  it.each(['operation error ', 'StatusCode: ', 'AbcDef', 'AbcDef: ', ': ', 'api error ', 'status code: ', 'operation error EC2: '])(
    'of 5 MB made of %j is read through',
    part => {
      const error = readAwsError(part.repeat(Math.ceil(5_000_000 / part.length)))
      expect(error?.status === undefined || error.status < 1_000).toBe(true)
    },
  )

  it('has no status where the number is none', () => {
    expect(readAwsError('operation error EC2: A, https response error StatusCode: 40000, RequestID: a, api error SomeCode: x')).toEqual({
      api: 'A',
      requestId: 'a',
      code: 'SomeCode',
    })
  })
})
