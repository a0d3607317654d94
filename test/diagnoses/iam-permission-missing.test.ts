import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { add, causeOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const DENIED = 'UnauthorizedOperation: You are not authorized to perform this operation.\\n\\tstatus code: 403, request id: 9d094135-cb80'
const describeDenied = `Failed to call ec2:DescribeNetworkInterfaces for [eni-0a]: ${DENIED}`

describe('a start that failed after a call that was denied', () => {
  const confidence = (failure: string, at = '09:00:01.300'): string | undefined =>
    findingsOf(
      'iam-permission-missing',
      ipamdLines(`
        09:00:00.000 info Starting L-IPAMD v1.9.3  ...
        09:00:01.200 error ${describeDenied}
        ${at} error Initialization failure: ${failure}
      `),
    )[0]?.confidence

  it.each([
    ['certain', 'where the error repeats it', `ipamd init: something: ${DENIED}`],
    ['certain', 'where the error names the step that this call is', 'ipamd init: failed to retrieve attached ENIs info'],
    [
      'likely',
      'where the step asks the metadata first',
      'ipamd init: failed to retrieve attached ENIs info: failed to get local ENI metadata',
    ],
    ['likely', 'where the error is of another step', 'error while trying to increase datastore pool'],
    ['likely', 'where the error says nothing of it', 'cannot set up host network'],
  ])('is %s its cause %s', (expected, _, failure) => {
    expect(confidence(failure)).toBe(expected)
  })

  it('is likely its cause where the step failed much later', () => {
    expect(confidence('ipamd init: failed to retrieve attached ENIs info', '09:00:31.300')).toBe('likely')
  })
})

describe('a node of IPv6 whose requests fail after a denied call', () => {
  const confidence = (denied: string): string =>
    causeOf(
      traceText(
        ipamdLines(`
          09:00:00.000 info Starting L-IPAMD   ...
          09:00:00.100 debug Added ENI(eni-0a)'s IP/Prefix 2600:1f13:5a2:aa00::/80 to datastore
          09:00:01.200 error ${denied}
          09:00:02.000 info Serving RPC Handler version v1.21.2 on 127.0.0.1:50051
          ${add(
            '09:00:05.000',
            'web-1',
            'c1',
            `09:00:05.001 error DataStore has no available IP/Prefix addresses
             09:00:05.002 info Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: AssignPodIPv6Address: no available IP/Prefix addresses`,
          )}
        `),
      ),
    ).confidence

  it('is likely without an address because of it, whichever call it was', () => {
    expect(confidence(describeDenied)).toBe('likely')
  })

  it('certainly where the call was that for its prefix', () => {
    expect(
      confidence(
        `Failed to allocate IPv6 Prefixes on ENI eni-0a: ${DENIED.replace('operation.', 'operation. User: arn:aws:sts::1:assumed-role/r/i-0a is not authorized to perform: ec2:AssignIpv6Addresses on resource: x')}`,
      ),
    ).toBe('certain')
  })
})
