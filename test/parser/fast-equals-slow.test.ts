import { describe, expect, it } from 'vitest'
import { skips } from '../../src/extractors/recognize.ts'
import type { Run } from '../../src/model/event.ts'
import { createParser, type ParserResult, type Way } from '../../src/parser/parser.ts'
import { createRandom } from '../support/random.ts'

/** `FUZZ_LINES=200000 npx vitest run test/parser` for a long run. */
const LINES = Number(process.env.FUZZ_LINES ?? 5_000)

interface Reading {
  readonly said: string[]
  readonly result: ParserResult
}

/**
 * What a parser says of these bytes, in order: each record as it is understood, each problem. Of what may be skipped, what is counted: how many
 * lines of which level and of which callers, from when to when.
 */
function read(bytes: Uint8Array, way: Way, chunk: number): Reading {
  const said: string[] = []
  let known: Known | undefined
  const count = (run: Run, line: number): void => {
    known ??= { line, firstAt: run.firstAt, lastAt: run.lastAt, count: 0, levels: new Map(), callers: new Set(), lastCaller: '' }
    known.firstAt = Math.min(known.firstAt, run.firstAt)
    known.lastAt = Math.max(known.lastAt, run.lastAt)
    known.count += run.count
    known.levels.set(run.level, (known.levels.get(run.level) ?? 0) + run.count)
    for (const caller of run.callers) known.callers.add(caller)
    known.lastCaller = run.lastCaller
  }
  const say = (text?: string): void => {
    if (known !== undefined) {
      const { line, firstAt, lastAt, count, levels, callers, lastCaller } = known
      said.push(`${line} known ${firstAt} ${lastAt} ${count} ${[...levels].sort()} ${[...callers].sort()} ${lastCaller}`)
    }
    known = undefined
    if (text !== undefined) said.push(text)
  }
  const parser = createParser(
    {
      record(record, line, raw, node) {
        const { at, level, caller = '' } = record
        const isSkip = skips.some(({ text, whole }) => (whole ? record.message === text : record.message.startsWith(text)))
        if (isSkip && node === undefined) count({ firstAt: at, lastAt: at, level, callers: [caller], lastCaller: caller, count: 1 }, line)
        else say(`${line} ${node ?? ''} ${JSON.stringify(record)} ${raw()}`)
      },
      skip(run, line) {
        count(run, line)
        return true
      },
      problem: ({ kind, line, text }) => say(`${line} problem ${kind} ${text}`),
    },
    { way, skips },
  )
  for (let at = 0; at < bytes.length; at += chunk) parser.write(bytes.subarray(at, at + chunk))
  const result = parser.end()
  say()
  return { said, result }
}

interface Known {
  line: number
  firstAt: number
  lastAt: number
  count: number
  levels: Map<string, number>
  callers: Set<string>
  lastCaller: string
}

function expectEqual(text: string | Uint8Array, chunks: readonly number[] = [1 << 20]): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const slow = read(bytes, 'slow', 1 << 20)
  for (const way of ['fast', 'plain'] as const)
    for (const chunk of chunks) {
      const { said, result } = read(bytes, way, chunk)
      expect(said).toEqual(slow.said)
      expect(result).toEqual(slow.result)
    }
}

const zap = (level: string, message: string, caller = 'ipamd/ipamd.go:658', ts = '2024-09-11T20:39:00.478Z'): string =>
  `{"level":"${level}","ts":"${ts}","caller":"${caller}","msg":${JSON.stringify(message)}}`

const MESSAGES = [
  'Received AddNetwork for NS /var/run/netns/cni-1, Sandbox 98f1a2, ifname eth0',
  'AddNetworkRequest: K8S_POD_NAME:"web-1" K8S_POD_NAMESPACE:"default" ContainerID:"98f1a2" IfName:"eth0"',
  'IP pool stats: Total IPs/Prefixes = 29/0, AssignedIPs/CooldownIPs: 10/0, c.maxIPsPerENI = 29',
  'Failed to CreateNetworkInterface InsufficientFreeAddressesInSubnet: no address\n\tstatus code: 400, request id: 0a1b',
  'Starting L-IPAMD v1.18.3  ...',
  'Get free IP from prefix failed no free IP available in the prefix - 10.4.128.16/ffffffff',
  'Unable to get IP address from CIDR: no free IP available in the prefix - 10.4.128.16/ffffffff',
  'a message that no release of ipamd writes',
  '',
  'é: not ASCII',
  'a tab\tand a \\ and a "quote"',
  ...skips.map(({ text, whole }) => (whole ? text : `${text}x`)),
]
const CALLERS = [
  'ipamd/ipamd.go:658',
  'rpc/rpc.pb.go:863',
  'datastore/data_store.go:607',
  'routed-eni-cni-plugin/cni.go:129',
  '',
  'a',
  'x'.repeat(90),
]
const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'trace', 'DEBUG', 'panic']
const TIMES = [
  '2024-09-11T20:39:00.478Z',
  '2024-09-11T20:39:59.999Z',
  '2024-09-11T20:40:00.000Z',
  '2024-02-30T20:39:00.478Z',
  '2024-09-11T20:39:60.478Z',
  '2024-09-11T20:39:00.478+0530',
  '2024-09-11T20:39:00Z',
  '',
]

describe('the fast way', () => {
  it('says of every canonical line what the slow way says', () => {
    const lines = LEVELS.flatMap(level => MESSAGES.map(message => zap(level, message)))
    expectEqual(`${lines.join('\n')}\n`, [1 << 20, 4_096, 61])
  })

  it('reads callers and times of every kind alike', () => {
    const lines = CALLERS.flatMap(caller => TIMES.map(ts => zap('info', MESSAGES[0] as string, caller, ts)))
    expectEqual(`${lines.join('\n')}\n`, [1 << 20, 7])
  })

  it('counts runs of lines that say nothing, whatever ends them', () => {
    const random = createRandom(11)
    const quiet = skips.filter(({ whole }) => !whole).slice(0, 6)
    const callers = Array.from({ length: 6 }, (_, i) => `datastore/data_store.go:${600 + i}`)
    let at = Date.parse('2024-09-11T20:38:50.000Z')
    const lines = Array.from({ length: 3_000 }, () => {
      at += random.pick([0, 1, 3, 40, 900, -5, 7_000])
      const level = random.pick(['debug', 'debug', 'debug', 'debug', 'info'])
      const message = random.below(12) === 0 ? (MESSAGES[2] as string) : `${random.pick(quiet).text}x`
      const caller = random.below(5) === 0 ? random.pick(callers) : (callers[random.below(2)] as string)
      return random.below(40) === 0 ? 'panic: torn' : zap(level, message, caller, new Date(at).toISOString())
    })
    expectEqual(`${lines.join('\n')}\n`, [1 << 20, 4_096, 997])
  })

  it('does not care where a chunk ends', () => {
    const bytes = Buffer.from(
      `${MESSAGES.slice(0, 8)
        .map(message => zap('debug', message))
        .join('\n')}\n`,
    )
    for (let chunk = 1; chunk < 260; chunk++) expectEqual(bytes, [chunk])
  })

  it('reads lines longer than its buffer, and a file without an end', () => {
    const long = zap('info', 'y'.repeat(400_000))
    const tooLong = zap('info', 'z'.repeat(2_000_000))
    const short = zap('info', MESSAGES[0] as string)
    expectEqual([short, long, short, tooLong, short, short.slice(0, 40)].join('\n'), [1 << 20, 100_000, 4_096])
  })

  it('reads CRLF, blank lines, panics and other text in their order', () => {
    const line = zap('info', MESSAGES[0] as string)
    expectEqual(
      [line, '', 'panic: runtime error', 'goroutine 1 [running]:', line, `${line}${line}`, `x${line}`, line.slice(20), '\0\0\0', line].join(
        '\r\n',
      ),
    )
    expectEqual(`\ufeff${line}\n${line}\n`)
    expectEqual(Buffer.from(`${line}\n${line}\n`, 'utf16le'))
  })

  it(`differs in nothing over ${LINES} mutated lines`, () => {
    const random = createRandom(20_240_911)
    const mutate = (line: string): string => {
      const at = random.below(line.length + 1)
      switch (random.below(12)) {
        case 0:
          return line.slice(0, at) + String.fromCharCode(random.below(256)) + line.slice(at + 1)
        case 1:
          return line.slice(0, at)
        case 2:
          return line.slice(0, at) + line.slice(at + 1 + random.below(5))
        case 3:
          return line + zap('debug', random.pick(MESSAGES))
        case 4:
          return (
            line.slice(0, at) +
            random.pick(['"', '\\', '\\u0041', '\\/', '\t', '\0', '\u00e9', '\n', '\r', '}', '{', '\u2028', ',"x":1']) +
            line.slice(at)
          )
        case 5: {
          const { level, ts, caller, msg } = JSON.parse(line) as Record<string, string>
          return JSON.stringify(
            random.pick([
              { ts, level, caller, msg },
              { level, ts, msg, caller },
              { level, ts, caller, msg, error: 'x' },
              { level, ts, msg },
            ]),
          )
        }
        case 6:
          return line.replace('Z"', random.pick(['+0000"', '"', 'z"', '.1Z"']))
        default:
          return line
      }
    }
    let left = LINES
    while (left > 0) {
      const lines = Array.from({ length: Math.min(left, 500) }, () =>
        mutate(zap(random.pick(LEVELS), random.pick(MESSAGES), random.pick(CALLERS), random.pick(TIMES))),
      )
      left -= lines.length
      expectEqual(Buffer.from(lines.join(random.pick(['\n', '\n', '\r\n'])), random.pick(['utf8', 'utf8', 'latin1'] as const)), [
        1 + random.below(1_000),
      ])
    }
  })
})
