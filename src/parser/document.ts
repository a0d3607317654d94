/**
 * JSON documents that hold lines in a list: `{"events":[…]}` of CloudWatch, `[…]` of an Insights export, `{"hits":{"hits":[…]}}`, several of them one
 * after another. They may be one line of gigabytes or pretty-printed over millions, so they are never held: the bytes are scanned for where an
 * element begins and ends, and one element at a time is handed over.
 */
import type { JsonObject } from './record.ts'

export interface DocumentSink {
  /** An element of a list, or an object that stands for itself. `around`: what the document said before the list. */
  element(text: string, line: number, around: JsonObject | undefined): void
  /** An element above the limit: its beginning. */
  longElement(head: string, line: number): void
  /** Bytes between documents that are no JSON. */
  junk(text: string, line: number): void
  /** A document ended: its own fields. */
  closed(fields: JsonObject, line: number): void
}

export interface DocumentReader {
  write(bytes: Uint8Array): void
  /** `open`: the last document has no end; `rest`: of an element that has none. */
  end(): { readonly lines: number; readonly open: boolean; readonly rest: string; readonly restLine: number }
}

/** Whether bytes begin a document rather than lines; undefined: too few bytes to tell. */
export function beginsDocument(bytes: Uint8Array): boolean | undefined {
  let at = skipBlanks(bytes, 0)
  if (at >= bytes.length) return at > 4_096 ? false : undefined
  const first = bytes[at] as number
  if (first !== OPEN && first !== BRACKET) return false
  at = skipBlanks(bytes, at + 1)
  if (at >= bytes.length) return at > 4_096 ? false : undefined
  const second = bytes[at] as number
  if (first === BRACKET) return second === OPEN || second === BRACKET || second === QUOTE || second === CLOSE_BRACKET
  if (second !== QUOTE) return false
  const end = bytes.indexOf(QUOTE, at + 1)
  if (end < 0) return bytes.length - at > 64 ? false : undefined
  return end - at < 64 && DOCUMENT_KEYS.has(Buffer.from(bytes.subarray(at + 1, end)).toString('latin1'))
}

export function createDocumentReader(sink: DocumentSink, maxElementBytes: number): DocumentReader {
  const frames: Frame[] = []
  let line = 1
  let bytesOfLine = 0
  let inString = false
  let escaped = false
  /** The string being read is the key of an object's member. */
  let isKey = false
  /** Bytes of a key or of a short value. */
  let token: number[] | undefined
  /** An element is being captured: its first line, and the depth at which it stands. */
  let capture: { readonly line: number; readonly depth: number; parts: Uint8Array[]; length: number; long: boolean } | undefined
  let depthBeyond = 0
  let junkLine = 0

  function begin(at: number): number {
    capture = { line, depth: frames.length, parts: [], length: 0, long: false }
    return at
  }

  function take(bytes: Uint8Array, from: number, to: number): void {
    if (!capture || to <= from) return
    if (capture.length + to - from > maxElementBytes) {
      if (!capture.long) capture.parts.push(Uint8Array.from(bytes.subarray(from, Math.min(to, from + 256))))
      capture.long = true
      return
    }
    capture.length += to - from
    capture.parts.push(Uint8Array.from(bytes.subarray(from, to)))
  }

  function finish(): void {
    const done = capture
    capture = undefined
    if (!done) return
    const text = Buffer.concat(done.parts).toString()
    if (done.long) sink.longElement(text.slice(0, 256), done.line)
    else sink.element(text, done.line, frames.length === 0 ? undefined : around())
  }

  function abandon(at: number): void {
    sink.junk(capture ? Buffer.concat(capture.parts).toString().slice(0, 256) : '', at)
    capture = undefined
    inString = false
    token = undefined
    frames.length = 0
    depthBeyond = 0
  }

  function around(): JsonObject {
    return Object.assign({}, ...frames.map(frame => frame.fields))
  }

  /** Elements of this list are lines. */
  function isList(frame: Frame | undefined): boolean {
    return frame?.array === true && (frames.length === 1 || LISTS.has(frame.key))
  }

  function open(array: boolean, at: number, from: number): number {
    const outer = frames.at(-1)
    let start = from
    const key = outer && !outer.array ? outer.lastKey : (outer?.key ?? '')
    const frame: Frame = { array, key, lastKey: '', expectsKey: !array, fields: Object.create(null), count: 0 }
    // An object that stands for itself is captured until a list turns up in it.
    if (capture === undefined && (frames.length === 0 ? !array : isList(outer))) start = begin(at)
    else if (array && LISTS.has(key) && capture?.depth === 0) capture = undefined
    if (frames.length >= MAX_DEPTH) depthBeyond += 1
    else frames.push(frame)
    return start
  }

  function close(bytes: Uint8Array, at: number, from: number): void {
    if (depthBeyond > 0) {
      depthBeyond -= 1
      return
    }
    const frame = frames.pop()
    const outer = frames.at(-1)
    if (frame && outer && !outer.array && !frame.array && outer.count < MAX_FIELDS && frame.count > 0) {
      outer.fields[frame.key] = frame.fields
      outer.count += 1
    }
    if (capture && frames.length === capture.depth) {
      take(bytes, from, at + 1)
      finish()
    }
    if (frames.length === 0 && frame) sink.closed(frame.fields, line)
  }

  /** A string ended: a key, or a value that a list's surroundings may be known by. */
  function string(text: string | undefined): void {
    const frame = frames.at(-1)
    if (!frame || frame.array) return
    if (isKey) {
      frame.lastKey = text ?? ''
      frame.expectsKey = false
    } else if (text !== undefined && frame.count < MAX_FIELDS && (capture === undefined || capture.depth === 0)) {
      frame.fields[frame.lastKey] = text
      frame.count += 1
    }
  }

  return {
    write(bytes) {
      // From where on bytes of this chunk belong to the element.
      let from = 0
      for (let i = 0; i < bytes.length; i += 1) {
        const c = bytes[i] as number
        if (c === NEWLINE) {
          // No string of JSON goes over a line: the document is damaged. What follows is read as if it stood for itself.
          if (inString) {
            take(bytes, from, i)
            abandon(line)
          }
          line += 1
          bytesOfLine = 0
          continue
        }
        bytesOfLine += 1
        if (inString) {
          if (escaped) escaped = false
          else if (c === BACKSLASH) escaped = true
          else if (c === QUOTE) {
            inString = false
            string(token && token.length <= MAX_TOKEN ? Buffer.from(token).toString() : undefined)
            token = undefined
            if (capture && frames.length === capture.depth) {
              take(bytes, from, i + 1)
              finish()
            }
            continue
          }
          if (token && token.length <= MAX_TOKEN) token.push(c)
          continue
        }
        switch (c) {
          case QUOTE: {
            const frame = frames.at(-1)
            inString = true
            isKey = frame !== undefined && !frame.array && frame.expectsKey
            token = frame && !frame.array && (isKey || capture === undefined || capture.depth === 0) ? [] : undefined
            if (capture === undefined && isList(frame)) from = begin(i)
            break
          }
          case OPEN:
          case BRACKET:
            // Elements alone begin a line without a blank: here another document begins, or a log, and the last one has no end.
            if (
              bytesOfLine === 1 &&
              c === OPEN &&
              frames.length > 0 &&
              (capture !== undefined || depthBeyond > 0 || !isList(frames.at(-1)))
            )
              abandon(line - 1)
            from = open(c === BRACKET, i, from)
            break
          case CLOSE:
          case CLOSE_BRACKET:
            close(bytes, i, from)
            break
          case COMMA: {
            const frame = frames.at(-1)
            if (frame && !frame.array) frame.expectsKey = true
            break
          }
          default:
            if (frames.length === 0 && c > 0x20 && c !== 0xef && c !== 0xbb && c !== 0xbf && junkLine !== line) {
              junkLine = line
              sink.junk(
                Buffer.from(bytes.subarray(i, i + 200))
                  .toString()
                  .split('\n', 1)[0] as string,
                line,
              )
            }
        }
      }
      take(bytes, from, bytes.length)
    },
    end() {
      const rest = capture ? Buffer.concat(capture.parts).toString() : ''
      const lines = bytesOfLine > 0 ? line : line - 1
      return { lines, open: frames.length > 0 || inString, rest, restLine: capture?.line ?? lines }
    },
  }
}

interface Frame {
  readonly array: boolean
  /** The key under which it stands; an array's elements have that of the array. */
  readonly key: string
  lastKey: string
  expectsKey: boolean
  readonly fields: Record<string, unknown>
  count: number
}

/**
 * First keys of documents: CloudWatch Logs (`events`, `logEvents` and what stands before them, `results`, `statistics`), Elastic (`took`, `hits`),
 * Loki (`status`), Datadog (`data`, `meta`), OpenTelemetry.
 */
const DOCUMENT_KEYS: ReadonlySet<string> = new Set([
  'events',
  'searchedLogStreams',
  'nextToken',
  'nextForwardToken',
  'nextBackwardToken',
  'messageType',
  'owner',
  'logGroup',
  'logStream',
  'logEvents',
  'results',
  'queryLanguage',
  'statistics',
  'status',
  'took',
  'timed_out',
  'hits',
  'data',
  'meta',
  'resourceLogs',
])

/** Keys of the lists whose elements hold lines. */
const LISTS: ReadonlySet<string> = new Set(['events', 'logEvents', 'results', 'hits', 'data', 'values', 'logRecords'])

const MAX_DEPTH = 64
const MAX_FIELDS = 64
const MAX_TOKEN = 512

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && BLANKS.has(bytes[at] as number)) at += 1
  return at
}

/** And a byte order mark. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf])
const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d
const BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c
