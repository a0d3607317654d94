import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { zapLog } from '../support/lines.ts'
import { traceText } from '../support/trace-text.ts'

const found = (text: string) => findingsOf('sts-or-ec2-endpoint-unreachable', text)

const start = (minute: string) => `
  01:${minute}:00.000 info Starting L-IPAMD   ...
  01:${minute}:00.010 info Testing communication with server
  01:${minute}:00.100 info Successful communication with the Cluster! Cluster Version is: v1.23+. git version: v1.23.9. git tree state: clean. commit: d8b. platform: linux/amd64
  01:${minute}:00.200 debug Discovered region: eu-central-1
  01:${minute}:00.210 debug Found instance-id: i-0394ddc9dd6547b05
  01:${minute}:00.220 debug Start node init
`

describe('an AWS endpoint that cannot be reached', () => {
  it('shows in where the lines end, start after start (SDK v1 says nothing)', () => {
    const log = zapLog(start('00') + start('02') + start('04'))
    const [finding, ...more] = found(log)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'likely', contributing: ['ipamd-crash-loop', 'liveness-probe-kill'] })
    expect(finding?.summary).toContain('every 2m, 2 times')
    expect(finding?.evidence.map(line => line.line)).toEqual([6, 7, 12, 13])
    expect(finding?.actions[0]?.command).toContain('https://sts.eu-central-1.amazonaws.com https://ec2.eu-central-1.amazonaws.com')
    expect(traceText(log).verdict.status).toBe('fail')
    expect(findingsOf('ipamd-killed-or-panic', log)).toEqual([])
  })

  it('is certain where the error says that nobody answered (SDK v2)', () => {
    const [finding] = found(
      zapLog(`${start('00')}
        01:00:40.000 error Failed to call ec2:DescribeNetworkInterfaces for [eni-003d195fd1b5aa492]: operation error EC2: DescribeNetworkInterfaces, https response error StatusCode: 0, RequestID: , request send failed, Post "https://ec2.eu-central-1.amazonaws.com/": dial tcp 52.1.2.3:443: i/o timeout
        01:00:40.010 error Initialization failure: ipamd init: failed to retrieve attached ENIs info: operation error EC2: DescribeNetworkInterfaces, https response error StatusCode: 0, RequestID: , request send failed, Post "https://ec2.eu-central-1.amazonaws.com/": dial tcp 52.1.2.3:443: i/o timeout
      `),
    )
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain' })
    expect(finding?.summary).toContain('https://ec2.eu-central-1.amazonaws.com')
  })

  const quiet: Record<string, string> = {
    'a start that goes on to serve': `${start('00')}
      01:00:01.000 debug DescribeAllENIs success: ENIs: 1, tagged: 1
      01:00:02.000 info Serving RPC Handler version  on 127.0.0.1:50051`,
    'a start that says why it ended': `${start('00')}
      01:00:02.000 error Initialization failure: ipamd init: failed to retrieve attached ENIs info: UnauthorizedOperation: You are not authorized to perform this operation.\\n\\tstatus code: 403, request id: 9d094135-cb80-4f9a-93fd-2dd43c57749e
      ${start('02')}`,
    'a metadata service that does not answer': `
      01:00:00.000 info Starting L-IPAMD   ...
      01:00:30.000 error Initialization failure: ipamd: can not initialize with AWS SDK interface: RequestError: send request failed\\ncaused by: Get "http://169.254.169.254/latest/meta-data/mac": context deadline exceeded`,
    'the last start of a log that just ends': start('00'),
  }
  for (const [what, rows] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(zapLog(rows))).toEqual([]))
})
