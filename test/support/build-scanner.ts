import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const scanner = new URL('../../src/parser/scanner/', import.meta.url)
const changedAt = (name: string): number => statSync(new URL(name, scanner), { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Before all tests: they read the sources, and the scanner's module is made of one of them. */
export default function buildScanner(): void {
  if (changedAt('scan-module.ts') > changedAt('scan.ts')) return
  execFileSync('npm', ['run', '--silent', 'scanner'], { cwd: fileURLToPath(new URL('../..', import.meta.url)) })
}
