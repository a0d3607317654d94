import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const pass = (time: string, total: number): string => `
  ${time}.000 debug IP pool stats: Total IPs/Prefixes = ${total}/0, AssignedIPs/CooldownIPs: ${total}/0, c.maxIPsPerENI = 3
  ${time}.001 debug Starting to increase pool size
  ${time}.002 debug Skipping ENI allocation as the max ENI limit of 2 is already reached (accounting for 0 unmanaged ENIs and 1 trunk ENIs)`

const log = (total: number): string =>
  ipamdLines(`${pass('20:00:00', total)}${addInVain('20:00:03.000', 'web-1', 'c1')}${pass('20:00:05', total)}`)

describe('an instance without an interface for pods', () => {
  it('has an empty pool and no room, since a slot is kept for the trunk', () => {
    const cause = causeOf(traceText(log(0)))
    expect(cause).toMatchObject({ id: 'instance-has-no-eni-for-pods', confidence: 'likely' })
    expect(cause.summary).toContain('limit 2, 1 kept for the trunk')
  })

  it('is another thing than a full one', () => {
    expect(causesOf(traceText(log(3)))).toEqual(['node-full-instance-limit'])
  })
})
