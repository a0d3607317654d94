import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { sandbox, zapLog } from '../support/lines.ts'
import { traceText } from '../support/trace-text.ts'

const found = (text: string) => findingsOf('stale-imds-in-use-eni-freed', text)

const add = (at: string, digit: string, address: string) => `
  18:${at}.000 info Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${sandbox(digit)}, ifname eth0
  18:${at}.001 debug AddNetworkRequest: K8S_POD_NAME:"queue-1" K8S_POD_NAMESPACE:"prod" K8S_POD_INFRA_CONTAINER_ID:"${sandbox(digit)}" ContainerID:"${sandbox(digit)}" IfName:"eth0"
  18:${at}.002 info AssignPodIPv4Address: Assign IP ${address} to sandbox aws-cni/${sandbox(digit)}/eth0
  18:${at}.003 info Send AddNetworkReply: IPv4Addr ${address}, IPv6Addr: , DeviceNumber: 1, err: <nil>
`
const before = `
  18:00:00.000 info Starting L-IPAMD   ...
  18:00:01.000 info Serving RPC Handler version  on 127.0.0.1:50051
  18:10:00.000 debug DataStore Add an ENI eni-07bfa073fb840e2d4
  18:10:00.010 info Added ENI(eni-07bfa073fb840e2d4)'s IP/Prefix 100.68.1.120/32 to datastore
  ${add('11:00', 'a', '100.68.1.120')}
`
const restart = `
  18:13:52.000 info Starting L-IPAMD   ...
  18:13:52.100 debug DataStore Add an ENI eni-07bfa073fb840e2d4
  18:13:52.200 info Reading ipam state from backing store
  18:13:52.210 info datastore: Sandbox aws-cni/${sandbox('a')}/eth0 uses unknown IP Address 100.68.1.120 - presuming stale/dead
  18:13:53.000 info Serving RPC Handler version  on 127.0.0.1:50051
`
const freed = `
  18:14:58.000 info RemoveUnusedENIFromStore eni-07bfa073fb840e2d4: IP/Prefix address pool stats: free 0 addresses, total: 3, assigned: 1, total prefixes: 0
  18:14:58.010 debug Start freeing ENI eni-07bfa073fb840e2d4
`

describe('an ENI that is freed under a pod which a restart forgot', () => {
  it('names the pod, the ENI and both instants', () => {
    const [finding, ...more] = found(zapLog(before + restart + freed))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'likely', contributing: ['ipamd-restart'] })
    expect(finding?.summary).toContain('prod/queue-1 (100.68.1.120) lost its network at 18:14:58: ipamd freed eni-07bfa073fb840e2d4')
    expect(finding?.summary).toContain('18:13:52')
    expect(finding?.evidence.slice(0, 2).map(line => line.text)).toEqual([
      expect.stringContaining('RemoveUnusedENIFromStore'),
      expect.stringContaining('presuming stale/dead'),
    ])
  })

  it('is the cause of what fails soon after for want of its addresses', () => {
    const failure = `
      18:15:10.000 info Received AddNetwork for NS /var/run/netns/cni-2, Sandbox ${sandbox('c')}, ifname eth0
      18:15:10.001 debug AssignIPv4Address: IP address pool stats: total: 3, assigned 3
      18:15:10.001 error DataStore has no available IP/Prefix addresses
      18:15:10.002 info Send AddNetworkReply: IPv4Addr , IPv6Addr: , DeviceNumber: -1, err: assignPodIPv4AddressUnsafe: no available IP/Prefix addresses
    `
    expect(traceText(zapLog(before + restart + freed + failure)).verdict).toMatchObject({
      status: 'fail',
      cause: { id: 'stale-imds-in-use-eni-freed' },
    })
  })

  const quiet: Record<string, string> = {
    'an ENI that is kept': before + restart,
    'a reboot: the pod comes again with a new sandbox': before + restart + add('14:10', 'b', '100.68.2.7') + freed,
    'a sandbox that was dying: its DEL waits': `${before + restart}\n18:13:54.000 warn UnassignPodIPAddress: Failed to find sandbox _migrated-from-cri/${sandbox('a')}/unknown\n${freed}`,
    'a sandbox that this log never saw alive': restart + freed,
    'a sandbox whose link is gone': `${before + restart.replace(/^.*presuming.*$/m, `18:13:52.210 warn stale IP allocation for ID(${sandbox('a')}): IPv4(100.68.1.120), IPv6() due to host-side veth not found for pod prod/queue-1`)}${freed}`,
  }
  for (const [what, rows] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(zapLog(rows))).toEqual([]))
})
