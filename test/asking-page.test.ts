import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { caseFile } from './cases.ts'
import { runCli } from './support/run-cli.ts'

const LOG = caseFile('subnet-out-of-addresses', 'ipamd.log')
const page = readFileSync(new URL('../docs/asking.md', import.meta.url), 'utf8')

/** Each `$ command` of the page, with the lines that stand below it; `…` stands for some that are left out. */
const examples = [...page.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block
    .split(/^\$ ipamd-trace /m)
    .slice(1)
    .map(text => {
      const [command = '', ...lines] = text.trimEnd().split('\n')
      return { command, lines: lines.filter(line => line !== '…') }
    }),
)

describe('docs/asking.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(6)
  })

  it.each(examples)('shows what the program says: $command', async ({ command, lines }) => {
    const { code, out, err } = await runCli(command.split(' ').map(word => word.replace(/^ipamd\.log/, LOG)))
    expect([0, 2]).toContain(code)
    const said = `${out}${err}`.replaceAll('\r', '').split('\n')
    let from = 0
    for (const line of lines) {
      const at = said.findIndex((one, i) => i >= from && one.startsWith(line))
      expect(at, line).toBeGreaterThanOrEqual(0)
      from = at + 1
    }
  })
})
