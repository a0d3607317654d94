import { describe, expect, it } from 'vitest'
import { caseFile } from '../cases.ts'
import { runCli } from '../support/run-cli.ts'

const flagship = caseFile('subnet-out-of-addresses', 'ipamd.log')
const calm = caseFile('none-benign-del-unknown-pod', 'ipamd.log')

describe('ipamd-trace waste', () => {
  it('says first what the node held', async () => {
    const { code, out } = await runCli(['waste', flagship])
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toBe('This node held 29 addresses for 0 pods at 20:38:19; on average 7.9 of 29 had no pod.')
  })

  it('gives the figures as JSON', async () => {
    const answer = JSON.parse((await runCli(['waste', flagship, '--format', 'json'])).out)
    expect(answer).toMatchObject({
      schema: 'ipamd-trace/waste',
      nodes: [{ subnetId: 'subnet-0a7e3c91d5f2b8846', waste: { peak: { spare: 29 } } }],
      subnets: [{ nodes: 1, peak: { spare: 29 } }],
    })
  })

  it('ends with 2 where a log cannot be opened', async () => {
    const { code, err } = await runCli(['waste', 'no-such.log'])
    expect(code).toBe(2)
    expect(err).toContain('no-such.log')
  })
})

describe('ipamd-trace compare', () => {
  it('says first what became of the failures', async () => {
    const { code, out } = await runCli(['compare', flagship, flagship])
    expect(code).toBe(0)
    expect(out).toMatch(/^Still failing: 12 of 46 requests failed/)
    expect(out).toMatch(/Failed per hour +162 +162 +same/)
  })

  it('gives both sides as JSON', async () => {
    const comparison = JSON.parse((await runCli(['compare', flagship, calm, '-F', 'json'])).out)
    expect(comparison).toMatchObject({
      schema: 'ipamd-trace/comparison',
      outcome: 'cannot-tell',
      before: { failed: 12, podsHit: 5, starts: 1 },
      after: { failed: 0, requests: 2 },
    })
  })

  it.each([[['compare', flagship]], [['compare', flagship, 'no-such.log']], [['compare', '-', '-']]])('ends with 2 for %j', async argv => {
    expect((await runCli([...argv])).code).toBe(2)
  })
})
