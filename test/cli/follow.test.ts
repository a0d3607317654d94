import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, describe, expect, it } from 'vitest'
import { followLog } from '../../src/cli/follow.ts'
import { followOptions, refuseWithoutFollow } from '../../src/cli/follow-options.ts'
import type { Io, Output } from '../../src/cli/io.ts'
import { trace } from '../../src/trace.ts'
import { until } from '../support/following.ts'
import { BEFORE, counted, gets, getsNone, grows, refused, waits } from '../support/node-lines.ts'
import { Terminal } from '../support/terminal.ts'

const INCIDENT =
  refused('20:01:00.000') + waits('20:01:05.000') + gets('20:01:06.000', 'shop/d', '10.0.1.14') + getsNone('20:01:10.000', 'shop/e')
const RECOVERY = grows('20:03:05.000', 6, 4, '10.0.1.15', '10.0.1.16') + gets('20:03:10.000', 'shop/e', '10.0.1.15')

const home = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const folder = (): string => mkdtempSync(join(home, 'node-'))

class Pipe extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

interface World<T extends Output> extends Io {
  readonly stdout: T
  readonly stderr: Pipe
  interrupt(): void
}

function world<T extends Output>(stdout: T, stdin: Readable = new PassThrough()): World<T> {
  const listeners = new Set<() => void>()
  return {
    stdin,
    stdout,
    stderr: new Pipe(),
    env: {},
    on: (_signal, listener) => listeners.add(listener),
    off: (_signal, listener) => listeners.delete(listener),
    interrupt: () => {
      for (const listener of [...listeners]) listener()
    },
  }
}

function log(content = BEFORE): string {
  const path = join(folder(), 'ipamd.log')
  writeFileSync(path, content)
  return path
}

/** Lines that come one part after the other, as a pipe brings them. */
function pipe(...parts: string[]): Readable {
  return Readable.from(
    (async function* () {
      for (const [i, part] of parts.entries()) {
        // longer than a pipe may be quiet before what was there is taken to be all
        if (i > 0) await new Promise(resolve => setTimeout(resolve, 1_200))
        yield Buffer.from(part)
      }
    })(),
  )
}

/** Without the line ends that the width makes. */
function flat(lines: readonly string[]): string {
  return lines.join(' ').replace(/\s+/g, ' ')
}

describe.concurrent('following on a terminal', () => {
  it('shows the verdict, what happens above the status, and the report at the end', async () => {
    const path = log()
    const io = world(new Terminal(100))
    const code = followLog({ paths: [path], format: 'terminal', quiet: true }, io)
    await until(() => io.stdout.shown.some(line => line.startsWith(' pool')))
    appendFileSync(path, INCIDENT)
    await until(() => io.stdout.shown.some(line => line.startsWith(' FAIL')))
    const during = io.stdout.shown
    expect(during[1]).toContain('No pod waited for an IP address.')
    expect(during.some(line => line.startsWith('20:01:10 ✗ shop/e got no address'))).toBe(true)
    expect(during.slice(-3).map(line => line.slice(0, 5))).toEqual([' pool', ' node', ' FAIL'])
    io.stdout.resize(60)
    await until(() => (io.stdout.shown.at(-1) as string).length < 60)
    expect(io.stdout.shown.filter(line => line.startsWith(' pool'))).toHaveLength(1)
    io.interrupt()
    expect(await code).toBe(0)
    const after = io.stdout.shown
    expect(after.some(line => /^ (?:pool|node)/.test(line))).toBe(false)
    expect(flat(after)).toContain('Not recovered')
    expect(after.at(-1)).toBe('')
  })
})

describe.concurrent('following without a terminal', () => {
  it('writes a line for each thing that happens, with its date', async () => {
    const io = world(new Pipe(), pipe(BEFORE, INCIDENT))
    expect(await followLog({ paths: ['-'], format: 'terminal' }, io)).toBe(0)
    expect(io.stdout.text).toContain('\n2024-09-11T20:01:06Z ! The pool is full: 4 of 4 assigned.\n')
    expect(io.stdout.text).not.toContain('\x1b')
  })

  it('leaves stdout to a report for programs', async () => {
    const io = world(new Pipe(), pipe(BEFORE, INCIDENT))
    await followLog({ paths: ['-'], format: 'json' }, io)
    expect(JSON.parse(io.stdout.text)).toEqual(await trace(['-'], { stdin: Readable.from([Buffer.from(BEFORE + INCIDENT)]) }))
    expect(io.stderr.text).toContain('The pool is full')
  })

  it('shows the lines of the log with --verbose, in UTC', async () => {
    const io = world(new Pipe(), pipe(BEFORE, counted('20:01:00.000', 4, 3)))
    await followLog({ paths: ['-'], format: 'terminal', verbose: true }, io)
    expect(io.stdout.text).toContain('[2024-09-11T20:01:00.000Z] DEBUG <ipamd/ipamd.go:660>: IP pool stats: total = 4, used = 3')
    expect(io.stdout.text).not.toContain('20:00:15')
  })
})

describe.concurrent('JSON lines', () => {
  it('are as the schema says, from the first to the report', async () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false })
    const valid = ajv.compile(JSON.parse(readFileSync(new URL('../../docs/follow.schema.json', import.meta.url), 'utf8')))
    const io = world(new Pipe(), pipe(BEFORE, INCIDENT, RECOVERY + counted('20:05:00.000', 6, 5)))
    await followLog({ paths: ['-'], format: 'jsonl' }, io)
    const lines = io.stdout.text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    for (const line of lines) expect(valid(line), JSON.stringify([line.kind, valid.errors])).toBe(true)
    const kinds = lines.map(({ kind }) => kind)
    expect(kinds[0]).toBe('following')
    expect(kinds.at(-1)).toBe('report')
    expect(kinds).toEqual(
      expect.arrayContaining([
        'ec2-refused',
        'wait-began',
        'incident-began',
        'request-failed',
        'pool-grew',
        'pod-recovered',
        'incident-ended',
      ]),
    )
    expect(valid({ kind: 'request-failed', at: '20:01', severity: 'fail', node: '', text: '' })).toBe(false)
  })
})

describe.concurrent('what ends the following', () => {
  it.each([
    ['an incident', 'incident', [BEFORE, INCIDENT], 'still cannot'],
    ['a recovery', 'recovery', [BEFORE + INCIDENT, RECOVERY], 'for 2m'],
  ] as const)('is %s, where it was asked for', async (_name, exitOn, parts, verdict) => {
    const endless = new PassThrough()
    const io = world(new Pipe(), endless)
    const code = followLog({ paths: ['-'], format: 'terminal', exitOn }, io)
    endless.write(parts[0])
    await until(() => io.stdout.text.includes('Following'))
    endless.write(parts[1])
    expect(await code).toBe(0)
    expect(flat([io.stdout.text.slice(io.stdout.text.lastIndexOf(' FAIL'))])).toContain(verdict)
  })

  it('is at once, where all is well and a recovery was waited for', async () => {
    expect(await followLog({ paths: [log()], format: 'terminal', exitOn: 'recovery' }, world(new Pipe()))).toBe(0)
  })

  it('is --for; with --exit-on that is exit code 10', async () => {
    expect(await followLog({ paths: [log()], format: 'terminal', for: '1s' }, world(new Pipe()))).toBe(0)
    expect(await followLog({ paths: [log()], format: 'terminal', for: '1s', exitOn: 'incident' }, world(new Pipe()))).toBe(10)
  })

  it('has the exit code of a report', async () => {
    expect(await followLog({ paths: [log(BEFORE + INCIDENT)], format: 'terminal', for: '1s', failOn: 'fail' }, world(new Pipe()))).toBe(10)
    expect(await followLog({ paths: [log('no log of ipamd\n')], format: 'terminal', for: '1s' }, world(new Pipe()))).toBe(3)
  })
})

describe.concurrent('--state', () => {
  it('lets the next run go on after a rotation: no news twice, none lost', async () => {
    const path = log(BEFORE + INCIDENT)
    const state = join(folder(), 'state.json')
    await followLog({ paths: [path], format: 'jsonl', state, for: '1s' }, world(new Pipe()))
    renameSync(path, path.replace('.log', '-2024-09-11T20-03-05.000.log'))
    writeFileSync(path, RECOVERY)
    const second = world(new Pipe())
    await followLog({ paths: [path], format: 'jsonl', state, for: '1s' }, second)
    const kinds = second.stdout.text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).kind)
    expect(kinds).toEqual(['following', 'log-rotated', 'wait-ended', 'pool-grew', 'pod-recovered', 'incident-ended', 'report'])
    const third = world(new Pipe())
    await followLog({ paths: [path], format: 'jsonl', state, for: '1s' }, third)
    expect(third.stdout.text).not.toContain('pod-recovered')
  })

  it.each([
    ['is no state', '{}', 'is no state of ipamd-trace'],
    [
      'is of another log',
      JSON.stringify({
        schema: 'ipamd-trace/follow-state',
        schemaVersion: 1,
        path: '/other',
        position: { fingerprint: { bytes: 1, sha256: '' }, offset: 1, at: null },
      }),
      'is of another log',
    ],
  ])('refuses a file that %s', async (_name, content, message) => {
    const state = join(folder(), 'state.json')
    writeFileSync(state, content)
    await expect(followLog({ paths: [log()], format: 'terminal', state }, world(new Pipe()))).rejects.toThrow(message)
    expect(readFileSync(state, 'utf8')).toBe(content)
  })
})

describe.concurrent('--metrics', () => {
  it('is written while it follows, and is never half of it', async () => {
    const file = join(folder(), 'ipamd.prom')
    const io = world(new Pipe())
    const code = followLog({ paths: [log()], format: 'terminal', metrics: file }, io)
    await until(() => existsSync(file))
    expect(readFileSync(file, 'utf8')).toContain('state="assignable"} 1\n')
    io.interrupt()
    await code
  })
})

describe.concurrent('--on-incident', () => {
  it('runs at the beginning and the end, with the incident on stdin', async () => {
    const file = join(folder(), 'alerts.jsonl')
    const io = world(new Pipe(), pipe(BEFORE, INCIDENT, RECOVERY))
    await followLog({ paths: ['-'], format: 'jsonl', onIncident: `tee -a ${file}` }, io)
    const alerts = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(alerts.map(({ event, incident }) => [event, incident.cause.id, incident.recoveredAt])).toEqual([
      ['began', 'subnet-out-of-addresses', null],
      ['ended', 'subnet-out-of-addresses', '2024-09-11T20:03:10.000Z'],
    ])
    expect(alerts[0]).toMatchObject({
      schema: 'ipamd-trace/incident',
      schemaVersion: 1,
      node: 'ip-10-0-1-42.us-west-2.compute.internal',
      shortened: false,
    })
  })

  it('says how its command failed, and goes on', async () => {
    const io = world(new Pipe(), pipe(BEFORE, INCIDENT))
    expect(await followLog({ paths: ['-'], format: 'terminal', onIncident: "sh -c 'echo no network >&2; exit 7'" }, io)).toBe(0)
    expect(io.stdout.text).toContain('! --on-incident: sh exited with 7: no network\n')
  })
})

describe('wrong usage', () => {
  it.each([
    ['two logs', { paths: ['a', 'b'] }, 'takes one log'],
    ['a compressed log', { paths: [join(import.meta.dirname, 'ipamd.log.gz')] }, 'does not grow'],
    ['a state for a pipe', { paths: ['-'], state: 's' }, 'needs a file'],
    ['history beside a pipe', { paths: ['-'], history: true }, 'needs a file'],
    ['an end in the log', { paths: ['-'], until: '2024-09-11' }, '--for ends'],
    ['a duration that is none', { paths: ['-'], for: 'soon' }, 'takes a duration'],
    ['a command that is none', { paths: ['-'], onIncident: ' ' }, 'takes a command'],
  ])('is %s', async (_name, argv, message) => {
    await expect(followLog({ format: 'terminal', ...argv }, world(new Pipe()))).rejects.toThrow(message)
  })

  it('is an option of --follow without it', () => {
    expect(() => refuseWithoutFollow({ state: 'x' })).toThrow('--state needs --follow')
    expect(() => refuseWithoutFollow({ verbose: true })).not.toThrow()
    expect(followOptions).toBeTypeOf('function')
  })
})
