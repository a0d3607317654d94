import { describe, expect, it } from 'vitest'
import { add, addInVain, causeOf, causesOf, cited, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const refused = (time: string, sandbox: string): string =>
  add(time, 'billing-1', sandbox, `${time} info Send AddNetworkReply: failed to get Branch ENI resource`)

const trunkless = (time: string, sandbox: string): string =>
  add(time, 'billing-1', sandbox, `${time} warn Send AddNetworkReply: No trunk ENI found, cannot add a pod ENI`)

const served = (time: string, sandbox: string): string =>
  add(
    time,
    'billing-1',
    sandbox,
    `${time} debug Pod vlandId: 2
     ${time} info Send AddNetworkReply: IPv4Addr: 172.21.149.56, IPv6Addr: , DeviceNumber: -1, err: <nil>`,
  )

const stats = '21:51:33.980 debug IP stats - total IPs: 18, assigned IPs: 2, cooldown IPs: 0'

describe('a pod whose branch interface is late', () => {
  it('has lost a race of a second, and nothing is to be done', () => {
    const report = traceText(ipamdLines(`${stats}${refused('21:51:34.280', 'c1')}${served('21:51:34.964', 'c2')}`))
    const cause = causeOf(report)
    expect(cause).toMatchObject({
      id: 'branch-eni-annotation-not-ready',
      confidence: 'certain',
      contributing: ['security-groups-for-pods'],
      actions: [],
    })
    expect(cause.summary).toContain('shop/billing-1')
    expect(cause.summary).toContain('no action is needed')
    expect(cause.summary).toContain('2 of 18 in use')
    expect(cited(cause)).toContain('failed to get Branch ENI resource')
    expect(report.verdict.status).toBe('warn')
    expect(report.nodes[0]?.incidents[0]?.fixed).toBe(true)
  })

  it('still waits where the annotation never comes', () => {
    const report = traceText(ipamdLines(`${stats}${refused('21:51:34.280', 'c1')}${refused('21:52:34.964', 'c2')}`))
    const cause = causeOf(report)
    expect(cause.summary).toContain('1 pod still waits')
    expect(cause.actions.map(action => action.command)).toContain('kubectl -n shop describe pod billing-1')
    expect(report.verdict.status).toBe('fail')
  })

  it('waits for a trunk where the node has none', () => {
    const cause = causeOf(traceText(ipamdLines(`${stats}${trunkless('21:51:34.280', 'c1')}`)))
    expect(cause.id).toBe('branch-eni-annotation-not-ready')
    expect(cause.summary).toContain('no trunk interface')
  })
})

describe('quiet', () => {
  it.each([
    ['a branch ENI at the first try', `${stats}${served('21:51:34.964', 'c2')}`],
    ['an empty pool', addInVain('21:51:34.280', 'web-1', 'c1')],
    [
      'a start that finds no slot for a trunk, and no pod that needs one',
      '21:51:34.280 info No slot available for a trunk ENI to be attached.',
    ],
  ])('%s', (_, log) => {
    expect(causesOf(traceText(ipamdLines(log)))).not.toContain('branch-eni-annotation-not-ready')
  })
})
