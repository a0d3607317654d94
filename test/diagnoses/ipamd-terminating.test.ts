import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const pass = (time: string, answer: string): string => `
  ${time}.000 debug IP pool stats: Total IPs/Prefixes = 3/0, AssignedIPs/CooldownIPs: 3/0, c.maxIPsPerENI = 3
  ${time}.001 debug Starting to increase pool size
  ${time}.002 debug AWS CNI is ${answer}, will not try to attach any new IPs or ENIs right now`

const signal = "\n20:00:00.000 info Received shutdown signal, setting 'terminating' to true"

describe('an ipamd that is told to end', () => {
  it('does not grow the pool any more, and the next one does', () => {
    const log = `${signal}${pass('20:00:02', 'terminating')}${addInVain('20:00:03.000', 'web-1', 'c1')}
      20:00:20.000 info Starting L-IPAMD   ...`
    const cause = causeOf(traceText(ipamdLines(log)))
    expect(cause).toMatchObject({ id: 'ipamd-terminating', confidence: 'certain', contributing: ['daemonset-rollout'] })
    expect(cause.summary).toContain('told to end at 20:00:00')
    expect(cause.summary).toContain('The next ipamd started at 20:00:20')
    expect(cited(cause)).toContain('shutdown signal')
  })

  it('is likely the reason where a log without debug lines has the signal alone', () => {
    expect(causeOf(traceText(ipamdLines(`${signal}${addInVain('20:00:03.000', 'web-1', 'c1')}`)))).toMatchObject({
      id: 'ipamd-terminating',
      confidence: 'likely',
    })
  })

  it('is another thing than a cordoned node', () => {
    const log = `${pass('20:00:02', 'on a non schedulable node')}${addInVain('20:00:03.000', 'web-1', 'c1')}`
    expect(causesOf(traceText(ipamdLines(log)))).toEqual(['node-non-schedulable'])
  })
})
