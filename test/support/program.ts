import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packages = realpathSync(join(root, 'node_modules'))

export interface Program {
  /** The folder of the package, as npm would install it. */
  readonly folder: string
  readonly bin: string
  /** Where its packages really lie. */
  readonly packages: string
  remove(): void
}

/** The program as it is bundled from these sources, in a folder of its own. */
export function buildProgram(): Program {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'program-'))
  chmodSync(folder, 0o755)
  symlinkSync(packages, join(folder, 'node_modules'))
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { bundle: string } }
  const bundle = scripts.bundle
    .replace(/ && .*/, '')
    .replace(' dist/cli/main.js', ' src/cli/main.ts')
    .replaceAll(/\.\/dist\/cli\/bundle\/(\w+)\.js/g, './src/cli/bundle/$1.ts')
    .replace('=dist/', `=${folder}/dist/`)
  execFileSync('sh', ['-c', bundle], { cwd: root, env: { PATH: `${join(packages, '.bin')}:${process.env.PATH}` } })
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  execFileSync(process.execPath, [join(folder, 'bin', 'make-cache.js')])
  return { folder, packages, bin: join(folder, 'bin', 'ipamd-trace.js'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  /** Sends a signal once the program said, or was given, enough. */
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

/** Starts a command; it is killed after `within` ms, so that a hang is a failure and not an endless test. */
export function start(command: string, args: readonly string[], { cwd, within = 30_000 }: { cwd?: string; within?: number } = {}): Started {
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, LANG: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] })
  const out = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => {
    out.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    out.stderr += text
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), within)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, ...out })
    })
  })
  return { kill: signal => child.kill(signal), ended }
}

export function runCommand(command: string, args: readonly string[], options?: { cwd?: string; within?: number }): Promise<Ended> {
  return start(command, args, options).ended
}
