import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram, type Program } from './support/program.ts'

const root = new URL('../', import.meta.url)
let program: Program
beforeAll(() => {
  program = buildProgram()
})
afterAll(() => program.remove())

const readme = readFileSync(new URL('README.md', root), 'utf8')

describe('the README', () => {
  it('opens with the screen that its first command gives', () => {
    const log = 'fixtures/cases/subnet-out-of-addresses/ipamd.log'
    expect(readme).toContain(`node bin/ipamd-trace.js ${log}`)
    const said = execFileSync(process.execPath, [program.bin, log], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, COLUMNS: '100' },
    })
    expect(readme).toContain(said.trimEnd())
  })

  it('names every package that the program needs', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { dependencies: Record<string, string> }
    for (const name of Object.keys(dependencies)) expect(readme).toContain(name)
  })

  it('names no file that is not there', () => {
    const links = [...readme.matchAll(/\]\(([a-zA-Z][\w./-]+)\)/g)].map(([, path]) => path as string)
    expect(links.length).toBeGreaterThan(3)
    for (const path of links) expect(() => readFileSync(new URL(path, root)), path).not.toThrow()
  })
})
