import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, findingOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const attempt5 = (time: string): string => `
  ${time}.000 debug IP pool stats: total = 0, used = 0, c.maxIPsPerENI = 9
  ${time}.001 debug Starting to increase IP pool size
  ${time}.002 error Failed to get pod ENI config
  ${time}.003 debug Successfully increased IP pool`

const attempt8 = (time: string, error: string): string => `
  ${time}.001 debug Starting to increase pool size
  ${time}.002 info Found ENI Config Name: us-west-2a
  ${time}.003 error error while retrieving eniconfig: ${error}
  ${time}.003 error Failed to get pod ENI config
  ${time}.004 debug Error trying to allocate ENI: eniconfig: eniconfig is not available`

const NOT_FOUND = 'ENIConfig.crd.k8s.amazonaws.com "us-west-2a" not found'

const crash = (time: string, error: string): string => `
  ${time}.000 info Starting L-IPAMD   ...
  ${attempt8(time, error)}
  ${time}.900 error Initialization failure: Failed to attach any ENIs for custom networking`

describe('an ENIConfig that does not exist', () => {
  it('leaves v1.5 serving from an empty pool; the name stands minutes before', () => {
    const report = traceText(
      ipamdLines(`
        09:00:00.000 info Setting myENI to: default
        09:00:00.100 info Handle ENIConfig Add/Update: group-us-east-1a, [sg-0a], subnet-0a
        09:00:00.200 info Handle ENIConfig Add/Update: group-us-east-1b, [sg-0b], subnet-0b
        ${attempt5('09:05:05')}${addInVain('09:05:07.000', 'web-1', 'c1')}${attempt5('09:05:10')}`),
    )
    const cause = causeOf(report)
    expect(cause).toMatchObject({
      id: 'eniconfig-missing',
      confidence: 'certain',
      contributing: ['custom-networking', 'false-success-line'],
    })
    expect(cause.summary).toContain('"default"')
    expect(cause.summary).toContain('There are only group-us-east-1a and group-us-east-1b')
    expect(cited(cause)).toContain('Setting myENI to: default')
  })

  it('ends ipamd at its start from v1.13 on, so that no request is in the log', () => {
    const report = traceText(ipamdLines(`${crash('01:23:48', NOT_FOUND)}${crash('01:25:09', NOT_FOUND)}`))
    const finding = findingOf(report, 'eniconfig-missing')
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain', contributing: ['custom-networking', 'ipamd-crash-loop'] })
    expect(finding?.summary).toContain('"us-west-2a"')
    expect(finding?.summary).toContain('requests never reached ipamd')
    expect(report.verdict.status).toBe('fail')
  })

  it('is worth a warning before the first pod comes', () => {
    const report = traceText(ipamdLines(`${attempt8('09:05:05', NOT_FOUND)}${attempt8('09:06:30', NOT_FOUND)}`))
    expect(findingOf(report, 'eniconfig-missing')).toMatchObject({ severity: 'warn' })
  })
})

describe('quiet', () => {
  it.each([
    [
      'an ENIConfig that could not be read: the API server',
      `${attempt8('09:05:05', 'Get "https://10.100.0.1:443/apis/crd.k8s.amazonaws.com": dial tcp 10.100.0.1:443: i/o timeout')}${addInVain('09:05:07.000', 'web-1', 'c1')}`,
    ],
    [
      'a role that may not read ENIConfigs',
      crash('09:05:05', 'eniconfigs.crd.k8s.amazonaws.com "us-west-2a" is forbidden: User cannot get resource'),
    ],
    [
      'a first look before the watch has brought the ENIConfig',
      `${attempt5('09:05:05')}\n09:05:10.000 info ipamd: using custom network config: [sg-0a], subnet-0a${addInVain('09:05:20.000', 'web-1', 'c1')}`,
    ],
    [
      'a node that names no ENIConfig, and one is called "default"',
      `09:05:00.000 error No ENIConfig could be found for this node%!(EXTRA <nil>)${addInVain('09:05:07.000', 'web-1', 'c1')}`,
    ],
  ])('%s', (_, log) => {
    const report = traceText(ipamdLines(log))
    expect(causesOf(report)).not.toContain('eniconfig-missing')
    expect(findingOf(report, 'eniconfig-missing')).toBeUndefined()
  })
})
