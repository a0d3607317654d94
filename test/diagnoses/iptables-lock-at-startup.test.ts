import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { zapLog } from '../support/lines.ts'

const found = (text: string) => findingsOf('iptables-lock-at-startup', text)

const LOCKED = 'running [/sbin/iptables -t nat -N AWS-SNAT-CHAIN-0 --wait]: exit status 4: iptables: Resource temporarily unavailable.'
const locked = `
  12:01:08.000 info Starting L-IPAMD v1.6.1  ...
  12:01:09.000 error ipt.NewChain error for chain [AWS-SNAT-CHAIN-0]: ${LOCKED}
  12:01:09.001 error Initialization failure: ipamd init: failed to set up host network: host network setup: failed to add chain: ${LOCKED}
`

describe('an iptables lock that another program holds', () => {
  it('warns where ipamd recovered', () => {
    const [finding, ...more] = found(
      zapLog(`${locked}\n12:01:40.000 info Starting L-IPAMD v1.6.1  ...\n12:01:45.000 info Serving RPC Handler on 127.0.0.1:50051`),
    )
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'warn', confidence: 'certain' })
    expect(finding?.summary).toContain('held the iptables lock at 12:01:09')
    expect(finding?.summary).toContain('took requests from 12:01:45')
    expect(finding?.evidence.map(line => line.line)).toEqual([2, 3, 4])
  })

  it('fails where it has not', () => {
    expect(found(zapLog(locked))).toMatchObject([{ severity: 'fail' }])
  })

  const quiet: Record<string, string> = {
    'another trouble of the host network': `
      12:01:08.000 info Starting L-IPAMD v1.6.1  ...
      12:01:09.000 error ipt.NewChain error for chain [AWS-SNAT-CHAIN-0]: running [/sbin/iptables -t nat -N AWS-SNAT-CHAIN-0 --wait]: exit status 3: iptables v1.8.2: can't initialize iptables table
      12:01:09.001 error Initialization failure: ipamd init: failed to set up host network: host network setup: failed to add chain: exit status 3`,
    'the lock while ipamd serves': `
      12:01:08.000 info Starting L-IPAMD v1.9.0  ...
      12:01:10.000 info Serving RPC Handler version v1.9.0 on 127.0.0.1:50051
      12:05:00.000 error ipt.NewChain error for chain [AWS-SNAT-CHAIN-0]: ${LOCKED}
      12:05:00.001 warn unable to update host iptables rules for VPC CIDRs due to error: ${LOCKED}`,
    'an address that is temporarily missing': `
      12:01:08.000 info Starting L-IPAMD v1.6.1  ...
      12:01:09.000 warn Not all pods have an IP, trying again in 3 seconds.
      12:01:15.000 info Serving RPC Handler on 127.0.0.1:50051`,
  }
  for (const [what, rows] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(zapLog(rows))).toEqual([]))
})
