import { readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { fixture, sections } from '../support/fixtures.ts'

/** What a log may be made to look like: real lines of ipamd to begin with, and what malice or a bad disk does to them. */
export interface HostileLog {
  readonly how: readonly string[]
  readonly bytes: Buffer
}

const wordings = readdirSync(new URL('../../fixtures/wordings/', import.meta.url))
  .filter(name => name.endsWith('.log'))
  .flatMap(name => sections(fixture(`wordings/${name}`)).flatMap(({ lines }) => lines.split('\n').filter(line => line !== '')))
const stories = readdirSync(new URL('../../fixtures/cases/', import.meta.url))
  .map(id => `cases/${id}/ipamd.log`)
  .flatMap(path => {
    try {
      return [fixture(path).split('\n').slice(0, 400)]
    } catch {
      return []
    }
  })

/** Names that want to be more than names. */
export const WEAPONS: readonly string[] = [
  '\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b[2J',
  '\u009b31m\u0090q\u009c',
  '\u202egnp.exe\u2066\u200f',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  ']]></svg></script><!-- --><details><summary>',
  '```\n# heading\n~~~~',
  'a|b|c [x](javascript:alert(1)) @everyone #1',
  "$(touch pwned)`touch pwned`'; touch pwned; '",
  '\r\nHTTP/1.1 200 OK\r\n\r\n',
  '__proto__',
  'constructor',
  '{"level":"error","ts":"2024-09-11T20:39:00.478Z","caller":"a:1","msg":"x"}',
  '%s%n%!d(MISSING)',
  '\u0000\ufffe\ufeff',
  '\ud800',
  '../../../../etc/passwd',
  'x'.repeat(20_000),
  '世'.repeat(7_000),
  '[31m',
]
const weapon = fc.constantFrom(...WEAPONS)

/** Values where ipamd writes a text, a time, a level. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1e308, -1e308, 5e-324, 2 ** 53, '', [], {}, [[[]]], { __proto__: null, toString: 1 }),
  weapon,
  fc.constantFrom(
    '99999-01-01T00:00:00.000Z',
    '-000001-01-01T00:00:00Z',
    '0000-00-00T00:00:00Z',
    '2024-02-30T25:61:61.000Z',
    '1969-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59.999Z',
    '2024-09-11T20:39:00.478+99:99',
    '1726087140.478',
    '1e400',
  ),
  fc.constantFrom('99999999999999999999999', '-5', '00', '0x10', '1e9', '٣', '3.5', '9'.repeat(400)),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

const key = fc.constantFrom(
  'level',
  'ts',
  'caller',
  'msg',
  '__proto__',
  'constructor',
  'logger',
  'log',
  'stream',
  'time',
  'message',
  'kubernetes',
)

type Change = (line: string) => string

const changeObject =
  (change: (object: Record<string, unknown>) => void): Change =>
  line => {
    try {
      const object = JSON.parse(line) as Record<string, unknown>
      change(object)
      return JSON.stringify(object)
    } catch {
      return line
    }
  }

/** Runs of letters and digits that ipamd filled in: a number, an address, an id, a name. */
const FILLED_IN = /eni-[0-9a-f]+|\d+\.\d+\.\d+\.\d+(?:\/\d+)?|[0-9a-f]{12,}|\d+|"[^"\\]{1,60}\\"/g

const changeLine: fc.Arbitrary<Change> = fc.oneof(
  fc.nat(4_000).map(
    (at): Change =>
      line =>
        line.slice(0, at % (line.length + 1)),
  ),
  fc.nat(4_000).map(
    (at): Change =>
      line =>
        line.slice(at % (line.length + 1)),
  ),
  fc.tuple(fc.nat(4_000), fc.nat(0xffff)).map(
    ([at, code]): Change =>
      line => {
        const i = at % (line.length + 1)
        return line.slice(0, i) + String.fromCharCode(code) + line.slice(i + 1)
      },
  ),
  fc.tuple(fc.nat(4_000), weapon).map(
    ([at, text]): Change =>
      line => {
        const i = at % (line.length + 1)
        return line.slice(0, i) + text + line.slice(i)
      },
  ),
  fc
    .tuple(key, oddValue)
    .map(([name, value]) =>
      changeObject(object => Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })),
    ),
  key.map(name => changeObject(object => delete object[name])),
  fc.tuple(fc.nat(20), oddValue).map(([which, value]) =>
    changeObject(object => {
      if (typeof object.msg !== 'string') return
      let seen = 0
      const found = object.msg.match(FILLED_IN)?.length ?? 0
      object.msg = object.msg.replace(FILLED_IN, text =>
        seen++ === which % Math.max(1, found) ? String(typeof value === 'object' ? 'null' : value) : text,
      )
    }),
  ),
  fc.integer({ min: -4e14, max: 4e14 }).map(ms =>
    changeObject(object => {
      const at = new Date(Date.parse(String(object.ts)) + ms)
      if (!Number.isNaN(at.getTime())) object.ts = at.toISOString()
    }),
  ),
  fc.constantFrom<Change>(
    line => `${line}${line}`,
    line => `${line.slice(0, 40)}${line}`,
    line => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2024-09-11T20:39:00.478123456Z' }),
    line => JSON.stringify({ log: line, stream: 'stdout', time: '2024-09-11T20:39:00.478123456Z' }),
    line => `2024-09-11T20:39:00.478123456Z stdout F ${line}`,
    line => `2024-09-11T20:39:00.478123456Z stdout P ${line}`,
    line => `Sep 11 20:39:00 host ipamd[1]: ${line}`,
    line => `${line}\r`,
    line => line.replaceAll('"', '\\"'),
    line => `\ufeff${line}`,
    () => '',
    () => 'panic: runtime error: index out of range [3] with length 3',
    () => `${'{"log":'.repeat(200)}1${'}'.repeat(200)}`,
    () => '['.repeat(3_000),
  ),
)

/** Changes of the order of lines. */
const changeLines: fc.Arbitrary<(lines: string[]) => string[]> = fc.oneof(
  fc.constantFrom<(lines: string[]) => string[]>(
    lines => lines.toReversed(),
    lines => lines.concat(lines),
    lines => [lines.join('')],
    lines => lines.flatMap(line => [line, line]),
    lines => lines.filter((_, i) => i % 3 !== 0),
    lines => lines,
  ),
  fc.nat(1_000).map(seed => (lines: string[]) => lines.toSorted((a, b) => ((a.length * 31 + seed) % 97) - ((b.length * 31 + seed) % 97))),
)

const encoded: fc.Arbitrary<readonly [string, (text: string) => Buffer]> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(['UTF-8', (text: string) => Buffer.from(text)] as const) },
  {
    weight: 5,
    arbitrary: fc.constantFrom<readonly [string, (text: string) => Buffer]>(
      ['UTF-16 LE with mark', text => Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['UTF-16 LE', text => Buffer.from(text, 'utf16le')],
      ['UTF-16 BE with mark', text => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
      ['Latin-1', text => Buffer.from(text, 'latin1')],
      ['CR LF', text => Buffer.from(text.replaceAll('\n', '\r\n'))],
      ['CR alone', text => Buffer.from(text.replaceAll('\n', '\r'))],
      ['NULs between', text => Buffer.from(text.replaceAll('\n', '\u0000\n\u0000'))],
      ['NULs in front', text => Buffer.concat([Buffer.alloc(5_000), Buffer.from(text)])],
      ['gzip', text => gzipSync(text)],
      ['gzip, cut', text => gzipSync(text).subarray(0, -20)],
      ['gzip twice, then text', text => Buffer.concat([gzipSync(text), gzipSync(text), Buffer.from(text)])],
      [
        'CloudWatch',
        text =>
          Buffer.from(
            JSON.stringify({
              events: text.split('\n').map((message, i) => ({ logStreamName: `n${i % 3}`, timestamp: i, message, eventId: `${i}` })),
            }),
          ),
      ],
      ['JSON list', text => Buffer.from(`[\n${text.trimEnd().split('\n').join(',\n')}\n]`)],
      ['no last newline', text => Buffer.from(text.trimEnd())],
    ),
  },
)

const lines = fc.oneof(
  fc.array(fc.constantFrom(...wordings), { minLength: 1, maxLength: 60 }),
  fc.tuple(fc.constantFrom(...stories), fc.nat(), fc.integer({ min: 5, max: 200 })).map(([story, from, count]) => {
    const at = from % story.length
    return story.slice(at, at + count)
  }),
)

const flipped: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  { weight: 4, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  {
    weight: 1,
    arbitrary: fc.array(fc.tuple(fc.nat(1 << 20), fc.nat(255)), { maxLength: 30 }).map(flips => (bytes: Buffer) => {
      const copy = Buffer.from(bytes)
      for (const [at, to] of flips) if (copy.length > 0) copy[at % copy.length] = to
      return copy
    }),
  },
)

export const hostileLog: fc.Arbitrary<HostileLog> = fc
  .tuple(lines, fc.array(fc.tuple(fc.nat(), changeLine), { maxLength: 25 }), changeLines, encoded, flipped)
  .map(([said, changes, order, [encoding, encode], flip]) => {
    const changed = [...said]
    for (const [at, change] of changes) {
      const i = at % changed.length
      changed[i] = change(changed[i] as string)
    }
    return { how: [encoding, `${changes.length} changes`], bytes: flip(encode(`${order(changed).join('\n')}\n`)) }
  })
