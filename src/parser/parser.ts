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
import type { LogRecord, Run } from '../model/event.ts'
import { csvColumns, csvObject, quotesIn } from './csv.ts'
import { beginsDocument, createDocumentReader, type DocumentReader } from './document.ts'
import { createDecoder } from './encoding.ts'
import { clip, keep } from './keep.ts'
import { isBinary, isCrash, isDebris, isSyslog, type LogKind, type OtherProgram, otherProgram } from './kind.ts'
import { createLineCutter, MAX_LINE_BYTES } from './lines.ts'
import { isObject, type JsonObject, parseObject, parseSeelog, recordOf } from './record.ts'
import { recoverObjects } from './recover.ts'
import { createScanner } from './scanner/index.ts'
import type { ScannedLine, Skip } from './scanner/scanner.ts'
import { wrappers } from './wrappers/index.ts'
import { nodeOfFields, type Wrapped } from './wrappers/wrapper.ts'

export interface ParserSink {
  /**
   * `line`: the 1-based physical line on which the record begins. `raw`: gives its text as ipamd wrote it, during the call. `node`: where a
   * wrapper names it.
   */
  record(record: LogRecord, line: number, raw: () => string, node: string | undefined): void
  /**
   * Records whose messages are among the parser's `skips`, one after another; `line` is the first one's. Returns false where they are wanted all
   * the same: they come as records then.
   */
  skip?(run: Run, line: number): boolean
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
  /** The shipper had more: its answer names a further page, or says that it is not complete. */
  | 'more-pages'

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
  /** The records may come in any order, as a query had it. True from the first such record on. */
  readonly unordered: boolean
}

export interface ParserOptions {
  /** Messages that need no reading: where a line of zap begins so, `skip` is told and nothing more is made of it. */
  readonly skips?: readonly Skip[]
  /** `slow`: every line goes the slow way, which is the reference; `plain`: the fast one does without SIMD. */
  readonly way?: Way
}

export type Way = 'fast' | 'plain' | 'slow'

export function createParser(sink: ParserSink, { skips = [], way = 'fast' }: ParserOptions = {}): Parser {
  const counts = { bytes: 0, lines: 0, records: 0, extra: 0, joined: 0, blank: 0, unreadable: 0, foreign: 0, truncated: false }
  const forms = new Set<string>()
  const others = new Map<OtherProgram, number>()
  const seen = { binary: 0, json: 0, syslog: 0 }
  const decoder = createDecoder()
  const cutter = createLineCutter({ line: readLine, longLine: readLongLine })
  const scanner =
    way === 'slow' ? { write: cut, end() {} } : createScanner({ canonical: readCanonical, run: readRun, other: cut }, skips, way === 'fast')
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
  /** Lines below that belong to what the line above began. */
  let block: Block | undefined
  let unordered = false
  /** Of events that a shipper may deliver twice. */
  const ids = new Set<string>()
  /** How the content is laid out, undefined as long as there are too few bytes to tell. */
  let layout: 'lines' | DocumentReader | undefined
  let start: Uint8Array = EMPTY
  /** Of the line above, where a wrapper's head stands alone on it. */
  let header: (Part & { readonly seen: number }) | undefined
  /** The document that ended last says that there is more. */
  let morePages: { readonly line: number; readonly text: string } | undefined

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
    if (block !== undefined && block.lines.length > 0) endBlock(block, true)
    releaseHeld()
    counts.lines += 1
    const program = programOf(caller, at, level)
    if (program !== undefined) {
      others.set(program, (others.get(program) ?? 0) + 1)
      foreign(counts.lines, scanned.raw())
      return
    }
    countRecord(counts.lines)
    lastCaller = caller
    sink.record({ at, level, message: scanned.message(), caller }, counts.lines, scanned.raw, undefined)
  }

  /** Lines of which nothing is made. False: the slow way must read them. */
  function readRun(run: Run): boolean {
    const { callers, count } = run
    for (const caller of callers) if (programOf(caller, run.firstAt, run.level) !== undefined) return false
    if (block !== undefined && block.lines.length > 0) endBlock(block, true)
    releaseHeld()
    if (sink.skip?.(run, counts.lines + 1) !== true) return false
    counts.lines += count
    counts.records += count - 1
    countRecord(counts.lines)
    lastCaller = run.lastCaller
    return true
  }

  /** The other program whose caller this is; callers of ipamd itself are remembered. */
  function programOf(caller: string, at: number, level: LogRecord['level']): OtherProgram | undefined {
    if (own.has(caller)) return undefined
    const program = otherProgram({}, { at, level, message: '', caller })
    if (program === undefined && own.size < MAX_CALLERS && caller.length <= MAX_CALLER_LENGTH) own.add(caller)
    return program
  }

  function countRecord(line: number): void {
    counts.records += 1
    if (isCounted(line)) counts.extra += 1
    else counted = line
    lastRecordLine = line
    crashed = false
    foreignRun = false
  }

  /** A document may come back to the line on which an element began; a record that went on below is counted after them. */
  function isCounted(line: number): boolean {
    return line === counted || (line < counted && layout !== 'lines')
  }

  function count(as: 'blank' | 'joined' | 'unreadable' | 'foreign', line: number): void {
    if (isCounted(line)) return
    counts[as] += 1
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
    if (block !== undefined && readBlock(block, content, line)) return
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
    if (block !== undefined && block.lines.length > 0) endBlock(block, true)
    unreadable('long-line', counts.lines, head)
  }

  /** Goes on with an object that is printed over several lines, or with a record of a CSV export. False: this line does not belong to it. */
  function readBlock(current: Block, content: string, line: number): boolean {
    const { columns, lines } = current
    const first = content.charCodeAt(0)
    // A line of ipamd itself: an export has them in quotes.
    if (columns !== undefined && content.startsWith('{"level":')) {
      if (lines.length > 0) endBlock(current, true)
      return false
    }
    if (columns === undefined && first !== BLANK && first !== TAB && first !== CLOSE) {
      endBlock(current, true)
      return false
    }
    if (lines.length === 0) current.part = { ...current.part, line }
    lines.push(keep(content))
    current.size += content.length
    if (columns !== undefined) current.quotes += quotesIn(content)
    if (columns === undefined ? first === CLOSE : current.quotes % 2 === 0) endBlock(current)
    else if (current.size > MAX_LINE_BYTES || lines.length >= MAX_BLOCK_LINES) endBlock(current, true)
    return true
  }

  function endBlock({ columns, part, lines }: Block, broken = false): void {
    block = columns === undefined ? undefined : { columns, part, lines: [], size: 0, quotes: 0 }
    const text = lines.join('\n')
    const object = broken ? undefined : columns === undefined ? parseObject(text) : csvObject(columns, text)
    if (text.trim() === '') count('blank', part.line)
    else if (object) readObject({ ...part, object, around: undefined, raw: columns === undefined ? textOf(object) : text })
    else unreadable('unreadable-line', part.line, text)
    for (let i = 1; i < lines.length; i += 1) count('joined', part.line + i)
  }

  function readObject(part: ObjectPart): void {
    const { object, line, raw, node } = part
    const record = recordOf(object, part.at)
    if (record) {
      releaseHeld()
      const program = otherProgram(object, record)
      // zap's own order and end mean that nothing was added; only else a node's name may stand beside the line.
      if (program === undefined) {
        countRecord(line)
        give(record, line, raw, node ?? (raw.startsWith('{"level":') && !raw.endsWith('}}') ? undefined : nodeOfFields(object)))
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
    if (wrapped.unordered) unordered = true
    if (wrapped.id !== undefined) {
      if (ids.has(wrapped.id)) {
        count('joined', outer.line)
        return
      }
      if (ids.size < MAX_IDS) ids.add(keep(wrapped.id))
    }
    const node = wrapped.node ?? outer.node
    const at = Number.isNaN(outer.at) ? (wrapped.at ?? Number.NaN) : outer.at
    const part = { line: outer.line, node, at, depth: outer.depth + 1, ended: outer.ended }
    if (wrapped.object) {
      const raw = textOf(wrapped.object)
      readObject({ ...part, object: wrapped.object, around: undefined, raw })
      return
    }
    if (wrapped.header) {
      releaseHeld()
      header = { ...part, seen: outer.line }
      count('joined', outer.line)
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
    if (depth === 0 && text === '{' && held === undefined) {
      // As jq prints it, or below the header of `aws logs tail --format json`.
      const above = header?.seen === line - 1 ? header : part
      block = { columns: undefined, part: { ...above, line }, lines: ['{'], size: 0, quotes: 0 }
      return
    }
    if (line === 1 && depth === 0) {
      const columns = csvColumns(text)
      if (columns) {
        forms.add('csv')
        block = { columns, part, lines: [], size: 0, quotes: 0 }
        count('joined', line)
        return
      }
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
    for (const { object, raw } of objects) readObject({ ...part, object, around: undefined, raw })
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
    if (typeof layout === 'object' || seen.json * 2 > lines) return 'json'
    return seen.syslog > 0 ? 'syslog' : 'text'
  }

  function cut(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (ascii) ascii = isAscii(bytes)
    cutter.write(bytes)
  }

  function feed(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (layout === 'lines') scanner.write(bytes)
    else if (layout !== undefined) layout.write(bytes)
    else {
      const head = start.length === 0 ? bytes : Buffer.concat([start, bytes])
      const document = beginsDocument(head)
      if (document === undefined) start = Uint8Array.from(head)
      else begin(document, head)
    }
  }

  function begin(document: boolean, head: Uint8Array): void {
    start = EMPTY
    layout = document ? documentReader() : 'lines'
    if (head.length === 0) return
    if (layout === 'lines') scanner.write(head)
    else layout.write(head)
  }

  function documentReader(): DocumentReader {
    const part = { node: undefined, at: Number.NaN, depth: 0, ended: true }
    return createDocumentReader(
      {
        element(text, line, around) {
          const element = elementOf(text)
          if (typeof element === 'object') readObject({ ...part, line, object: element, around, raw: text })
          else readText({ ...part, line, text: element ?? text })
        },
        longElement(head, line) {
          unreadable('long-line', line, head)
        },
        junk(text, line) {
          unreadable('unreadable-line', line, text)
        },
        closed(fields, line) {
          const { nextToken, NextToken = nextToken, status } = fields
          if (NextToken !== undefined) morePages = { line, text: '"nextToken"' }
          else morePages = typeof status === 'string' && UNFINISHED.has(status) ? { line, text: `"status": "${status}"` } : undefined
        },
      },
      MAX_LINE_BYTES,
    )
  }

  function endDocument(reader: DocumentReader): void {
    const { lines, open, rest, restLine } = reader.end()
    counts.lines = lines
    if (open) {
      counts.truncated = true
      unreadable('cut-line', restLine, rest)
    }
    if (morePages) problem('more-pages', morePages.line, morePages.text)
    // Lines without a beginning of an element are the document's own.
    const { records, extra, blank, unreadable: lost, foreign: other } = counts
    counts.joined = Math.max(0, lines - (records - extra + blank + lost + other))
  }

  return {
    counts,
    get unordered() {
      return unordered
    },
    write(chunk) {
      counts.bytes += chunk.length
      feed(decoder.decode(chunk))
    },
    flush: releaseHeld,
    end() {
      feed(decoder.end())
      if (layout === undefined) begin(false, start)
      if (typeof layout === 'object') {
        releaseHeld()
        endDocument(layout)
      } else {
        scanner.end()
        cutter.end()
        if (block !== undefined && block.lines.length > 0) {
          counts.truncated = true
          endBlock(block, true)
        }
        releaseHeld()
      }
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

/** An object over several lines, or a CSV export (with columns). */
interface Block {
  readonly columns: readonly string[] | undefined
  part: Part
  readonly lines: string[]
  size: number
  quotes: number
}

interface Held {
  readonly record: LogRecord
  readonly line: number
  readonly raw: string
  readonly node: string | undefined
  readonly more: string[]
  size: number
}

/** An element of a document: rows of get-query-results are lists of fields, those of Loki pairs of time and line; a string is a line. */
function elementOf(text: string): JsonObject | string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value === 'string' || isObject(value)) return value
  if (!Array.isArray(value)) return undefined
  const [time, line] = value
  if (value.length === 2 && typeof time === 'string' && typeof line === 'string') return { timestamp: time, line }
  return Object.fromEntries(value.flatMap(one => (isObject(one) && typeof one.field === 'string' ? [[one.field, one.value]] : [])))
}

/** States of an Insights query that has not read everything. */
const UNFINISHED: ReadonlySet<string> = new Set(['Running', 'Scheduled', 'Timeout', 'Cancelled', 'Failed'])
const EMPTY = new Uint8Array(0)
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
const CLOSE = 0x7d
/** An object of ipamd printed over several lines has some dozen. */
const MAX_BLOCK_LINES = 2_000
const RETURN = 0x0d
const BLANK = 0x20
const TAB = 0x09
/** Wrappers around one line: Docker inside Fluent Bit inside CloudWatch is three. */
const MAX_DEPTH = 5
/** Twice as many as one answer of CloudWatch has at most. */
const MAX_IDS = 200_000
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
