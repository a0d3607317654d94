import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { sandbox, zapLog } from '../support/lines.ts'
import { traceText } from '../support/trace-text.ts'

const found = (text: string) => findingsOf('checkpoint-lost', text)

const pool = (at: string) => `
  01:${at}:00.100 debug DataStore add an ENI eni-0214aa1883c4ffd02
  01:${at}:00.110 info Added ENI(eni-0214aa1883c4ffd02)'s IP/Prefix 10.0.0.253/32 to datastore
  01:${at}:00.120 info Added ENI(eni-0214aa1883c4ffd02)'s IP/Prefix 10.0.3.73/32 to datastore
`
const start = (at: string) => `
  01:${at}:00.000 info Starting L-IPAMD   ...
  ${pool(at)}
  01:${at}:00.200 info Begin ipam state recovery from backing store
`
const missing = (at: string) => `01:${at}:00.210 debug backing store doesn't exists, assuming bootstrap on a new node\n`
const serving = (at: string) => `01:${at}:01.000 info Serving RPC Handler version  on 127.0.0.1:50051\n`
const add = (at: string, pod: string, digit: string, address: string) => `
  01:${at}.000 info Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${sandbox(digit)}, ifname eth0
  01:${at}.001 debug AddNetworkRequest: K8S_POD_NAME:"${pod}" K8S_POD_NAMESPACE:"default" K8S_POD_INFRA_CONTAINER_ID:"${sandbox(digit)}" ContainerID:"${sandbox(digit)}" IfName:"eth0" NetworkName:"aws-cni" Netns:"/var/run/netns/cni-1"
  01:${at}.002 info assignPodIPAddressUnsafe: Assign IP ${address} to sandbox aws-cni/${sandbox(digit)}/eth0
  01:${at}.003 info Send AddNetworkReply: IPv4Addr: ${address}, IPv6Addr: , DeviceNumber: 0, err: <nil>
`
const newNode = start('19') + missing('19') + serving('19')

describe('a checkpoint that is gone at a restart', () => {
  it('fails where two pods share an address, though every request succeeded', () => {
    const log = zapLog(
      newNode +
        add('19:30', 'web-a', 'a', '10.0.3.73') +
        add('19:31', 'web-b', 'b', '10.0.0.253') +
        start('20') +
        missing('20') +
        serving('20') +
        add('20:30', 'api-c', 'c', '10.0.3.73'),
    )
    const [finding, ...more] = found(log)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain' })
    expect(finding?.summary).toContain('had forgotten 2 pods')
    expect(finding?.summary).toContain('10.0.3.73: default/web-a and default/api-c')
    expect(finding?.evidence[0]?.text).toContain('assuming bootstrap on a new node')
    expect(traceText(log).verdict).toMatchObject({ status: 'fail', cause: { id: 'checkpoint-lost' } })
  })

  it('warns before an address is given twice', () => {
    const [finding] = found(zapLog(newNode + add('19:30', 'web-a', 'a', '10.0.3.73') + start('20') + missing('20') + serving('20')))
    expect(finding).toMatchObject({ severity: 'warn', confidence: 'certain' })
  })

  it('is likely without debug lines, from what was given twice', () => {
    const log = zapLog(
      newNode +
        add('19:30', 'web-a', 'a', '10.0.3.73') +
        start('20') +
        missing('20') +
        serving('20') +
        add('20:30', 'api-c', 'c', '10.0.3.73'),
    )
      .split('\n')
      .filter(line => !line.includes('"level":"debug"'))
      .join('\n')
    expect(found(log)).toMatchObject([{ severity: 'fail', confidence: 'likely' }])
  })

  const quiet: Record<string, string> = {
    "a node's first start": newNode + add('19:30', 'web-a', 'a', '10.0.3.73'),
    'a restart that reads everything back':
      newNode +
      add('19:30', 'web-a', 'a', '10.0.3.73') +
      start('20') +
      `01:20:00.300 info assignPodIPAddressUnsafe: Assign IP 10.0.3.73 to sandbox aws-cni/${sandbox('a')}/eth0\n` +
      serving('20'),
    'a reboot: the same pods come again':
      newNode +
      add('19:30', 'web-a', 'a', '10.0.3.73') +
      add('19:31', 'web-b', 'b', '10.0.0.253') +
      start('22') +
      missing('22') +
      serving('22') +
      add('22:30', 'web-b', 'd', '10.0.3.73') +
      add('22:31', 'web-a', 'e', '10.0.0.253'),
  }
  for (const [what, rows] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(zapLog(rows))).toEqual([]))

  it('does not take a successful reading of v1.7 to v1.11 for a missing file', () => {
    const log = newNode.replace(
      "backing store doesn't exists, assuming bootstrap on a new node",
      'backing store restore returned err <nil>',
    )
    expect(traceText(zapLog(log)).nodes[0]?.quality.unrecognizedInAll).toBe(0)
    expect(found(zapLog(log + add('19:30', 'web-a', 'a', '10.0.3.73') + log.replaceAll('01:19:', '01:20:')))).toEqual([])
  })
})
