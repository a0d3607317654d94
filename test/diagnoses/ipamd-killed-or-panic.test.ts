import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { sandbox, seelogLog, zapLog } from '../support/lines.ts'
import { traceText } from '../support/trace-text.ts'

const found = (text: string) => findingsOf('ipamd-killed-or-panic', text)

const started = (minute: string) => `
  11:${minute}:00.000 info Starting L-IPAMD   ...
  11:${minute}:00.500 info Begin ipam state recovery from backing store
`
const serving = (minute: string) => `
  11:${minute}:01.000 info Serving RPC Handler version  on 127.0.0.1:50051
  11:${minute}:01.001 info Setting up shutdown hook.
`
const assigned = (minute: string, digit: string) => `
  11:${minute}:10.000 info Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${sandbox(digit)}, ifname eth0
  11:${minute}:10.001 info assignPodIPAddressUnsafe: Assign IP 10.0.0.1${digit} to sandbox aws-cni/${sandbox(digit)}/eth0 with metadata {K8SPodNamespace:default K8SPodName:web-${digit} InterfacesCount:1}
  11:${minute}:10.002 info Send AddNetworkReply: Success: true IPAddr: [IPv4Addr:"10.0.0.1${digit}"], resp: Success:true, err: <nil>
`
const recovered = (minute: string, digit: string) => `
  11:${minute}:00.600 info assignPodIPAddressUnsafe: Assign IP 10.0.0.1${digit} to sandbox aws-cni/${sandbox(digit)}/eth0 with metadata {K8SPodNamespace:default K8SPodName:web-${digit} InterfacesCount:1}
`

describe('an ipamd that dies without a signal', () => {
  it('shows as a start without a shutdown line, and its recovery makes no requests', () => {
    const log = zapLog(
      started('30') +
        serving('30') +
        assigned('30', '2') +
        started('31') +
        recovered('31', '2') +
        serving('31') +
        started('32') +
        recovered('32', '2') +
        serving('32'),
    )
    const [finding, ...more] = found(log)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'warn', confidence: 'likely' })
    expect(finding?.summary).toContain('restarted 2 times without a shutdown signal (11:31:00 and 11:32:00)')
    expect(finding?.summary).toContain('1 address of pods was accounted for')
    const report = traceText(log)
    expect(report.verdict.status).toBe('warn')
    expect(report.nodes[0]?.requests).toMatchObject({ add: 1, assigned: 1 })
  })

  it('is told also of a log that begins while ipamd runs', () => {
    expect(found(zapLog(assigned('30', '2') + started('31') + serving('31')))).toHaveLength(1)
  })

  it('is told of a death in the start, where no other cause has it', () => {
    expect(found(zapLog(`${started('30')}\n11:30:05.000 info Starting L-IPAMD   ...\n${serving('31')}`))).toHaveLength(1)
  })

  const quiet: Record<string, string> = {
    'one start': zapLog(started('30') + serving('30') + assigned('30', '2')),
    'an orderly restart': zapLog(
      `${started('30') + serving('30') + assigned('30', '2')}\n11:30:50.000 info Received shutdown signal, setting 'terminating' to true\n${started('31') + recovered('31', '2') + serving('31')}`,
    ),
    'a start that gave up': zapLog(
      `${started('30')}\n11:30:02.000 error Initialization failure: ipamd init: failed to retrieve attached ENIs info\n${started('31') + serving('31')}`,
    ),
    'a reboot: the same pod comes again with a new sandbox': zapLog(
      started('30') +
        serving('30') +
        assigned('30', '2') +
        started('33') +
        serving('33') +
        assigned('33', '3').replaceAll('web-3', 'web-2'),
    ),
    'a restart before v1.6.0, where an orderly end leaves no line': seelogLog(`
      11:30:00.000 info Starting L-IPAMD v1.5.5  ...
      11:30:30.000 debug IP pool stats: total = 5, used = 0, c.maxIPsPerENI = 5
      11:31:00.000 info Starting L-IPAMD v1.5.5  ...
      11:31:30.000 debug IP pool stats: total = 5, used = 0, c.maxIPsPerENI = 5
    `),
  }
  for (const [what, log] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(log)).toEqual([]))
})
