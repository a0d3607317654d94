import { diagnoses as registry } from './diagnoses/index.ts'
import { createFingerprint } from './extractors/fingerprint.ts'
import { type Event, recognize, skips } from './extractors/recognize.ts'
import { createTrimmer } from './extractors/trim.ts'
import type { BundleFacts } from './model/bundle.ts'
import type { Level, LogRecord, Place, Run } from './model/event.ts'
import { isNodeOf, type Narrowing } from './model/narrowing.ts'
import type { Cause, Evidence, Finding, Incident, Input, NodeReport, NodeState, Problem, Quality, Release, Report } from './model/report.ts'
import { ASKED, asksForPool, holdsPool, type PoolImage, poolImage, withBundles } from './report/cross-check.ts'
import { findings } from './report/findings.ts'
import { fleet } from './report/fleet.ts'
import { causeNow, incidentOf } from './report/incidents.ts'
import { instant, instantOrNull } from './report/instants.ts'
import { createLineTexts } from './report/line-texts.ts'
import { nodeName, nodeReport, nodeState } from './report/node.ts'
import { createRoom } from './report/room.ts'
import { verdict } from './report/verdict.ts'
import { type CountedBefore, countedBy, windowOf } from './report/window.ts'
import { MOST } from './timeline/bounds.ts'
import type { Episode } from './timeline/episodes.ts'
import { FREQUENT } from './timeline/journal.ts'
import { createTimeline, type Timeline } from './timeline/timeline.ts'
import { createTogether, TOGETHER } from './timeline/together.ts'
import { number } from './words.ts'

export type { Timeline } from './timeline/timeline.ts'

/** The analysis: records in, report out, at any moment. Touches no file, stream, promise, clock, process or console. */
export interface Tracer {
  /** Begins an input; its index stands in every piece of evidence. `node`: the stream it belongs to (one node's log in order). */
  open(path: string, node: string): number
  /** What a bundle says of a node. */
  bundle(node: string, facts: BundleFacts): void
  /** Takes one record. `raw` gives its text; what is kept of it is copied. `node`: where the line belongs to another stream than its input. */
  record(record: LogRecord, input: number, line: number, raw: () => string, node?: string): Event | 'known' | 'unrecognized'
  /** A record that another input holds too and that was taken from there. */
  repeated(input: number): void
  /** No more records of this node come: its report is made and what it was made from is let go. Records that come all the same are a node of their own. */
  finish(node: string): void
  /** Beginnings of messages that are only counted: a reader need not make a record of them and calls `known`. */
  readonly skips: readonly { readonly text: string; readonly whole: boolean }[]
  /** Records whose messages begin with some of `skips`, from this line on. */
  known(run: Run, input: number, line: number): void
  /** Something was wrong with an input. Repeats of a kind in one input become one problem with a count. */
  problem(kind: string, severity: Problem['severity'], text: string, place?: Place & { readonly text?: string }): void
  /** What reading this input came to; counts may be given again as they grow. */
  count(input: number, counts: InputCounts): void
  report(): Report
  /** What an input, and the stream it belongs to, are called from now on: a log that is followed is renamed under its reader. */
  rename(input: number, path: string, node: string): void
  /** The nodes as they stand, for who follows their logs. */
  nodes(): readonly Followed[]
  /** What happened on a node, as known so far, by the name of its stream; undefined where its lines are only counted. */
  timeline(node: string): Timeline | undefined
  /** All nodes, as a report calls them. */
  nodeNames(): string[]
  /** The pool of each node as it stands now, or at an instant after the last record. Epoch ms. */
  states(at?: number): NodeState[]
}

/** One node while its log grows: valid after every record. */
export interface Followed {
  readonly timeline: Timeline
  name(): string
  cause(episode: Episode): Cause | null
  incident(episode: Episode): Incident
  findings(): Finding[]
}

export type InputCounts = Pick<Input, 'lines' | 'bytes' | 'unreadable' | 'blank' | 'joined' | 'extra' | 'foreign' | 'truncated'> & {
  readonly form?: readonly string[]
}

export interface TracerOptions extends Narrowing {
  readonly version: string
  /** `states` will be asked for: they are kept of finished nodes too. */
  readonly states?: boolean
  /** How many nodes there will be at least. */
  readonly nodes?: number
}

/** Raw text of lines kept for evidence, in characters, over all nodes. */
const MOST_TEXT = 8_000_000
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
/** The other frequent ones. */
const PASSING = new Set([...FREQUENT].filter(kind => !CITED.has(kind)))
const MOST_KEPT_PER_KIND = 2_000
/** Kinds of problems, over all inputs. */
const MOST_PROBLEMS = 2_000

export function createTracer(options: TracerOptions): Tracer {
  const inputs: InputDraft[] = []
  const streams = new Map<string, Stream>()
  const problems = new Map<string, ProblemDraft>()
  const finished: Finished[] = []
  const makeRoom = createRoom()
  /** Of the nodes that are not finished. */
  let textSize = 0
  const unlisted = { damage: 0, note: 0 }
  /** Of the nodes that are finished. */
  const beyond: { readonly name: string; readonly timeline: { readonly timeline: Pick<Timeline, 'beyond'> } }[] = []
  const together = createTogether(options.nodes ?? 1)
  /** Lines that were only counted: of nodes that had more than their part, and of nodes past the bound. */
  const left = { names: [] as string[], nodes: 0, lines: 0, unnamed: 0, rows: 0 }
  /** Stands for all nodes past the bound. */
  const others = createStream('')
  others.full = true
  const trimmer = createTrimmer(kind => FREQUENT.has(kind))

  const onlyCount = (stream: Stream, lines: number): void => {
    if (stream === others) left.unnamed += lines
    else left.lines += lines
  }

  /** What every line tells, whatever it says. */
  const see = (
    draft: InputDraft,
    at: number,
    level: Level,
    caller: string | undefined,
    input: number,
    line: number,
    node?: string,
  ): Stream => {
    if (draft.firstAt === null || at < draft.firstAt) draft.firstAt = at
    if (draft.lastAt === null || at > draft.lastAt) draft.lastAt = at
    draft.stream ??= streamOf(draft.node)
    const stream = node === undefined || node === draft.node ? draft.stream : streamOf(node)
    if (stream.full) onlyCount(stream, 1)
    else stream.see(at, level, caller, input, line, problem)
    return stream
  }

  const keepText = (stream: Stream, event: Event, raw: () => string): void => {
    const loud = event.level === 'warn' || event.level === 'error' || event.level === 'fatal'
    if (!loud && PASSING.has(event.kind)) return
    if (textSize < MOST_TEXT) textSize += stream.keep(event, raw)
  }

  const reportOf = (stream: Stream): NodeReport => {
    const { timeline, textOf } = stream.upTo(options.until)
    const before = options.since === undefined ? undefined : (stream.before ?? countedBy(timeline.timeline))
    const report = nodeReport(timeline.timeline, stream.name, stream.release(), stream.quality(), registry, textOf, options, before)
    return withBundles(report, stream.bundles, stream.image(), timeline.timeline.facts.node.has('node-name'), textOf)
  }

  const stateOf = (stream: Stream, at: number | undefined): NodeState => nodeState(stream.upTo(at).timeline.timeline, stream.name)

  const streamOf = (node: string): Stream => {
    let stream = streams.get(node)
    if (stream === undefined) {
      if (!together.admit()) return others
      stream = createStream(node)
      streams.set(node, stream)
    }
    return stream
  }

  /** Past what all nodes may keep together, older rows of the pool go first; a node that has still too much is followed no further. */
  const weigh = (stream: Stream): void => {
    for (;;) {
      const before = stream.weight
      stream.weight = stream.size()
      if (!together.isTooMuch(before, stream.weight)) return
      if (!stream.thin()) break
      left.rows++
    }
    stream.full = true
    left.nodes++
    if (left.names.length < 3) left.names.push(stream.name)
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
    const some = left.nodes > left.names.length ? ` and ${number(left.nodes - left.names.length)} more nodes` : ''
    say(
      `All nodes together have more than is kept: further lines of ${left.names.join(', ')}${some} were only counted.`,
      left.lines,
      'damage',
    )
    say(
      'All nodes together have more than is kept: older rows of pools, unknown lines and names of pods that are gone were let go.',
      left.rows,
    )
    say(`There are more nodes than are kept (${number(TOGETHER.nodes)}): lines of the others were only counted.`, left.unnamed, 'damage')
    for (const { name, timeline } of [...beyond, ...streams.values()])
      for (const [what, count] of timeline.timeline.beyond)
        say(`${name} has more ${what} than are kept (${number(MOST[what])}): the others were only counted.`, count)
    say('Texts longer than any of ipamd were cut.', trimmer.cut)
    for (const severity of ['damage', 'note'] as const) say('More problems than are listed.', unlisted[severity], severity)
    return found
  }

  return {
    // That ipamd was asked for its pool is news where a bundle has the answer.
    skips: skips.filter(({ text }) => !ASKED.startsWith(text) && !text.startsWith(ASKED)),

    open(path, node) {
      const stream = streamOf(node)
      inputs.push({
        path,
        node,
        stream,
        understood: 0,
        known: 0,
        unrecognized: 0,
        repeated: 0,
        firstAt: null,
        lastAt: null,
        counts: undefined,
      })
      return inputs.length - 1
    },

    bundle(node, facts) {
      const stream = streamOf(node)
      if (!stream.full) stream.bundles.push(facts)
    },

    repeated(input) {
      ;(inputs[input] as InputDraft).repeated++
    },

    finish(node) {
      const stream = streams.get(node)
      if (stream === undefined) return
      streams.delete(node)
      for (const draft of inputs) if (draft.stream === stream) draft.stream = null
      textSize -= stream.textSize
      together.leave(stream.weight)
      if (stream.lines > 0) {
        const node = { report: reportOf(stream), state: options.states === true ? stateOf(stream, options.until) : undefined }
        finished.push(node)
        makeRoom(node)
      }
      const counts = new Map(stream.timeline.timeline.beyond)
      if (counts.size > 0) beyond.push({ name: stream.name, timeline: { timeline: { beyond: counts } } })
    },

    known(run, input, line) {
      const draft = inputs[input] as InputDraft
      const stream = see(draft, run.firstAt, run.level, run.callers[0], input, line)
      draft.known += run.count
      if (run.count === 1) return
      if (draft.lastAt === null || run.lastAt > draft.lastAt) draft.lastAt = run.lastAt
      if (stream.full) onlyCount(stream, run.count - 1)
      else stream.seeRest(run, line)
    },

    record(record, input, line, raw, node) {
      const draft = inputs[input] as InputDraft
      const { at } = record
      const stream = see(draft, at, record.level, record.caller, input, line, node)
      if (stream.full) return count(draft, recognize(record, { input, line }))
      stream.asked(record, input, line)
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
          keepText(stream, found, raw)
          if (options.since !== undefined && at >= options.since) stream.beginWindow()
          stream.timeline.apply(found)
        }
      }
      if (found !== 'known' && ++stream.taken % WEIGHED_EVERY === 0 && together.isShared) weigh(stream)
      return found
    },

    problem,

    count(input, counts) {
      ;(inputs[input] as InputDraft).counts = counts
    },

    report() {
      const open = [...streams.values()].filter(stream => stream.lines > 0).map(reportOf)
      const nodes = [...finished.map(({ report }) => report), ...open].filter(
        ({ node, instanceId }) => options.node === undefined || isNodeOf(options.node, [node, instanceId]),
      )
      const together = fleet(nodes)
      const window = windowOf(options)
      const found = [...problems.values(), ...notKept()].sort((a, b) => rank(a) - rank(b))
      return {
        schema: 'ipamd-trace/report',
        schemaVersion: 1,
        tool: { name: 'ipamd-trace', version: options.version },
        inputs: inputs.map(toInput),
        ...(window === undefined ? {} : { window }),
        verdict: verdict(nodes, found, together, window),
        nodes,
        ...(together === undefined ? {} : { fleet: together }),
        problems: found,
      }
    },

    rename(input, path, node) {
      const draft = inputs[input] as InputDraft
      draft.path = path
      if (draft.stream !== null) draft.stream.name = node
    },

    nodes() {
      return [...streams.values()].map(stream => {
        const { textOf } = stream
        const { timeline } = stream.timeline
        return {
          timeline,
          name: () => nodeName(timeline, stream.name),
          cause: episode => causeNow(episode, timeline, registry, textOf),
          incident: episode => incidentOf(episode, timeline, registry, textOf),
          findings: () => findings(timeline, registry, textOf, new Map()),
        }
      })
    },

    timeline(node) {
      const stream = streamOf(node)
      return stream.full ? undefined : stream.timeline.timeline
    },

    nodeNames: () => [
      ...finished.map(({ report }) => report.node),
      ...[...streams.values()].filter(stream => stream.lines > 0).map(stream => nodeName(stream.timeline.timeline, stream.name)),
    ],

    states(at) {
      const open = [...streams.values()].filter(stream => stream.lines > 0).map(stream => stateOf(stream, at))
      return [...finished.flatMap(({ state }) => state ?? []), ...open]
    },
  }
}

/** A node of which no more records come. */
interface Finished {
  report: NodeReport
  readonly state: NodeState | undefined
}

interface InputDraft {
  path: string
  readonly node: string
  /** Null: its node is finished. */
  stream: Stream | null
  understood: number
  known: number
  unrecognized: number
  repeated: number
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

/** Characters and values of plain data. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length
  if (value === null || typeof value !== 'object') return 8
  let size = 32
  for (const inner of Object.values(value)) size += sizeOf(inner)
  return size
}

/** A line that is only counted. */
function count(draft: InputDraft, found: Event | 'known' | 'unrecognized'): typeof found {
  if (typeof found === 'string') draft[found]++
  else draft.understood++
  return found
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
    ...(draft.repeated === 0 ? {} : { repeated: draft.repeated }),
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

/** Goroutines and writers disagree by some ms (families 0.4); more than this is a clock that was set back. */
const CLOCK_SLACK_MS = 5_000
/** With debug lines ipamd says something at least once a minute: the reconcile. */
const GAP_MS = 180_000
const MOST_UNRECOGNIZED = 500
const SHOWN_UNKNOWN = 20
const SEVERE: Readonly<Record<string, number>> = { fatal: 0, error: 1, warn: 2 }

/** Lines of a node from one look at what it keeps to the next. */
const WEIGHED_EVERY = 16

type Stream = ReturnType<typeof createStream>

/** One node's log: its timeline, and how good the log is. */
function createStream(node: string) {
  const timeline = createTimeline()
  const fingerprint = createFingerprint()
  const levels: Record<string, number> = {}
  const unknown = new Map<string, { level: string; text: string; count: number; first: Evidence }>()
  const gaps: { from: number; to: number }[] = []
  let unknownInAll = 0
  let unknownSize = 0
  let mostUnknown = MOST_UNRECOGNIZED
  let lines = 0
  let lastAt: number | null = null
  /** Of the last line; numbers, since every line passes here. */
  let lastInput = 0
  let lastLine = 0
  let lastCaller: string | undefined
  let debug = false
  const bundles: BundleFacts[] = []
  let image: PoolImage | undefined
  const texts = createLineTexts()
  const keptPerKind = new Map<string, number>()
  let textSize = 0
  let before: CountedBefore | undefined

  const loudest = () =>
    [...unknown.values()].sort((a, b) => (SEVERE[a.level] ?? 3) - (SEVERE[b.level] ?? 3) || b.count - a.count).slice(0, SHOWN_UNKNOWN)

  return {
    /** Where the log does not name the node. */
    name: node,
    /** It keeps as much as it may: nothing is added any more. */
    full: false,
    taken: 0,
    /** What it kept when it was last looked at. */
    weight: 0,
    size: () => timeline.size() + Math.ceil(unknownSize / 256),
    /** Lets go what is least missed. False: there is no more of it. */
    thin(): boolean {
      const more = mostUnknown > SHOWN_UNKNOWN
      if (more) {
        mostUnknown = SHOWN_UNKNOWN
        const shown = new Set(loudest())
        for (const [key, entry] of unknown) if (!shown.has(entry)) unknown.delete(key)
        unknownSize = sizeOf([...unknown.values()])
      }
      return timeline.thin() || more
    },
    timeline,
    bundles,
    get textSize() {
      return textSize
    },
    textOf: texts.of,
    /** Copies the line for evidence, within bounds: characters that it took. */
    keep(event: Event, rawOf: () => string): number {
      const kept = keptPerKind.get(event.kind) ?? 0
      if (kept >= MOST_KEPT_PER_KIND) return 0
      keptPerKind.set(event.kind, kept + 1)
      const raw = rawOf()
      const text = Buffer.from(raw.length > MOST_LINE ? raw.slice(0, MOST_LINE) : raw).toString()
      textSize += text.length
      texts.keep(event, text)
      return text.length
    },
    /** The pool when ipamd was asked for it at the time of collection, else as it stands at the end. Undefined: nothing to hold against it. */
    image(): PoolImage | undefined {
      if (image !== undefined || lastAt === null || !bundles.some(holdsPool)) return image
      return poolImage(timeline.timeline.pool, lastAt, { input: lastInput, line: lastLine }, false)
    },
    /** What was counted before the window; undefined: it has not begun. */
    get before() {
      return before
    },
    beginWindow(): void {
      before ??= countedBy(timeline.timeline)
    },
    get lines() {
      return lines
    },
    /** Lets the time pass that lines without a meaning of their own tell, or that was asked for. */
    upTo(at = lastAt) {
      if (at !== null) timeline.pass(at)
      return this
    },
    /** ipamd was asked for its pool: by the collector, if there is a bundle. */
    asked({ at, message }: LogRecord, input: number, line: number): void {
      if (bundles.length === 0 || !asksForPool(message) || !bundles.some(holdsPool)) return
      timeline.pass(at)
      // Asked again later, by hand: the bundle's account is the one nearest to its name's time, else the last one.
      const collectedAt = bundles.find(holdsPool)?.collectedAt
      if (image === undefined || collectedAt === undefined || image.at < collectedAt)
        image = poolImage(timeline.timeline.pool, at, { input, line }, true)
    },
    see(at: number, level: Level, caller: string | undefined, input: number, line: number, problem: Tracer['problem']): void {
      lines++
      levels[level] = (levels[level] ?? 0) + 1
      if (level === 'debug') debug = true
      if (caller !== undefined && caller !== lastCaller) fingerprint.see(caller)
      lastCaller = caller
      if (lastAt !== null) {
        if (at < lastAt - CLOCK_SLACK_MS)
          problem('clock-went-back', 'damage', 'The time goes back: the clock was set, or lines of another time stand here.', {
            input,
            line,
          })
        else if (debug && at - lastAt > GAP_MS && gaps.length < 100) gaps.push({ from: lastAt, to: at })
      }
      lastInput = input
      lastLine = line
      lastAt = at
    },
    /** The lines of a run behind its first: a run is shorter than any gap, and no clock goes back in it. */
    seeRest({ lastAt: at, level, callers, lastCaller: caller, count }: Run, line: number): void {
      lines += count - 1
      levels[level] = (levels[level] ?? 0) + count - 1
      for (const caller of callers) fingerprint.see(caller)
      lastCaller = caller
      lastLine = line + count - 1
      lastAt = at
    },
    restarted(): void {
      fingerprint.restart()
      lastCaller = undefined
    },
    unrecognized(record: LogRecord, place: Place, raw: string): void {
      unknownInAll++
      const key = record.message.slice(0, 60)
      const known = unknown.get(key)
      if (known !== undefined) known.count++
      else if (unknown.size < mostUnknown) {
        const text = Buffer.from(raw.slice(0, MOST_LINE)).toString()
        unknownSize += 500 + text.length
        unknown.set(Buffer.from(key).toString(), {
          level: record.level,
          text: Buffer.from(record.message.slice(0, 200)).toString(),
          count: 1,
          first: { ...place, at: instant(record.at), text },
        })
      }
    },
    release(): Release {
      const { version } = timeline.timeline.facts
      if (version !== null) return { value: version, candidates: [version], from: 'log' }
      const candidates = fingerprint.candidates()
      return {
        value: candidates.length === 1 ? (candidates[0] as string) : null,
        candidates,
        from: candidates.length === 0 ? null : 'fingerprint',
      }
    },
    quality(): Quality {
      const { compared, drifted, largest } = timeline.timeline.pool.drift
      return {
        lines,
        levels,
        debug,
        gaps: gaps.map(({ from, to }) => ({ from: instant(from), to: instant(to), ms: to - from })),
        statistics: { compared, drifted, largestDrift: largest },
        unrecognized: loudest(),
        unrecognizedInAll: unknownInAll,
      }
    },
  }
}
