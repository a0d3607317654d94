import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { zapLog } from '../support/lines.ts'

const found = (text: string) => findingsOf('stale-imds-ghost-eni', text)

const NOT_FOUND =
  "InvalidNetworkInterfaceID.NotFound: The networkInterface ID 'eni-04a8394ae33b03d9a' does not exist\\n\\tstatus code: 400, request id: 9d094135-cb80-4f9a-93fd-2dd43c57749e"
const freed = `
  12:05:44.000 info RemoveUnusedENIFromStore eni-04a8394ae33b03d9a: IP address pool stats: free 9 addresses, total: 9, assigned: 3
  12:05:44.100 info Trying to free ENI: eni-04a8394ae33b03d9a
  12:05:46.000 info Successfully deleted ENI: eni-04a8394ae33b03d9a
`
const crash = (at: string) => `
  ${at}:00.000 info Starting L-IPAMD v1.7.5  ...
  ${at}:00.100 info Found sg-07ad6cba105277e05, added to ipamd cache
  ${at}:01.000 error Initialization failure: ipamd: can not initialize with AWS SDK interface: refreshSGIDs: unable to update the ENI's SG: ${NOT_FOUND}
`

describe('an interface that only the metadata service still lists', () => {
  it('fails where ipamd ends on it at every start', () => {
    const [finding, ...more] = found(zapLog(freed + crash('18:00') + crash('18:01')))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain', contributing: ['ipamd-crash-loop'] })
    expect(finding?.summary).toContain('still lists eni-04a8394ae33b03d9a; ipamd itself deleted it at 12:05:46')
    expect(finding?.summary).toContain('2 times from 18:00:01')
  })

  const meets = (at: string) => `${at}.000 debug refreshSGIDs: unable to update the ENI eni-04a8394ae33b03d9a SG - ${NOT_FOUND}\n`

  it('is worth knowing where a later release goes on', () => {
    expect(found(zapLog(freed + meets('12:06:00') + meets('12:10:00')))).toMatchObject([{ severity: 'info' }])
  })

  const quiet: Record<string, string> = {
    'metadata that lags after a deletion': freed + meets('12:06:00') + meets('12:06:30'),
    'an ENI that is gone as ipamd frees it': `${freed}\n12:05:46.500 info ENI eni-04a8394ae33b03d9a not found. It seems to be already freed`,
    'a start that ends for another reason': `18:00:00.000 info Starting L-IPAMD v1.7.5  ...\n18:00:01.000 error Initialization failure: ipamd: can not initialize with AWS SDK interface: refreshSGIDs: unable to update the ENI's SG: UnauthorizedOperation: You are not authorized\\n\\tstatus code: 403, request id: 9d094135`,
  }
  for (const [what, rows] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(zapLog(rows))).toEqual([]))
})
