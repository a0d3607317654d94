import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { trace } from '../../src/trace.ts'
import { zap } from '../support/lines.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('logs that lie in an archive in another order than that of their time', () => {
  it.each([['--gzip'], ['--no-xattrs']])('are all read (tar %s)', async option => {
    const lines = 900
    for (let i = 0; i < 8; i++) {
      mkdirSync(join(folder, `n${i}`))
      const log = Array.from({ length: lines }, (_, k) =>
        zap(`Received DelNetwork for Sandbox c${k}`, new Date(Date.UTC(2024, 8, 1 + i) + k).toISOString()),
      )
      writeFileSync(join(folder, `n${i}`, 'ipamd.log'), `${log.join('\n')}\n`)
    }
    const names = Array.from({ length: 8 }, (_, i) => `n${7 - i}`)
    execFileSync('tar', ['--create', option, '--file', 'bundle.tar.gz', ...names], { cwd: folder })
    const report = await trace([join(folder, 'bundle.tar.gz')])
    expect(report.inputs.map(input => input.lines)).toEqual(Array.from({ length: 8 }, () => lines))
    expect(report.problems.filter(({ severity }) => severity === 'damage')).toEqual([])
  })
})
