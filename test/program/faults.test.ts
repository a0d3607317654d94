import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { traceAll } from '../../src/trace.ts'
import { buildProgram, type Program, runCommand, start } from '../support/program.ts'

const FIXTURE = fileURLToPath(new URL('../../fixtures/cases/subnet-out-of-addresses/ipamd.log', import.meta.url))
const log = readFileSync(FIXTURE, 'utf8')

let program: Program
let folder: string

beforeAll(() => {
  program = buildProgram()
}, 60_000)
afterAll(() => program.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]) => runCommand(process.execPath, [program.bin, ...args], { cwd: folder })
const shell = (script: string) => runCommand('bash', ['-c', script, program.bin, FIXTURE, process.execPath], { cwd: folder })

/** A folder on a disk of 128 kB. Mounting needs root, and a sandbox may forbid it even then. */
const mounts = ((): boolean => {
  const at = mkdtempSync(join(tmpdir(), 'mounts-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', at], { stdio: 'ignore' })
    execFileSync('umount', [at])
    return true
  } catch {
    return false
  } finally {
    rmSync(at, { recursive: true, force: true })
  }
})()

/** Commands run as somebody without rights. */
const drops = ((): boolean => {
  try {
    execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe('a full disk', () => {
  it.skipIf(!mounts)(
    'keeps the report that was there, leaves nothing beside it, and is told (skipped where mounting is not permitted)',
    async () => {
      const disk = join(folder, 'disk')
      mkdirSync(disk)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk])
      try {
        const report = join(disk, 'report.json')
        writeFileSync(report, 'the old one')
        writeFileSync(join(disk, 'filler'), Buffer.alloc(96 << 10))
        const told = await run(FIXTURE, '--format', 'html', '--output', report)
        expect(told).toMatchObject({ code: 2, stdout: '', stderr: `ipamd-trace: cannot write ${report}: ENOSPC\n` })
        expect(readdirSync(disk).sort()).toEqual(['filler', 'report.json'])
        expect(readFileSync(report, 'utf8')).toBe('the old one')
      } finally {
        execFileSync('umount', [disk])
      }
    },
  )

  it.skipIf(!existsSync('/dev/full'))('behind stdout is told', async () => {
    const told = await shell('"$2" "$0" "$1" --format json > /dev/full')
    expect(told).toMatchObject({ code: 2, stderr: 'ipamd-trace: cannot write the report: ENOSPC\n' })
    expect(await run(FIXTURE, '--output', '/dev/full')).toMatchObject({ code: 2, stderr: 'ipamd-trace: cannot write /dev/full: ENOSPC\n' })
  })

  it('is no reason to leave a file where the folder does not exist', async () => {
    expect(await run(FIXTURE, '--output', 'no/such/report.md')).toMatchObject({
      code: 2,
      stderr: 'ipamd-trace: cannot write no/such/report.md: ENOENT\n',
    })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a log that cannot be read', () => {
  it.skipIf(!existsSync('/proc/self/mem'))('is told where the disk fails', async () => {
    const told = await run('/proc/self/mem', FIXTURE, '-q')
    expect(told.code).toBe(2)
    expect(told.stderr).toContain('ipamd-trace: /proc/self/mem')
    expect(told.stdout).toContain('FAIL')
    expect(told.stderr).not.toMatch(/^ {4}at /m)
  })

  it.skipIf(!drops)(
    'is told where the permission is missing, and the others are read (skipped where users cannot be changed)',
    async () => {
      copyFileSync(FIXTURE, join(folder, 'open.log'))
      writeFileSync(join(folder, 'closed.log'), log)
      chmodSync(join(folder, 'closed.log'), 0)
      const as = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, program.bin]
      const told = await runCommand('setpriv', [...as, 'open.log', 'closed.log', '-q', '--output', 'report.txt'], { cwd: folder })
      expect(told.code).toBe(2)
      expect(told.stderr).toContain('closed.log')
      expect(told.stderr).toContain('report.txt: EACCES')
      expect(readdirSync(folder).sort()).toEqual(['closed.log', 'open.log'])
    },
  )

  it('is damage where it vanishes before its turn comes', async () => {
    const first = join(folder, 'ipamd.log')
    const second = join(folder, 'ipamd.log.1')
    writeFileSync(first, log)
    writeFileSync(second, log.replaceAll('2024-09-11', '2024-09-12'))
    const { report } = await traceAll([folder], {
      onProgress: () => {
        rmSync(second, { force: true })
      },
    })
    expect(report.problems.map(({ kind, severity }) => `${kind} ${severity}`)).toContain('read-error damage')
    expect(report.nodes[0]?.requests.add).toBeGreaterThan(0)
  })

  it('is read to its end where only its name vanishes, and is damage where it shrinks', async () => {
    const many = Array.from({ length: 40 }, (_, day) =>
      log.replaceAll('2024-09-11', `2024-${day < 20 ? '10' : '11'}-${10 + (day % 20)}`),
    ).join('')
    for (const [act, expected] of [
      [(path: string) => unlinkSync(path), []],
      [(path: string) => truncateSync(path, 300_000), ['file-shrank damage']],
    ] as const) {
      const path = join(folder, 'ipamd.log')
      writeFileSync(path, many)
      let done = false
      const { report } = await traceAll([path], {
        onProgress: ({ bytesRead }) => {
          if (bytesRead > 0 && !done) {
            done = true
            act(path)
          }
        },
      })
      expect(report.problems.filter(({ kind }) => kind !== 'cut-line').map(({ kind, severity }) => `${kind} ${severity}`)).toEqual(expected)
    }
  })
})

describe('a reader that has seen enough', () => {
  it.each(['json', 'html', 'markdown', 'terminal'])('of the form %s ends the program quietly', async format => {
    const told = await shell(`"$2" "$0" "$1" --format ${format} | head -c 1 > /dev/null; echo "\${PIPESTATUS[0]}"`)
    expect(told).toMatchObject({ stdout: '0\n', stderr: '' })
  })

  it('ends it quietly before a line is written', async () => {
    expect(await shell(`"$2" "$0" "$1" --format json | true; echo "\${PIPESTATUS[0]}"`)).toMatchObject({ stdout: '0\n', stderr: '' })
  })
})

describe('a named pipe', () => {
  it('is read as slowly as it comes', async () => {
    const told = await shell('mkfifo slow; (head -c 5000 "$1"; sleep 0.4; tail -c +5001 "$1") > slow & "$2" "$0" slow -q')
    expect(told.stdout).toContain('12 requests of 5 pods failed')
    expect(told).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('that nobody reads the report from is given up on %s', async signal => {
    execFileSync('mkfifo', [join(folder, 'unread')])
    const running = start(process.execPath, [program.bin, FIXTURE, '--output', 'unread'], { cwd: folder, within: 10_000 })
    const again = setInterval(() => running.kill(signal), 300)
    expect(await running.ended).toMatchObject({ code: null, signal })
    clearInterval(again)
  })

  it('that nobody writes into any more is empty', async () => {
    expect(await shell('mkfifo none; : > none & "$2" "$0" none')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: 'ipamd-trace: none: empty\n',
    })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('that falls silent is given up on %s: what came is reported', async signal => {
    execFileSync('mkfifo', [join(folder, 'silent')])
    const writer = start('bash', ['-c', 'exec > silent; cat "$0"; touch wrote; exec sleep 30', FIXTURE], { cwd: folder })
    const reader = start(process.execPath, [program.bin, 'silent', '-q'], { cwd: folder })
    const late = setInterval(() => {
      // a moment after the last byte was taken
      if (existsSync(join(folder, 'wrote'))) reader.kill(signal)
    }, 700)
    const told = await reader.ended
    clearInterval(late)
    writer.kill('SIGKILL')
    await writer.ended
    expect(told).toMatchObject({ code: 4, stderr: '' })
    expect(told.stdout).toContain('The reading was interrupted')
    expect(told.stdout).toContain('12 requests of 5 pods failed')
  })
})

describe('SIGINT and SIGTERM', () => {
  it.each([
    ['SIGINT', 0],
    ['SIGTERM', 60],
  ] as const)(
    'at any moment (%s) leave a whole report or none, and nothing else',
    async (signal, from) => {
      const many = Array.from({ length: 60 }, (_, day) =>
        log.replaceAll('2024-09-11', `2024-${10 + Math.floor(day / 28)}-${10 + (day % 18)}`),
      ).join('')
      writeFileSync(join(folder, 'ipamd.log'), many)
      const seen = new Set<string>()
      for (let delay: number = from; delay < 600; delay += 120) {
        const running = start(process.execPath, [program.bin, 'ipamd.log', '--format', 'json', '--output', 'report.json'], { cwd: folder })
        const timer = setTimeout(() => running.kill(signal), delay)
        const told = await running.ended
        clearTimeout(timer)
        const files = readdirSync(folder).filter(name => name !== 'ipamd.log')
        expect(told.stderr).toBe('')
        if (told.signal === signal) seen.add('none')
        else expect([0, 4]).toContain(told.code)
        expect(files.every(name => name === 'report.json')).toBe(true)
        if (files.length === 1) {
          expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')).schema).toBe('ipamd-trace/report')
          seen.add('whole')
          unlinkSync(join(folder, 'report.json'))
        }
      }
      expect([...seen].sort()).toContain('none')
    },
    60_000,
  )
})
