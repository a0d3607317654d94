import { describe, expect, it } from 'vitest'
import { add, addInVain, causeOf, causesOf, cited, findingOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const stats = (time: string, assigned: number): string =>
  `${time} debug IP pool stats: Total IPs/Prefixes = 6/0, AssignedIPs/CooldownIPs: ${assigned}/0, c.maxIPsPerENI = 3`

const full = 'write /var/run/aws-node/ipam.json.tmp317552140: no space left on device'

const undone = (time: string, pod: string, sandbox: string, error = full): string =>
  add(
    time,
    pod,
    sandbox,
    `${time} debug AssignIPv4Address: IP address pool stats: total: 6, assigned 3
     ${time} info AssignPodIPv4Address: Assign IP 10.58.3.120 to sandbox aws-cni/${sandbox}/eth0
     ${time} warn Failed to update backing store: ${error}
     ${time} info UnAssignPodIPAddress: Unassign IP 10.58.3.120 from sandbox aws-cni/${sandbox}/eth0
     ${time} info Send AddNetworkReply: IPv4Addr , IPv6Addr: , DeviceNumber: -1, err: ${error}`,
  )

describe('a checkpoint that cannot be written', () => {
  const report = traceText(
    ipamdLines(`${stats('02:11:58.000', 3)}${undone('02:12:01.118', 'web-1', 'c1')}${undone('02:12:10.218', 'web-2', 'c2')}`),
  )

  it('is why requests fail although addresses are free', () => {
    const cause = causeOf(report)
    expect(cause).toMatchObject({ id: 'checkpoint-write-failed-no-space', confidence: 'certain', contributing: ['disk-full'] })
    expect(cause.summary).toContain('No address was short (3 of 6 free)')
    expect(cause.summary).toContain('no space left on device')
    expect(cited(cause)).toContain('Failed to update backing store')
  })

  it('with another reason does not blame the disk for being full', () => {
    const cause = causeOf(
      traceText(ipamdLines(undone('02:12:01.118', 'web-1', 'c1', 'open /var/run/aws-node/ipam.json.tmp1: read-only file system'))),
    )
    expect(cause.id).toBe('checkpoint-write-failed-no-space')
    expect(cause.contributing).toEqual([])
    expect(cause.summary).toContain('read-only file system')
  })

  it('is told where only releases met it', () => {
    const quiet = traceText(ipamdLines(`${stats('02:11:58.000', 3)}\n02:12:01.118 warn Unable to update backing store: ${full}`))
    expect(findingOf(quiet, 'checkpoint-write-failed-no-space')).toMatchObject({ severity: 'warn' })
  })
})

it('a pool that is used up is another matter', () => {
  const report = traceText(ipamdLines(`${stats('02:11:58.000', 6)}${addInVain('02:12:01.118', 'web-1', 'c1')}`))
  expect(causesOf(report)).not.toContain('checkpoint-write-failed-no-space')
  expect(findingOf(report, 'checkpoint-write-failed-no-space')).toBeUndefined()
})
