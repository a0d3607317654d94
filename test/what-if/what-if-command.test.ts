import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { WhatIf, WhatIfAnswer } from '../../src/model/what-if.ts'
import { terminalWhatIf } from '../../src/reporters/terminal-what-if.ts'
import { run } from '../support/run.ts'
import { answerOf, LOGS } from './logs.ts'

const path = (name: string): string => fileURLToPath(new URL(`../../fixtures/what-if/${name}.log.gz`, import.meta.url))
const schema = JSON.parse(readFileSync(new URL('../../docs/what-if.schema.json', import.meta.url), 'utf8'))
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
addFormats.default(ajv)
const isWhatIf = ajv.compile(schema)

describe('ipamd-trace what-if', () => {
  it('says how far the replay can be trusted, then what it comes to', async () => {
    const { code, out, err } = await run('what-if', path('burst'), '--warm-ip-target', '5', '--minimum-ip-target', '20')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('97 failures in the log, 97 in the')
    expect(out).toMatch(/failed requests +97 +\d+\n/)
    expect(out).toMatch(/Asked: \d+ failures avoided, [\d.]+ more addresses held on average, \d+ EC2 calls fewer\./)
    expect(out.indexOf('Proof')).toBeLessThan(out.indexOf('failed requests'))
  })

  it('marks what would change the cluster, and runs nothing', async () => {
    const { out } = await run('what-if', path('prefixes'), '--recommend')
    const [before, after] = out.split('A change, for review: it restarts aws-node on every node of the cluster.')
    expect(after).toContain('kubectl set env daemonset aws-node')
    expect(before).not.toContain('kubectl')
  })

  it('shows no command where none was asked for', async () => {
    expect((await run('what-if', path('prefixes'), '--warm-prefix-target', '2')).out).not.toContain('kubectl')
  })

  it('takes a cooldown in seconds, with or without their letter', async () => {
    const asked = async (text: string): Promise<WhatIfAnswer['asked']> =>
      ((JSON.parse((await run('what-if', path('cooldown'), '--cooldown', text, '-F', 'json')).out) as WhatIf).nodes[0] as WhatIfAnswer)
        .asked
    expect((await asked('10s'))?.settings.cooldownMs).toBe(10_000)
    expect(await asked('10')).toEqual(await asked('10s'))
  })

  it.each([
    ['--warm-ip-target', '-1'],
    ['--warm-ip-target', 'many'],
    ['--warm-eni-target', '1.5'],
    ['--max-eni', '99999'],
    ['--cooldown', '10h'],
    ['--cooldown', ''],
  ])('does not take %s %s', async (option, value) => {
    const { code, err, out } = await run('what-if', path('burst'), `${option}=${value}`)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(new RegExp(`^ipamd-trace: ${option} takes .*\n$`))
  })

  it('says why it refuses', async () => {
    const { code, out } = await run('what-if', path('burst-v1.7.10'), '--cooldown', '10s')
    expect(code).toBe(0)
    expect(out).toContain('No answer: v1.7.10 has no IP_COOLDOWN_PERIOD: it came with v1.15.0.')
  })

  it.each(LOGS)('prints JSON as its schema says: %s', async log => {
    const { out } = await run('what-if', path(log), '--warm-ip-target', '2', '--recommend', '-F', 'json')
    isWhatIf(JSON.parse(out))
    expect(isWhatIf.errors).toBeNull()
  })

  it('prints a refusal as its schema says', async () => {
    isWhatIf(JSON.parse((await run('what-if', path('burst-v1.7.10'), '--cooldown', '10s', '-F', 'json')).out))
    expect(isWhatIf.errors).toBeNull()
  })
})

describe('the view for a terminal', () => {
  it.each([40, 60, 80, 200])('is no wider than %i columns, but for the command', async columns => {
    const answer = await answerOf('burst', { settings: { warmIpTarget: 5 }, recommend: true })
    const text = terminalWhatIf({ schema: 'ipamd-trace/what-if', schemaVersion: 1, nodes: [answer] }, { columns, color: false })
    const [said] = text.split('kubectl')
    for (const line of (said as string).split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
  })

  it('hands no command of the log to the terminal', async () => {
    const answer = { ...(await answerOf('burst')), node: 'a\u001b[2Jb', instanceType: 'm5\u202e.large' }
    const text = terminalWhatIf(
      { schema: 'ipamd-trace/what-if', schemaVersion: 1, nodes: [answer, { node: '\u0007', refused: 'x\u009b' }] },
      { columns: 80, color: false },
    )
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('says so where there is no node', () => {
    expect(terminalWhatIf({ schema: 'ipamd-trace/what-if', schemaVersion: 1, nodes: [] }, { columns: 80, color: false })).toBe(
      'No line of ipamd stands in the log.\n',
    )
  })
})
