/** The scanner in TypeScript alone: for machines without SIMD, and for --no-simd. What it does is said in scanner.ts. */
import type { Level, Run } from '../../model/event.ts'
import { parseInstant } from '../instant.ts'
import { createLineView } from './line-view.ts'
import { LEVELS, type Scanner, type ScannerSink, type Skip } from './scanner.ts'
import { createFeed } from './window.ts'

const CAPACITY = 1 << 18
/** Loads of four bytes may begin at the last byte; the zeros behind it end every search. */
const SLACK = 64
const QUOTE = 0x22
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const RETURN = 0x0d
const CLOSE = 0x7d

export function createPlainScanner(sink: ScannerSink, skips: readonly Skip[]): Scanner {
  const bytes = Buffer.alloc(CAPACITY + SLACK)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headers = createHeaders(bytes, view)
  const callers = createCallers(bytes, view)
  const isSkip = createSkips(bytes, view, skips)
  const line = createLineView(bytes)
  let isRun = false

  /** The index after the line that begins at `from`, where it is canonical; else -1. `line` is set. */
  function canonicalEnd(from: number): number {
    const time = headers.timeAt(from)
    if (time < 0) return -1
    const caller = time + 36
    let at = caller
    for (let c = bytes[at] as number; c !== QUOTE; at++, c = bytes[at] as number) if (c < 0x20 || c >= 0x80 || c === BACKSLASH) return -1
    if (view.getInt32(at, true) !== MSG0 || view.getInt32(at + 4, true) !== MSG1 || bytes[at + 8] !== QUOTE) return -1
    const begin = at + 9
    let escaped = false
    let end = begin
    for (;;) {
      const w = view.getInt32(end, true)
      const q = w ^ 0x22222222
      const b = w ^ 0x5c5c5c5c
      // a quote, a backslash, a control character or a byte that is not ASCII among these four
      if (((((q - 0x01010101) & ~q) | ((b - 0x01010101) & ~b) | ((w - 0x20202020) & ~w) | w) & 0x80808080) === 0) {
        end += 4
        continue
      }
      const c = bytes[end] as number
      if (c === QUOTE) break
      if (c === BACKSLASH) {
        if (!ESCAPES[bytes[end + 1] as number]) return -1
        escaped = true
        end += 2
      } else if (c < 0x20 || c >= 0x80) return -1
      else end++
    }
    let next = end + 2
    if (bytes[end + 1] !== CLOSE) return -1
    if (bytes[next] === RETURN) next++
    if (bytes[next] !== NEWLINE) return -1
    line.at = headers.at
    line.level = headers.level
    line.caller = callers.read(caller, at)
    line.begin = from
    line.messageBegin = begin
    line.messageEnd = end
    line.escaped = escaped
    isRun = !escaped && isSkip(begin, end)
    return next + 1
  }

  /** A run of one line. */
  function asRun(): Run {
    const { at, level, caller } = line
    return { firstAt: at, lastAt: at, level, callers: [caller], lastCaller: caller, count: 1 }
  }

  /** Reads the lines in the first `size` bytes, and says how many bytes that was. */
  function scan(size: number): number {
    let at = 0
    /** Where lines that are not canonical began. */
    let otherAt = 0
    while (at < size) {
      const end = canonicalEnd(at)
      if (end > 0 && end <= size) {
        if (otherAt < at) sink.other(bytes.subarray(otherAt, at))
        if (!isRun) sink.canonical(line)
        else if (!sink.run(asRun())) sink.other(bytes.subarray(at, end))
        at = end
        otherAt = end
      } else {
        const newline = bytes.indexOf(NEWLINE, at)
        if (newline < 0 || newline >= size) break
        at = newline + 1
      }
    }
    if (otherAt < at) sink.other(bytes.subarray(otherAt, at))
    return at
  }

  return createFeed({ bytes, begin: 0, capacity: CAPACITY, slack: SLACK }, scan, bytes => sink.other(bytes))
}

const word = (text: string): number => Buffer.from(text).readInt32LE()
const CALLER = [word('","c'), word('alle'), word('r":"')] as const
const MSG0 = word('","m')
const MSG1 = word('sg":')

const ESCAPES = new Uint8Array(256)
for (const c of '"\\ntrbf') ESCAPES[c.charCodeAt(0)] = 1

/** `2024-09-11T20:39:`: from the time to the seconds. */
const MINUTE = 17

/** The header up to the minute is the same for many lines: it is compared with the last one of its level, and read when it is another. */
function createHeaders(bytes: Buffer, view: DataView) {
  const slots = LEVELS.map(level => {
    const time = `{"level":"${level}","ts":"`.length
    return { level, time, words: new Int32Array(9), last: 0, minuteAt: Number.NaN }
  })
  const byLetter = new Map(slots.map(slot => [slot.level.charCodeAt(0), slot]))

  const found = {
    at: 0,
    level: 'debug' as Level,
    /** Where the time of the line that begins at `from` stands; -1: not a canonical header. `at` and `level` are set. */
    timeAt(from: number): number {
      const letter = bytes[from + 10] as number
      const slot = letter === 0x64 ? slots[0] : letter === 0x69 ? slots[1] : byLetter.get(letter)
      if (slot === undefined) return -1
      const { words } = slot
      // 9 words are the first 36 of 39 or 40 bytes; a last one overlaps
      let same = view.getInt32(from + slot.time + MINUTE - 4, true) === slot.last
      for (let i = 0; same && i < 9; i++) same = view.getInt32(from + 4 * i, true) === words[i]
      if (!same && !renew(slot, from)) return -1
      const time = from + slot.time
      const tens = (bytes[time + 17] as number) - 48
      const ones = (bytes[time + 18] as number) - 48
      const a = (bytes[time + 20] as number) - 48
      const b = (bytes[time + 21] as number) - 48
      const c = (bytes[time + 22] as number) - 48
      if (!(tens >= 0 && tens <= 5 && isDigit(ones) && isDigit(a) && isDigit(b) && isDigit(c))) return -1
      if (bytes[time + 19] !== 0x2e || bytes[time + 23] !== 0x5a) return -1
      if (
        view.getInt32(time + 24, true) !== CALLER[0] ||
        view.getInt32(time + 28, true) !== CALLER[1] ||
        view.getInt32(time + 32, true) !== CALLER[2]
      )
        return -1
      found.at = slot.minuteAt + (tens * 10 + ones) * 1_000 + a * 100 + b * 10 + c
      found.level = slot.level
      return time
    },
  }

  function renew(slot: (typeof slots)[number], from: number): boolean {
    const end = from + slot.time + MINUTE
    const text = bytes.toString('latin1', from, end)
    if (!text.startsWith(`{"level":"${slot.level}","ts":"`)) return false
    const minuteAt = parseInstant(`${text.slice(slot.time)}00.000Z`)
    if (Number.isNaN(minuteAt)) return false
    for (let i = 0; i < 9; i++) slot.words[i] = view.getInt32(from + 4 * i, true)
    slot.last = view.getInt32(end - 4, true)
    slot.minuteAt = minuteAt
    return true
  }

  return found
}

function isDigit(value: number): boolean {
  return value >= 0 && value <= 9
}

/** A log has some hundred callers: each becomes a string once, or as often as two share a place in this table. */
function createCallers(bytes: Buffer, view: DataView) {
  const places = 1_024
  const texts: string[] = new Array(places).fill('')
  /** The first bytes of each, by fours; what is longer is made a string each time. */
  const words = new Int32Array(places * WORDS)
  return {
    read(from: number, to: number): string {
      const length = to - from
      if (length < 4 || length > 4 * WORDS) return bytes.toString('latin1', from, to)
      const first = view.getInt32(from, true)
      const last = view.getInt32(to - 4, true)
      const place = ((Math.imul(last, 0x9e3779b1) ^ Math.imul(first, 0x85ebca6b)) >>> 20) & (places - 1)
      const known = place * WORDS
      const text = texts[place] as string
      // words that overlap at the end: every byte is compared
      let same = text.length === length && words[known] === last
      for (let i = 1, at = from; same && at < to - 4; i++, at += 4) same = words[known + i] === view.getInt32(at, true)
      if (same) return text
      words[known] = last
      for (let i = 1, at = from; at < to - 4; i++, at += 4) words[known + i] = view.getInt32(at, true)
      const read = bytes.toString('latin1', from, to)
      texts[place] = read
      return read
    },
  }
}

const WORDS = 16

/** Found by the first eight bytes of the message, then compared in full. */
function createSkips(bytes: Buffer, view: DataView, skips: readonly Skip[]): (from: number, to: number) => boolean {
  const size = 1 << 12
  const table: { readonly code: Buffer; readonly whole: boolean }[][] = new Array(size)
  const placeOf = (a: number, b: number): number => ((Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 20) & (size - 1)
  for (const { text, whole } of skips) {
    const code = Buffer.from(text)
    if (code.length < 8) continue
    const place = placeOf(code.readInt32LE(0), code.readInt32LE(4))
    const entries = table[place]
    if (entries === undefined) table[place] = [{ code, whole }]
    else entries.push({ code, whole })
  }
  return (from, to) => {
    if (to - from < 8) return false
    const entries = table[placeOf(view.getInt32(from, true), view.getInt32(from + 4, true))]
    if (entries === undefined) return false
    for (const { code, whole } of entries) {
      if (whole ? to - from !== code.length : to - from < code.length) continue
      let i = 0
      while (i < code.length && code[i] === bytes[from + i]) i++
      if (i === code.length) return true
    }
    return false
  }
}
