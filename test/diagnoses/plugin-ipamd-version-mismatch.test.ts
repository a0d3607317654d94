import { describe, expect, it } from 'vitest'
import { add, causeOf, causesOf, cited, findingOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const request = (time: string, sandbox: string, version: string, answer: string): string =>
  add(time, 'web-1', sandbox, answer).replace('NetworkName', `ClientVersion:"${version}" NetworkName`)

const rejected = (time: string, sandbox: string): string =>
  request(
    time,
    sandbox,
    'v1.7.1',
    `${time} warn Rejecting AddNetwork request: rpc error: code = FailedPrecondition desc = wrong client version "v1.7.1" (!= "v1.7.2")`,
  )

const served = (time: string, sandbox: string): string =>
  request(
    time,
    sandbox,
    'v1.7.2',
    `${time} info AssignPodIPv4Address: Assign IP 10.0.0.5 to sandbox aws-cni/${sandbox}/eth0
     ${time} info Send AddNetworkReply: IPv4Addr 10.0.0.5, DeviceNumber: 0, err: <nil>`,
  )

const start = '09:00:00.000 info Starting L-IPAMD v1.7.2  ...'

describe('requests of a plugin of another release', () => {
  const report = traceText(
    ipamdLines(`${start}${rejected('09:00:05.000', 'c1')}${rejected('09:00:20.000', 'c2')}${served('09:00:38.000', 'c3')}`),
  )

  it('are refused for the plugin, not for an address', () => {
    const cause = causeOf(report)
    expect(cause).toMatchObject({ id: 'plugin-ipamd-version-mismatch', confidence: 'certain', contributing: ['upgrade-in-progress'] })
    expect(cause.summary).toContain('The plugin binary on this node is v1.7.1, ipamd is v1.7.2')
    expect(cause.summary).toContain('2 requests')
    expect(cited(cause)).toContain('wrong client version')
  })

  it('are answered: a rejection is no request without a reply', () => {
    expect(report.nodes[0]?.requests).toMatchObject({ add: 3, assigned: 1, failed: 2 })
  })

  it('say of which release ipamd is, not the plugin', () => {
    expect(report.nodes[0]?.release.value).toBe('v1.7.2')
    const late = traceText(ipamdLines(rejected('09:00:05.000', 'c1')))
    expect(late.nodes[0]?.release.value).toBe('v1.7.2')
  })
})

it('a plugin that may not release addresses is told before a request fails', () => {
  const report = traceText(
    ipamdLines(`${start}
      09:00:05.000 info Received DelNetwork for Sandbox c1
      09:00:05.000 warn Rejecting DelNetwork request: rpc error: code = FailedPrecondition desc = wrong client version "v1.7.1" (!= "v1.7.2")`),
  )
  expect(findingOf(report, 'plugin-ipamd-version-mismatch')).toMatchObject({ severity: 'warn' })
})

it('a plugin of the same release is served and nothing is said', () => {
  const report = traceText(ipamdLines(`${start}${served('09:00:05.000', 'c1')}`))
  expect(causesOf(report)).toEqual([])
  expect(findingOf(report, 'plugin-ipamd-version-mismatch')).toBeUndefined()
})
