/**
 * Bytes → records, synchronously, in the order of the file.
 *
 *   const parser = createParser({ record(record, line, raw, node) { … }, problem(problem) { … } })
 *   for await (const chunk of input.chunks()) parser.write(chunk)
 *   const result = parser.end()
 *
 * Chunks may end anywhere, also inside a character, and may be used again when write returns. `raw` is part of a chunk's text: `keep` what stays.
 *
 * Every physical line ends in exactly one count, so that none is lost in silence:
 *   lines = records - extra + joined + blank + unreadable + foreign
 */
import { isAscii } from 'node:buffer'
import type { Level, LogRecord } from '../model/event.ts'
import { createDecoder } from './encoding.ts'
import { clip, keep } from './keep.ts'
import { isBinary, isCrash, isDebris, isSyslog, type LogKind, type OtherProgram, otherProgram } from './kind.ts'
import { createLineCutter, MAX_LINE_BYTES } from './lines.ts'
import { type JsonObject, parseObject, parseSeelog, recordOf } from './record.ts'
import { recoverObjects } from './recover.ts'
import { createScanner, type ScannedLine, type Skip } from './scanner.ts'
import { wrappers } from './wrappers/index.ts'
import { nodeOfFields, type Wrapped } from './wrappers/wrapper.ts'

export interface ParserSink {
  /**
   * `line`: the 1-based physical line on which the record begins. `raw`: gives its text as ipamd wrote it, during the call. `node`: where a
   * wrapper names it.
   */
  record(record: LogRecord, line: number, raw: () => string, node: string | undefined): void
  /** A record whose message is one of the parser's `skips`. Returns false where it is wanted all the same: it comes as a record then. */
  skip?(at: number, level: Level, caller: string, line: number): boolean
  problem(problem: LineProblem): void
}

export interface LineProblem {
  readonly kind: LineProblemKind
  readonly line: number
  /** The beginning of the line, copied. Hostile text. */
  readonly text: string
}

export type LineProblemKind =
  /** Part of a record, or binary garbage: lost. */
  | 'unreadable-line'
  /** The end of a line that ipamd itself overwrote with the one above: v1.6.1 to v1.11.2 write through handles of their own (families 0.4). */
  | 'overwritten-line'
  /** A record was found inside a line; what stood around it is lost. */
  | 'torn-line'
  /** Two records on one line, both used. */
  | 'fused-lines'
  /** The last line has no end. */
  | 'cut-line'
  /** Longer than any line of ipamd: not read. */
  | 'long-line'
  /** Bytes that are no UTF-8, read as U+FFFD. */
  | 'invalid-utf8'
  /** Text that ipamd's logger did not write, e.g. a panic: told once per stretch. */
  | 'foreign-text'

export interface ParserCounts {
  readonly bytes: number
  readonly lines: number
  readonly records: number
  /** Records beyond the first of their line. */
  readonly extra: number
  /** Lines that belong to a record that began above them, or to the wrapper around it. */
  readonly joined: number
  readonly blank: number
  readonly unreadable: number
  readonly foreign: number
  /** The last line, or the last document, has no end. */
  readonly truncated: boolean
}

export interface ParserResult extends ParserCounts {
  readonly kind: LogKind
  /** The wrappers around the lines, outermost first. */
  readonly form: readonly string[]
}

export interface Parser {
  /** Calls the sink before it returns. */
  write(chunk: Uint8Array): void
  /** Hands over the record that waits for continuation lines (seelog only). For a reader that follows a log and finds it quiet. */
  flush(): void
  end(): ParserResult
  readonly counts: ParserCounts
}

export interface ParserOptions {
  /** Messages that need no reading: where a line of zap begins so, `skip` is told and nothing more is made of it. */
  readonly skips?: readonly Skip[]
  /** False: every line goes the slow way, which is the reference. */
  readonly fast?: boolean
}

export function createParser(sink: ParserSink, { skips = [], fast = true }: ParserOptions = {}): Parser {
  const counts = { bytes: 0, lines: 0, records: 0, extra: 0, joined: 0, blank: 0, unreadable: 0, foreign: 0, truncated: false }
  const forms = new Set<string>()
  const others = new Map<OtherProgram, number>()
  const seen = { binary: 0, json: 0, syslog: 0 }
  const decoder = createDecoder()
  const cutter = createLineCutter({ line: readLine, longLine: readLongLine })
  const scanner = fast ? createScanner({ canonical: readCanonical, other: cut }, skips) : { write: cut, end() {} }
  /** Callers of ipamd itself, as seen by the scanner. */
  const own = new Set<string>()

  /** Lines are looked at for U+FFFD only after a chunk that is not ASCII. */
  let ascii = true
  /** The line that was counted last: what else stands on it is extra, or counts for nothing. */
  let counted = 0
  let lastRecordLine = 0
  let lastCaller: string | undefined
  /** A seelog record that may go on in the lines below. */
  let held: Held | undefined
  /** Inside a panic, or in text of another program. */
  let crashed = false
  let foreignRun = false
  const partials = new Map<string, { readonly parts: string[]; size: number }>()
  /** Characters in all of them. */
  let partialSize = 0

  function problem(kind: LineProblemKind, line: number, text: string): void {
    sink.problem({ kind, line, text: clip(text) })
  }

  function give(record: LogRecord, line: number, raw: string, node: string | undefined): void {
    lastCaller = record.caller
    sink.record(record, line, () => raw, node)
  }

  /** What `readLine` does with a line that the scanner has proved to be zap's. */
  function readCanonical(scanned: ScannedLine): void {
    const { at, level, caller } = scanned
    releaseHeld()
    counts.lines += 1
    if (!own.has(caller)) {
      const program = otherProgram({}, { at, level, message: '', caller })
      if (program !== undefined) {
        others.set(program, (others.get(program) ?? 0) + 1)
        foreign(counts.lines, scanned.raw())
        return
      }
      if (own.size < MAX_CALLERS && caller.length <= MAX_CALLER_LENGTH) own.add(caller)
    }
    countRecord(counts.lines)
    lastCaller = caller
    if (scanned.skip && sink.skip?.(at, level, caller, counts.lines) === true) return
    sink.record({ at, level, message: scanned.message(), caller }, counts.lines, scanned.raw, undefined)
  }

  function countRecord(line: number): void {
    counts.records += 1
    if (line === counted) counts.extra += 1
    counted = line
    lastRecordLine = line
    crashed = false
    foreignRun = false
  }

  function count(as: 'joined' | 'blank' | 'unreadable' | 'foreign', line: number): void {
    if (line !== counted) counts[as] += 1
    counted = line
  }

  function releaseHeld(): void {
    if (!held) return
    const { record, line, raw, node, more } = held
    held = undefined
    if (more.length === 0) give(record, line, raw, node)
    else give({ ...record, message: [record.message, ...more].join('\n') }, line, [raw, ...more].join('\n'), node)
  }

  function readLine(text: string, ended: boolean): void {
    counts.lines += 1
    const line = counts.lines
    if (!ascii && text.includes('\ufffd')) problem('invalid-utf8', line, text)
    const content = text.charCodeAt(text.length - 1) === RETURN ? text.slice(0, -1) : text
    // The way that nearly every line takes.
    if (content.charCodeAt(0) === BRACE) {
      const object = parseObject(content)
      if (object) {
        readObject({ object, around: undefined, raw: content, line, node: undefined, at: Number.NaN, depth: 0, ended })
        return
      }
    }
    readText({ text: content, line, node: undefined, at: Number.NaN, depth: 0, ended })
  }

  function readLongLine(head: string): void {
    counts.lines += 1
    unreadable('long-line', counts.lines, head)
  }

  function readObject(part: ObjectPart): void {
    const { object, line, raw, node } = part
    const record = recordOf(object, part.at)
    if (record) {
      releaseHeld()
      const program = otherProgram(object, record)
      // zap's own order means that nothing was added in front; only then a node's name may stand beside the line.
      if (program === undefined) {
        countRecord(line)
        give(record, line, raw, node ?? (raw.startsWith('{"level":') ? undefined : nodeOfFields(object)))
      } else {
        others.set(program, (others.get(program) ?? 0) + 1)
        foreign(line, raw)
      }
      return
    }
    if (part.depth < MAX_DEPTH) {
      for (const wrapper of wrappers) {
        const wrapped = wrapper.ofObject?.(object, part.around)
        if (wrapped) {
          unwrap(wrapper.form, wrapped, part)
          return
        }
      }
    }
    if ('level' in object && 'msg' in object) unreadable('unreadable-line', line, raw)
    else {
      seen.json += 1
      foreign(line, raw)
    }
  }

  function unwrap(form: string, wrapped: Wrapped, outer: Part): void {
    forms.add(form)
    const node = wrapped.node ?? outer.node
    const at = Number.isNaN(outer.at) ? (wrapped.at ?? Number.NaN) : outer.at
    const part = { line: outer.line, node, at, depth: outer.depth + 1, ended: outer.ended }
    if (wrapped.object) {
      const raw = textOf(wrapped.object)
      readObject({ ...part, object: wrapped.object, around: undefined, raw })
      return
    }
    const key = `${form} ${wrapped.stream ?? ''} ${node ?? ''}`
    const before = partials.get(key)
    const piece = wrapped.text ?? ''
    const size = (before?.size ?? 0) + piece.length
    if (wrapped.partial && size <= MAX_LINE_BYTES) {
      if (
        partialSize + piece.length > MAX_PARTIAL_SIZE ||
        (before === undefined && (partials.size >= MAX_STREAMS || key.length > MAX_KEY))
      ) {
        unreadable('unreadable-line', outer.line, piece)
        return
      }
      partialSize += piece.length
      if (before === undefined) partials.set(key, { parts: [keep(piece)], size })
      else {
        before.parts.push(keep(piece))
        before.size = size
      }
      count('joined', outer.line)
      return
    }
    if (before !== undefined) {
      partials.delete(key)
      partialSize -= before.size
    }
    if (size > MAX_LINE_BYTES) unreadable('long-line', outer.line, before?.parts[0] ?? piece)
    else readText({ ...part, text: before === undefined ? piece : before.parts.join('') + piece })
  }

  function readText(part: TextPart): void {
    const text = strip(part.text)
    const { line, node, depth } = part
    if (text === '') {
      count('blank', line)
      return
    }
    if (text.charCodeAt(0) === BRACE) {
      const object = parseObject(text)
      if (object) {
        readObject({ ...part, object, around: undefined, raw: text })
        return
      }
    }
    const record = parseSeelog(text)
    if (record) {
      releaseHeld()
      countRecord(line)
      held = { record: { ...record, message: keep(record.message) }, line, raw: keep(text), node, more: [], size: 0 }
      return
    }
    if (depth < MAX_DEPTH) {
      for (const wrapper of wrappers) {
        const wrapped = wrapper.ofText?.(text)
        if (wrapped) {
          unwrap(wrapper.form, wrapped, part)
          return
        }
      }
    }
    if (text.includes('{"') && recover(text, part)) return
    readRest(text, part)
  }

  /** One line, several objects, or one in the middle of something else. */
  function recover(text: string, part: TextPart): boolean {
    const { objects, lost, prefix } = recoverObjects(text)
    if (objects.length === 0) return false
    const torn = lost || prefix.includes('"')
    const before = counts.records
    // What another program printed in front (syslog, journalctl, stern) is a wrapper; half a line of ipamd is not.
    if (!torn && prefix !== '') forms.add('prefix')
    let rest = false
    for (const { object, raw } of objects) {
      if (recordOf(object, part.at) || !rest) readObject({ ...part, object, around: undefined, raw })
      rest = true
    }
    if (counts.records > before) {
      if (torn) problem('torn-line', part.line, text)
      else if (objects.length > 1) problem('fused-lines', part.line, text)
    }
    return true
  }

  /** No record and no wrapper. */
  function readRest(text: string, part: TextPart): void {
    const { line, ended } = part
    const cut = !ended && !crashed && (text.charCodeAt(0) === BRACE || counts.records > 0 || held !== undefined)
    if (isCrash(text)) {
      releaseHeld()
      if (!crashed) foreignRun = false
      crashed = true
      foreign(line, text)
    } else if (held && !crashed && part.depth === 0 && !isBinary(text) && (ended || !beginsLikeSeelog(text))) {
      count('joined', line)
      // As it stands: a tab begins the second line of an AWS error.
      if (held.more.length < MAX_CONTINUATIONS && held.size + text.length <= MAX_CONTINUATION_LENGTH) {
        held.more.push(keep(part.text.trimEnd()))
        held.size += text.length
      }
    } else if (cut) {
      counts.truncated = true
      unreadable('cut-line', line, text)
    } else if (isBinary(text)) {
      seen.binary += 1
      unreadable('unreadable-line', line, text)
    } else if (isDebris(text)) unreadable(isOverwritten(text, line) ? 'overwritten-line' : 'unreadable-line', line, text)
    else {
      if (isSyslog(text)) seen.syslog += 1
      foreign(line, text)
    }
  }

  function foreign(line: number, text: string): void {
    releaseHeld()
    count('foreign', line)
    if (!foreignRun) problem('foreign-text', line, text)
    foreignRun = true
  }

  /** The package main keeps the offset of its own handle, and its late lines fall on earlier ones of the others; their ends stay behind. */
  function isOverwritten(text: string, line: number): boolean {
    return (
      line === lastRecordLine + 1 &&
      text.endsWith('"}') &&
      text.charCodeAt(0) !== BRACE &&
      lastCaller?.startsWith('aws-k8s-agent/main.go:') === true
    )
  }

  function unreadable(kind: LineProblemKind, line: number, text: string): void {
    releaseHeld()
    count('unreadable', line)
    foreignRun = false
    problem(kind, line, text)
  }

  function kind(): LogKind {
    if (counts.records > 0) return 'ipamd'
    for (const program of others.keys()) return program
    const { lines, blank, unreadable } = counts
    if (lines === blank) return 'empty'
    if (seen.binary > 0 || unreadable * 2 > lines) return 'binary'
    if (seen.json * 2 > lines) return 'json'
    return seen.syslog > 0 ? 'syslog' : 'text'
  }

  function cut(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (ascii) ascii = isAscii(bytes)
    cutter.write(bytes)
  }

  return {
    counts,
    write(chunk) {
      counts.bytes += chunk.length
      scanner.write(decoder.decode(chunk))
    },
    flush: releaseHeld,
    end() {
      scanner.write(decoder.end())
      scanner.end()
      cutter.end()
      releaseHeld()
      // a line whose last part never came
      if (partials.size > 0) counts.truncated = true
      return { ...counts, kind: kind(), form: [...forms] }
    },
  }
}

interface Part {
  readonly line: number
  readonly node: string | undefined
  /** The time of the outermost wrapper, NaN without one. */
  readonly at: number
  /** Wrappers taken off. */
  readonly depth: number
  /** The physical line ended with a newline. */
  readonly ended: boolean
}

interface TextPart extends Part {
  readonly text: string
}

interface ObjectPart extends Part {
  readonly object: JsonObject
  readonly around: JsonObject | undefined
  readonly raw: string
}

interface Held {
  readonly record: LogRecord
  readonly line: number
  readonly raw: string
  readonly node: string | undefined
  readonly more: string[]
  size: number
}

/** A hostile file has a caller a line. */
const MAX_CALLERS = 5_000
const MAX_CALLER_LENGTH = 200

/** JSON.stringify goes as deep as the object, and a hostile one is deeper than the stack. */
function textOf(object: JsonObject): string {
  try {
    return JSON.stringify(object)
  } catch {
    return ''
  }
}

/** `2019-09-1`: the last line, cut off within the time. */
function beginsLikeSeelog(text: string): boolean {
  for (let i = 0; i < Math.min(text.length, SEELOG.length); i += 1) {
    const isDigit = text.charCodeAt(i) >= 48 && text.charCodeAt(i) <= 57
    if (SEELOG[i] === '0' ? !isDigit : text[i] !== SEELOG[i]) return false
  }
  return true
}

const SEELOG = '0000-00-00T00:00:00'
const BRACE = 0x7b
const RETURN = 0x0d
/** Wrappers around one line: Docker inside Fluent Bit inside CloudWatch is three. */
const MAX_DEPTH = 5
/** Streams with a part of a line open at the same time. */
const MAX_STREAMS = 256
/** Characters that wait in them, and the longest name of one. */
const MAX_PARTIAL_SIZE = 8 << 20
const MAX_KEY = 1_024
/** An error of the AWS SDK takes two or three lines; a hostile file must not make one record of everything. */
const MAX_CONTINUATIONS = 64
const MAX_CONTINUATION_LENGTH = 16_384

/** Without a byte order mark (one may stand at each join of files), NULs of a file that was truncated while it was written, colors of a terminal. */
function strip(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && (text.charCodeAt(from) <= 0x20 || text.charCodeAt(from) === 0xfeff) && text.charCodeAt(from) !== ESCAPE) from += 1
  while (to > from && (text.charCodeAt(to - 1) <= 0x20 || text.charCodeAt(to - 1) === 0xfeff)) to -= 1
  const inner = from === 0 && to === text.length ? text : text.slice(from, to)
  return inner.includes('\x1b') ? inner.replace(ANSI, '') : inner
}

const ESCAPE = 0x1b
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal was told
const ANSI = /\x1b\[[0-9;?]{0,16}[A-Za-z]/g
