import type { ApiError, Happening, Incident, Instant, NodeReport } from '../../model/report.ts'
import { count, list } from '../../words.ts'
import { type Context, number, pod } from './context.ts'

type Tone = 'bad' | 'wait' | 'good' | 'plain'

/** A moment or a stretch in a lane, and what is said of it where it is pointed at. Epoch milliseconds. */
export interface Mark {
  readonly from: number
  readonly to: number
  readonly tone: Tone
  readonly text: string
}

export interface Lane {
  readonly label: string
  /** What there is to say beside the label where there is room. */
  readonly detail: string
  readonly marks: readonly Mark[]
  /** Moments that were drawn as one because they stand too close. */
  readonly merged: number
}

/** What happened beside the pool, a lane for each kind; lanes without a mark are left out. `resolution`: closer moments are one mark. */
export function lanesOf(node: NodeReport, context: Context, resolution: number): Lane[] {
  const of = (wanted: (kind: string) => boolean): Happening[] => node.happenings.filter(({ kind }) => wanted(kind))
  const marks = (events: readonly Happening[], tone: Tone): Draft[] =>
    events.map(event => mark(event, BAD.has(event.kind) ? 'bad' : tone, context))
  const waits = of(kind => WAITS.has(kind))
  const enis = of(isEni)
  const ipamd = of(kind => IPAMD.has(kind))
  const rest = of(kind => !WAITS.has(kind) && !isEni(kind) && !IPAMD.has(kind) && !DRAWN_OTHERWISE.has(kind))
  const failed = node.incidents.reduce((sum, { failedRequests }) => sum + failedRequests, 0)
  const got = served(node, context)
  return [
    lane('EC2 said no', refusalText(node), refusals(node, context), resolution, context),
    lane('ipamd held back', [...new Set(waits.map(({ text }) => text))].slice(0, 2).join('; '), marks(waits, 'wait'), resolution, context),
    lane('Failed requests', number(failed), failures(node, context), resolution, context),
    lane('Deletions', deletionsText(deleted(node)), deletions(node, context), resolution, context),
    lane('Got an address after waiting', number(got.length), got, resolution, context),
    lane('ENIs', enisText(enis), marks(enis, 'plain'), resolution, context),
    lane('ipamd itself', 'starts and stops', marks(ipamd, 'plain'), resolution, context),
    lane('Also', [...new Set(rest.map(({ text }) => text))].slice(0, 2).join('; '), marks(rest, 'plain'), resolution, context),
  ].filter(({ marks }) => marks.length > 0)
}

/** Pods that gave their addresses back. */
export function deleted({ deletions = [] }: NodeReport): number {
  return deletions.reduce((sum, { count }) => sum + count, 0)
}

export function deletionsText(times: number): string {
  return times === 1 ? 'a pod gave its address back' : `${number(times)} pods gave their addresses back`
}

function isEni(kind: string): boolean {
  return kind.startsWith('eni-') && !WAITS.has(kind)
}

function refusalText(node: NodeReport): string {
  const times = node.happenings.filter(({ kind }) => kind === 'ec2-refused').reduce((sum, event) => sum + event.count, 0)
  const codes = node.incidents.flatMap(incident => incident.apiErrors.map(({ code }) => code ?? 'no code'))
  return [times > 0 && number(times), codes.length > 0 && list(codes, 2)].filter(text => text !== false).join(' · ')
}

function enisText(events: readonly Happening[]): string {
  const times = (kind: string): number => events.filter(event => event.kind === kind).reduce((sum, event) => sum + event.count, 0)
  return [`${times('eni-attached')} attached`, `${times('eni-removed') + times('eni-force-removed')} gone`]
    .filter(text => !text.startsWith('0'))
    .join(', ')
}

/** Reasons for which ipamd did not ask EC2 for more. */
const WAITS: ReadonlySet<string> = new Set(['wait', 'eni-limit', 'terminating', 'cordoned', 'stall'])
const BAD: ReadonlySet<string> = new Set(['eni-force-removed', 'ipamd-failed'])
const IPAMD: ReadonlySet<string> = new Set(['ipamd-started', 'shutdown', 'ipamd-failed'])
const DRAWN_OTHERWISE: ReadonlySet<string> = new Set(['ec2-refused', 'request-failed', 'recovered'])

interface Draft extends Mark {
  readonly count: number
  /** What one such moment is, to count several, and what is said of each of them. */
  readonly noun: string
  readonly what: string
}

function lane(label: string, detail: string, drafts: readonly Draft[], resolution: number, context: Context): Lane {
  const sorted = [...drafts].sort((a, b) => a.from - b.from)
  const marks: Mark[] = []
  let merged = 0
  let open: Draft[] = []
  const close = (): void => {
    const [first] = open
    if (first === undefined) return
    marks.push(open.length === 1 ? first : together(open, context))
    merged += open.length - 1
    open = []
  }
  for (const draft of sorted) {
    const first = open[0]
    if (
      first !== undefined &&
      (draft.to > draft.from || draft.tone !== first.tone || draft.noun !== first.noun || draft.from - first.from > resolution)
    )
      close()
    if (draft.to > draft.from) marks.push(draft)
    else open.push(draft)
  }
  close()
  return { label, detail, marks, merged }
}

const PLURALS: Readonly<Record<string, string>> = { 'pod served': 'pods served' }

function together(drafts: readonly Draft[], context: Context): Mark {
  const first = drafts[0] as Draft
  const last = drafts.at(-1) as Draft
  const total = drafts.reduce((sum, draft) => sum + draft.count, 0)
  const whats = [...new Set(drafts.map(({ what }) => what))]
  const when = context.span(new Date(first.from).toISOString(), new Date(last.from).toISOString())
  return {
    from: first.from,
    to: first.from,
    tone: first.tone,
    text: `${when} ${count(total, first.noun, PLURALS[first.noun])}${whats.length > 2 ? ', the first' : ':'} ${list(whats.slice(0, whats.length > 2 ? 1 : 2))}`,
  }
}

function mark(event: Happening, tone: Tone, context: Context): Draft {
  const from = Date.parse(event.at)
  const to = event.until === undefined ? from : Math.max(from, Date.parse(event.until))
  const times = event.count > 1 ? `, ${event.count} lines` : ''
  const until = to > from ? context.span(event.at, event.until as string) : context.at(event.at)
  return {
    from,
    to,
    tone,
    count: event.count,
    noun: 'event',
    what: event.text,
    text: `${until} ${event.text}${times} (${context.brief(event)})`,
  }
}

/** Each refusal that an incident lists, and what else of refusals the node's happenings count. */
function refusals(node: NodeReport, context: Context): Draft[] {
  const listed = new Map<string, ApiError>()
  for (const error of node.incidents.flatMap(incident => incident.apiErrors)) listed.set(`${error.input}:${error.line}`, error)
  const single = [...listed.values()].map((error): Draft => {
    const at = Date.parse(error.at)
    return {
      from: at,
      to: at,
      tone: 'bad',
      count: 1,
      noun: 'refusal',
      what: `${error.api ?? 'a call'}: ${error.code ?? 'no code'}`,
      text: `${context.at(error.at)} ${said(error)} (${context.brief(error)})`,
    }
  })
  const others = node.happenings.filter(
    event =>
      event.kind === 'ec2-refused' && ![...listed.values()].some(error => error.at >= event.at && error.at <= (event.until ?? event.at)),
  )
  return [...single, ...others.map(event => ({ ...mark(event, 'bad', context), noun: 'refusal' }))]
}

function said({ api, code, status, requestId }: ApiError): string {
  const what = `${api ?? 'a call'}: ${code ?? (status === null || status === 0 ? 'no answer' : `status ${status}`)}`
  return requestId === null ? what : `${what}, request ID ${requestId}`
}

/** Each with its pod and line. Where the log does not say whose request failed, those that waited then. */
function failures(node: NodeReport, context: Context): Draft[] {
  return node.incidents.flatMap(incident => {
    const waiting = waitingOf(incident)
    return incident.failures.map((instant, i): Draft => {
      const place = incident.failureLines?.[i]
      const its = place?.podIndex == null ? undefined : incident.pods[place.podIndex]
      const who = its === undefined ? waiting(instant) : `of ${pod(its)}`
      const where = place === undefined ? '' : ` (${context.brief(place)})`
      const at = Date.parse(instant)
      return {
        from: at,
        to: at,
        tone: 'bad',
        count: 1,
        noun: 'failed request',
        what: `${who}${where}`,
        text: `${context.at(instant)} a request ${who} failed${where}`,
      }
    })
  })
}

/** Looked at for each failure of an incident with thousands of pods: a few of them are enough to name one and to say that it is not alone. */
const MOST_WAITING = 1_000

function waitingOf({ pods }: Incident): (instant: Instant) => string {
  const some = pods.slice(0, MOST_WAITING)
  return instant => {
    const waiting = some.filter(pod => pod.firstAttemptAt <= instant && (pod.assignedAt === null || pod.assignedAt >= instant))
    const [first] = waiting
    if (first === undefined) return 'of a pod that the log does not name'
    return waiting.length === 1
      ? `of ${pod(first)}`
      : `of one of ${pods.length > MOST_WAITING ? 'many' : waiting.length} pods, such as ${pod(first)}`
  }
}

function deletions({ deletions = [] }: NodeReport, context: Context): Draft[] {
  return deletions.map(({ at, until, count: times, namespace, pod: name, input, line }): Draft => {
    const from = Date.parse(at)
    const when = until === undefined ? context.at(at) : context.span(at, until)
    const who = name === null ? 'a pod that the log does not name' : pod({ namespace, name })
    const all = times === 1 ? who : `${who} and ${times - 1} more`
    return {
      from,
      to: from,
      tone: 'plain',
      count: times,
      noun: 'deletion',
      what: all,
      text: `${when} ${all} gave ${times === 1 ? 'its address' : 'their addresses'} back (${context.brief({ input, line })})`,
    }
  })
}

function served(node: NodeReport, context: Context): Draft[] {
  return node.incidents
    .flatMap(incident => incident.pods)
    .filter(wait => wait.assignedAt !== null)
    .map((wait): Draft => {
      const instant = wait.assignedAt as string
      const at = Date.parse(instant)
      const where = wait.input === undefined || wait.line === undefined ? '' : ` (${context.brief({ input: wait.input, line: wait.line })})`
      return {
        from: at,
        to: at,
        tone: 'good',
        count: 1,
        noun: 'pod served',
        what: `${pod(wait)}${where}`,
        text: `${context.at(instant)} ${pod(wait)} got ${wait.address ?? 'an address'}${where}`,
      }
    })
}
