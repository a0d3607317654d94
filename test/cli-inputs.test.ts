import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { look } from '../src/parser/look.ts'
import { openFailure } from '../src/sources/discover.ts'
import { openSources } from '../src/sources/sources.ts'
import { createWorld, reportOf, run, smallLog } from './sources/world.ts'

const world = createWorld()
afterAll(world.remove)

const START = Date.parse('2024-09-11T20:39:00Z')
const small = `${smallLog(7, START).join('\n')}\n`
const plugin =
  '{"level":"info","ts":"2024-09-11T20:39:00.478Z","caller":"routed-eni-cni-plugin/cni.go:119","msg":"Received CNI add request"}\n'

describe('the arguments', () => {
  it('none: the log of this node, or what to do where there is none', async () => {
    if (existsSync('/var/log/aws-routed-eni/ipamd.log')) return
    const { code, stderr } = await run([])
    expect(code).toBe(2)
    expect(stderr).toBe(
      'ipamd-trace: no input: name a log, a directory or a support bundle, or - for stdin (/var/log/aws-routed-eni/ipamd.log does not exist here)\n',
    )
  })

  it('none, on a node: the log in its place', async () => {
    const defaultLog = world.write('var/log/aws-routed-eni/ipamd.log', small)
    const { nodes, errors } = await openSources([], { stdin: (async function* () {})(), look, defaultLog })
    expect(errors).toEqual([])
    expect(nodes[0]?.inputs.map(input => input.path)).toEqual([defaultLog])
  })

  it('without permission: says to try sudo', () => {
    const words = openFailure('/var/log/aws-routed-eni/ipamd.log', Object.assign(new Error('x'), { code: 'EACCES' }))
    expect(words).toBe("/var/log/aws-routed-eni/ipamd.log: permission denied (on a node ipamd's log belongs to root: try sudo)")
  })

  it('- is stdin, whatever comes through it', async () => {
    for (const bytes of [small, world.gzip(small)]) {
      const { code, report } = await reportOf(['-'], bytes)
      expect(code).toBe(0)
      expect(report.inputs[0]?.path).toBe('stdin')
      expect(report.nodes[0]?.requests.add).toBe(2)
    }
  })

  it('behind -- are paths, also those that begin with a dash', async () => {
    world.write('-odd.log', small)
    const before = process.cwd()
    process.chdir(world.root)
    try {
      const { code, stdout } = await run(['--format=json', '--', '-odd.log', '-'], small.replaceAll('20:39:', '20:38:'))
      expect(code).toBe(0)
      expect(JSON.parse(stdout).inputs.map((input: { path: string }) => input.path)).toEqual(['stdin', './-odd.log'])
    } finally {
      process.chdir(before)
    }
  })

  it('several paths are all read, an option given twice is the last one', async () => {
    const [a, b] = [world.write('two/a/ipamd.log', small), world.write('two/b/ipamd.log', `${smallLog(8, START).join('\n')}\n`)]
    const { code, stdout } = await run([a, '--format', 'terminal', b, '--format', 'json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).nodes).toHaveLength(2)
  })

  it.each([
    ['*', 'glob/node-*.log', 2],
    ['?', 'glob/node-?.log', 2],
    ['[…]', 'glob/node-[7].log', 1],
    ['**', 'glob/**/ipamd.log', 1],
  ])('a glob that the shell did not expand: %s', async (_name, pattern, nodes) => {
    world.writeAll('glob', {
      'node-7.log': small,
      'node-8.log': `${smallLog(8, START).join('\n')}\n`,
      'deep/down/ipamd.log': `${smallLog(9, START).join('\n')}\n`,
    })
    const { code, report } = await reportOf([world.at(pattern)])
    expect(code).toBe(0)
    expect(report.nodes).toHaveLength(nodes)
  })

  it('one that cannot be opened never stops the others: they are reported, and the code is 2', async () => {
    const good = world.write('good.log', small)
    const { code, stderr, report } = await reportOf([world.at('missing.log'), good, world.at('nothing-*.log')])
    expect(code).toBe(2)
    expect(stderr).toBe(
      `ipamd-trace: ${world.at('missing.log')}: no such file or directory\nipamd-trace: '${world.at('nothing-*.log')}': nothing matches\n`,
    )
    expect(report.nodes[0]?.requests.add).toBe(2)
  })

  it('only such: one line each, no report', async () => {
    const { code, stderr, stdout } = await run([world.at('missing.log')])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe(`ipamd-trace: ${world.at('missing.log')}: no such file or directory\n`)
  })

  it('a name with control characters is shown, not obeyed', async () => {
    const { stderr } = await run([world.at('\x1b[31mred.log')])
    expect(stderr).not.toContain('\x1b')
    expect(stderr).toContain('\\u001b[31mred.log')
  })
})

describe('what is not the log of ipamd', () => {
  it.each([
    ["the plugin's log", plugin, "the CNI plugin's log (plugin.log); ipamd.log lies beside it"],
    ['a system log', 'Sep 11 20:39:00 ip-10-0-1-42 kubelet[1]: failed\n', 'a system log'],
    ['an empty file', '', 'empty'],
    ['other JSON', '{"a":1}\n{"b":2}\n', 'JSON, but not of ipamd'],
    ['text', 'hello\nworld\n', "text in which no line is ipamd's"],
    ['a binary file', Buffer.from([0, 1, 2, 3, 0xff, 0xfe, 0, 0, 9, 0, 0, 0]), 'a binary file'],
  ])('%s is named, and the code is 3', async (name, content, words) => {
    const path = world.write(`${name.replaceAll(/\W/g, '')}.txt`, content as string)
    const { code, stderr, stdout } = await run([path])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toBe(`ipamd-trace: ${path}: ${words}\n`)
  })

  it('is named beside a log that was read, and the code is that of the log', async () => {
    const [log, other] = [world.write('beside/ipamd.log', small), world.write('beside/plugin.log', plugin)]
    const { code, stderr, report } = await reportOf([log, other])
    expect(code).toBe(0)
    expect(stderr).toContain(`${other}: the CNI plugin's log`)
    expect(report.nodes).toHaveLength(1)
  })

  it('is passed over in silence in a directory', async () => {
    world.writeAll('node', {
      'ipamd.log': small,
      'ipamd.log.bak': '',
      'plugin.log': plugin,
      'network-policy-agent.log': plugin,
      'notes.txt': 'x',
      'ebpf-sdk.log': 'x',
    })
    const { code, stderr, report } = await reportOf([world.at('node')])
    expect([code, stderr]).toEqual([0, ''])
    expect(report.nodes).toHaveLength(1)
  })

  it('a directory without a log says what was looked for', async () => {
    mkdirSync(world.at('bare'), { recursive: true })
    const { code, stderr } = await run([world.at('bare')])
    expect(code).toBe(2)
    expect(stderr).toBe(
      `ipamd-trace: ${world.at('bare')}: no log of ipamd in this directory (looked for ipamd.log, ipamd-<time>.log.gz, support bundles)\n`,
    )
  })

  it('a directory of logs under other names is read all the same', async () => {
    world.writeAll('renamed', { 'node-7.txt': small, 'export.csv': 'a,b\n1,2\n' })
    const { code, report } = await reportOf([world.at('renamed')])
    expect(code).toBe(0)
    expect(report.inputs).toHaveLength(1)
  })
})

describe('the built program', () => {
  const bin = join(import.meta.dirname, '../bin/ipamd-trace.js')
  const built = existsSync(join(import.meta.dirname, '../dist/cli/main.js'))

  it.runIf(built)('reads a pipe and ends with the code of the input', () => {
    const piped = spawnSync('sh', ['-c', `gzip -c | node ${bin} - --format json`], { input: small, encoding: 'utf8' })
    expect([piped.status, piped.stderr]).toEqual([0, ''])
    expect(JSON.parse(piped.stdout).nodes).toHaveLength(1)
    const cut = world.write('bin-cut.log.gz', world.gzip(small).subarray(0, -3))
    expect(spawnSync('node', [bin, cut]).status).toBe(4)
    expect(spawnSync('node', [bin, world.at('nowhere')]).status).toBe(2)
  })

  it.runIf(built)(
    'reads a large compressed log in little memory',
    () => {
      const lines = smallLog(7, START, { requests: 5 }).join('\n')
      const path = world.at('large.log.gz')
      // 30 MB of one line over and over.
      execFileSync('sh', ['-c', `(printf '%s\\n' "$LOG"; yes "$LINE" | head -c 30000000 | head -n -1) | gzip -1c > ${path}`], {
        env: { ...process.env, LOG: lines, LINE: lines.split('\n').at(-2) as string },
      })
      const limited = spawnSync('node', ['--max-old-space-size=40', bin, path, '--format', 'json'], {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      })
      expect(limited.stderr).toBe('')
      expect(limited.status).toBe(0)
      expect(JSON.parse(limited.stdout).inputs[0].bytes).toBeGreaterThan(29_000_000)
    },
    60_000,
  )
})
