import type { LogRecord } from './model/event.ts'
import { InputError } from './model/input-error.ts'
import type { News, Status } from './model/news.ts'
import type { Report } from './model/report.ts'
import { createNews, type Newsroom } from './news/news.ts'
import { keep } from './parser/keep.ts'
import { kindTexts } from './parser/kind.ts'
import { createParser, type Parser } from './parser/parser.ts'
import { instant } from './report/instants.ts'
import { codeOf, openFailure } from './sources/discover.ts'
import { HEAD } from './sources/fingerprint.ts'
import {
  folderOf,
  followFile,
  followPipe,
  type Loss,
  logToFollow,
  missingBetween,
  type Piece,
  type Position,
  positionAt,
} from './sources/follow.ts'
import { narrowingOf, reportLineProblem, reportSourceProblem, type Traced } from './trace.ts'
import { createTracer } from './tracer.ts'
import { version } from './version.ts'

export { logToFollow, type Position }

export interface FollowOptions {
  /** Read the rotated files before the live one. */
  readonly history?: boolean
  /** Where the last run stopped: what was read by then is read again to know the node, and is no news. */
  readonly from?: Position
  readonly since?: number
  /** Ends the following. */
  readonly signal?: AbortSignal
  /** Bytes for the path `-`. */
  readonly stdin?: AsyncIterable<Uint8Array>
  readonly pollMs?: number
  /** False: no inotify, look every `pollMs`. */
  readonly watch?: boolean
  readonly listener: FollowListener
  /** The clock: milliseconds that pass. */
  readonly clock?: () => number
}

export interface FollowListener {
  /** The log is not there yet. */
  absent?(path: string): void
  /** What was there is read: the report as of now. What follows is news. */
  began(report: Report, status: Status | undefined): void
  /** A line, as ipamd wrote it. */
  line?(raw: string, record: LogRecord): void
  /** In order; each belongs to the lines said before. */
  news(news: News): void
  /** All that is there was read, or a second has passed. */
  quiet(status: Status | undefined, position: () => Position | undefined): void
  /** Pending while what was said cannot be taken: reading waits. */
  pause?(): Promise<void> | undefined
}

/** The report of all that was read, and where reading stopped: after the last whole line. */
export interface Followed extends Traced {
  readonly position: Position | undefined
}

/** Findings cost more than news: they are looked for when something happened and this share of the time is left. */
const FINDINGS_SHARE = 200
const FINDINGS_EVERY_MS = 10_000
/** A seelog record may go on in the next line: it is complete when the log was quiet for this long. */
const HELD_MS = 1_000

/** Reads a log that grows, says what is new, and reports when it ends. `path` as `logToFollow` gives it. Throws InputError where it cannot be read. */
export async function follow(path: string, options: FollowOptions): Promise<Followed> {
  const { listener, clock = () => performance.now() } = options
  const tracer = createTracer({ version, ...narrowingOf(options) })
  const foreign = new Map<string, string>()
  const inputs: number[] = []
  let file: Reading | undefined
  let newsroom: Newsroom | undefined
  let live = false
  let announced = false
  let lookedAt = clock()
  let looksTake = 0
  let moved = false
  /** When the last line was read, by the clock. */
  let readAt = clock()
  let position: Position | undefined
  /** The node that a shipper's wrapping names. */
  let wrapped: string | undefined
  let truncated = false
  let finished: Finished | undefined
  /** Said once the news have begun. */
  const held: News[] = []

  const logTime = (): number | null => {
    const lastAt = tracer.nodes()[0]?.timeline.lastAt ?? null
    return lastAt === null ? null : Math.round(lastAt + clock() - readAt)
  }
  const status = (): Status | undefined => newsroom?.status(logTime())
  const tell = (news: readonly News[]): void => {
    if (live) for (const item of news) listener.news(item)
  }

  /** A node is known from its first file on; its news begin where all that was there is read. */
  const meet = (): void => {
    const [node] = tracer.nodes()
    if (newsroom === undefined && node !== undefined) newsroom = createNews(node)
  }
  const count = (): void => {
    if (file !== undefined) tracer.count(file.input, { ...file.parser.counts, form: file.form })
  }
  const begin = (): void => {
    if (live) return
    count()
    newsroom?.begin()
    live = true
    listener.began(tracer.report(), status())
    for (const news of held.splice(0)) listener.news(news)
  }

  /** The fallback name of the node, as a report on the same files has it. */
  const nodeName = (): string => wrapped ?? (path === '-' ? 'stdin' : inputs.length > 1 ? folderOf(path) : path)
  const positionNow = (): Position | undefined => (file === undefined ? position : positionAt(file.head, file.ended, file.lastAt))

  const open = (at: string, form: readonly string[]): void => {
    const input = tracer.open(at, STREAM)
    inputs.push(input)
    let before = finished
    finished = undefined
    const parser = createParser({
      record(record, line, raw, node) {
        if (node !== undefined && wrapped === undefined) wrapped = keep(node)
        opened.lastAt = record.at
        if (before !== undefined) follows(before, record.at)
        before = undefined
        readAt = clock()
        moved = true
        const event = tracer.record(record, input, line, raw)
        if (live) listener.line?.(raw(), record)
        if (newsroom === undefined || typeof event === 'string') return
        if (live) tell(newsroom.see(event))
        else newsroom.skip(event)
      },
      problem: problem => reportLineProblem(tracer, input, problem),
    })
    const opened: Reading = { input, path: at, form, parser, head: Buffer.alloc(0), offset: 0, ended: 0, lastAt: file?.lastAt ?? null }
    file = opened
    tracer.rename(input, at, nodeName())
    meet()
  }

  /** The first record of a file, after the file before it. */
  const follows = ({ input, path, lines }: Finished, at: number): void => {
    const problem = missingBetween(path, at)
    if (problem !== undefined) reportSourceProblem(tracer, input, lines, problem)
  }

  const take = (bytes: Uint8Array): void => {
    const reading = file as Reading
    if (reading.head.length < HEAD) reading.head = Buffer.concat([reading.head, bytes.subarray(0, HEAD - reading.head.length)])
    const newline = bytes.lastIndexOf(NEWLINE)
    if (newline >= 0) reading.ended = reading.offset + newline + 1
    reading.offset += bytes.length
    reading.parser.write(bytes)
  }

  const close = (at: string | undefined): void => {
    const reading = file as Reading
    position = positionNow()
    const { kind, form, ...counts } = reading.parser.end()
    tracer.count(reading.input, { ...counts, form: [...reading.form, ...form] })
    finished = { input: reading.input, path: at ?? reading.path, lines: counts.lines }
    tracer.rename(reading.input, at ?? `${reading.path} (removed since)`, nodeName())
    if (kind !== 'ipamd') foreign.set(at ?? reading.path, kindTexts[kind])
  }

  const lost = (loss: Loss, text: string): void => {
    const at = logTime()
    const damage = loss === 'truncated' || loss === 'damaged-backup' || loss === 'backup-gone' || loss === 'backups-missing'
    tracer.problem(loss, damage ? 'damage' : 'note', text)
    const news: News = {
      at: instant(at ?? options.from?.at ?? 0),
      kind: 'log-lost',
      severity: 'warn',
      node: newsroom?.status(at).node ?? path,
      text,
    }
    if (live) listener.news(news)
    else if (loss === 'position-gone') held.push(news)
  }

  const quiet = (): void => {
    begin()
    const at = logTime()
    if (clock() - readAt >= HELD_MS) file?.parser.flush()
    if (newsroom !== undefined && at !== null) {
      tell(newsroom.tick(at))
      const now = clock()
      if (moved && now - lookedAt >= Math.max(FINDINGS_EVERY_MS, looksTake * FINDINGS_SHARE)) {
        moved = false
        tell(newsroom.look(at))
        lookedAt = clock()
        looksTake = lookedAt - now
      }
    }
    listener.quiet(status(), positionNow)
  }

  const react = (piece: Piece): void => {
    switch (piece.kind) {
      case 'begin': {
        const rotated = live && inputs.length > 0 && !truncated
        truncated = false
        open(piece.path, piece.form)
        if (rotated && piece.form.length === 0)
          tell([
            {
              at: instant(logTime() ?? 0),
              kind: 'log-rotated',
              severity: 'info',
              node: newsroom?.status(null).node ?? path,
              text: 'The log was rotated; reading goes on in the new file.',
            },
          ])
        return
      }
      case 'bytes':
        return take(piece.bytes)
      case 'end':
        return close(piece.path)
      case 'resumed':
        return begin()
      case 'lost':
        truncated = piece.loss === 'truncated'
        return lost(piece.loss, piece.text)
      case 'quiet':
        if (!piece.present) {
          if (!announced) listener.absent?.(path)
          announced = true
          // whatever is written from now on is news
          live = true
          listener.quiet(undefined, positionNow)
          return
        }
        return quiet()
    }
  }

  try {
    for await (const piece of path === '-' ? followPipe(options.stdin, options) : followFile(path, options)) {
      react(piece)
      await listener.pause?.()
    }
  } catch (error) {
    if (codeOf(error) === undefined || error instanceof InputError) throw error
    throw new InputError(openFailure(path, error))
  }
  begin()
  const at = logTime()
  if (newsroom !== undefined && at !== null) tell(newsroom.close(at))
  return { report: tracer.report(), errors: [], foreign, position }
}

const STREAM = 'followed'
const NEWLINE = 0x0a

interface Finished {
  readonly input: number
  readonly path: string
  readonly lines: number
}

interface Reading {
  readonly input: number
  readonly path: string
  readonly form: readonly string[]
  readonly parser: Parser
  head: Buffer
  /** Bytes read, and up to the end of the last whole line. */
  offset: number
  ended: number
  lastAt: number | null
}
