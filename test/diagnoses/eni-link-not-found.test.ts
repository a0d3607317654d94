import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, findingOf, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const MAC = '06:1a:2b:3c:4d:5e'

const attached = `
  05:40:05.000 debug IP stats - total IPs: 9, assigned IPs: 9, cooldown IPs: 0
  05:40:05.100 debug Starting to increase pool size
  05:40:10.000 info Successfully created and attached a new ENI eni-01d41f4c9f77428c0 to instance
  05:40:13.000 debug DataStore add an ENI eni-01d41f4c9f77428c0
  05:40:13.100 debug no interface found which uses mac address ${MAC} (attempt 1/5)`

const givenUp = `
  05:40:25.100 debug no interface found which uses mac address ${MAC} (attempt 5/5)
  05:40:25.110 debug RemoveENIFromDataStore eni-01d41f4c9f77428c0: IP/Prefix address pool stats: free 0 addresses, total: 9, assigned: 9, total prefixes: 0
  05:40:25.120 error Failed to increase pool size: failed to set up ENI eni-01d41f4c9f77428c0 network: setupENINetwork: failed to find the link which uses MAC address ${MAC}: no interface found which uses mac address ${MAC} (attempt 5/5)`

const adopted = `
  05:40:29.000 debug Reconciling ENI/IP pool info because time since last 1m2s > 1m0s
  05:40:29.100 debug Reconcile and add a new ENI eni-01d41f4c9f77428c0
  05:40:29.200 debug DataStore add an ENI eni-01d41f4c9f77428c0
  05:40:29.300 info Added ENI(eni-01d41f4c9f77428c0)'s IP/Prefix 10.0.0.10/32 to datastore`

describe('a link that the kernel does not show', () => {
  const report = traceText(ipamdLines(`${attached}${addInVain('05:40:20.000', 'web-1', 'c1')}${givenUp}${adopted}`))

  it('is why the pool did not grow, until the reconcile', () => {
    const cause = causeOf(report)
    expect(cause).toMatchObject({ id: 'eni-link-not-found', confidence: 'certain', contributing: ['os-network-race'] })
    expect(cause.summary).toContain('eni-01d41f4c9f77428c0 was attached at 05:40:10')
    expect(cause.summary).toContain(MAC)
    expect(cause.summary).toContain('took it into the pool at 05:40:29')
    expect(cited(cause)).toContain('failed to find the link which uses MAC address')
  })

  it('is worth a warning where the interface is lost, and a note where it is adopted', () => {
    expect(findingOf(traceText(ipamdLines(`${attached}${givenUp}`)), 'eni-link-not-found')).toMatchObject({ severity: 'warn' })
    expect(findingOf(traceText(ipamdLines(`${attached}${givenUp}${adopted}`)), 'eni-link-not-found')).toMatchObject({ severity: 'info' })
  })
})

it('a look or two in vain is normal', () => {
  const found = `
    05:40:16.100 debug Found the Link that uses mac address ${MAC} and its index is 7 (attempt 2/5)
    05:40:16.300 info Added ENI(eni-01d41f4c9f77428c0)'s IP/Prefix 10.0.0.10/32 to datastore`
  const report = traceText(ipamdLines(`${attached}${addInVain('05:40:14.000', 'web-1', 'c1')}${found}`))
  expect(causesOf(report)).not.toContain('eni-link-not-found')
  expect(findingOf(report, 'eni-link-not-found')).toBeUndefined()
})
