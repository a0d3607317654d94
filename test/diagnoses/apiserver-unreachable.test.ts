import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support/findings.ts'
import { seelogLog, zapLog } from '../support/lines.ts'

const found = (text: string) => findingsOf('apiserver-unreachable', text)

describe('an API server that does not answer at the start', () => {
  it('counts the starts and names the address (v1.5: one try, then the end)', () => {
    const [finding, ...more] = found(
      seelogLog(`
        09:00:02.000 info Starting L-IPAMD v1.5.2  ...
        09:00:02.010 info Testing communication with server
        09:00:32.012 info Failed to communicate with K8S Server. Please check instance security groups or http proxy setting
        09:00:32.012 error Failed to create client: error communicating with apiserver: Get https://172.20.0.1:443/version?timeout=32s: dial tcp 172.20.0.1:443: i/o timeout
        09:01:02.000 info Starting L-IPAMD v1.5.2  ...
        09:01:02.010 info Testing communication with server
        09:01:32.012 info Failed to communicate with K8S Server. Please check instance security groups or http proxy setting
        09:01:32.012 error Failed to create client: error communicating with apiserver: Get https://172.20.0.1:443/version?timeout=32s: dial tcp 172.20.0.1:443: i/o timeout
      `),
    )
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'certain', contributing: ['ipamd-crash-loop'] })
    expect(finding?.summary).toContain('172.20.0.1:443 on 2 starts between 09:00:02 and 09:01:32')
    expect(finding?.evidence.map(line => line.line)).toEqual(expect.arrayContaining([3, 4, 7, 8]))
  })

  it('warns where it recovered (v1.11.3 to v1.19.3: tries for ever)', () => {
    const [finding] = found(
      zapLog(`
        01:19:24.556 info Starting L-IPAMD   ...
        01:19:24.557 info Testing communication with server
        01:19:29.558 error Unable to reach API Server, Get "https://10.100.0.1:443/version?timeout=5s": context deadline exceeded
        01:19:48.559 error Unable to reach API Server, Get "https://10.100.0.1:443/version?timeout=5s": context deadline exceeded
        01:20:04.985 info Successful communication with the Cluster! Cluster Version is: v1.29+. git version: v1.29.3. git tree state: clean. commit: d8b. platform: linux/amd64
        01:20:06.000 info Serving RPC Handler version  on 127.0.0.1:50051
      `),
    )
    expect(finding).toMatchObject({ severity: 'warn', confidence: 'certain', contributing: [] })
    expect(finding?.summary).toContain('took requests from 01:20:06')
  })

  it('sees the starts of v1.8 to v1.10.4, which end without a line', () => {
    const [finding] = found(
      zapLog(`
        01:00:00.000 info Starting L-IPAMD v1.9.3  ...
        01:00:00.010 info Testing communication with server
        01:00:35.000 info Starting L-IPAMD v1.9.3  ...
        01:00:35.010 info Testing communication with server
        01:01:30.000 info Starting L-IPAMD v1.9.3  ...
        01:01:30.010 info Testing communication with server
      `),
    )
    expect(finding).toMatchObject({ severity: 'fail', confidence: 'likely' })
    expect(finding?.summary).toContain('2 starts')
  })

  const quiet: Record<string, string> = {
    'an answer at once': `
      01:19:24.556 info Starting L-IPAMD   ...
      01:19:24.557 info Testing communication with server
      01:19:24.600 info Successful communication with the Cluster! Cluster Version is: v1.29+. git version: v1.29.3. git tree state: clean. commit: d8b. platform: linux/amd64
      01:19:26.000 info Serving RPC Handler version  on 127.0.0.1:50051
    `,
    'an outage while it serves': `
      01:19:24.556 info Starting L-IPAMD   ...
      01:19:24.557 info Testing communication with server
      01:19:24.600 info Successful communication with the Cluster! Cluster Version is: v1.29+. git version: v1.29.3. git tree state: clean. commit: d8b. platform: linux/amd64
      01:19:26.000 info Serving RPC Handler version  on 127.0.0.1:50051
      01:30:00.000 error Failed to get node while determining schedulability: Get "https://10.100.0.1:443/api/v1/nodes/n": dial tcp 10.100.0.1:443: i/o timeout
    `,
  }
  for (const [what, rows] of Object.entries(quiet)) it(`is quiet about ${what}`, () => expect(found(zapLog(rows))).toEqual([]))

  it('is only worth knowing where the answer came within seconds', () => {
    const [finding] = found(
      zapLog(`
        01:19:24.556 info Starting L-IPAMD   ...
        01:19:24.557 info Testing communication with server
        01:19:24.600 error Unable to reach API Server, Get "https://10.100.0.1:443/version?timeout=5s": context deadline exceeded
        01:19:26.600 info Successful communication with the Cluster! Cluster Version is: v1.29+. git version: v1.29.3. git tree state: clean. commit: d8b. platform: linux/amd64
        01:19:28.000 info Serving RPC Handler version  on 127.0.0.1:50051
      `),
    )
    expect(finding?.severity).toBe('info')
  })
})
