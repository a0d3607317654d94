import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { sandbox, zapLog } from '../support/lines.ts'

const found = (text: string) => findingsOf('stale-imds-dead-address-assigned', text)

const start = (difference: string) => `
  10:30:00.000 info Starting L-IPAMD   ...
  10:30:00.500 info logOutOfSyncState: ${difference}
  10:30:00.600 debug DataStore add an ENI eni-0b30b5ccbfb1035df
  10:30:00.610 info Added ENI(eni-0b30b5ccbfb1035df)'s IP/Prefix 10.44.6.60/32 to datastore
  10:30:00.620 info Added ENI(eni-0b30b5ccbfb1035df)'s IP/Prefix 10.44.6.61/32 to datastore
  10:30:01.000 info Serving RPC Handler version  on 127.0.0.1:50051
`
const STALE =
  'IMDS query yielded stale IPv4 addresses 10.44.6.61,10.44.6.70 that were not found in DescribeNetworkInterfaces(eni-0b30b5ccbfb1035df).'
const LAGS = 'DescribeNetworkInterfaces(eni-0b30b5ccbfb1035df) yielded private IPv4 addresses 10.44.6.61 that were not yet found in IMDS.'
const add = (address: string) => `
  10:31:00.000 info Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${sandbox('a')}, ifname eth0
  10:31:00.001 info assignPodIPAddressUnsafe: Assign IP ${address} to sandbox aws-cni/${sandbox('a')}/eth0 with metadata {K8SPodNamespace:kube-system K8SPodName:coredns-b InterfacesCount:1}
  10:31:00.002 info Send AddNetworkReply: Success: true IPAddr: [IPv4Addr:"${address}"], resp: Success:true, err: <nil>
`

describe('an address that only the metadata service still has', () => {
  it('fails where a pod got it', () => {
    const [finding, ...more] = found(zapLog(start(STALE) + add('10.44.6.61')))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain' })
    expect(finding?.summary).toContain('kube-system/coredns-b (10.44.6.61)')
    expect(finding?.evidence.map(line => line.line)).toEqual([2, 8])
  })

  const quiet: Record<string, string> = {
    'one that no pod got': start(STALE) + add('10.44.6.60'),
    'metadata that does not show an address yet': start(LAGS) + add('10.44.6.61'),
    'one that left the pool before it was given, and came back': `${start(STALE)}
      10:30:30.000 info Deleted ENI(eni-0b30b5ccbfb1035df)'s IP/Prefix 10.44.6.61/32 from datastore
      10:30:50.000 info Added ENI(eni-0b30b5ccbfb1035df)'s IP/Prefix 10.44.6.61/32 to datastore
      ${add('10.44.6.61')}`,
  }
  for (const [what, rows] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(zapLog(rows))).toEqual([]))
})
