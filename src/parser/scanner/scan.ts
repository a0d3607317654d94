// AssemblyScript, compiled to WebAssembly with SIMD by `npm run build`; README.md beside it draws the memory and says why.
//
// Walks over the lines in the window and leaves one record in memory for each thing that the host must know: a line of zap's, a run of lines
// that are only counted, or bytes that it cannot prove to be zap's. It stops where the host must teach it a header or a caller.

// What the host must know of the memory. All in bytes.
export const HEADERS: u32 = 0
export const HEADER_SIZE: u32 = 64
export const SKIP_INDEX: u32 = 0x1000
export const SKIP_PLACES: u32 = 4096
export const SKIPS: u32 = 0x4000
export const SKIPS_SIZE: u32 = 0xc000
export const CALLERS: u32 = 0x10000
export const CALLER_PLACES: u32 = 1024
export const CALLER_SIZE: u32 = 64
export const LONGEST_CALLER: u32 = 60
export const RECORDS: u32 = 0x20000
export const RECORD_SIZE: u32 = 32
export const MOST_RECORDS: u32 = 4096
export const WINDOW: u32 = 0x40000
export const WINDOW_SIZE: u32 = 0x40000
/** Loads may begin at the last byte; the zeros there end every search. */
export const SLACK: u32 = 64

// Kinds of records
export const OTHER: u32 = 0
export const LINE: u32 = 1
export const RUN: u32 = 2
/** Added to LINE: its message has escapes. */
export const ESCAPED: u32 = 4

// Why the scan ended
export const DONE: u32 = 0
export const FULL: u32 = 1
export const NEW_HEADER: u32 = 2
export const NEW_CALLER: u32 = 3

let count: u32 = 0
let at: u32 = 0
let stop: u32 = 0
let callerFrom: u32 = 0
let callerTo: u32 = 0
/** The record that lines may still be added to; 0: none. */
let run: u32 = 0

export function recordCount(): u32 {
  return count
}
export function position(): u32 {
  return at
}
export function callerBegin(): u32 {
  return callerFrom
}
export function callerEnd(): u32 {
  return callerTo
}

// @ts-ignore: decorator
@inline function special(p: u32): i32 {
  return special16(p) | (special16(p + 16) << 16)
}

/** A bit for each quote, backslash, control character and byte that is not ASCII among these 16. */
// @ts-ignore: decorator
@inline function special16(p: u32): i32 {
  const bytes = v128.load(p)
  const marks = v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)))
  return i8x16.bitmask(v128.or(v128.or(marks, i8x16.lt_u(bytes, i8x16.splat(0x20))), bytes))
}

// @ts-ignore: decorator
@inline function nextSpecial(from: u32): u32 {
  let p = from
  let found = special(p)
  while (found == 0) {
    p += 32
    found = special(p)
  }
  return p + ctz(found)
}

/** Where the next newline stands; `end` or later: there is none. */
function newline(from: u32, end: u32): u32 {
  for (let p = from; p < end; p += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(p), i8x16.splat(0x0a)))
    if (found != 0) return p + ctz(found)
  }
  return end
}

// @ts-ignore: decorator
@inline function put(kind: u32, slot: u32, ms: u32, from: u32, caller: u32, a: u32, b: u32, next: u32): u32 {
  const record = RECORDS + count * RECORD_SIZE
  store<u32>(record, kind)
  store<u32>(record, slot, 4)
  store<u32>(record, ms, 8)
  store<u32>(record, from, 12)
  store<u32>(record, caller, 16)
  store<u32>(record, a, 20)
  store<u32>(record, b, 24)
  store<u32>(record, next, 28)
  count++
  return record
}

/** Bytes that are not canonical; they are added to those just before them. */
function other(from: u32, to: u32): void {
  run = 0
  if (count > 0) {
    const last = RECORDS + (count - 1) * RECORD_SIZE
    if (load<u32>(last) == OTHER && load<u32>(last, 28) == from) {
      store<u32>(last, to, 28)
      return
    }
  }
  put(OTHER, 0, 0, from, 0, 0, 0, to)
}

/** The place of a level's header by the first letter of its name; HEADERS + 5 * HEADER_SIZE: no level of zap's. */
// @ts-ignore: decorator
@inline function slotOf(letter: u32): u32 {
  if (letter == 0x64) return 0
  if (letter == 0x69) return 1
  if (letter == 0x77) return 2
  if (letter == 0x65) return 3
  if (letter == 0x66) return 4
  return 5
}

/** The header of this line, up to the minute, is that in the slot. */
// @ts-ignore: decorator
@inline function sameHeader(p: u32, header: u32, length: u32): bool {
  const differs = v128.or(v128.xor(v128.load(p), v128.load(header)), v128.xor(v128.load(p, 16), v128.load(header, 16)))
  return !v128.any_true(differs) && load<u64>(p + length - 8) == load<u64>(header + length - 8)
}

/** `:SS.mmmZ","calle` behind the minute: the digits' high halves, and all else in full. */
const SECONDS_MASK = i8x16(-1, -16, -16, -1, -16, -16, -16, -1, -1, -1, -1, -1, -1, -1, -1, -1)
const SECONDS = i8x16(0x3a, 0x30, 0x30, 0x2e, 0x30, 0x30, 0x30, 0x5a, 0x22, 0x2c, 0x22, 0x63, 0x61, 0x6c, 0x6c, 0x65)
/** `r":"` */
const CALLER_END: u32 = 0x223a2272
/** `","msg":` and, at the fifth of them, a quote behind it */
const MESSAGE: u64 = 0x3a2267736d222c22

/** Milliseconds in the minute; from 60,000 on: these are no digits. `p` is at the colon before the seconds. */
// @ts-ignore: decorator
@inline function milliseconds(p: u32): u32 {
  const tens = <u32>load<u8>(p, 1) - 48
  const ones = <u32>load<u8>(p, 2) - 48
  const a = <u32>load<u8>(p, 4) - 48
  const b = <u32>load<u8>(p, 5) - 48
  const c = <u32>load<u8>(p, 6) - 48
  if (tens > 5 || ones > 9 || a > 9 || b > 9 || c > 9) return 60000
  return (tens * 10 + ones) * 1000 + a * 100 + b * 10 + c
}

// @ts-ignore: decorator
@inline function equal(a: u32, b: u32, length: u32): bool {
  let i: u32 = 0
  for (; i + 8 < length; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
  return load<u64>(a + length - 8) == load<u64>(b + length - 8)
}

/** The place in the table of a caller of at least eight bytes. */
export function placeOfCaller(from: u32, to: u32): u32 {
  return ((load<u32>(to - 4) * 0x9e3779b1) ^ (load<u32>(from) * 0x85ebca6b) ^ (load<u32>(from + 4) * 0xc2b2ae35)) >>> 22
}

/** The place in the index of a text by its first eight bytes. */
export function placeOfSkip(from: u32): u32 {
  return ((load<u32>(from) * 0x9e3779b1) ^ (load<u32>(from + 4) * 0x85ebca6b)) >>> 20
}

/** The message begins with (or is) a text that is only counted. */
function isSkip(from: u32, to: u32): bool {
  const length = to - from
  if (length < 8) return false
  let entry: u32 = load<u16>(SKIP_INDEX + placeOfSkip(from) * 2)
  while (entry != 0) {
    const text = SKIPS + entry
    const size: u32 = load<u16>(text, 2)
    if ((load<u8>(text, 4) != 0 ? length == size : length >= size) && equal(text + 8, from, size)) return true
    entry = load<u16>(text)
  }
  return false
}

/** The line at `p`, where it is canonical: put or counted, and the next one's place is given. 0: it is not. 1: the host must be asked, `stop` says what. */
// @ts-ignore: decorator
@inline function canonical(p: u32): u32 {
  // `{"level":"` is compared with the header
  const slot = slotOf(load<u8>(p, 10))
  if (slot == 5) return 0
  // info and warn are a letter shorter
  const length: u32 = slot == 1 || slot == 2 ? 39 : 40
  if (!sameHeader(p, HEADERS + slot * HEADER_SIZE, length)) {
    // `{"le`: it may be a new minute
    if (load<u32>(p) != 0x656c227b) return 0
    stop = NEW_HEADER
    return 1
  }
  const seconds = p + length - 1
  if (v128.any_true(v128.xor(v128.and(v128.load(seconds), SECONDS_MASK), SECONDS)) || load<u32>(seconds + 16) != CALLER_END) return 0
  const ms = milliseconds(seconds)
  if (ms >= 60000) return 0

  callerFrom = seconds + 20
  callerTo = nextSpecial(callerFrom)
  if (load<u64>(callerTo) != MESSAGE || load<u8>(callerTo, 8) != 0x22) return 0
  const size = callerTo - callerFrom
  if (size < 8 || size > LONGEST_CALLER) return 0

  const message = callerTo + 9
  let quote = nextSpecial(message)
  let escaped = false
  while (load<u8>(quote) == 0x5c) {
    if (!isEscape(load<u8>(quote, 1))) return 0
    escaped = true
    quote = nextSpecial(quote + 2)
  }
  let next = quote + 3
  const tail = load<u32>(quote)
  if ((tail & 0xffffff) != 0x0a7d22) {
    if (tail != 0x0a0d7d22) return 0
    next++
  }

  const place = placeOfCaller(callerFrom, callerTo)
  const known = CALLERS + place * CALLER_SIZE
  if (load<u8>(known) != size || !equal(known + 4, callerFrom, size)) {
    stop = NEW_CALLER
    return 1
  }
  if (escaped || !isSkip(message, quote)) {
    run = 0
    put(escaped ? LINE | ESCAPED : LINE, slot, ms, p, place, message, quote, next)
  } else if (run == 0 || !extend(slot, ms, place, next)) run = put(RUN, slot, ms, p, place, ms, 1 | (place << 22), next)
  return next
}

/** What may follow a backslash: " \ n t r b f. \/ and \u could hide a text that is looked for. */
// @ts-ignore: decorator
@inline function isEscape(c: u32): bool {
  return c == 0x22 || c == 0x5c || c == 0x6e || c == 0x74 || c == 0x72 || c == 0x62 || c == 0x66
}

/** One more line in the run: of the same level and minute, not earlier, of one of at most three callers. */
function extend(slot: u32, ms: u32, place: u32, next: u32): bool {
  if (load<u32>(run, 4) != slot || ms < load<u32>(run, 20)) return false
  const callers = load<u32>(run, 16)
  const more = callers >>> 30
  const isKnown =
    (callers & 1023) == place || (more > 0 && ((callers >>> 10) & 1023) == place) || (more > 1 && ((callers >>> 20) & 1023) == place)
  if (!isKnown) {
    if (more == 2) return false
    store<u32>(run, (callers & 0x3fffffff) | (place << (10 * (more + 1))) | ((more + 1) << 30), 16)
  }
  store<u32>(run, ms, 20)
  store<u32>(run, ((load<u32>(run, 24) & 0x3fffff) + 1) | (place << 22), 24)
  store<u32>(run, next, 28)
  return true
}

/** Scans from `from` and says why it ended. With `pass`, the first line is not taken for canonical. */
export function scan(from: u32, end: u32, pass: bool): u32 {
  let p = from
  let refused = pass
  count = 0
  run = 0
  while (p < end) {
    if (count + 1 >= MOST_RECORDS) {
      at = p
      return FULL
    }
    const next = refused ? 0 : canonical(p)
    refused = false
    if (next == 1) {
      at = p
      return stop
    }
    if (next != 0) p = next
    else {
      const to = newline(p, end)
      if (to >= end) break
      other(p, to + 1)
      p = to + 1
    }
  }
  at = p
  return DONE
}
