import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, findingOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const attached = `
  01:35:12.000 debug IP pool stats: Total IPs/Prefixes = 9/0, AssignedIPs/CooldownIPs: 9/0, c.maxIPsPerENI = 9
  01:35:21.673 debug Starting to increase pool size
  01:35:22.199 info Created a new ENI: eni-038cc03aa056da559
  01:35:23.778 info Successfully created and attached a new ENI eni-038cc03aa056da559 to instance`

const looks = `
  01:35:24.199 debug Not able to find the right ENI yet (attempt 1/12)
  01:35:37.324 debug Not able to find the right ENI yet (attempt 8/12)
  01:35:51.817 debug Not able to find the right ENI yet (attempt 9/12)
  01:38:14.158 debug Not able to find the right ENI yet (attempt 12/12)`

const givenUp = `
  01:38:14.158 error Failed to increase pool size: Unable to discover attached ENI from metadata service waitForENIAndIPsAttached: giving up trying to retrieve ENIs from metadata service`

const failures = `${addInVain('01:35:56.828', 'web-1', 'c1')}${addInVain('01:36:12.322', 'web-2', 'c2')}`

const limit =
  '\n01:38:55.301 error Failed to attach ENI eni-079632fa09922f407: AttachmentLimitExceeded: Interface count 4 exceeds the limit for m5.large\\n\\tstatus code: 400, request id: 5af52e48-af9f-47fd-92b8-8764ee9b6e9e'

describe('an interface that the metadata does not show', () => {
  const report = traceText(ipamdLines(`${attached}${looks}${failures}${givenUp}${limit}`))

  it('is the cause, not the limit that is hit later', () => {
    const cause = causeOf(report)
    expect(cause).toMatchObject({ id: 'stale-imds-new-eni-hidden', confidence: 'certain', contributing: ['attached-enis-not-registered'] })
    expect(cause.summary).toContain('eni-038cc03aa056da559 was attached at 01:35:23')
    expect(cause.summary).toContain('gave up waiting at 01:38:14')
    expect(cited(cause)).toContain('giving up trying to retrieve ENIs')
  })

  it('is likely in a log without debug lines: giving up does not say whether the metadata answered', () => {
    const text = ipamdLines(`${attached}${looks}${failures}${givenUp}`)
      .split('\n')
      .filter(line => !line.includes('"debug"'))
      .join('\n')
    expect(causeOf(traceText(text))).toMatchObject({ id: 'stale-imds-new-eni-hidden', confidence: 'likely' })
  })

  it('is named in the words of v1.20 and later', () => {
    const text = `${attached.replace('to instance', 'to instance on network card 0')}${looks}${failures}
      01:38:14.158 error Failed to increase pool size for Network card 0: Unable to discover attached ENI from metadata service waitForENIAndIPsAttached: giving up trying to retrieve ENIs from metadata service`
    expect(causesOf(traceText(ipamdLines(text)))).toEqual(['stale-imds-new-eni-hidden'])
  })

  it('is a lost slot where no pod has noticed', () => {
    expect(findingOf(traceText(ipamdLines(`${attached}${looks}${givenUp}`)), 'stale-imds-new-eni-hidden')).toMatchObject({
      severity: 'warn',
    })
  })
})

describe('quiet', () => {
  const shown = `
    01:35:25.860 debug DataStore add an ENI eni-038cc03aa056da559
    01:35:25.860 info Added ENI(eni-038cc03aa056da559)'s IP/Prefix 10.0.0.9/32 to datastore`
  const briefly = '\n01:35:24.199 debug Not able to find the right ENI yet (attempt 1/12)'

  it.each([
    ['a wait of some seconds, as always', `${attached}${briefly}${shown}`],
    ['pods that fail in a wait of some seconds: a burst', `${attached}${briefly}${addInVain('01:35:24.300', 'web-1', 'c1')}${shown}`],
    ['pods that fail long after', `${attached}${briefly}${shown}${failures}`],
  ])('%s', (_, log) => {
    const report = traceText(ipamdLines(log))
    expect(causesOf(report)).not.toContain('stale-imds-new-eni-hidden')
    expect(findingOf(report, 'stale-imds-new-eni-hidden')).toBeUndefined()
  })
})
