import type { Event } from './extractors/recognize.ts'
import { InputError } from './model/input-error.ts'
import type { Report, State } from './model/report.ts'
import { kindTexts, type LogKind } from './parser/kind.ts'
import { look } from './parser/look.ts'
import { createParser, type LineProblemKind } from './parser/parser.ts'
import { instant } from './report/instants.ts'
import { createOverlap } from './sources/overlap.ts'
import type { LogInput, NodeSource, Sources } from './sources/source.ts'
import { openSources } from './sources/sources.ts'
import { createTracer, type Tracer } from './tracer.ts'
import { version } from './version.ts'

export interface TraceOptions {
  /** Incidents from here on; the state before is built all the same. Epoch ms. */
  readonly since?: number
  /** The report as of this instant. Epoch ms. */
  readonly until?: number
  /** Ends the reading; what is known so far is reported, marked as incomplete. */
  readonly signal?: AbortSignal
  /** Called when the reading begins, then for each piece. */
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

/** Calls `onEvent` for each event in the order of the log, and reports at the end. */
export async function events(
  paths: readonly string[],
  onEvent: (event: Event, node: string) => void,
  options: TraceOptions = {},
): Promise<Traced> {
  const { tracer, errors, foreign } = await read(paths, options, onEvent)
  return { report: tracer.report(), errors, foreign }
}

interface Read {
  readonly tracer: Tracer
  readonly errors: readonly InputError[]
  readonly foreign: Map<string, string>
}

async function read(paths: readonly string[], options: TraceOptions, onEvent?: (event: Event, node: string) => void): Promise<Read> {
  const sources = await openSources(paths, { stdin: options.stdin ?? empty(), look })
  const inputs = sources.nodes.reduce((sum, node) => sum + node.inputs.length, 0)
  if (inputs === 0) throw sources.errors[0] ?? new InputError('no log was named')
  const tracer = createTracer({ version, ...pick(options) })
  const foreign = new Map<string, string>()
  const progress = createProgress(sources, options.onProgress)
  for (const node of sources.nodes) await readNode(node, tracer, foreign, progress, options, onEvent)
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
  onEvent?: (event: Event, node: string) => void,
): Promise<void> {
  const overlap = createOverlap()
  const name = node.node ?? node.name
  for (const [i, input] of node.inputs.entries()) {
    if (options.signal?.aborted) return
    const index = tracer.open(input.path, name)
    overlap.begin(input.firstAt, node.inputs[i + 1]?.firstAt ?? null)
    const parser = createParser(
      {
        record(record, line, raw) {
          if (overlap.repeated(record)) return
          const found = tracer.record(record, index, line, raw)
          if (onEvent !== undefined && typeof found !== 'string') onEvent(found, name)
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
    for await (const chunk of untilAborted(input.chunks(), options.signal)) {
      parser.write(chunk)
      progress(input, false)
    }
    const { kind, form, ...counts } = parser.end()
    tracer.count(index, { ...counts, form: [...input.form, ...form] })
    for (const problem of input.problems) tracer.problem(problem.kind, problem.severity, problem.text, { input: index, line: counts.lines })
    if (overlap.count > 0)
      tracer.problem('repeated-lines', 'note', `${overlap.count} lines stand in an earlier file too and count once.`, {
        input: index,
        line: 1,
      })
    // of what was not read to its end nobody knows what it is
    if (kind !== 'ipamd' && options.signal?.aborted !== true) foreign.set(input.path, kindTexts[kind satisfies LogKind])
    progress(input, true)
  }
}

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

function pick(options: TraceOptions): { since?: number; until?: number } {
  return {
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(options.until === undefined ? {} : { until: options.until }),
  }
}

async function* empty(): AsyncIterable<Uint8Array> {}
