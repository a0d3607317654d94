import type { Event } from './extractors/recognize.ts'
import type { LogRecord, Place } from './model/event.ts'
import { InputError } from './model/input-error.ts'
import { isNodeOf, type NamedPod, type Narrowing } from './model/narrowing.ts'
import type { Report, State } from './model/report.ts'
import type { Answer, Story } from './model/story.ts'
import type { WhatIf } from './model/what-if.ts'
import { keep } from './parser/keep.ts'
import { kindTexts, type LogKind } from './parser/kind.ts'
import { createLineReader } from './parser/line-reader.ts'
import { MAX_LINE_BYTES } from './parser/lines.ts'
import { look } from './parser/look.ts'
import { createParser, type LineProblem, type LineProblemKind } from './parser/parser.ts'
import { podOf } from './queries/events.ts'
import type { Fold, Query } from './queries/story.ts'
import { instant } from './report/instants.ts'
import { nodeName } from './report/node.ts'
import { createByTime } from './sources/by-time.ts'
import { createOverlap } from './sources/overlap.ts'
import type { LogInput, NodeSource, SourceProblem, Sources } from './sources/source.ts'
import { openSources } from './sources/sources.ts'
import { createTracer, type Timeline, type Tracer } from './tracer.ts'
import { version } from './version.ts'
import { answerOf, type Question } from './what-if/answer.ts'
import { createRecorder, type Recorder } from './what-if/recording.ts'
import { capital, list, printable } from './words.ts'

export type { Event, Question }

export interface TraceOptions extends Narrowing {
  /** Ends the reading; what is known so far is reported, marked as incomplete. */
  readonly signal?: AbortSignal
  /** Called when the reading begins, then for each piece. */
  readonly onProgress?: (progress: Progress) => void
  /** Bytes for the path `-`. */
  readonly stdin?: AsyncIterable<Uint8Array>
  /** False: reads as on a machine without SIMD. The report is the same. */
  readonly simd?: boolean
}

export interface Progress {
  readonly bytesRead: number
  /** Null where a pipe is among the inputs. */
  readonly bytesInAll: number | null
  readonly filesRead: number
  readonly files: number
  readonly path: string
}

/** A report, and what could not even be opened. */
export interface Traced {
  readonly report: Report
  /** One line per argument that could not be used; the others were read. */
  readonly errors: readonly InputError[]
  /** Nothing in the input was ipamd's log; what it was instead, by path. */
  readonly foreign: ReadonlyMap<string, string>
}

/** Reads logs (files, directories, archives, `-`) and reports. Throws InputError where nothing could be opened. */
export async function trace(paths: readonly string[], options: TraceOptions = {}): Promise<Report> {
  return (await traceAll(paths, options)).report
}

export async function traceAll(paths: readonly string[], options: TraceOptions = {}): Promise<Traced> {
  const { tracer, errors, foreign } = await read(paths, options)
  return { report: reportOf(tracer, options), errors, foreign }
}

/** The pool of each node at an instant (epoch ms), with the report as of then. */
export async function stateAt(
  paths: readonly string[],
  at: number,
  options: TraceOptions = {},
): Promise<Traced & { readonly state: State }> {
  const { tracer, errors, foreign } = await read(paths, { ...options, until: at, states: true })
  return { state: { at: instant(at), nodes: tracer.states(at) }, report: tracer.report(), errors, foreign }
}

/** What other settings of the pool would have made of each node's own demand. */
export async function whatIf(
  paths: readonly string[],
  question: Question,
  options: Omit<TraceOptions, 'since' | 'until'> = {},
): Promise<Traced & { readonly whatIf: WhatIf }> {
  const recorders = new Map<string, Recorder>()
  const traced = await events(
    paths,
    (event, node) => {
      let recorder = recorders.get(node)
      if (recorder === undefined) {
        recorder = createRecorder()
        recorders.set(node, recorder)
      }
      recorder.apply(event)
    },
    options,
  )
  // a report names a node as Kubernetes does; both are in the order in which the logs were read, and a node without an event has no time
  const inOrder = [...recorders.values()]
  const nodes = traced.report.nodes
    .filter(node => node.firstAt !== null)
    .map(({ node, release, quality }, i) =>
      answerOf(node, (inOrder[i] as Recorder).recording({ release, debug: quality.debug }, question.instanceType), question),
    )
  return { ...traced, whatIf: { schema: 'ipamd-trace/what-if', schemaVersion: 1, nodes } }
}

/** Calls `onEvent` for each event in the order of the log, and reports at the end. */
export async function events(
  paths: readonly string[],
  onEvent: (event: Event, node: string) => void,
  options: TraceOptions = {},
): Promise<Traced> {
  const { tracer, errors, foreign } = await read(paths, options, hearing(onEvent, options))
  return { report: reportOf(tracer, options), errors, foreign }
}

/**
 * As `events`, for more events than fit into memory: `drain` is awaited between the chunks of a log. `pod` tells whose event it is as far as
 * the log has told when it is called: a request is named one line after it came.
 */
export async function streamEvents(
  paths: readonly string[],
  onEvent: (event: Event, node: string, pod: () => NamedPod | undefined) => void,
  drain: (last: boolean) => Promise<void>,
  options: TraceOptions = {},
): Promise<Traced> {
  const { tracer, errors, foreign } = await read(
    paths,
    options,
    hearing((event, name, timeline) => {
      const node = nodeName(timeline, name)
      if (options.node === undefined || isNodeOf(options.node, [node, name, timeline.facts.node.get('instance-id')?.value]))
        onEvent(event, node, () => podOf(event, timeline))
    }, options),
    () => drain(false),
  )
  await drain(true)
  return { report: reportOf(tracer, options), errors, foreign }
}

/** What was asked of the logs, and what could have been asked instead. */
export interface Asked<S extends Story> extends Traced {
  readonly answer: Answer<S>
  /** Names and ids of the kind that was asked for. */
  readonly known: readonly string[]
}

/** Tells the story of one thing, by node; no story where the logs do not have it. */
export async function ask<S extends Story>(
  paths: readonly string[],
  of: S['of'],
  query: Query<S>,
  options: TraceOptions & { readonly asked?: string } = {},
): Promise<Asked<S>> {
  const folds = new Map<string, { readonly fold: Fold<S>; readonly timeline: Timeline }>()
  const { tracer, errors, foreign } = await read(
    paths,
    options,
    hearing((event, node, timeline) => {
      let own = folds.get(node)
      if (own === undefined) {
        own = { fold: query(timeline), timeline }
        folds.set(node, own)
      }
      own.fold.see(event)
    }, options),
  )
  const report = reportOf(tracer, options)
  const since = options.since === undefined ? '' : instant(options.since)
  const stories: S[] = []
  for (const [name, { fold, timeline }] of folds) {
    const node = report.nodes.find(node => node.node === nodeName(timeline, name))
    const story = node === undefined ? undefined : fold.story(node)
    if (story !== undefined) stories.push({ ...story, entries: story.entries.filter(entry => (entry.until ?? entry.at) >= since) })
  }
  const answer: Answer<S> = {
    schema: `ipamd-trace/${of}`,
    schemaVersion: 1,
    ...(options.asked === undefined ? {} : { asked: options.asked }),
    inputs: report.inputs.map(input => input.path),
    ...(report.window === undefined ? {} : { window: report.window }),
    stories,
  }
  return { answer, known: [...folds.values()].flatMap(({ fold }) => [...fold.known()]), report, errors, foreign }
}

/** Bytes of stdin that are kept to be read twice. */
const MOST_HELD = 1 << 28

/**
 * When the last record of these logs was written, over all nodes, and stdin to be read again. Plain files are looked at where they end;
 * what is compressed or comes through a pipe is read through for it.
 */
export async function endOfLog(
  paths: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
): Promise<{ readonly at: number | null; readonly stdin: AsyncIterable<Uint8Array> }> {
  const held = paths.includes('-') ? await hold(stdin) : undefined
  const again = (): AsyncIterable<Uint8Array> => (held === undefined ? stdin : replay(held))
  const sources = await openSources(paths, { stdin: again(), look })
  let at: number | null = null
  for (const input of sources.nodes.flatMap(node => node.inputs)) {
    const last = input.lastAt ?? (await lastRecord(input))
    if (last !== null && (at === null || last > at)) at = last
  }
  return { at, stdin: again() }
}

async function lastRecord(input: LogInput): Promise<number | null> {
  let last: number | null = null
  const see = (at: number): void => {
    if (last === null || at > last) last = at
  }
  const parser = createParser({ record: record => see(record.at), problem() {} })
  for await (const chunk of input.chunks()) parser.write(chunk)
  parser.end()
  return last
}

async function hold(stdin: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const held: Uint8Array[] = []
  let size = 0
  for await (const chunk of stdin) {
    size += chunk.length
    if (size > MOST_HELD)
      throw new InputError('a time of day or before the end of the log needs a file: this pipe is too long to be read twice')
    held.push(Uint8Array.from(chunk))
  }
  return held
}

async function* replay(chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks
}

/** Calls `onRecord` for each line of ipamd in the order of the log, also for those that are only counted. */
export async function records(paths: readonly string[], onRecord: OnRecord, options: TraceOptions = {}): Promise<Traced> {
  const { tracer, errors, foreign } = await read(paths, options, { all: true, onRecord })
  return { report: reportOf(tracer, options), errors, foreign }
}

/** `raw` gives the line as ipamd wrote it, during the call. */
export type OnRecord = (
  found: Event | 'known' | 'unrecognized',
  record: LogRecord,
  place: Place,
  raw: () => string,
  node: string,
  timeline: Timeline,
) => void

type OnEvent = (event: Event, node: string, timeline: Timeline) => void

function hearing(onEvent: OnEvent, { until }: Pick<TraceOptions, 'until'>): Listener {
  return {
    all: false,
    onRecord: (found, _record, _place, _raw, node, timeline) => {
      if (typeof found !== 'string' && (until === undefined || found.at <= until)) onEvent(found, node, timeline)
    },
  }
}

/** Who hears of the lines while they are read; `all`: none may be passed over. */
interface Listener {
  readonly all: boolean
  readonly onRecord: OnRecord
}

interface Read {
  readonly tracer: Tracer
  readonly errors: readonly InputError[]
  readonly foreign: Map<string, string>
}

async function read(
  paths: readonly string[],
  options: TraceOptions & { readonly states?: boolean },
  listener?: Listener,
  drain?: () => Promise<void>,
): Promise<Read> {
  const sources = await openSources(paths, { stdin: options.stdin ?? empty(), look })
  const inputs = sources.nodes.reduce((sum, node) => sum + node.inputs.length, 0)
  if (inputs === 0) throw sources.errors[0] ?? new InputError('no log was named')
  const tracer = createTracer({ version, states: options.states === true, nodes: sources.nodes.length, ...narrowingOf(options) })
  const foreign = new Map<string, string>()
  const progress = createProgress(sources, options.onProgress)
  const reading: Reading = {
    tracer,
    foreign,
    names: new Map(),
    progress,
    options,
    ...(listener === undefined ? {} : { listener }),
    ...(drain === undefined ? {} : { drain }),
  }
  // Files with lines of several nodes come first: what they hold of a node that has files of its own may be older.
  const several = sources.nodes.filter(node => node.several)
  for (const node of several) await readNode(node, reading)
  for (const node of sources.nodes) {
    if (node.several) continue
    await readNode(node, reading)
    tracer.finish(node.name)
  }
  // Files that were found, not named, may be anything as long as others are ipamd's.
  const all = sources.nodes.flatMap(node => node.inputs)
  if (all.some(input => !foreign.has(input.path))) for (const { path, named } of all) if (!named) foreign.delete(path)
  for (const problem of sources.problems) tracer.problem(problem.kind, problem.severity, `${problem.path}: ${problem.text}`)
  if (options.signal?.aborted)
    tracer.problem('interrupted', 'damage', 'The reading was interrupted: the report is of what was read until then.')
  return { tracer, errors: sources.errors, foreign }
}

interface Reading {
  readonly tracer: Tracer
  readonly foreign: Map<string, string>
  /** What a wrapping calls a node → the name under which its records are taken. */
  readonly names: Map<string, string>
  readonly progress: (input: LogInput, done: boolean) => void
  readonly options: TraceOptions
  readonly listener?: Listener
  readonly drain?: () => Promise<void>
}

async function readNode(node: NodeSource, reading: Reading): Promise<void> {
  const { tracer, foreign, names, progress, options, listener, drain } = reading
  const overlap = createOverlap()
  for (const facts of node.bundles) tracer.bundle(node.name, facts)

  const take = (record: LogRecord, input: number, line: number, raw: () => string, name: string): void => {
    const found = tracer.record(record, input, line, raw, name)
    if (listener === undefined) return
    const timeline = tracer.timeline(name)
    if (timeline !== undefined) listener.onRecord(found, record, { input, line }, raw, name, timeline)
  }
  interface Line {
    readonly input: number
    readonly line: number
    readonly text: string
    readonly name: string
  }
  const byTime = createByTime((record, { input, line, text, name }: Line) => take(record, input, line, () => text, name))
  let open: Uint8Array = EMPTY
  const unordered = node.inputs.some(input => input.unordered)
  // A query's answer says nothing of where its records begin.
  const beginOf = (input: LogInput | undefined): number | null =>
    input === undefined ? null : input.unordered ? Number.NEGATIVE_INFINITY : input.firstAt

  for (const [i, input] of node.inputs.entries()) {
    if (options.signal?.aborted) break
    const index = tracer.open(input.path, node.name)
    if (input.wrappedNode !== undefined) names.set(input.wrappedNode, node.name)
    overlap.begin(beginOf(input), beginOf(node.inputs[i + 1]))
    const parser = createParser(
      {
        record(record, line, raw, wrapped) {
          const name = wrapped === undefined ? node.name : (names.get(wrapped) ?? wrapped)
          if (overlap.repeated(record, name)) tracer.repeated(index)
          else if (unordered || parser.unordered) {
            const text = keep(raw())
            byTime.push(record, record.message.length + text.length, { input: index, line, text, name })
          } else take(record, index, line, raw, name)
        },
        skip(run, line) {
          if (unordered || parser.unordered || overlap.looksAt(run.firstAt) || overlap.looksAt(run.lastAt)) return false
          tracer.known(run, index, line)
          return true
        },
        problem(problem) {
          // A line of which the rest was not read any more has no damage.
          if (problem.kind !== 'cut-line' || options.signal?.aborted !== true) reportLineProblem(tracer, index, problem)
        },
      },
      { skips: listener?.all === true ? [] : tracer.skips, way: options.simd === false ? 'plain' : 'fast' },
    )
    // Parts that were cut by size: the end of this one and the beginning of the next one are a line.
    const cut = node.inputs[i + 1]?.midLine === true && !input.unordered
    if (open.length > 0) parser.write(open)
    open = EMPTY
    for await (const chunk of untilAborted(input.chunks(), options.signal)) {
      if (cut) {
        const end = chunk.lastIndexOf(NEWLINE) + 1
        if (end > 0 || open.length > MAX_LINE_BYTES) {
          parser.write(open)
          open = EMPTY
        }
        parser.write(chunk.subarray(0, end))
        open = Buffer.concat([open, chunk.subarray(end)])
      } else parser.write(chunk)
      progress(input, false)
      await drain?.()
    }
    const { kind, form, ...counts } = parser.end()
    const truncated = counts.truncated || input.problems.some(problem => CUTS.has(problem.kind))
    tracer.count(index, { ...counts, truncated, form: [...input.form, ...form] })
    for (const problem of input.problems) reportSourceProblem(tracer, index, counts.lines, problem)
    if (overlap.count > 0)
      tracer.problem('repeated-lines', 'note', `${overlap.count} lines stand in an earlier file too and count once.`, {
        input: index,
        line: 1,
      })
    if (overlap.unchecked)
      tracer.problem('overlap-unchecked', 'note', 'The files overlap by more lines than are compared; the rest was taken as repeated.', {
        input: index,
        line: 1,
      })
    // of what was not read to its end nobody knows what it is
    if (kind !== 'ipamd' && options.signal?.aborted !== true) foreign.set(input.path, kindTexts[kind satisfies LogKind])
    progress(input, true)
  }
  byTime.flush()
  if (byTime.late > 0)
    tracer.problem(
      'not-in-order',
      'damage',
      `${node.name}: ${byTime.late} records came later than they can be put in order; sort the export by time, oldest first.`,
    )
}

export function reportSourceProblem(tracer: Tracer, input: number, line: number, { kind, severity, text }: SourceProblem): void {
  tracer.problem(kind, severity, `${capital(text)}.`, { input, line })
}

export function reportLineProblem(tracer: Tracer, input: number, { kind, line, text }: LineProblem): void {
  const [severity, said] = LINE_PROBLEMS[kind]
  tracer.problem(kind, severity, said, { input, line, text })
}

const EMPTY = new Uint8Array(0)
const NEWLINE = 0x0a

/** The input ends before its content does. */
const CUTS: ReadonlySet<string> = new Set([
  'cut-gzip',
  'damaged-gzip',
  'cut-archive',
  'damaged-archive',
  'file-shrank',
  'read-error',
  'damaged-zstd',
  'compression-bomb',
])

/** A pipe may stay silent for ever: what is asked of it is not waited for once the reading is to end. */
async function unlessAborted<T>(wanted: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return wanted
  let stop = (): void => {}
  const aborted = new Promise<undefined>(resolve => {
    stop = () => resolve(undefined)
    signal.addEventListener('abort', stop)
  })
  try {
    return signal.aborted ? undefined : await Promise.race([wanted, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    wanted.catch(() => {})
  }
}

async function* untilAborted(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await unlessAborted(iterator.next(), signal)
      if (next === undefined || next.done) return
      yield next.value
    }
  } finally {
    const closed = Promise.resolve(iterator.return?.()).catch(() => {})
    if (signal?.aborted !== true) await closed
  }
}

/** What is damage, that is: the report may lack something; and what is only worth a note. */
const LINE_PROBLEMS: Readonly<Record<LineProblemKind, readonly ['damage' | 'note', string]>> = {
  'unreadable-line': ['damage', 'Lines that cannot be read.'],
  'overwritten-line': ['note', 'ipamd (v1.6.1 to v1.11.2) overwrote earlier lines of its own log: what stood there is lost.'],
  'torn-line': ['damage', 'Lines that were torn; a record inside was used, the rest is lost.'],
  'fused-lines': ['note', 'Two records on one line; both were used.'],
  'cut-line': ['damage', 'The last line has no end.'],
  'long-line': ['damage', 'Lines longer than any of ipamd were not read.'],
  'invalid-utf8': ['note', 'Bytes that are not UTF-8 were replaced.'],
  'more-pages': ['note', 'The export is a part: the shipper had more when it was made.'],
  'foreign-text': ['note', "Text that ipamd's logger did not write, such as a panic."],
}

function createProgress(sources: Sources, onProgress: TraceOptions['onProgress']): (input: LogInput, done: boolean) => void {
  if (onProgress === undefined) return () => {}
  const inputs = sources.nodes.flatMap(node => node.inputs)
  const bytesInAll = inputs.reduce<number | null>((sum, input) => (sum === null || input.size === null ? null : sum + input.size), 0)
  let before = 0
  let filesRead = 0
  onProgress({ bytesRead: 0, bytesInAll, filesRead, files: inputs.length, path: inputs[0]?.path ?? '' })
  return (input, done) => {
    onProgress({ bytesRead: before + input.bytesRead, bytesInAll, filesRead, files: inputs.length, path: input.path })
    if (!done) return
    before += input.bytesRead
    filesRead++
  }
}

export function narrowingOf({ since, until, node, pod, namespace }: TraceOptions): Narrowing {
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(node === undefined ? {} : { node }),
    ...(pod === undefined ? {} : { pod }),
    ...(namespace === undefined ? {} : { namespace }),
  }
}

function reportOf(tracer: Tracer, { node }: TraceOptions): Report {
  const report = tracer.report()
  const nodes = tracer.nodeNames()
  if (node !== undefined && report.nodes.length === 0 && nodes.length > 0)
    throw new InputError(
      `no node ${printable(node).slice(0, 100)} in these logs; there ${nodes.length === 1 ? 'is' : 'are'} ${list(nodes.map(printable), 5)}`,
    )
  return report
}

async function* empty(): AsyncIterable<Uint8Array> {}

/** Lines of one log as they stand in it, and where it is. */
export interface RawLines {
  readonly path: string
  readonly lines: readonly { readonly line: number; readonly text: string }[]
  /** How many lines the log has, where its end was read. */
  readonly all: number | null
}

/**
 * The lines `from` to `to` (counted from one) of a log inside what `argument` names: the log itself, or an archive, whose member `member` ends
 * the path of the log. Throws InputError where there is no such log, or more than one.
 */
export async function rawLines(argument: string, member: string | undefined, from: number, to: number): Promise<RawLines> {
  const sources = await openSources([argument], { stdin: empty(), look })
  const inputs = sources.nodes.flatMap(node => node.inputs)
  if (inputs.length === 0) throw sources.errors[0] ?? new InputError(`${printable(argument)}: no log in it`)
  const wanted = member === undefined ? inputs : inputs.filter(({ path }) => path.endsWith(`:${member}`) || path.endsWith(`/${member}`))
  const exact = member === undefined ? [] : wanted.filter(({ path }) => path.endsWith(`:${member}`))
  const [input, ...others] = exact.length > 0 ? exact : wanted
  const names = (some: readonly LogInput[]): string =>
    list(
      some.map(({ path }) => printable(path)),
      5,
    )
  if (input === undefined) throw new InputError(`no log ${printable(member ?? '')} in ${printable(argument)}; it has ${names(inputs)}`)
  if (others.length > 0) throw new InputError(`which log of ${printable(argument)} is meant? It has ${names([input, ...others])}`)
  const lines: { line: number; text: string }[] = []
  let all = 0
  const reader = createLineReader(text => {
    all++
    if (all >= from && all <= to) lines.push({ line: all, text })
  })
  for await (const chunk of input.chunks()) {
    reader.write(chunk)
    if (all >= to) return { path: input.path, lines, all: null }
  }
  reader.end()
  return { path: input.path, lines, all }
}
