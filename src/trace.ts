import type { Event } from './extractors/recognize.ts'
import type { LogRecord, Place } from './model/event.ts'
import { InputError } from './model/input-error.ts'
import type { Report, State } from './model/report.ts'
import type { WhatIf } from './model/what-if.ts'
import { keep } from './parser/keep.ts'
import { kindTexts, type LogKind } from './parser/kind.ts'
import { MAX_LINE_BYTES } from './parser/lines.ts'
import { look } from './parser/look.ts'
import { createParser, type LineProblem, type LineProblemKind } from './parser/parser.ts'
import { instant } from './report/instants.ts'
import { createByTime } from './sources/by-time.ts'
import { createOverlap } from './sources/overlap.ts'
import type { LogInput, NodeSource, SourceProblem, Sources } from './sources/source.ts'
import { openSources } from './sources/sources.ts'
import { createTracer, type Tracer } from './tracer.ts'
import { version } from './version.ts'
import { answerOf, type Question } from './what-if/answer.ts'
import { createRecorder, type Recorder } from './what-if/recording.ts'

export type { Event, Question }

export interface TraceOptions {
  /** Incidents from here on; the state before is built all the same. Epoch ms. */
  readonly since?: number
  /** The report as of this instant. Epoch ms. */
  readonly until?: number
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
  return { report: tracer.report(), errors, foreign }
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
  const { tracer, errors, foreign } = await read(paths, options, { all: false, onRecord: givesEvents(onEvent) })
  return { report: tracer.report(), errors, foreign }
}

/** Calls `onRecord` for each line of ipamd in the order of the log, also for those that are only counted. */
export async function records(paths: readonly string[], onRecord: OnRecord, options: TraceOptions = {}): Promise<Traced> {
  const { tracer, errors, foreign } = await read(paths, options, { all: true, onRecord })
  return { report: tracer.report(), errors, foreign }
}

/** `raw` gives the line as ipamd wrote it, during the call. */
export type OnRecord = (found: Event | 'known' | 'unrecognized', record: LogRecord, place: Place, raw: () => string, node: string) => void

function givesEvents(onEvent: (event: Event, node: string) => void): OnRecord {
  return (found, _record, _place, _raw, node) => {
    if (typeof found !== 'string') onEvent(found, node)
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

async function read(paths: readonly string[], options: TraceOptions, listener?: Listener): Promise<Read> {
  const sources = await openSources(paths, { stdin: options.stdin ?? empty(), look })
  const inputs = sources.nodes.reduce((sum, node) => sum + node.inputs.length, 0)
  if (inputs === 0) throw sources.errors[0] ?? new InputError('no log was named')
  const tracer = createTracer({ version, ...pick(options) })
  const foreign = new Map<string, string>()
  const progress = createProgress(sources, options.onProgress)
  const reading: Reading = { tracer, foreign, names: new Map(), progress, options, ...(listener === undefined ? {} : { listener }) }
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
}

async function readNode(node: NodeSource, reading: Reading): Promise<void> {
  const { tracer, foreign, names, progress, options, listener } = reading
  const overlap = createOverlap()
  for (const facts of node.bundles) tracer.bundle(node.name, facts)

  interface Line {
    readonly input: number
    readonly line: number
    readonly raw: () => string
    readonly name: string
  }
  const take = (record: LogRecord, { input, line, raw, name }: Line): void => {
    const found = tracer.record(record, input, line, raw, name)
    listener?.onRecord(found, record, { input, line }, raw, name)
  }
  const byTime = createByTime(take)
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
            byTime.push(record, record.message.length + text.length, { input: index, line, raw: () => text, name })
          } else take(record, { input: index, line, raw, name })
        },
        skip(at, level, caller, line) {
          if (unordered || parser.unordered || overlap.looksAt(at)) return false
          tracer.known(at, level, caller, index, line)
          return true
        },
        problem: problem => reportLineProblem(tracer, index, problem),
      },
      { skips: listener?.all === true ? [] : tracer.skips },
    )
    // Parts that were cut by size: the end of this one and the beginning of the next one are a line.
    const cut = node.inputs[i + 1]?.midLine === true && !input.unordered
    if (open.length > 0) parser.write(open)
    open = EMPTY
    for await (const chunk of input.chunks()) {
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
      if (options.signal?.aborted) break
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
    if (kind !== 'ipamd') foreign.set(input.path, kindTexts[kind satisfies LogKind])
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
  tracer.problem(kind, severity, `${text.charAt(0).toUpperCase()}${text.slice(1)}.`, { input, line })
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
  return (input, done) => {
    onProgress({ bytesRead: before + input.bytesRead, bytesInAll, filesRead, files: inputs.length, path: input.path })
    if (!done) return
    before += input.bytesRead
    filesRead++
  }
}

export function pick(options: Pick<TraceOptions, 'since' | 'until'>): { since?: number; until?: number } {
  return {
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(options.until === undefined ? {} : { until: options.until }),
  }
}

async function* empty(): AsyncIterable<Uint8Array> {}
