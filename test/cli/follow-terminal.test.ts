import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { folder } from '../support/following.ts'
import { BEFORE, gets, getsNone, refused, waits } from '../support/node-lines.ts'
import { buildProgram, type Program } from '../support/program.ts'

const present = spawnSync('tmux', ['-V']).status === 0

const isStatus = (lines: readonly string[]): boolean => lines.map(line => line.slice(0, 6)).join() === ' pool , node , FAIL '

describe.skipIf(!present)('a real terminal', () => {
  let program: Program
  beforeAll(() => {
    program = buildProgram()
  })
  afterAll(() => program.remove())

  it.each([
    [80, 24],
    [120, 40],
  ])(
    'of %i by %i has the status at the bottom, also when its size changes, and is left clean by Ctrl-C',
    async (columns, rows) => {
      const path = join(folder(), 'ipamd.log')
      writeFileSync(path, BEFORE)
      const socket = `ipamd-trace-test-${process.pid}-${columns}`
      const tmux = (...args: string[]): string => execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8' })
      const shown = (): string[] => tmux('capture-pane', '-p').trimEnd().split('\n')
      /** The screen once it is so and stays so; one that never is fails by the time-out. */
      const once = async (holds: (lines: string[]) => boolean, looks = 1): Promise<string[]> => {
        for (let held = 0; ; ) {
          const lines = shown()
          held = holds(lines) ? held + 1 : 0
          if (held === looks) return lines
          await new Promise(resolve => setTimeout(resolve, 50))
        }
      }
      const see = (text: string): Promise<string[]> => once(lines => lines.some(line => line.includes(text)))
      tmux(
        '-f',
        '/dev/null',
        'new-session',
        '-d',
        '-x',
        String(columns),
        '-y',
        String(rows),
        `${process.execPath} ${program.bin} --follow ${path}; echo exit $?; cat`,
      )
      onTestFinished(() => void spawnSync('tmux', ['-L', socket, 'kill-server']))
      await see(' node ')
      appendFileSync(
        path,
        refused('20:01:00.000') + waits('20:01:05.000') + gets('20:01:06.000', 'shop/d', '10.0.1.14') + getsNone('20:01:10.000', 'shop/e'),
      )
      const during = await see(' FAIL ')
      expect(during.slice(-3)).toSatisfy(isStatus)
      expect(during.some(line => line.startsWith('20:01:10 ✗ shop/e got no address'))).toBe(true)

      for (const [x, y] of [
        [60, 20],
        [100, 30],
      ]) {
        tmux('resize-window', '-x', String(x), '-y', String(y))
        await once(lines => isStatus(lines.slice(-3)) && lines.filter(line => line.startsWith(' pool ')).length === 1, 6)
      }

      tmux('send-keys', 'C-c')
      const after = await see('exit 0')
      expect(after.some(line => /^ (?:pool|node) /.test(line))).toBe(false)
      expect(after.join(' ').replace(/\s+/g, ' ')).toContain('Not recovered')
    },
    30_000,
  )
})
