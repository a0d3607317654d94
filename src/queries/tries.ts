import type { Event } from '../extractors/recognize.ts'
import { type Place, placeOf } from '../model/event.ts'
import type { Incident, NodeReport } from '../model/report.ts'
import type { Holding, Try } from '../model/story.ts'
import type { FailureReason, Request } from '../timeline/requests.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { duration, number, podName, poolSize, shortSandbox, time } from '../words.ts'
import { containerIn, createHoldings, endOf, type Held } from './holdings.ts'
import { type Draft, iso, isoOrNull } from './story.ts'

interface Deletion {
  readonly container: string
  readonly at: number
  readonly place: Place
  /** ipamd had no address of this sandbox. */
  unknown: boolean
}

const MOST = 20_000
const MOST_RECENT = 1_000
/** The lines of one deletion. */
const ONE_DELETION_MS = 5_000

/** What sandboxes went through: their requests with the outcomes that the report has, their addresses, their deletion. */
export function createTries(timeline: Timeline) {
  const containers = new Set<string>()
  const requests = new Set<Request>()
  /** A request may be answered before the line that names its pod. */
  const recent = new Map<string, Request>()
  const deletions: Deletion[] = []
  const other: Draft[] = []
  const holdings = createHoldings(timeline, held => held.container !== null && containers.has(held.container))

  const remember = (container: string): void => {
    const request = timeline.requests.open.get(container)
    if (request === undefined) return
    recent.set(container, request)
    if (recent.size > MOST_RECENT) recent.delete(recent.keys().next().value as string)
  }

  const deletionOf = (event: Event, container: string): Deletion | undefined => {
    const last = deletions.findLast(deletion => deletion.container === container)
    if (last !== undefined && event.at - last.at < ONE_DELETION_MS && event.kind !== 'del-received') return last
    if (deletions.length >= MOST) return undefined
    const begun = { container, at: event.at, place: placeOf(event), unknown: false }
    deletions.push(begun)
    return begun
  }

  return {
    containers: containers as ReadonlySet<string>,
    follow(container: string): void {
      if (containers.size < MOST) containers.add(container)
    },
    see(event: Event): void {
      if (event.kind === 'add-received') remember(event.sandbox)
      const container = containerIn(event)
      if (container !== undefined && containers.has(container)) {
        const request = timeline.requests.open.get(container) ?? recent.get(container)
        if (request !== undefined && requests.size < MOST) requests.add(request)
        switch (event.kind) {
          case 'del-received':
          case 'del-described':
            deletionOf(event, container)
            break
          case 'sandbox-unknown': {
            const deletion = deletionOf(event, container)
            if (deletion !== undefined) deletion.unknown = true
            break
          }
          case 'sandbox-stale':
            other.push({
              at: event.at,
              kind: 'dropped',
              text: 'ipamd dropped the sandbox at its start: its address is on no interface',
              count: 1,
              place: placeOf(event),
            })
            break
          case 'duplicate-assign':
            other.push({
              at: event.at,
              kind: 'asked-again',
              text: 'the sandbox has an address already and gets the same again',
              count: 1,
              place: placeOf(event),
            })
            break
          default:
        }
      }
      holdings.see(event)
    },
    tries(node: NodeReport): Try[] {
      return inOrder(requests).map(request => toTry(request, node))
    },
    addresses: (): Holding[] => holdings.told(),
    omitted: () => holdings.omitted,
    /** Anything at all was seen. */
    get any() {
      return containers.size > 0
    },
    drafts(node: NodeReport): Draft[] {
      return [
        ...requestDrafts(inOrder(requests), node, timeline),
        ...holdings.all.flatMap(held => [...holdingDrafts(held, timeline)]),
        ...deletions.map(deletion => deletionDraft(deletion, holdings.all)),
        ...other,
      ]
    },
  }
}

function inOrder(requests: Iterable<Request>): Request[] {
  return [...requests].sort((a, b) => a.receivedAt - b.receivedAt || a.place.input - b.place.input || a.place.line - b.place.line)
}

/** The incident of the report that a failed request is part of. */
function incidentOf(request: Request, node: NodeReport): Incident | undefined {
  if (request.outcome !== 'failed' || request.answeredAt === null) return undefined
  const at = iso(request.answeredAt)
  return node.incidents.find(
    incident =>
      incident.firstFailureAt <= at &&
      incident.lastFailureAt >= at &&
      (request.pod === null || incident.pods.some(pod => pod.name === request.pod && pod.namespace === request.namespace)),
  )
}

function toTry(request: Request, node: NodeReport): Try {
  const cause = incidentOf(request, node)?.cause ?? null
  return {
    sandbox: request.container,
    receivedAt: iso(request.receivedAt),
    ...request.place,
    outcome: request.outcome,
    answeredAt: isoOrNull(request.answeredAt),
    answer: request.answer,
    address: request.address,
    reason: request.reason,
    error: request.error,
    matched: request.matched,
    cause: cause?.id ?? null,
    causeTitle: cause?.title ?? null,
  }
}

const REASONS: Readonly<Record<FailureReason, string>> = {
  'no-address': 'the pool had no address to give',
  checkpoint: 'the checkpoint could not be written',
  'branch-eni': 'the branch interface of the pod is not there yet',
  trunk: 'the node has no trunk interface',
  'pod-unknown': 'ipamd could not read the pod',
  'vpc-cidrs': 'the address ranges of the VPC could not be read',
  rejected: 'ipamd rejected the request',
  other: 'ipamd returned an error',
}

function* requestDrafts(requests: readonly Request[], node: NodeReport, timeline: Timeline): Iterable<Draft> {
  let first: Request | undefined
  let before: Request | undefined
  let tries = 0
  for (const request of requests) {
    tries++
    first ??= request
    const again = before?.outcome === 'failed' && before.answeredAt !== null ? before.answeredAt : null
    const sandbox = `sandbox ${shortSandbox(request.container)}`
    const text =
      tries === 1
        ? `asks for an address, ${sandbox}`
        : `tries again${again === null ? '' : ` ${duration(Math.max(0, request.receivedAt - again))} after the refusal`} (try ${tries}), ${sandbox}`
    yield { at: request.receivedAt, kind: 'asked', text, count: 1, place: request.place }
    yield* outcomeDraft(request, first, tries, node, timeline)
    before = request
    if (request.outcome !== 'assigned') continue
    first = undefined
    before = undefined
    tries = 0
  }
}

function* outcomeDraft(request: Request, first: Request, tries: number, node: NodeReport, timeline: Timeline): Iterable<Draft> {
  const { outcome, answeredAt, answer, matched } = request
  if (answeredAt === null || answer === null) {
    const picked = request.address === null ? '' : ` after ${request.address} had been picked for it`
    const text = outcome === 'open' ? 'no reply up to the end of this log' : `no reply in this log${picked}`
    yield { at: request.pickedAt ?? request.receivedAt, kind: 'unanswered', text, count: 1, place: request.place }
    return
  }
  const unsure = matched === 'ambiguous' ? ' (the reply names no sandbox and could be of another request)' : ''
  if (outcome === 'assigned') {
    const waited = answeredAt - first.receivedAt
    const how =
      tries === 1 ? `${waited < 1_000 ? 'at once' : `after ${duration(waited)}`}` : `${duration(waited)} after the first of ${tries} tries`
    yield { at: answeredAt, kind: 'assigned', text: `gets ${request.address ?? 'an address'} ${how}${unsure}`, count: 1, place: answer }
    return
  }
  const reason = request.reason ?? 'other'
  const pool = reason === 'no-address' ? poolText(answeredAt, timeline) : ''
  const error = (reason === 'other' || reason === 'rejected') && request.error !== null ? ` (${request.error.slice(0, 300)})` : ''
  const cause = incidentOf(request, node)?.cause
  const why = cause == null ? '' : `; cause: ${cause.title}${cause.confidence === 'certain' ? '' : ` (${cause.confidence})`}`
  yield { at: answeredAt, kind: 'refused', text: `refused: ${REASONS[reason]}${pool}${error}${why}${unsure}`, count: 1, place: answer }
}

function poolText(at: number, timeline: Timeline): string {
  const step = timeline.pool.steps.at(at)[0]
  if (step === undefined || step.total === null || step.assigned === null) return ''
  return ` (${number(step.assigned)} of ${poolSize(step.total)} assigned${step.cooldown === null || step.cooldown === 0 ? '' : `, ${number(step.cooldown)} in cooldown`})`
}

/** How a holding went on and ended; how it began is the request's to tell, except where that is not in the log. */
function* holdingDrafts(held: Held, timeline: Timeline): Iterable<Draft> {
  for (const { at, place, readBack } of held.restarts)
    yield {
      at,
      kind: 'restart',
      text: `ipamd starts again and ${readBack ? 'reads' : 'does not read'} ${held.address} back`,
      count: 1,
      place,
    }
  if (held.until === null || held.untilPlace === null) return
  const rests = held.restsUntil === null || held.restsUntil <= held.until ? '' : `; it rests until ${time(held.restsUntil)}`
  const text = {
    released: `gives ${held.address} back${rests}`,
    'rolled-back': `${held.address} is taken back from it`,
    'left-pool': `${held.address} leaves the pool while the pod has it`,
    replaced: `${held.address} is given to ${nextHolder(held, timeline)} while the pod has it`,
    dropped: `${held.address} is dropped with its sandbox`,
    'not-read-back': `${held.address} is not read back`,
  }[endOf(held, timeline) ?? 'released']
  yield { at: held.until, kind: held.end ?? 'released', text, count: 1, place: held.untilPlace }
}

function nextHolder(held: Held, timeline: Timeline): string {
  const double = timeline.pool.doubleAssignments.find(double => double.address === held.address && double.at === held.until)
  return double === undefined ? 'another pod' : podName(double.after)
}

function deletionDraft({ container, at, place, unknown }: Deletion, holdings: readonly Held[]): Draft {
  const had = holdings.some(held => held.container === container)
  const text = `sandbox ${shortSandbox(container)} is deleted${had || !unknown ? '' : '; it had no address'}`
  return { at, kind: 'deleted', text, count: 1, place }
}
