import { diagnoses as registry } from './diagnoses/index.ts'
import { createFingerprint } from './extractors/fingerprint.ts'
import { type Event, recognize, skips } from './extractors/recognize.ts'
import { createTrimmer } from './extractors/trim.ts'
import type { Level, LogRecord, Place } from './model/event.ts'
import type { Evidence, Input, NodeState, Problem, Quality, Release, Report } from './model/report.ts'
import { instant, instantOrNull } from './report/instants.ts'
import { nodeReport, nodeState } from './report/node.ts'
import { verdict } from './report/verdict.ts'
import { MOST } from './timeline/bounds.ts'
import { createTimeline } from './timeline/timeline.ts'

/** The analysis: records in, report out, at any moment. Touches no file, stream, promise, clock, process or console. */
export interface Tracer {
  /** Begins an input; its index stands in every piece of evidence. `node`: the stream it belongs to (one node's log in order). */
  open(path: string, node: string): number
  /** Takes one record. `raw` gives its text; what is kept of it is copied. */
  record(record: LogRecord, input: number, line: number, raw: () => string): Event | 'known' | 'unrecognized'
  /** Beginnings of messages that are only counted: a reader need not make a record of them and calls `known`. */
  readonly skips: readonly { readonly text: string; readonly whole: boolean }[]
  /** A record whose message begins with one of `skips`. */
  known(at: number, level: Level, caller: string, input: number, line: number): void
  /** Something was wrong with an input. Repeats of a kind in one input become one problem with a count. */
  problem(kind: string, severity: Problem['severity'], text: string, place?: Place & { readonly text?: string }): void
  /** What reading this input came to; counts may be given again as they grow. */
  count(input: number, counts: InputCounts): void
  report(): Report
  /** The pool of each node as it stands now, or at an instant after the last record. Epoch ms. */
  states(at?: number): NodeState[]
}

export type InputCounts = Pick<Input, 'lines' | 'bytes' | 'unreadable' | 'blank' | 'joined' | 'extra' | 'foreign' | 'truncated'> & {
  readonly form?: readonly string[]
}

export interface TracerOptions {
  readonly version: string
  /** Records outside are counted but make no events: the report is of the log up to `until`, the incidents from `since` on. */
  readonly since?: number
  readonly until?: number
}

/** Raw text of lines kept for evidence, in characters, over all nodes. */
const MOST_TEXT = 16_000_000
const MOST_LINE = 2_000
/** Text is kept for lines that may be cited and are not of every request: those of at least info among the rare kinds, and all errors. */
const CITED = new Set([
  'add-replied',
  'add-rejected',
  'no-address-available',
  'pool-too-low',
  'wait-in-force',
  'increase-refused',
  'increase-began',
  'ipamd-started',
  'shutdown-received',
])
const MOST_KEPT_PER_KIND = 2_000
/** Kinds of problems, over all inputs. */
const MOST_PROBLEMS = 2_000

export function createTracer(options: TracerOptions): Tracer {
  const inputs: InputDraft[] = []
  const streams = new Map<string, Stream>()
  const problems = new Map<string, ProblemDraft>()
  const texts = new Map<string, string>()
  const keptPerKind = new Map<string, number>()
  let textSize = 0
  const unlisted = { damage: 0, note: 0 }
  const trimmer = createTrimmer(kind => FREQUENT.has(kind))

  const textOf = (place: Place): string | undefined => texts.get(`${place.input}:${place.line}`)

  /** What every line tells, whatever it says. */
  const see = (draft: InputDraft, at: number, level: Level, caller: string | undefined, input: number, line: number): Stream => {
    if (draft.firstAt === null || at < draft.firstAt) draft.firstAt = at
    if (draft.lastAt === null || at > draft.lastAt) draft.lastAt = at
    draft.stream.see(at, level, caller, input, line, problem)
    return draft.stream
  }

  const keepText = (event: Event, rawOf: () => string): void => {
    const loud = event.level === 'warn' || event.level === 'error' || event.level === 'fatal'
    if (!loud && !CITED.has(event.kind) && FREQUENT.has(event.kind)) return
    const kept = keptPerKind.get(event.kind) ?? 0
    if (kept >= MOST_KEPT_PER_KIND || textSize >= MOST_TEXT) return
    keptPerKind.set(event.kind, kept + 1)
    const raw = rawOf()
    const text = Buffer.from(raw.length > MOST_LINE ? raw.slice(0, MOST_LINE) : raw).toString()
    textSize += text.length
    texts.set(`${event.input}:${event.line}`, text)
  }

  const streamOf = (node: string): Stream => {
    let stream = streams.get(node)
    if (stream === undefined) {
      stream = createStream(node)
      streams.set(node, stream)
    }
    return stream
  }

  const problem: Tracer['problem'] = (kind, severity, text, place) => {
    const key = place === undefined ? `${kind} ${text}` : `${place.input} ${kind}`
    let draft = problems.get(key)
    if (draft === undefined) {
      draft = { kind, severity, text, count: 0, places: [] }
      if (problems.size < MOST_PROBLEMS) problems.set(key, draft)
      else unlisted[severity]++
    }
    draft.count++
    if (place !== undefined && draft.places.length < 10)
      draft.places.push({ input: place.input, line: place.line, at: null, ...(place.text === undefined ? {} : { text: place.text }) })
  }

  /** Beyond the bounds things are counted: whoever reads the report must know. */
  const notKept = (): ProblemDraft[] => {
    const found: ProblemDraft[] = []
    const say = (text: string, count: number, severity: Problem['severity'] = 'note'): void => {
      if (count > 0) found.push({ kind: 'more-than-kept', severity, text, count, places: [] })
    }
    for (const { node, timeline } of streams.values())
      for (const [what, count] of timeline.timeline.beyond)
        say(`${node} has more ${what} than are kept (${MOST[what].toLocaleString('en-US')}): the others were only counted.`, count)
    say('Texts longer than any of ipamd were cut.', trimmer.cut)
    for (const severity of ['damage', 'note'] as const) say('More problems than are listed.', unlisted[severity], severity)
    return found
  }

  return {
    skips,

    open(path, node) {
      inputs.push({
        path,
        stream: streamOf(node),
        understood: 0,
        known: 0,
        unrecognized: 0,
        firstAt: null,
        lastAt: null,
        counts: undefined,
      })
      return inputs.length - 1
    },

    known(at, level, caller, input, line) {
      const draft = inputs[input] as InputDraft
      see(draft, at, level, caller, input, line)
      draft.known++
    },

    record(record, input, line, raw) {
      const draft = inputs[input] as InputDraft
      const { at } = record
      const stream = see(draft, at, record.level, record.caller, input, line)
      const place = { input, line }
      const found = recognize(record, place)
      if (found === 'known') draft.known++
      else if (found === 'unrecognized') {
        draft.unrecognized++
        stream.unrecognized(record, place, raw())
      } else {
        draft.understood++
        trimmer.trim(found, record.message)
        if (found.kind === 'ipamd-started') stream.restarted()
        if (options.until === undefined || at <= options.until) {
          keepText(found, raw)
          stream.timeline.apply(found)
        }
      }
      return found
    },

    problem,

    count(input, counts) {
      ;(inputs[input] as InputDraft).counts = counts
    },

    report() {
      const nodes = [...streams.values()]
        .filter(stream => stream.lines > 0)
        .map(stream => stream.upTo(options.until))
        .map(stream => nodeReport(stream.timeline.timeline, stream.node, stream.release(), stream.quality(), registry, textOf))
      const found = [...problems.values(), ...notKept()].sort((a, b) => rank(a) - rank(b))
      return {
        schema: 'ipamd-trace/report',
        schemaVersion: 1,
        tool: { name: 'ipamd-trace', version: options.version },
        inputs: inputs.map(toInput),
        ...(options.since === undefined && options.until === undefined
          ? {}
          : {
              window: {
                ...(options.since === undefined ? {} : { since: instant(options.since) }),
                ...(options.until === undefined ? {} : { until: instant(options.until) }),
              },
            }),
        verdict: verdict(nodes, found),
        nodes,
        problems: found,
      }
    },

    states(at) {
      return [...streams.values()]
        .filter(stream => stream.lines > 0)
        .map(stream => nodeState(stream.upTo(at).timeline.timeline, stream.node))
    },
  }
}

interface InputDraft {
  readonly path: string
  readonly stream: Stream
  understood: number
  known: number
  unrecognized: number
  firstAt: number | null
  lastAt: number | null
  counts: InputCounts | undefined
}

interface ProblemDraft {
  readonly kind: string
  readonly severity: Problem['severity']
  readonly text: string
  count: number
  readonly places: Evidence[]
}

function toInput(draft: InputDraft): Input {
  const { counts } = draft
  return {
    path: draft.path,
    lines: counts?.lines ?? 0,
    bytes: counts?.bytes ?? 0,
    understood: draft.understood,
    known: draft.known,
    unrecognized: draft.unrecognized,
    unreadable: counts?.unreadable ?? 0,
    blank: counts?.blank ?? 0,
    joined: counts?.joined ?? 0,
    extra: counts?.extra ?? 0,
    foreign: counts?.foreign ?? 0,
    truncated: counts?.truncated ?? false,
    firstAt: instantOrNull(draft.firstAt),
    lastAt: instantOrNull(draft.lastAt),
    ...(counts?.form === undefined || counts.form.length === 0 ? {} : { form: counts.form }),
  }
}

function rank(problem: ProblemDraft): number {
  return problem.severity === 'damage' ? 0 : 1
}

/** Kinds that come with every request or pass: their text is kept only where it may be cited. */
const FREQUENT: ReadonlySet<string> = new Set([
  'add-received',
  'add-described',
  'add-replied',
  'interfaces-required',
  'card-assigned',
  'del-received',
  'del-described',
  'del-replied',
  'assign-began',
  'address-assigned',
  'unassign-began',
  'address-unassigned',
  'address-released',
  'cooldown-began',
  'cooldown-ended',
  'pool-counted',
  'eni-reconciled',
])

/** Goroutines and writers disagree by some ms (families 0.4); more than this is a clock that was set back. */
const CLOCK_SLACK_MS = 5_000
/** With debug lines ipamd says something at least once a minute: the reconcile. */
const GAP_MS = 180_000
const MOST_UNRECOGNIZED = 500

type Stream = ReturnType<typeof createStream>

/** One node's log: its timeline, and how good the log is. */
function createStream(node: string) {
  const timeline = createTimeline()
  const fingerprint = createFingerprint()
  const levels: Record<string, number> = {}
  const unknown = new Map<string, { level: string; text: string; count: number; first: Evidence }>()
  const gaps: { from: number; to: number }[] = []
  let unknownInAll = 0
  let lines = 0
  let lastAt: number | null = null
  let debug = false

  return {
    node,
    timeline,
    get lines() {
      return lines
    },
    /** Lets the time pass that lines without a meaning of their own tell, or that was asked for. */
    upTo(at = lastAt) {
      if (at !== null) timeline.pass(at)
      return this
    },
    see(at: number, level: Level, caller: string | undefined, input: number, line: number, problem: Tracer['problem']): void {
      lines++
      levels[level] = (levels[level] ?? 0) + 1
      if (level === 'debug') debug = true
      if (caller !== undefined) fingerprint.see(caller)
      if (lastAt !== null) {
        if (at < lastAt - CLOCK_SLACK_MS)
          problem('clock-went-back', 'note', 'The time goes back: the clock was set, or lines of another time stand here.', { input, line })
        else if (debug && at - lastAt > GAP_MS && gaps.length < 100) gaps.push({ from: lastAt, to: at })
      }
      lastAt = at
    },
    restarted: () => fingerprint.restart(),
    unrecognized(record: LogRecord, place: Place, raw: string): void {
      unknownInAll++
      const key = record.message.slice(0, 60)
      const known = unknown.get(key)
      if (known !== undefined) known.count++
      else if (unknown.size < MOST_UNRECOGNIZED)
        unknown.set(Buffer.from(key).toString(), {
          level: record.level,
          text: Buffer.from(record.message.slice(0, 200)).toString(),
          count: 1,
          first: { ...place, at: instant(record.at), text: Buffer.from(raw.slice(0, MOST_LINE)).toString() },
        })
    },
    release(): Release {
      const { version } = timeline.timeline.facts
      const candidates = fingerprint.candidates()
      if (version !== null) return { value: version, candidates: [version], from: 'log' }
      return {
        value: candidates.length === 1 ? (candidates[0] as string) : null,
        candidates,
        from: candidates.length === 0 ? null : 'fingerprint',
      }
    },
    quality(): Quality {
      const { compared, drifted, largest } = timeline.timeline.pool.drift
      const severe: Record<string, number> = { fatal: 0, error: 1, warn: 2 }
      const loudest = [...unknown.values()].sort((a, b) => (severe[a.level] ?? 3) - (severe[b.level] ?? 3) || b.count - a.count)
      return {
        lines,
        levels,
        debug,
        gaps: gaps.map(({ from, to }) => ({ from: instant(from), to: instant(to), ms: to - from })),
        statistics: { compared, drifted, largestDrift: largest },
        unrecognized: loudest.slice(0, 20),
        unrecognizedInAll: unknownInAll,
      }
    },
  }
}
