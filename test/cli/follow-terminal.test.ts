import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folder } from '../support/following.ts'
import { BEFORE, gets, getsNone, refused, waits } from '../support/node-lines.ts'

const BIN = fileURLToPath(new URL('../../bin/ipamd-trace.js', import.meta.url))
const present = spawnSync('tmux', ['-V']).status === 0

describe.skipIf(!present)('a real terminal', () => {
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
      const see = async (text: string): Promise<string[]> => {
        for (;;) {
          const lines = shown()
          if (lines.some(line => line.includes(text))) return lines
          await new Promise(resolve => setTimeout(resolve, 50))
        }
      }
      tmux(
        '-f',
        '/dev/null',
        'new-session',
        '-d',
        '-x',
        String(columns),
        '-y',
        String(rows),
        `${process.execPath} ${BIN} --follow ${path}; echo exit $?; cat`,
      )
      onTestFinished(() => void spawnSync('tmux', ['-L', socket, 'kill-server']))
      await see(' node ')
      appendFileSync(
        path,
        refused('20:01:00.000') + waits('20:01:05.000') + gets('20:01:06.000', 'shop/d', '10.0.1.14') + getsNone('20:01:10.000', 'shop/e'),
      )
      const during = await see(' FAIL ')
      expect(during.slice(-3).map(line => line.slice(0, 6))).toEqual([' pool ', ' node ', ' FAIL '])
      expect(during.some(line => line.startsWith('20:01:10 ✗ shop/e got no address'))).toBe(true)

      for (const [x, y] of [
        [60, 20],
        [100, 30],
      ]) {
        tmux('resize-window', '-x', String(x), '-y', String(y))
        await new Promise(resolve => setTimeout(resolve, 1_500))
        const resized = shown()
        expect(resized.slice(-3).map(line => line.slice(0, 6))).toEqual([' pool ', ' node ', ' FAIL '])
        expect(resized.filter(line => line.startsWith(' pool '))).toHaveLength(1)
      }

      tmux('send-keys', 'C-c')
      const after = await see('exit 0')
      expect(after.some(line => /^ (?:pool|node) /.test(line))).toBe(false)
      expect(after.join(' ').replace(/\s+/g, ' ')).toContain('Not recovered')
    },
    30_000,
  )
})
