import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram, type Program, runCommand } from '../support/program.ts'
import { run } from '../support/run.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let program: Program
let folder: string

beforeAll(() => {
  program = buildProgram()
  folder = mkdtempSync(join(tmpdir(), 'privilege-'))
  cpSync(join(root, 'fixtures/cases/subnet-out-of-addresses/ipamd.log'), join(folder, 'ipamd.log'))
}, 60_000)
afterAll(() => {
  program.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Node's permission model: the flag has lost its `experimental` in Node 23.5. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'

describe('the program', () => {
  it.each(['terminal', 'markdown', 'html', 'json'])(
    'makes its report as %s with the right to read its input and itself, and no other',
    async format => {
      const rights = [
        PERMISSION,
        '--no-warnings',
        ...[program.folder, program.packages, folder].map(path => `--allow-fs-read=${path}${path === folder ? '/*' : '/*'}`),
      ]
      const told = await runCommand(process.execPath, [...rights, program.bin, join(folder, 'ipamd.log'), '--format', format])
      expect(told.stderr).toBe('')
      expect(told.code).toBe(0)
      // the one file that the sources become says what they say, to the last character
      expect(told.stdout).toBe((await run(join(folder, 'ipamd.log'), '--format', format)).out)
      expect(readdirSync(folder)).toEqual(['ipamd.log'])
    },
  )

  it('is refused what it was given no right to', async () => {
    const rights = [PERMISSION, '--no-warnings', ...[program.folder, program.packages].map(path => `--allow-fs-read=${path}/*`)]
    const told = await runCommand(process.execPath, [...rights, program.bin, join(folder, 'ipamd.log')])
    expect(told.code).toBe(2)
    expect(told.stderr).not.toMatch(/^ {4}at /m)
  })
})

/** A mount namespace in which everything is read-only; that needs root, and a sandbox may forbid it even then. */
const READ_ONLY = 'mount -o remount,bind,ro / && if test -w "$0"; then exit 99; fi; exec "$@"'
const hides = spawnSync('unshare', ['--mount', 'sh', '-c', READ_ONLY, tmpdir(), 'true']).status === 0
if (!hides) console.warn('skipped: a root file system that is read-only needs root and the right to mount')

describe.skipIf(!hides)('on a root file system that is read-only (skipped where mounting is not permitted)', () => {
  const run = (...args: string[]) =>
    runCommand('unshare', ['--mount', 'sh', '-c', READ_ONLY, folder, process.execPath, program.bin, join(folder, 'ipamd.log'), ...args])

  it.each(['terminal', 'markdown', 'html', 'json'])('the report as %s is the same', async format => {
    const told = await run('--format', format)
    expect(told).toEqual(await runCommand(process.execPath, [program.bin, join(folder, 'ipamd.log'), '--format', format]))
    expect(told).toMatchObject({ code: 0, stderr: '' })
  })

  it('a file that is to be written is refused in one line', async () => {
    const path = join(folder, 'report.txt')
    expect(await run('--output', path)).toMatchObject({ code: 2, stdout: '', stderr: `ipamd-trace: cannot write ${path}: EROFS\n` })
  })
})

describe('the sources', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'))

  it.each([
    ['evaluate text', /\beval\s*\(|\bnew Function\b|\bFunction\s*\(|from 'node:vm'|import\((?!['"])/],
    ['start no process', /['"](?:node:)?(?:child_process|cluster|worker_threads)['"]/],
    ['open no connection', /['"](?:node:)?(?:net|http|https|http2|tls|dgram|dns|dns\/promises|inspector)['"]|\bfetch\(|\bWebSocket\b/],
  ])('never %s', (_, pattern) => {
    const found = files.filter(path => !MAY_START.has(path) && pattern.test(readFileSync(join(root, 'src', path), 'utf8')))
    expect(found).toEqual([])
  })
})

/** What runs the user's own command when an incident begins (`--on-incident`). */
const MAY_START: ReadonlySet<string> = new Set(['cli/alerts.ts'])

const page = (): string => readFileSync(join(root, 'docs/security.md'), 'utf8')

describe('docs/security.md', () => {
  it('names for each thing that must never happen a test that is there', () => {
    const table = page().split('## What they must never get')[1]?.split('\n## ')[0] ?? ''
    const rows = table.split('\n').filter(line => /^\| (?!---|Never)/.test(line))
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) {
      const tests = [...(row.split('|').at(-2) ?? '').matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path as string)
      expect(tests, row).not.toEqual([])
      expect(tests.filter(path => !existsSync(join(root, path)))).toEqual([])
    }
  })

  it('names for each bound the file that has it', () => {
    const table = page().split('## Bounds')[1]?.split('\n## ')[0] ?? ''
    const paths = [...table.matchAll(/\| `(src\/[^`]+)` \|/g)].map(([, path]) => path as string)
    expect(paths.length).toBeGreaterThan(10)
    expect(paths.filter(path => !existsSync(join(root, path)))).toEqual([])
  })
})

describe('the packages that come with the program', () => {
  interface Package {
    readonly version: string
    readonly license?: string
    readonly dependencies?: Readonly<Record<string, string>>
  }
  const packageOf = (name: string): Package => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { dev?: boolean; optional?: boolean; license?: string; hasInstallScript?: boolean }>>
  }
  const shipped = Object.entries(lock.packages).filter(([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true)

  it('are free to use and to pass on', () => {
    const free = /^(?:MIT|ISC|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|BlueOak-1\.0\.0)$/
    expect(shipped.length).toBeGreaterThan(5)
    const others = shipped
      .map(([path]) => path.slice('node_modules/'.length))
      .map(name => [name, packageOf(name).license] as const)
      .filter(([, license]) => license === undefined || !free.test(license))
    expect(others).toEqual([])
  })

  it('run nothing when they are installed', () => {
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path)).toEqual([])
  })

  it('are each named with a reason in docs/security.md', () => {
    const told = page()
    const named = Object.keys((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package).dependencies ?? {})
    expect(named.filter(name => !told.includes(`| \`${name}\` |`))).toEqual([])
  })
})
