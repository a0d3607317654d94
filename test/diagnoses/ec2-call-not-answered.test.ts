import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const begun = `
  20:00:00.000 debug IP pool stats: Total IPs/Prefixes = 18/0, AssignedIPs/CooldownIPs: 18/0, c.maxIPsPerENI = 9
  20:00:00.001 debug Starting to increase pool size`

const back = (time: string): string => `
  ${time}.000 info Successfully created and attached a new ENI eni-0a11 to instance
  ${time}.100 debug Successfully increased IP pool: Total IPs/Prefixes = 27/0, AssignedIPs/CooldownIPs: 18/0`

describe('a call to EC2 that does not come back', () => {
  it('is told by its beginning, its end and the silence between, and why is not guessed', () => {
    const cause = causeOf(traceText(ipamdLines(`${begun}${addInVain('20:00:30.000', 'web-1', 'c1')}${back('20:01:26')}`)))
    expect(cause).toMatchObject({ id: 'ec2-call-not-answered', confidence: 'likely', contributing: ['pool-manager-blocked'] })
    expect(cause.summary).toContain('from 20:00:00 to 20:01:26')
    expect(cause.summary).toContain('does not say why')
    expect(cited(cause)).toContain('Starting to increase pool size')
  })

  it('is told also where the log ends within it', () => {
    expect(causesOf(traceText(ipamdLines(`${begun}${addInVain('20:00:30.000', 'web-1', 'c1')}`)))).toEqual(['ec2-call-not-answered'])
  })

  it('is not seen where EC2 answers within some seconds', () => {
    expect(causesOf(traceText(ipamdLines(`${begun}${addInVain('20:00:01.000', 'web-1', 'c1')}${back('20:00:04')}`)))).not.toContain(
      'ec2-call-not-answered',
    )
  })
})
