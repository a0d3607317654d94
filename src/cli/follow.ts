import { resolve } from 'node:path'
import { type FollowListener, follow, logToFollow, type Position } from '../follow.ts'
import { InputError } from '../model/input-error.ts'
import type { News, Status } from '../model/news.ts'
import type { Status as Level, Report } from '../model/report.ts'
import { type Format, reporters } from '../reporters/index.ts'
import { metrics } from '../reporters/metrics.ts'
import { createAlerts } from './alerts.ts'
import { commandWords } from './command-words.ts'
import { readDuration } from './duration-argument.ts'
import { EXIT } from './exit-code.ts'
import { readState, writeState } from './follow-state.ts'
import { jsonVoice, plainVoice, terminalVoice, type Voice } from './follow-voice.ts'
import { readInstant } from './instant-argument.ts'
import { createInterrupt } from './interrupt.ts'
import { type Io, lookOf, type Output, wantsColor } from './io.ts'
import { exitCode, isForeign, tell } from './outcome.ts'
import { ClosedPipe, deliver } from './output.ts'

interface FollowArguments {
  readonly paths?: readonly string[] | undefined
  readonly format: Format | 'jsonl'
  readonly output?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly verbose?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly color?: boolean | undefined
  readonly failOn?: Level | undefined
  readonly history?: boolean | undefined
  readonly state?: string | undefined
  readonly exitOn?: 'incident' | 'recovery' | undefined
  readonly for?: string | undefined
  readonly onIncident?: string | undefined
  readonly metrics?: string | undefined
  readonly around?: string | undefined
  readonly node?: string | undefined
  readonly namespace?: string | undefined
  readonly pod?: string | undefined
  readonly tz?: string | undefined
}

/** A frame of the status area, the state and the metrics are written no more often than this. */
const FRAME_MS = 100
const NARROWS = ['around', 'node', 'namespace', 'pod', 'tz'] as const
const STATE_MS = 5_000
const METRICS_MS = 5_000

/** Follows one log until it is told to stop, then reports what it saw. Gives the exit code. */
export async function followLog(argv: FollowArguments, io: Io): Promise<number> {
  const { paths = [], format } = argv
  if (paths.length > 1) throw new InputError('--follow takes one log; without it any number is read')
  if (argv.until !== undefined) throw new InputError('--until is for a log that does not grow; --for ends the following after a time')
  const path = await logToFollow(paths[0])
  const shown = path === '-' ? 'stdin' : path
  if (path === '-' && argv.state !== undefined) throw new InputError('--state needs a file: what came through a pipe cannot be read again')
  if (path === '-' && argv.history === true) throw new InputError('--history needs a file: beside a pipe lies nothing')
  const forMs = argv.for === undefined ? undefined : readDuration(argv.for, 'for')
  const words = argv.onIncident === undefined ? undefined : commandWords(argv.onIncident)
  const from = argv.state === undefined ? undefined : await readState(argv.state, resolve(path))
  const since = argv.since === undefined ? undefined : readInstant(argv.since, 'since')
  if (since === null) throw new InputError('--since of a log that grows takes an instant with its date')
  for (const name of NARROWS) if (argv[name] !== undefined) throw new InputError(`--${name} does not go with --follow`)

  // the report has stdout to itself where it is made for programs; then the news are on stderr
  const toStderr = argv.output === undefined && format !== 'terminal' && format !== 'jsonl'
  const output = createOutput(toStderr ? io.stderr : io.stdout)
  const interrupt = createInterrupt(io)
  interrupt.listen()
  const stop = new AbortController()
  const signal = AbortSignal.any([interrupt.signal, stop.signal, output.closed])
  const voice = voiceOf(argv, shown, output, { ...io, stdout: output.stream })
  let ranOut = false
  let reached = false
  const runOut = (): void => {
    ranOut = true
    stop.abort()
  }
  const timer = forMs === undefined ? undefined : setTimeout(runOut, forMs)

  const say = (news: News): void => voice.news(news)
  const warn = (text: string): void => say({ at: new Date().toISOString(), kind: 'command-failed', severity: 'warn', node: '', text })
  const alerts = words === undefined ? undefined : createAlerts(words, shown, warn)
  const save = createSaver(
    STATE_MS,
    (position: Position) => (argv.state === undefined ? undefined : writeState(argv.state, resolve(path), position, io)),
    fail,
  )
  const measure = createSaver(
    METRICS_MS,
    (status: Status) => (argv.metrics === undefined ? undefined : deliver(metrics(status), argv.metrics, io)),
    fail,
  )
  let failure: unknown

  function fail(error: unknown): void {
    failure ??= error
    stop.abort()
  }
  const end = (): void => {
    reached = true
    stop.abort()
  }

  let latest: Status | undefined
  let savedOffset = -1
  const frame = createFrame(() => voice.show(latest))
  const redraw = (): void => voice.show(latest)
  output.stream.on('resize', redraw)

  const listener: FollowListener = {
    absent: at => voice.absent(at),
    began(report, status) {
      voice.began(report)
      latest = status
      if (argv.exitOn === 'incident' && status?.incident != null) end()
      if (argv.exitOn === 'recovery' && status?.incident == null) end()
    },
    ...(voice.line === undefined ? {} : { line: (raw: string) => voice.line?.(raw) }),
    news(news) {
      say(news)
      alerts?.hear(news)
      if (argv.exitOn === 'incident' && news.kind === 'incident-began') end()
      if (argv.exitOn === 'recovery' && news.kind === 'incident-ended' && news.severity === 'good') end()
    },
    quiet(status, position) {
      latest = status
      frame()
      if (status !== undefined) measure.offer(status)
      const now = argv.state === undefined || !save.isDue() ? undefined : position()
      if (now !== undefined && now.offset !== savedOffset) {
        savedOffset = now.offset
        save.offer(now)
      }
    },
    pause: () => output.pause(),
  }

  try {
    const followed = await follow(path, {
      ...(since === undefined ? {} : { since }),
      ...(from === undefined ? {} : { from }),
      history: argv.history === true,
      stdin: io.stdin,
      signal,
      listener,
    })
    voice.show(undefined)
    voice.close()
    if (followed.position !== undefined) await save.last(followed.position)
    if (latest !== undefined) await measure.last(latest)
    await alerts?.done()
    voice.close()
    if (failure !== undefined) throw failure
    await output.flush()
    if (output.closed.aborted) throw new ClosedPipe()
    tell(followed, io)
    if (isForeign(followed)) return EXIT.foreign
    await report(followed.report, argv, io)
    if (argv.exitOn !== undefined && ranOut && !reached) return EXIT.verdict
    return exitCode(followed, argv.failOn)
  } finally {
    clearTimeout(timer)
    frame.cancel()
    output.stream.off('resize', redraw)
    voice.close()
    interrupt.off()
    // a pipe that is still open would keep the program waiting for more
    if (path === '-') io.stdin.destroy()
  }
}

function voiceOf(argv: FollowArguments, path: string, output: FollowOutput, io: Io): Voice {
  const color = wantsColor(argv.color, io)
  const options = { path, color, verbose: argv.verbose === true, env: io.env }
  if (argv.format === 'jsonl') return jsonVoice(output.write, path)
  return output.stream.isTTY === true && io.env.TERM !== 'dumb' ? terminalVoice(output.stream, options) : plainVoice(output.write, options)
}

/** What was seen, as a report on the same lines has it. With jsonl it is the last line; `--output` has it in its own form. */
async function report(report: Report, argv: FollowArguments, io: Io): Promise<void> {
  const { format, output } = argv
  if (format === 'jsonl' && output === undefined) return deliver(`${JSON.stringify({ kind: 'report', report })}\n`, undefined, io)
  const form = format === 'jsonl' ? 'json' : format
  const text = reporters[form](report, {
    ...lookOf(argv, io),
    verbose: argv.verbose === true,
    quiet: argv.quiet === true,
  })
  await deliver(text, output, io)
}

interface FollowOutput {
  readonly stream: Output
  /** Nobody reads any more. */
  readonly closed: AbortSignal
  readonly write: (text: string) => void
  /** Pending while the reader is slower than the log: then the log is not read on, and nothing piles up here. */
  pause(): Promise<void> | undefined
  flush(): Promise<void>
}

function createOutput(stream: Output): FollowOutput {
  const closed = new AbortController()
  stream.on('error', () => closed.abort())
  const write = (text: string): void => {
    if (!closed.signal.aborted) stream.write(text)
  }
  const drained = (): Promise<void> =>
    new Promise(resolve => {
      const done = (): void => {
        stream.off('drain', done)
        closed.signal.removeEventListener('abort', done)
        resolve()
      }
      stream.once('drain', done)
      closed.signal.addEventListener('abort', done)
    })
  return {
    stream,
    closed: closed.signal,
    write,
    pause: () => (stream.writableNeedDrain && !closed.signal.aborted ? drained() : undefined),
    flush: () => new Promise(resolve => (closed.signal.aborted ? resolve() : stream.write('', () => resolve()))),
  }
}

/** Calls at once, and then at most once per frame with what is newest. */
function createFrame(draw: () => void) {
  let timer: NodeJS.Timeout | undefined
  let drawnAt = Number.NEGATIVE_INFINITY
  const now = (): void => {
    timer = undefined
    drawnAt = performance.now()
    draw()
  }
  const frame = (): void => {
    const soon = drawnAt + FRAME_MS - performance.now()
    if (soon <= 0) now()
    else timer ??= setTimeout(now, soon)
  }
  return Object.assign(frame, {
    cancel(): void {
      clearTimeout(timer)
      timer = undefined
    },
  })
}

/** Writes what is offered, at most once in a while and never twice at the same time; `last` writes in any case. */
function createSaver<T>(everyMs: number, write: (value: T) => Promise<void> | undefined, fail: (error: unknown) => void) {
  let writtenAt = Number.NEGATIVE_INFINITY
  let writing: Promise<void> | undefined
  const isDue = (): boolean => writing === undefined && performance.now() - writtenAt >= everyMs
  return {
    isDue,
    offer(value: T): void {
      if (!isDue()) return
      writtenAt = performance.now()
      writing = write(value)
        ?.catch(fail)
        .finally(() => {
          writing = undefined
        })
    },
    async last(value: T): Promise<void> {
      await writing
      await write(value)
    },
  }
}
