import type { ApiError, Happening, NodeReport } from '../../model/report.ts'
import { count, list } from '../../words.ts'
import { type Context, number, pod } from './context.ts'

export type Tone = 'bad' | 'wait' | 'good' | 'plain'

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
  const waits = node.happenings.filter(({ kind }) => WAITS.has(kind))
  const enis = node.happenings.filter(({ kind }) => kind.startsWith('eni-') && !WAITS.has(kind))
  const ipamd = node.happenings.filter(({ kind }) => IPAMD.has(kind))
  const rest = node.happenings.filter(event => !DRAWN_OTHERWISE.has(event.kind) && ![waits, enis, ipamd].some(lane => lane.includes(event)))
  return [
    lane('EC2 said no', '', refusals(node, context), resolution),
    lane(
      'ipamd held back',
      '',
      waits.map(event => mark(event, 'wait', context)),
      resolution,
    ),
    lane('Failed requests', '', failures(node, context), resolution),
    lane('Got an address after waiting', '', served(node, context), resolution),
    lane(
      'ENIs',
      '',
      enis.map(event => mark(event, event.kind === 'eni-force-removed' ? 'bad' : 'plain', context)),
      resolution,
    ),
    lane(
      'ipamd itself',
      'starts, stops',
      ipamd.map(event => mark(event, event.kind === 'ipamd-failed' ? 'bad' : 'plain', context)),
      resolution,
    ),
    lane(
      'Also',
      '',
      rest.map(event => mark(event, 'plain', context)),
      resolution,
    ),
  ].filter(({ marks }) => marks.length > 0)
}

/** Reasons for which ipamd did not ask EC2 for more. */
const WAITS: ReadonlySet<string> = new Set(['wait', 'eni-limit', 'terminating', 'cordoned', 'stall'])
const IPAMD: ReadonlySet<string> = new Set(['ipamd-started', 'shutdown', 'ipamd-failed'])
const DRAWN_OTHERWISE: ReadonlySet<string> = new Set(['ec2-refused', 'request-failed', 'recovered'])

interface Draft extends Mark {
  readonly count: number
  /** What one such moment is, to count several. */
  readonly noun: string
}

function lane(label: string, detail: string, drafts: readonly Draft[], resolution: number): Lane {
  const sorted = [...drafts].sort((a, b) => a.from - b.from)
  const marks: Mark[] = []
  let merged = 0
  let open: Draft[] = []
  const close = (): void => {
    const [first] = open
    if (first === undefined) return
    marks.push(open.length === 1 ? first : together(open))
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
  const events = drafts.reduce((sum, draft) => sum + draft.count, 0)
  return { label, detail: detail || number(events), marks, merged }
}

function together(drafts: readonly Draft[]): Mark {
  const first = drafts[0] as Draft
  const last = drafts.at(-1) as Draft
  const total = drafts.reduce((sum, draft) => sum + draft.count, 0)
  const texts = drafts.slice(0, 2).map(draft => draft.text)
  return {
    from: first.from,
    to: last.from,
    tone: first.tone,
    text: `${count(total, first.noun)} within ${Math.max(1, Math.round((last.from - first.from) / 1_000))} s: ${texts.join('; ')}${drafts.length > 2 ? '; …' : ''}`,
  }
}

function mark(event: Happening, tone: Tone, context: Context): Draft {
  const from = Date.parse(event.at)
  const to = event.until === undefined ? from : Math.max(from, Date.parse(event.until))
  const times = event.count > 1 ? `, ${event.count} lines` : ''
  const until = to > from ? context.span(event.at, event.until as string) : context.at(event.at)
  return { from, to, tone, count: event.count, noun: 'event', text: `${until} ${event.text}${times} (${context.place(event)})` }
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
      text: `${context.at(error.at)} ${said(error)} (${context.place(error)})`,
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

function failures(node: NodeReport, context: Context): Draft[] {
  const places = new Map(node.incidents.flatMap(incident => incident.evidence).map(evidence => [evidence.at, evidence]))
  return node.incidents.flatMap(incident =>
    incident.failures.map((instant): Draft => {
      const waiting = incident.pods.filter(pod => pod.firstAttemptAt <= instant && (pod.assignedAt === null || pod.assignedAt > instant))
      const names =
        waiting.length === 0
          ? ''
          : `; waiting: ${list(waiting.slice(0, 3).map(pod), 3)}${waiting.length > 3 ? ` and ${waiting.length - 3} more` : ''}`
      const place = places.get(instant)
      const at = Date.parse(instant)
      const text = `${context.at(instant)} a request failed${names}${place === undefined ? '' : ` (${context.place(place)})`}`
      return { from: at, to: at, tone: 'bad', count: 1, noun: 'failed request', text }
    }),
  )
}

function served(node: NodeReport, context: Context): Draft[] {
  return node.incidents
    .flatMap(incident => incident.pods)
    .filter(wait => wait.assignedAt !== null)
    .map((wait): Draft => {
      const instant = wait.assignedAt as string
      const at = Date.parse(instant)
      const address = wait.address === null ? 'an address' : wait.address
      return { from: at, to: at, tone: 'good', count: 1, noun: 'pod', text: `${context.at(instant)} ${pod(wait)} got ${address}` }
    })
}
