import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { sandbox, seelogLog, zapLog } from '../support/lines.ts'

const found = (text: string) => findingsOf('ips-removed-outside-ipamd', text)

const whole = `
  01:31:00.000 info Starting L-IPAMD   ...
  01:31:00.100 debug DataStore add an ENI eni-0214aa1883c4ffd02
  01:31:00.110 info Added ENI(eni-0214aa1883c4ffd02)'s IP/Prefix 10.0.0.253/32 to datastore
  01:31:00.120 info Added ENI(eni-0214aa1883c4ffd02)'s IP/Prefix 10.0.0.156/32 to datastore
  01:31:01.000 info Serving RPC Handler version  on 127.0.0.1:50051
  01:31:10.000 info Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${sandbox('a')}, ifname eth0
  01:31:10.001 debug AddNetworkRequest: K8S_POD_NAME:"web-1" K8S_POD_NAMESPACE:"default" K8S_POD_INFRA_CONTAINER_ID:"${sandbox('a')}" ContainerID:"${sandbox('a')}" IfName:"eth0"
  01:31:10.002 info AssignPodIPv4Address: Assign IP 10.0.0.253 to sandbox aws-cni/${sandbox('a')}/eth0
  01:31:10.003 info Send AddNetworkReply: IPv4Addr 10.0.0.253, IPv6Addr: , DeviceNumber: 0, err: <nil>
`
const differs =
  '01:33:10.826 warn Instance metadata does not match data store! ipPool: [10.0.0.253 10.0.0.156], metadata: [{\\n  Primary: true,\\n  PrivateIpAddress: "10.0.0.23"\\n}]\n'

describe('addresses that were taken off under their pods', () => {
  it('names the pod, the address and the interface', () => {
    const [finding, ...more] = found(
      zapLog(`${whole}${differs}
        01:33:10.877 debug Reconcile and delete IP 10.0.0.253 on ENI eni-0214aa1883c4ffd02
        01:33:10.877 info UnAssignPodIPAddress: Unassign IP 10.0.0.253 from sandbox aws-cni/${sandbox('a')}/eth0
        01:33:10.877 info Deleted ENI(eni-0214aa1883c4ffd02)'s IP/Prefix 10.0.0.253/32 from datastore
      `),
    )
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain' })
    expect(finding?.summary).toContain('1 address was taken off eni-0214aa1883c4ffd02 outside ipamd at or before 01:33:10')
    expect(finding?.summary).toContain('default/web-1 (10.0.0.253)')
    expect(finding?.evidence[0]?.text).toContain('Instance metadata does not match data store!')
  })

  it('sees that v1.5 refuses to take them out of the pool', () => {
    const [finding] = found(
      seelogLog(`
        17:40:02.301 debug Reconcile and delete IP 10.5.8.33 on ENI eni-0b30b5ccbfb1035df
        17:40:02.301 error Failed to reconcile and delete IP 10.5.8.33 on ENI eni-0b30b5ccbfb1035df, datastore: IP is used and can not be deleted
      `),
    )
    // the metadata alone says so, and it may lag
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'likely' })
  })

  it('sees them in a log that begins after the pod got its address', () => {
    const [finding] = found(
      zapLog(`${differs}
        01:33:10.877 debug Reconcile and delete IP 10.0.0.253 on ENI eni-0214aa1883c4ffd02
        01:33:10.877 info UnAssignPodIPAddress: Unassign IP 10.0.0.253 from sandbox aws-cni/${sandbox('a')}/eth0
        01:33:10.877 info Deleted ENI(eni-0214aa1883c4ffd02)'s IP/Prefix 10.0.0.253/32 from datastore
      `),
    )
    expect(finding?.summary).toContain(`sandbox ${sandbox('a').slice(0, 12)} (10.0.0.253)`)
  })

  const quiet: Record<string, string> = {
    'metadata that lags': whole + differs,
    'a free address that is gone': `${whole}${differs}
      01:33:10.877 debug Reconcile and delete IP 10.0.0.156 on ENI eni-0214aa1883c4ffd02
      01:33:10.877 info Deleted ENI(eni-0214aa1883c4ffd02)'s IP/Prefix 10.0.0.156/32 from datastore`,
    'an address that ipamd gives back after its pod was deleted': `${whole}
      01:31:30.000 info UnAssignPodIPAddress: Unassign IP 10.0.0.253 from sandbox aws-cni/${sandbox('a')}/eth0
      01:31:30.000 info UnassignPodIPAddress: sandbox aws-cni/${sandbox('a')}/eth0's ipAddr 10.0.0.253, DeviceNumber 0
      01:33:10.877 info Deleted ENI(eni-0214aa1883c4ffd02)'s IP/Prefix 10.0.0.253/32 from datastore
      01:33:11.000 debug Successfully freed IPs [10.0.0.253] from ENI eni-0214aa1883c4ffd02`,
  }
  for (const [what, rows] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(zapLog(rows))).toEqual([]))
})
