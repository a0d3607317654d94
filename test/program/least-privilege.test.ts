import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram, type Program, runCommand } from '../support/program.ts'

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
      expect(told.stdout.length).toBeGreaterThan(1_000)
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
    const told = readFileSync(join(root, 'docs/security.md'), 'utf8')
    const named = Object.keys((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package).dependencies ?? {})
    expect(named.filter(name => !told.includes(`| \`${name}\` |`))).toEqual([])
  })
})
