/** The scanner in WebAssembly, seen from its host: it fills the window, teaches headers and callers, and reads the records (README.md). */
import type { Run } from '../../model/event.ts'
import { parseInstant } from '../instant.ts'
import { createLineView } from './line-view.ts'
import { SCAN } from './scan-module.ts'
import { LEVELS, type Scanner, type ScannerSink, type Skip } from './scanner.ts'
import { createFeed } from './window.ts'

/** As much of it as is used here: neither Node's types nor ECMAScript's have it. */
declare namespace WebAssembly {
  class Module {
    constructor(code: Uint8Array)
  }
  class Instance {
    constructor(module: Module)
    readonly exports: Readonly<Record<string, unknown>>
  }
  function validate(code: Uint8Array): boolean
}

let compiled: WebAssembly.Module | null | undefined

function module(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const code = Buffer.from(SCAN, 'base64')
    // a processor or a runtime without SIMD finds the code invalid
    compiled = WebAssembly.validate(code) ? new WebAssembly.Module(code) : null
  }
  return compiled
}

export function hasSimd(): boolean {
  return module() !== null
}

/** What scan.ts exports. */
interface Scan {
  readonly memory: { readonly buffer: ArrayBuffer }
  scan(from: number, end: number, pass: boolean): number
  recordCount(): number
  position(): number
  callerBegin(): number
  callerEnd(): number
  placeOfCaller(from: number, to: number): number
  placeOfSkip(from: number): number
}

/** `2024-09-11T20:39:` */
const MINUTE = 17

export function createSimdScanner(sink: ScannerSink, skips: readonly Skip[]): Scanner {
  const instance = new WebAssembly.Instance(module() as WebAssembly.Module)
  const code = instance.exports as unknown as Scan
  const constant = (name: string): number => (instance.exports[name] as { readonly value: number }).value
  const window = constant('WINDOW')
  const [lineKind, runKind, escapedBit] = [constant('LINE'), constant('RUN'), constant('ESCAPED')]
  const [done, newHeader, newCaller] = [constant('DONE'), constant('NEW_HEADER'), constant('NEW_CALLER')]
  const recordsAt = constant('RECORDS') >> 2
  const recordSize = constant('RECORD_SIZE') >> 2
  const bytes = Buffer.from(code.memory.buffer)
  const words = new Int32Array(code.memory.buffer)

  const headers = LEVELS.map((level, slot) => ({
    place: constant('HEADERS') + slot * constant('HEADER_SIZE'),
    beginning: `{"level":"${level}","ts":"`,
    minuteAt: Number.NaN,
  }))
  const callers: string[] = new Array(constant('CALLER_PLACES')).fill('')
  writeSkips()

  const line = createLineView(bytes)

  /** Hands over what the scan found, in order. */
  function drain(): void {
    const count = code.recordCount()
    for (let i = 0, at = recordsAt; i < count; i++, at += recordSize) {
      const kind = words[at] as number
      const from = words[at + 3] as number
      const next = words[at + 7] as number
      if ((kind & lineKind) !== 0) {
        const slot = words[at + 1] as number
        line.at = (headers[slot] as { minuteAt: number }).minuteAt + (words[at + 2] as number)
        line.level = LEVELS[slot] as Run['level']
        line.caller = callers[words[at + 4] as number] as string
        line.begin = from
        line.messageBegin = words[at + 5] as number
        line.messageEnd = words[at + 6] as number
        line.escaped = (kind & escapedBit) !== 0
        sink.canonical(line)
      } else if (kind !== runKind || !sink.run(runAt(at))) sink.other(bytes.subarray(from, next))
    }
  }

  function runAt(at: number): Run {
    const slot = words[at + 1] as number
    const { minuteAt } = headers[slot] as { minuteAt: number }
    const packed = words[at + 4] as number
    const counted = words[at + 6] as number
    const found: string[] = []
    for (let i = 0; i <= packed >>> 30; i++) found.push(callers[(packed >>> (10 * i)) & 1_023] as string)
    return {
      firstAt: minuteAt + (words[at + 2] as number),
      lastAt: minuteAt + (words[at + 5] as number),
      level: LEVELS[slot] as Run['level'],
      callers: found,
      lastCaller: callers[counted >>> 22] as string,
      count: counted & 0x3fffff,
    }
  }

  /** Teaches the header of the line at `at`, up to its minute. False: it is none. */
  function learnHeader(at: number): boolean {
    const header = headers.find(({ beginning }) => beginning.charCodeAt(10) === bytes[at + 10])
    if (header === undefined) return false
    const end = at + header.beginning.length + MINUTE
    const text = bytes.toString('latin1', at, end)
    if (!text.startsWith(header.beginning)) return false
    const minuteAt = parseInstant(`${text.slice(header.beginning.length)}00.000Z`)
    if (Number.isNaN(minuteAt)) return false
    bytes.copyWithin(header.place, at, end)
    header.minuteAt = minuteAt
    return true
  }

  function learnCaller(): void {
    const from = code.callerBegin()
    const to = code.callerEnd()
    const place = code.placeOfCaller(from, to)
    const known = constant('CALLERS') + place * constant('CALLER_SIZE')
    bytes[known] = to - from
    bytes.copyWithin(known + 4, from, to)
    callers[place] = bytes.toString('latin1', from, to)
  }

  /** Each: the next with its place (2 bytes), its length (2), whether it is the whole message (1), and after 8 bytes its text. */
  function writeSkips(): void {
    const [index, table, size] = [constant('SKIP_INDEX'), constant('SKIPS'), constant('SKIPS_SIZE')]
    // 0 ends a list
    let entry = 8
    for (const { text, whole } of skips) {
      const length = bytes.write(text, window, 'latin1')
      if (length < 8 || entry + 16 + length > size) continue
      const place = index + 2 * code.placeOfSkip(window)
      bytes.writeUInt16LE(bytes.readUInt16LE(place), table + entry)
      bytes.writeUInt16LE(length, table + entry + 2)
      bytes[table + entry + 4] = whole ? 1 : 0
      bytes.write(text, table + entry + 8, 'latin1')
      bytes.writeUInt16LE(entry, place)
      entry += 8 + ((length + 7) & ~7)
    }
  }

  return createFeed(
    { bytes, begin: window, capacity: constant('WINDOW_SIZE'), slack: constant('SLACK') },
    size => {
      const end = window + size
      let at = window
      let pass = false
      for (;;) {
        const why = code.scan(at, end, pass)
        drain()
        at = code.position()
        if (why === done) return at - window
        pass = why === newHeader && !learnHeader(at)
        if (why === newCaller) learnCaller()
      }
    },
    bytes => sink.other(bytes),
  )
}
