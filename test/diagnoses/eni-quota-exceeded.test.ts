import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, createInVain, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const quota =
  'NetworkInterfaceLimitExceeded: The maximum number of network interfaces has been reached.\\n\\tstatus code: 400, request id: 69d105fe-8f6c-41b3-8b14-2dbb65946799'

const log = (error: string): string =>
  ipamdLines(`${createInVain('20:00:00', error)}${addInVain('20:00:03.000', 'web-1', 'c1')}${createInVain('20:00:05', error)}`)

describe('a quota of interfaces that is used up', () => {
  it('is told with how often EC2 refused, and is neither the subnet nor the instance', () => {
    const cause = causeOf(traceText(log(quota)))
    expect(cause).toMatchObject({ id: 'eni-quota-exceeded', confidence: 'certain' })
    expect(cause.summary).toContain('NetworkInterfaceLimitExceeded, 2 times')
    expect(cited(cause)).toContain('NetworkInterfaceLimitExceeded')
  })

  it.each([
    [
      'the limit of the instance',
      'AttachmentLimitExceeded: Interface count 4 exceeds the limit for m6a.large\\n\\tstatus code: 400, request id: a',
    ],
    [
      'a subnet without addresses',
      'InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses.\\n\\tstatus code: 400, request id: a',
    ],
  ])('is not seen in %s', (_, error) => {
    expect(causesOf(traceText(log(error)))).not.toContain('eni-quota-exceeded')
  })
})
