import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { caseFile } from '../cases.ts'
import { run } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'overwriting-'))
const log = join(folder, 'logs', 'ipamd.log')
const text = readFileSync(caseFile('all-free-ips-in-cooldown', 'ipamd.log'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'logs'), { recursive: true })
  writeFileSync(log, text)
  symlinkSync(log, join(folder, 'link'))
})

describe('a log that is read', () => {
  it.each([
    ['by its own name', [log, '-o', log]],
    ['through a link', [log, '-o', join(folder, 'link')]],
    ['where the link is what is read', [join(folder, 'link'), '-o', log]],
    ['where its folder is named', [join(folder, 'logs'), '-o', log]],
    ['by the map of a redaction', [log, '--redact-map', log]],
    ['by a piece of itself', ['cut', log, '--since', '22:40:00', '--until', '22:40:13', '-o', log]],
    ['by some of its lines', ['show', `${log}:3`, '-o', log]],
    ['by a comparison', ['compare', log, log, '-o', log]],
  ])('is never replaced by what is written: %s', async (_, argv) => {
    const { code, out, err } = await run(...argv)
    expect(err).toContain('would take the place of a log that is read')
    expect([code, out]).toEqual([2, ''])
    expect(readFileSync(log).equals(text)).toBe(true)
  })

  it('may have its report beside it, again and again', async () => {
    for (let i = 0; i < 2; i++) {
      const { code, err } = await run(join(folder, 'logs'), '-o', join(folder, 'logs', 'report.md'), '--format', 'markdown')
      expect([code, err]).toEqual([0, ''])
    }
  })
})

describe('two things that are written', () => {
  it('do not go into one file', async () => {
    const { code, err } = await run(log, '-o', join(folder, 'x'), '--redact-map', join(folder, 'logs', '..', 'x'))
    expect(err).toContain('--output and --redact-map name one file')
    expect(code).toBe(2)
  })
})
