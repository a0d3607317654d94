import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ParserCounts } from '../../src/parser/parser.ts'
import { fixture } from '../support/fixtures.ts'
import { seelog, zap } from '../support/lines.ts'
import { bytesOf, readLog } from '../support/read-log.ts'

const messages = (log: string | Uint8Array) => readLog(log).records.map(({ record }) => record.message)
const problems = (log: string | Uint8Array) => readLog(log).problems.map(({ kind, line }) => `${kind} ${line}`)

/** The lines of each count; those without any are left out. */
const counted = (log: string | Uint8Array) => {
  const { lines, records, extra, joined, blank, unreadable, foreign, truncated } = readLog(log).result
  return Object.fromEntries(
    Object.entries({ lines, records, extra, joined, blank, unreadable, foreign, truncated }).filter(([, count]) => count),
  )
}

const AT = Date.UTC(2024, 8, 11, 20, 39, 0, 478)

describe('a log of zap (v1.6.1 and later)', () => {
  it('is read line by line, with the place of each', () => {
    const log = readLog(`${zap('a')}\n${zap('b', '2024-09-12T02:09:01.000+0530', 'error')}\n`)
    expect(log.records).toEqual([
      { record: { at: AT, level: 'info', message: 'a', caller: 'ipamd/ipamd.go:648' }, line: 1, raw: zap('a'), node: undefined },
      {
        record: { at: AT + 522, level: 'error', message: 'b', caller: 'ipamd/ipamd.go:648' },
        line: 2,
        raw: zap('b', '2024-09-12T02:09:01.000+0530', 'error'),
        node: undefined,
      },
    ])
    expect(log.problems).toEqual([])
  })

  it.each([
    ['keys in another order', '{"msg":"a","caller":"ipamd/ipamd.go:648","ts":"2024-09-11T20:39:00.478Z","level":"info"}'],
    [
      'more keys',
      '{"level":"info","ts":"2024-09-11T20:39:00.478Z","logger":"controller-runtime","caller":"ipamd/ipamd.go:648","msg":"a","error":"x","n":[{"b":1}]}',
    ],
    ['blanks between', '  { "level": "info", "ts": "2024-09-11T20:39:00.478Z", "caller": "ipamd/ipamd.go:648", "msg": "a" }  '],
    ['a byte order mark in front', `\ufeff${zap('a')}`],
    ['NULs in front, of a file that was cut while it was written', `${'\0'.repeat(4_096)}${zap('a')}`],
    ['colors of a terminal', `\u001b[32m${zap('a')}\u001b[0m`],
    ['a level in capitals', zap('a').replace('"info"', '"INFO"')],
  ])('may have %s', (_, line) => {
    expect(readLog(`${line}\n`).records.map(({ record }) => record)).toEqual([
      { at: AT, level: 'info', message: 'a', caller: 'ipamd/ipamd.go:648' },
    ])
  })

  it('may end its lines with CRLF, and have blank ones', () => {
    const log = `\r\n${zap('a')}\r\n\r\n   \t\r\n${zap('b')}\r\n`
    expect(messages(log)).toEqual(['a', 'b'])
    expect(counted(log)).toEqual({ lines: 5, records: 2, blank: 3 })
    expect(readLog(log).records[0]?.raw).toBe(zap('a'))
  })

  it('keeps the line breaks of a message', () => {
    expect(messages(`${zap('a\n\tstatus code: 400')}\n`)).toEqual(['a\n\tstatus code: 400'])
  })
})

describe('a log of seelog (v1.5.0 to v1.6.0)', () => {
  it.each([
    ['v1.5.0: whole seconds', '2019-09-11T20:39:00Z [INFO]\ta', Date.UTC(2019, 8, 11, 20, 39)],
    ['v1.5.1 to v1.5.7: milliseconds', '2019-09-11T20:39:00.478Z [INFO]\ta', Date.UTC(2019, 8, 11, 20, 39, 0, 478)],
    ['v1.6.0: a blank before the tab', '2020-02-20T20:39:00.478Z [INFO] \ta', Date.UTC(2020, 1, 20, 20, 39, 0, 478)],
    ['a tab that became blanks', '2020-02-20T20:39:00.478Z [INFO]        a', Date.UTC(2020, 1, 20, 20, 39, 0, 478)],
  ])('is read: %s', (_, line, at) => {
    expect(readLog(`${line}\n`).records).toEqual([{ record: { at, level: 'info', message: 'a' }, line: 1, raw: line, node: undefined }])
  })

  it.each([
    ['TRACE', 'trace'],
    ['DEBUG', 'debug'],
    ['WARN', 'warn'],
    ['ERROR', 'error'],
    ['CRITICAL', 'fatal'],
  ])('has the level %s', (name, level) => {
    expect(readLog(`${seelog('a', undefined, name)}\n`).records[0]?.record.level).toBe(level)
  })

  it('joins the lines of an AWS error to the record that they belong to', () => {
    const log = `${seelog('Failed to CreateNetworkInterface RequestError: send request failed')}\r\ncaused by: Post https://ec2: dial tcp: i/o timeout\r\n\tstatus code: 400, request id: 5d1c\r\n${seelog('b')}\r\n`
    expect(messages(log)).toEqual([
      'Failed to CreateNetworkInterface RequestError: send request failed\ncaused by: Post https://ec2: dial tcp: i/o timeout\n\tstatus code: 400, request id: 5d1c',
      'b',
    ])
    expect(readLog(log).records.map(({ line }) => line)).toEqual([1, 4])
    expect(counted(log)).toEqual({ lines: 4, records: 2, joined: 2 })
  })

  it('joins no more than an error has, and drops the rest by count', () => {
    const log = `${seelog('a')}\n${'more\n'.repeat(10_000)}${seelog('b')}\n`
    expect(messages(log).map(message => message.split('\n').length)).toEqual([65, 1])
    expect(counted(log)).toEqual({ lines: 10_002, records: 2, joined: 10_000 })
  })

  it.each(['2', '2019', '2019-09-1', '2019-09-11T20:39:01', '2019-09-11T20:39:01.4', '2019-09-11T20:39:01.478Z [IN'])(
    'does not take the beginning of a cut record for the end of the one before: %j',
    cut => {
      expect(messages(`${seelog('Start node init')}\n${cut}`)).toEqual(['Start node init'])
      expect(counted(`${seelog('Start node init')}\n${cut}`)).toEqual({ lines: 2, records: 1, unreadable: 1, truncated: true })
    },
  )

  it('gives what waits for more lines when asked to', () => {
    const log = `${seelog('a')}\n`
    expect(readLog([bytesOf(log)]).records).toHaveLength(1)
  })
})

describe('a damaged log', () => {
  it('uses both of two lines that were fused', () => {
    const log = `${zap('a')}${zap('b')}\n${zap('c')} \0${zap('d')}\n`
    expect(messages(log)).toEqual(['a', 'b', 'c', 'd'])
    expect(problems(log)).toEqual(['fused-lines 1', 'fused-lines 2'])
    expect(counted(log)).toEqual({ lines: 2, records: 4, extra: 2 })
  })

  it.each([
    ['half a line in front', `caller":"awsutils/awsutils.go:394","msg":"Found device-number: 0 "}${zap('a')}`],
    ['a line that another one began to write over', `${zap('lost').slice(0, 60)}${zap('a')}`],
    ['the rest of a longer line behind', `${zap('a')}go:12","msg":"what was longer"}`],
  ])('saves the record beside %s', (_, line) => {
    expect(messages(`${line}\n`)).toEqual(['a'])
    expect(problems(`${line}\n`)).toEqual(['torn-line 1'])
    expect(counted(`${line}\n`)).toEqual({ lines: 1, records: 1 })
  })

  it('counts half a line as unreadable', () => {
    const log = `${zap('a')}\ncaller":"awsutils/awsutils.go:394","msg":"Found device-number: 0 "}\n${zap('b').slice(0, 50)}\n`
    expect(messages(log)).toEqual(['a'])
    expect(problems(log)).toEqual(['unreadable-line 2', 'unreadable-line 3'])
    expect(counted(log)).toEqual({ lines: 3, records: 1, unreadable: 2 })
  })

  it('tells that the last line is cut', () => {
    const log = `${zap('a')}\n${zap('b').slice(0, -5)}`
    expect(problems(log)).toEqual(['cut-line 2'])
    expect(counted(log)).toEqual({ lines: 2, records: 1, unreadable: 1, truncated: true })
  })

  it('misses nothing where only the last newline is missing', () => {
    expect(counted(`${zap('a')}\n${zap('b')}`)).toEqual({ lines: 2, records: 2 })
    expect(messages(seelog('a'))).toEqual(['a'])
  })

  it('reads bytes that are no UTF-8 as U+FFFD, and says so', () => {
    const log = Buffer.concat([bytesOf(`${zap('ä')}\n`), Buffer.from(`${zap('b?')}\n`.replace('?', '\xff'), 'latin1')])
    expect(messages(log)).toEqual(['ä', 'b\ufffd'])
    expect(problems(log)).toEqual(['invalid-utf8 2'])
  })

  it('keeps the stack of a panic out of the records around it', () => {
    const log = [
      seelog('a'),
      'panic: runtime error: invalid memory address or nil pointer dereference',
      '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]',
      '',
      'goroutine 1 [running]:',
      'main.main()',
      '\t/go/src/github.com/aws/amazon-vpc-cni-k8s/main.go:1 +0x1',
      seelog('b'),
      'fatal error: concurrent map writes',
      'goroutine 7 [running]:',
      zap('c'),
      '',
    ].join('\n')
    expect(messages(log)).toEqual(['a', 'b', 'c'])
    expect(problems(log)).toEqual(['foreign-text 2', 'foreign-text 9'])
    expect(counted(log)).toEqual({ lines: 11, records: 3, blank: 1, foreign: 7 })
  })

  it('joins lines to a record again after a panic', () => {
    expect(messages(`panic: boom\n${seelog('a')}\n\tstatus code: 400\n`)).toEqual(['a\n\tstatus code: 400'])
  })

  it('tells that the last part of a wrapped line never came', () => {
    const part = (text: string, tag: string) => `2024-09-11T20:39:00.478123456Z stdout ${tag} ${text}\n`
    expect(messages(part(zap('a').slice(0, 30), 'P') + part(zap('a').slice(30), 'F'))).toEqual(['a'])
    expect(counted(part(zap('a'), 'F') + part(zap('b').slice(0, 30), 'P'))).toEqual({ lines: 2, records: 1, joined: 1, truncated: true })
  })

  it('leaves the lines of other programs alone', () => {
    const log = `${zap('a', undefined, undefined, 'routed-eni-cni-plugin/cni.go:119')}\n{"ts":1}\nSep 11 20:39:00 ip-10-0-1-10 kubelet[1]: hello\n${zap('b')}\n`
    expect(messages(log)).toEqual(['b'])
    expect(counted(log)).toEqual({ lines: 4, records: 1, foreign: 3 })
  })

  it.each([
    ['an object of another kind beside a record', `{"a":1}${zap('a')}`],
    ['a record beside an object of another kind', `${zap('a')}{"a":1}`],
    ["the plugin's line fused with ipamd's", `${zap('x', undefined, undefined, 'routed-eni-cni-plugin/cni.go:119')}${zap('a')}`],
  ])('counts a line once: %s', (_, line) => {
    const { records, result } = readLog(`${line}\n`)
    expect(records.map(({ record }) => record.message)).toEqual(['a'])
    expect(inAll(result)).toBe(1)
  })
})

describe('another encoding', () => {
  const text = `${zap('ä')}\r\n${zap('b')}\r\n`
  const little = Buffer.from(text, 'utf16le')
  const big = Buffer.from(little).swap16()

  it.each([
    ['UTF-16LE with its mark (PowerShell 5)', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16LE without', little],
    ['UTF-16BE with its mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['UTF-16BE without', big],
    ['UTF-8 with its mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
  ])('is read: %s', (_, bytes) => {
    expect(messages(bytes)).toEqual(['ä', 'b'])
    expect(problems(bytes)).toEqual([])
    expect(readLog([...bytes].map(byte => Uint8Array.of(byte)))).toEqual(readLog(bytes))
  })
})

describe('a hostile log', () => {
  it('of one line of 60 MB is passed by, and what stands around it is read', () => {
    const megabyte = Buffer.alloc(1 << 20, 'x')
    const log = readLog([
      bytesOf(`${zap('a')}\n{"level":"info","msg":"`),
      ...Array.from({ length: 60 }, () => megabyte),
      bytesOf(`\n${zap('b')}\n`),
    ])
    expect(log.records.map(({ record }) => record.message)).toEqual(['a', 'b'])
    expect(log.problems.map(({ kind, line, text }) => [kind, line, text.length])).toEqual([['long-line', 2, 201]])
    expect(log.result).toMatchObject({ lines: 3, records: 2, unreadable: 1, bytes: 60 * (1 << 20) + 2 * zap('a').length + 26 })
  })

  it.each(['[', '{"a":', '{"level":"', '{"level":"info","msg":"a"', '"', '\\', '{', '}', '{}', '{"', '\u001b[', ' '])(
    'of a line of 1 MB made of %j is read through',
    part => {
      const log = readLog(`${part.repeat(Math.floor(1_000_000 / part.length))}\n${zap('a')}\n`)
      expect(log.records.map(({ record }) => record.message)).toEqual(['a'])
      expect(log.result.lines).toBe(2)
      expect(inAll(log.result)).toBe(2)
    },
  )

  it.each(['__proto__', 'constructor', 'toString'])('with the key %s is read as any other', key => {
    expect(messages(`${zap('a').replace('{', `{"${key}":{"level":"fatal"},`)}\n`)).toEqual(['a'])
    expect(messages(`${zap('a').replace('"info"', `"${key}"`)}\n`)).toEqual([])
  })

  it.each([
    ['a message that is no text', zap('a').replace('"a"', '{"a":1}')],
    ['a level that is no text', zap('a').replace('"info"', '3')],
    ['an unknown level', zap('a').replace('"info"', '"loud"')],
    ['no time', zap('a', '')],
    ['a time that does not exist', zap('a', '2024-02-30T20:39:00.478Z')],
  ])('is unreadable with %s', (_, line) => {
    expect(counted(`${line}\n`)).toEqual({ lines: 1, unreadable: 1 })
  })
})

describe('any log in any pieces', () => {
  const zoo = [
    zap('a'),
    zap('ä 漢 😀'),
    zap('b').slice(0, 40),
    seelog('c'),
    '\tstatus code: 400, request id: 5d1c',
    `2024-09-11T20:39:00.478123456Z stdout F ${zap('d')}`,
    `2024-09-11T20:39:00.478123456Z stderr F ${seelog('d')}`,
    `2024-09-11T20:39:00.478123456Z stdout P ${zap('e').slice(0, 30)}`,
    `2024-09-11T20:39:00.478123456Z stdout F ${zap('e').slice(30)}`,
    JSON.stringify({ log: `${zap('f')}\n`, stream: 'stdout', time: '2024-09-11T20:39:00.478Z' }),
    JSON.stringify({ log: `${seelog('f')}\n`, stream: 'stdout', time: '2024-09-11T20:39:00.478Z' }),
    JSON.stringify({ log: zap('g').slice(0, 20), stream: 'stdout', time: '2024-09-11T20:39:00.478Z' }),
    zap('x', undefined, undefined, 'routed-eni-cni-plugin/cni.go:119'),
    'panic: boom',
    'goroutine 1 [running]:',
    'some text',
    '{"a":1}',
    '{}',
    '',
    '   ',
    '\0\0\0\0\u0001\u0002',
  ]
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...zoo) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...zoo), fc.constantFrom(...zoo)).map(([a, b]) => a + b) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(...zoo), fc.nat(200), fc.constantFrom(...zoo)).map(([a, cut, b]) => a.slice(0, cut) + b),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  )
  const log = fc
    .tuple(fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 12 }), fc.option(line, { nil: '' }))
    .map(([lines, last]) => Buffer.from(lines.flat().join('') + last))

  it('counts every line once', () => {
    fc.assert(
      fc.property(log, bytes => {
        const { result, records } = readLog(bytes)
        expect(inAll(result)).toBe(result.lines)
        expect(result.records).toBe(records.length)
        expect(result.bytes).toBe(bytes.length)
        const newlines = bytes.filter(byte => byte === 0x0a).length
        expect(result.lines).toBe(newlines + (bytes.length > 0 && bytes.at(-1) !== 0x0a ? 1 : 0))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is read alike, wherever the pieces end', () => {
    fc.assert(
      fc.property(log, fc.array(fc.nat(400), { maxLength: 8 }), (bytes, cuts) => {
        const at = [...new Set([0, ...cuts.map(cut => Math.min(cut, bytes.length)), bytes.length])].sort((a, b) => a - b)
        expect(readLog(at.slice(1).map((to, i) => bytes.subarray(at[i], to)))).toEqual(readLog([bytes]))
      }),
      { numRuns: 500 },
    )
  })

  it('is read alike in two pieces that end at any byte', () => {
    const bytes = Buffer.from(zoo.join('\n'))
    const whole = readLog([bytes])
    for (let cut = 0; cut <= bytes.length; cut++) expect(readLog([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole)
  })

  it('is read alike byte by byte: the lines of fixtures/wordings', () => {
    const bytes = Buffer.from(fixture('wordings/process.log'))
    expect(readLog([...bytes].map(byte => Uint8Array.of(byte)))).toEqual(readLog(bytes))
  })

  it('may have its pieces used again', () => {
    const text = Buffer.from(`${seelog('first')}\nmore of it\n${zap('second')}\n`)
    const piece = new Uint8Array(7)
    function* pieces() {
      for (let from = 0; from < text.length; from += piece.length) {
        const part = text.subarray(from, from + piece.length)
        piece.set(part)
        yield piece.subarray(0, part.length)
      }
    }
    expect(readLog(pieces() as unknown as Uint8Array[]).records).toEqual(readLog(text).records)
  })
})

function inAll({ records, extra, joined, blank, unreadable, foreign }: ParserCounts): number {
  return records - extra + joined + blank + unreadable + foreign
}
