import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { sandbox, zapLog } from '../support/lines.ts'
import { traceText } from '../support/trace-text.ts'

const found = (text: string) => findingsOf('none-benign-del-unknown-pod', text)

const pod = `
  04:55:10.400 debug IP stats for Network Card 0 - total IPs: 18, assigned IPs: 2, cooldown IPs: 0
  04:55:11.900 info Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${sandbox('a')}, ifname eth0
  04:55:11.900 info assignPodIPAddressUnsafe: Assign IP 10.23.1.38 to sandbox aws-cni/${sandbox('a')}/eth0 with metadata {K8SPodNamespace:ops K8SPodName:migrate-8xk4p InterfacesCount:1}
  04:55:11.901 info Send AddNetworkReply: Success: true IPAddr: [IPv4Addr:"10.23.1.38"  RouteTableId:254], resp: Success:true, err: <nil>
  04:55:16.302 info Received DelNetwork for Sandbox ${sandbox('a')}
  04:55:16.302 info unassignPodIPAddressUnsafe: Unassign IP 10.23.1.38 from sandbox aws-cni/${sandbox('a')}/eth0
  04:55:16.302 info UnassignPodIPAddress: sandbox aws-cni/${sandbox('a')}/eth0's ipAddr 10.23.1.38, DeviceNumber 0
  04:55:16.302 info Send DelNetworkReply: IPAddress: [IPv4Addr:"10.23.1.38"  RouteTableId:254], err: <nil>
`
const again = (second: string, digit = 'a') => `
  04:55:${second}.803 info Received DelNetwork for Sandbox ${sandbox(digit)}
  04:55:${second}.803 debug UnassignPodIPAddress: Failed to find IPAM entry under full key, trying CRI-migrated version
  04:55:${second}.803 warn UnassignPodIPAddress: Failed to find sandbox _migrated-from-cri/${sandbox(digit)}/unknown
  04:55:${second}.803 info Send DelNetworkReply: IPAddress: [], err: 1 error occurred:\\n\\t* datastore: unknown pod\\n\\n
`

describe('a DEL that is repeated for a sandbox that is gone', () => {
  it('is worth knowing and nothing more', () => {
    const log = zapLog(pod + again('20') + again('25') + again('30') + again('35'))
    const [finding, ...more] = found(log)
    expect(more).toEqual([])
    expect(finding?.severity).toBe('info')
    expect(finding?.summary).toContain('The DEL for ops/migrate-8xk4p is repeated since 04:55:20 (4 times)')
    expect(finding?.summary).toContain('2 of 18 in use')
    const report = traceText(log)
    expect(report.verdict).toMatchObject({ status: 'ok', cause: null })
    expect(report.nodes[0]?.requests.failed).toBe(0)
  })

  it('is quiet where the second DEL of each pod finds nothing', () => {
    expect(found(zapLog(pod + again('20') + again('21', 'b') + again('22', 'c') + again('23', 'd')))).toEqual([])
  })
})
