import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, causesOf, cited, createInVain, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const internal =
  'operation error EC2: CreateNetworkInterface, exceeded maximum number of attempts, 3, https response error StatusCode: 500, RequestID: 373ee86e-ad5a-45e8-914a-fa2378b1a729, api error InternalError: An internal error has occurred'

const log = (error: string): string => ipamdLines(`${createInVain('20:00:00', error)}${addInVain('20:00:03.000', 'web-1', 'c1')}`)

describe('errors of EC2 itself', () => {
  it('are named with their code and status, and rest on the line that says so', () => {
    const cause = causeOf(traceText(log(internal)))
    expect(cause).toMatchObject({ id: 'ec2-api-errors', confidence: 'certain' })
    expect(cause.summary).toContain('InternalError (HTTP 500)')
    expect(cited(cause)).toContain('StatusCode: 500')
  })

  it.each([
    [
      'no answer at all',
      internal.replace(
        'StatusCode: 500, RequestID: 373ee86e-ad5a-45e8-914a-fa2378b1a729, api error InternalError: An internal error has occurred',
        'StatusCode: 0, RequestID: , request send failed, Post "https://ec2.us-west-2.amazonaws.com/": dial tcp 10.0.0.1:443: i/o timeout',
      ),
    ],
    ['throttling', 'RequestLimitExceeded: Request limit exceeded.\\n\\tstatus code: 503, request id: a'],
  ])('are not seen in %s', (_, error) => {
    expect(causesOf(traceText(log(error)))).not.toContain('ec2-api-errors')
  })
})
