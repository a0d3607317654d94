import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/cli/nearest.ts'
import { diagnoses } from '../../src/diagnoses/index.ts'
import { terminal } from '../../src/reporters/terminal.ts'
import { terminalPage } from '../../src/reporters/terminal-page.ts'
import { cases, reportOf } from '../cases.ts'
import { runCli } from '../support/run-cli.ts'

describe('ipamd-trace explain', () => {
  it('lists all causes, grouped, without an argument', async () => {
    const { code, out } = await runCli(['explain'])
    expect(code).toBe(0)
    const text = out.replaceAll(/\n +/g, ' ')
    for (const { id, title } of diagnoses) expect(text).toContain(`- ${id}: ${title}`)
    expect(out).toMatch(/^EC2 said why$/m)
    expect(out).toMatch(/^Trouble without a failed request$/m)
  })

  it.each(diagnoses.map(({ id }) => id))('shows the page of %s', async id => {
    const { code, out } = await runCli(['explain', id])
    expect(code).toBe(0)
    expect(out.startsWith(`${id}: `)).toBe(true)
    expect(out).toMatch(/^What to do$/m)
    expect(out).not.toMatch(/[`#]/)
    expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
  })

  it('has bold headings where there are colors', async () => {
    expect((await runCli(['explain', 'imds-unreachable', '--color'])).out).toContain('\u001b[1mWhat it means\u001b[')
  })

  it.each([
    ['subnet-exhausted', 'subnet-out-of-addresses'],
    ['imds-unreachible', 'imds-unreachable'],
    ['throttling', 'ec2-api-throttling'],
    ['cooldown', 'all-free-ips-in-cooldown'],
  ])('does not know %s, and names %s', async (given, near) => {
    const { code, out, err } = await runCli(['explain', given])
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(near)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  it.each(['../../package', '..', 'README', '\u001b[2J', 'x'.repeat(100_000)])('opens no other file: %j', async given => {
    const { code, err } = await runCli(['explain', given])
    expect(code).toBe(2)
    expect(err).not.toContain('\u001b')
    expect(err.length).toBeLessThan(400)
  })
})

describe('a report in the terminal', () => {
  const OPTIONS = { columns: 100, color: false, verbose: false, quiet: false }
  const textOf = async (id: string, verbose = false): Promise<string> => terminal(await reportOf(id), { ...OPTIONS, verbose })

  it('names the page of its cause below what to do', async () => {
    expect((await textOf('leaked-ips-no-del')).split('\n')).toContain('          More: ipamd-trace explain leaked-ips-no-del')
  })

  it.each(cases)('does so only where a screen has room for it: %s', async id => {
    const text = await textOf(id)
    if (text.includes('ipamd-trace explain')) expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(34)
  })

  it('leaves it out of a screen that is full, and has it with -v', async () => {
    expect(await textOf('subnet-out-of-addresses')).not.toContain('explain')
    expect(await textOf('subnet-out-of-addresses', true)).toContain('ipamd-trace explain subnet-out-of-addresses')
  })
})

describe('the nearest names', () => {
  it('are those that contain it, then those with its words, then those few letters away', () => {
    expect(nearest('lock', ['clock-went-back', 'iptables-lock', 'other'], 2)).toEqual(['iptables-lock', 'clock-went-back'])
    expect(nearest('iptabels', ['imds', 'iptables', 'ip'], 1)).toEqual(['iptables'])
  })
})

describe('a page in the terminal', () => {
  const page =
    '# Title\n\nA paragraph with `code` and a [link](x.md)\nin two lines.\n\n## Section\n\n- An item\n  that goes on\n- Another\n'

  it('has its headings, paragraphs and items wrapped, without the marks of Markdown', () => {
    expect(terminalPage(page, { columns: 60, color: false })).toBe(
      'Title\n\n A paragraph with code and a link in two lines.\n\nSection\n - An item that goes on\n - Another\n',
    )
  })

  it('fits a narrow terminal', () => {
    for (const line of terminalPage(page, { columns: 40, color: false }).split('\n')) expect(line.length).toBeLessThanOrEqual(40)
  })
})
