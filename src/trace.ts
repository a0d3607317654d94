import type { Event } from './extractors/recognize.ts'
import { InputError } from './model/input-error.ts'
import { isNodeOf, type NamedPod, type Narrowing } from './model/narrowing.ts'
import type { Report, State } from './model/report.ts'
import type { Answer, Story } from './model/story.ts'
import { kindTexts, type LogKind } from './parser/kind.ts'
import { createLineReader } from './parser/line-reader.ts'
import { look } from './parser/look.ts'
import { createParser, type LineProblemKind } from './parser/parser.ts'
import { podOf } from './queries/events.ts'
import type { Fold, Query } from './queries/story.ts'
import { instant } from './report/instants.ts'
import { nodeName } from './report/node.ts'
import { createOverlap } from './sources/overlap.ts'
import type { LogInput, NodeSource, Sources } from './sources/source.ts'
import { openSources } from './sources/sources.ts'
import { createTracer, type Timeline, type Tracer } from './tracer.ts'
import { version } from './version.ts'
import { list, printable } from './words.ts'

export interface TraceOptions extends Narrowing {
  /** Ends the reading; what is known so far is reported, marked as incomplete. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Bytes for the path `-`. */
  readonly stdin?: AsyncIterable<Uint8Array>
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
  const { tracer, errors, foreign } = await read(paths, { ...options, until: at })
  return { state: { at: instant(at), nodes: tracer.states(at) }, report: tracer.report(), errors, foreign }
}

/** Calls `onEvent` for each event in the order of the log, and reports at the end. */
export async function events(
  paths: readonly string[],
  onEvent: (event: Event, node: string) => void,
  options: TraceOptions = {},
): Promise<Traced> {
  const { tracer, errors, foreign } = await read(paths, options, (event, node) => onEvent(event, node))
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
    (event, name, timeline) => {
      const node = nodeName(timeline, name)
      if (options.node === undefined || isNodeOf(options.node, [node, name, timeline.facts.node.get('instance-id')?.value]))
        onEvent(event, node, () => podOf(event, timeline))
    },
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
  const { tracer, errors, foreign } = await read(paths, options, (event, node, timeline) => {
    let own = folds.get(node)
    if (own === undefined) {
      own = { fold: query(timeline), timeline }
      folds.set(node, own)
    }
    own.fold.see(event)
  })
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

interface Read {
  readonly tracer: Tracer
  readonly errors: readonly InputError[]
  readonly foreign: Map<string, string>
}

type OnEvent = (event: Event, node: string, timeline: Timeline) => void

async function read(paths: readonly string[], options: TraceOptions, onEvent?: OnEvent, drain?: () => Promise<void>): Promise<Read> {
  const sources = await openSources(paths, { stdin: options.stdin ?? empty(), look })
  const inputs = sources.nodes.reduce((sum, node) => sum + node.inputs.length, 0)
  if (inputs === 0) throw sources.errors[0] ?? new InputError('no log was named')
  const tracer = createTracer({ version, ...narrowingOf(options) })
  const foreign = new Map<string, string>()
  const progress = createProgress(sources, options.onProgress)
  for (const node of sources.nodes) await readNode(node, tracer, foreign, progress, options, onEvent, drain)
  for (const problem of sources.problems) tracer.problem(problem.kind, problem.severity, `${problem.path}: ${problem.text}`)
  if (options.signal?.aborted)
    tracer.problem('interrupted', 'damage', 'The reading was interrupted: the report is of what was read until then.')
  return { tracer, errors: sources.errors, foreign }
}

async function readNode(
  node: NodeSource,
  tracer: Tracer,
  foreign: Map<string, string>,
  progress: (input: LogInput, done: boolean) => void,
  options: TraceOptions,
  onEvent?: OnEvent,
  drain?: () => Promise<void>,
): Promise<void> {
  const overlap = createOverlap()
  const name = node.node ?? node.name
  for (const [i, input] of node.inputs.entries()) {
    if (options.signal?.aborted) return
    const index = tracer.open(input.path, name)
    const timeline = tracer.timeline(index)
    overlap.begin(input.firstAt, node.inputs[i + 1]?.firstAt ?? null)
    const parser = createParser(
      {
        record(record, line, raw) {
          if (overlap.repeated(record)) return
          const found = tracer.record(record, index, line, raw)
          if (onEvent !== undefined && typeof found !== 'string' && (options.until === undefined || found.at <= options.until))
            onEvent(found, name, timeline)
        },
        skip(at, level, caller, line) {
          if (overlap.looksAt(at)) return false
          tracer.known(at, level, caller, index, line)
          return true
        },
        problem({ kind, line, text }) {
          const [severity, said] = LINE_PROBLEMS[kind]
          tracer.problem(kind, severity, said, { input: index, line, text })
        },
      },
      { skips: tracer.skips },
    )
    for await (const chunk of input.chunks()) {
      parser.write(chunk)
      progress(input, false)
      await drain?.()
      if (options.signal?.aborted) break
    }
    const { kind, form, ...counts } = parser.end()
    tracer.count(index, { ...counts, form: [...input.form, ...form] })
    for (const problem of input.problems) tracer.problem(problem.kind, problem.severity, problem.text, { input: index, line: counts.lines })
    if (overlap.count > 0)
      tracer.problem('repeated-lines', 'note', `${overlap.count} lines stand in an earlier file too and count once.`, {
        input: index,
        line: 1,
      })
    if (kind !== 'ipamd') foreign.set(input.path, kindTexts[kind satisfies LogKind])
    progress(input, true)
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
  'foreign-text': ['note', "Text that ipamd's logger did not write, such as a panic."],
}

function createProgress(sources: Sources, onProgress: TraceOptions['onProgress']): (input: LogInput, done: boolean) => void {
  if (onProgress === undefined) return () => {}
  const inputs = sources.nodes.flatMap(node => node.inputs)
  const bytesInAll = inputs.reduce<number | null>((sum, input) => (sum === null || input.size === null ? null : sum + input.size), 0)
  let before = 0
  let filesRead = 0
  return (input, done) => {
    onProgress({ bytesRead: before + input.bytesRead, bytesInAll, filesRead, files: inputs.length, path: input.path })
    if (!done) return
    before += input.bytesRead
    filesRead++
  }
}

function narrowingOf({ since, until, node, pod, namespace }: TraceOptions): Narrowing {
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
  const nodes = tracer.nodes()
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
