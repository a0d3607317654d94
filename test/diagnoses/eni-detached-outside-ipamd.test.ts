import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { sandbox, seelogLog, zapLog } from '../support/lines.ts'
import { traceText } from '../support/trace-text.ts'

const found = (text: string) => findingsOf('eni-detached-outside-ipamd', text)

const reconcile = (at: string, gone: boolean) => `
  ${at}.301 debug Reconciling ENI/IP pool info...
  ${at}.301 debug Found ENI: eni-0b30b5ccbfb1035df, MAC 02:c8:eb:42:9e:5a, device 0
  ${gone ? '' : `${at}.301 debug Found ENI: eni-064849cff1a290d37, MAC 02:c8:eb:42:9e:5b, device 1`}
  ${gone ? `${at}.301 info Reconcile and delete detached ENI eni-064849cff1a290d37` : ''}
  ${gone ? `${at}.301 error IP pool reconcile: Failed to delete ENI during reconcile: datastore: ENI is used and can not be deleted` : ''}
  ${at}.301 debug Successfully Reconciled ENI/IP pool
`
const add = (at: string, pod: string, digit: string, address: string, device: number) => `
  ${at}.501 info Received AddNetwork for NS /proc/12985/ns/net, Pod ${pod}, NameSpace jobs, Container ${sandbox(digit)}, ifname eth0
  ${at}.501 info AssignPodIPv4Address: Assign IP ${address} to pod (name ${pod}, namespace jobs container ${sandbox(digit)})
  ${at}.502 info Send AddNetworkReply: IPv4Addr ${address}, DeviceNumber: ${device}, err: <nil>
`

describe('an ENI that was detached under its pods', () => {
  it('names the pods that got addresses of it (v1.5 keeps it in the pool)', () => {
    const log = seelogLog(
      reconcile('17:40:02', true) +
        add('17:40:13', 'worker-0', 'a', '10.5.8.133', 1) +
        add('17:40:23', 'worker-9', 'b', '10.5.8.33', 0) +
        reconcile('17:41:02', true),
    )
    const [finding, ...more] = found(log)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain', contributing: ['node-reboot'] })
    expect(finding?.summary).toContain('eni-064849cff1a290d37 is detached since at least 17:40:02')
    expect(finding?.summary).toContain('jobs/worker-0')
    expect(finding?.summary).not.toContain('worker-9')
    expect(finding?.evidence.slice(0, 3).map(line => line.line)).toEqual([3, 4, 8])
    expect(traceText(log).verdict.status).toBe('fail')
  })

  const whole = `
    01:24:00.000 info Starting L-IPAMD   ...
    01:24:00.100 debug DataStore add an ENI eni-038cc03aa056da559
    01:24:00.110 info Added ENI(eni-038cc03aa056da559)'s IP/Prefix 10.0.0.118/32 to datastore
    01:24:01.000 info Serving RPC Handler version  on 127.0.0.1:50051
    01:24:10.000 info Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${sandbox('a')}, ifname eth0
    01:24:10.001 debug AddNetworkRequest: K8S_POD_NAME:"web-1" K8S_POD_NAMESPACE:"default" K8S_POD_INFRA_CONTAINER_ID:"${sandbox('a')}" ContainerID:"${sandbox('a')}" IfName:"eth0"
    01:24:10.002 info AssignPodIPv4Address: Assign IP 10.0.0.118 to sandbox aws-cni/${sandbox('a')}/eth0
    01:24:10.003 info Send AddNetworkReply: IPv4Addr 10.0.0.118, IPv6Addr: , DeviceNumber: 1, err: <nil>
  `

  it('names the pods that ran on it (from v1.6.0 it is removed by force)', () => {
    const [finding] = found(
      zapLog(`${whole}
        01:27:37.168 info Reconcile and delete detached ENI eni-038cc03aa056da559
        01:27:37.168 warn Force removing eni eni-038cc03aa056da559 with 1 assigned pods
        01:27:37.168 info UnAssignPodIPAddress: Unassign IP 10.0.0.118 from sandbox aws-cni/${sandbox('a')}/eth0
        01:27:37.168 info RemoveENIFromDataStore eni-038cc03aa056da559: IP/Prefix address pool stats: free 1 addresses, total: 0, assigned: 0, total prefixes: 0
      `),
    )
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain' })
    expect(finding?.summary).toContain('default/web-1 had addresses of it')
  })

  const quiet: Record<string, string> = {
    'an ENI without pods': zapLog(`
      01:27:37.168 info Reconcile and delete detached ENI eni-038cc03aa056da559
      01:27:37.168 info RemoveENIFromDataStore eni-038cc03aa056da559: IP/Prefix address pool stats: free 9 addresses, total: 9, assigned: 0, total prefixes: 0
    `),
    'an ENI that ipamd gave back': zapLog(`${whole.split('\n').slice(0, 5).join('\n')}
      01:27:37.168 info RemoveUnusedENIFromStore eni-038cc03aa056da559: IP/Prefix address pool stats: free 1 addresses, total: 0, assigned: 0, total prefixes: 0
      01:27:37.170 debug Start freeing ENI eni-038cc03aa056da559
      01:27:47.170 info Successfully detached ENI: eni-038cc03aa056da559
    `),
    'metadata that missed it once (v1.5)': seelogLog(reconcile('17:40:02', true) + reconcile('17:41:02', false)),
  }
  for (const [what, log] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(log)).toEqual([]))
})
