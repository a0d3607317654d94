import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { html } from '../../src/reporters/html.ts'
import { type Format, reporters } from '../../src/reporters/index.ts'
import { madeUpNode, madeUpReport, reportOf } from '../reporters/made-up-report.ts'
import { run } from '../support/run.ts'

const OPTIONS = { columns: 100, color: false, verbose: false, quiet: false }
const folder = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('an HTML report as the argument', () => {
  const sound = { ...madeUpReport({ pods: 3 }), problems: [] }
  const page = html(sound, OPTIONS)

  it.each(Object.keys(reporters) as Format[])('gives the same %s as the log did', async format => {
    const again = await run(file('report.html', page), '--format', format)
    expect(again.err).toBe('')
    expect(again.code).toBe(0)
    expect(again.out).toBe(reporters[format](sound, OPTIONS))
  })

  it('keeps the exit code of its report', async () => {
    expect((await run(file('damaged.html', html(madeUpReport(), OPTIONS)))).code).toBe(4)
    expect((await run(file('report.html', page), '--fail-on', 'fail')).code).toBe(10)
    const quiet = { ...reportOf([{ ...madeUpNode(), incidents: [], findings: [] }]), problems: [] }
    expect((await run(file('quiet.html', html(quiet, OPTIONS)), '--fail-on', 'warn')).code).toBe(0)
  })

  it('cannot be narrowed any more', async () => {
    const { code, err } = await run(file('report.html', page), '--since', '2025-11-18T20:41:00Z')
    expect(code).toBe(2)
    expect(err).toContain('--since and --until need the log')
  })

  it('is refused in one line where its data is damaged', async () => {
    const { code, err, out } = await run(file('cut.html', page.slice(0, -20_000)))
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(/^ipamd-trace: .*cut\.html is a report of ipamd-trace, but its data is damaged or of a newer release\n$/)
  })

  it('is no report where it only looks like a page', async () => {
    const { code, err } = await run(file('page.html', '<!doctype html>\n<title>other</title>\n'))
    expect(code).toBe(3)
    expect(err).toContain('page.html')
  })
})
