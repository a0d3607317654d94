import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, findingOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const GONE =
  "InvalidGroup.NotFound: The security group 'sg-07ad6cba105277e05' does not exist\\n\\tstatus code: 400, request id: 69d105fe-8f6c-41b3-8b14-2dbb65946799"

const start = '08:01:00.000 info Starting L-IPAMD v1.5.2  ...'

const attempt = (time: string, error = GONE): string => `
  ${time}.000 debug IP pool stats: total = 3, used = 3, c.maxIPsPerENI = 3
  ${time}.001 debug Starting to increase IP pool size
  ${time}.004 info createENI: use primary interface's config, [sg-07ad6cba105277e05], subnet-0a
  ${time}.500 error Failed to CreateNetworkInterface ${error}
  ${time}.501 error Failed to increase pool size due to not able to allocate ENI AllocENI: failed to create ENI: failed to create network interface: ${error}
  ${time}.502 debug Successfully increased IP pool`

describe('a security group that was deleted', () => {
  it('is refused for each new interface until ipamd reads its groups anew', () => {
    const report = traceText(ipamdLines(`${start}${attempt('20:00:00')}${addInVain('20:00:03.000', 'web-1', 'c1')}${attempt('20:00:05')}`))
    const cause = causeOf(report)
    expect(cause).toMatchObject({ id: 'security-group-deleted', confidence: 'certain', contributing: ['false-success-line'] })
    expect(cause.summary).toContain('sg-07ad6cba105277e05 no longer exists')
    expect(cause.summary).toContain('started at 08:01:00')
    expect(cited(cause)).toContain('InvalidGroup.NotFound')
  })

  it('is told of where the start of ipamd is not in the log', () => {
    expect(causesOf(traceText(ipamdLines(`${attempt('20:00:00')}${addInVain('20:00:03.000', 'web-1', 'c1')}`)))).toEqual([
      'security-group-deleted',
    ])
  })

  it('is worth a warning before a pod is refused', () => {
    expect(findingOf(traceText(ipamdLines(`${start}${attempt('20:00:00')}`)), 'security-group-deleted')).toMatchObject({ severity: 'warn' })
  })
})

describe('quiet', () => {
  it.each([
    [
      'a group that an ENIConfig names',
      `\n19:59:59.000 info ipamd: using custom network config: [sg-07ad6cba105277e05], subnet-0a${attempt('20:00:00')}`,
    ],
    [
      'another refusal',
      attempt(
        '20:00:00',
        'NetworkInterfaceLimitExceeded: The maximum number of network interfaces has been reached.\\n\\tstatus code: 400, request id: a',
      ),
    ],
    [
      'a group that could not be put on an existing interface',
      "\n20:00:00.000 error refreshSGIDs: unable to update the ENI eni-0a SG - InvalidGroup.NotFound: The security group 'sg-0a' does not exist\\n\\tstatus code: 400, request id: a",
    ],
  ])('%s', (_, log) => {
    const report = traceText(ipamdLines(`${start}${log}${addInVain('20:00:03.000', 'web-1', 'c1')}`))
    expect(causesOf(report)).not.toContain('security-group-deleted')
    expect(findingOf(report, 'security-group-deleted')).toBeUndefined()
  })
})
