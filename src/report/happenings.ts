import type { Place } from '../model/event.ts'
import type { Happening } from '../model/report.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { instant } from './instants.ts'

interface Draft {
  at: number
  until?: number
  kind: string
  text: string
  count: number
  place: Place
}

const MOST = 600
/** Repeats of one thing this close are one happening with a count. */
const TOGETHER_MS = 20_000

/** What happened on the node, in order, one line each: the captain's log that charts and timelines draw. */
export function happenings(timeline: Timeline): Happening[] {
  const drafts = collapse([
    ...lives(timeline),
    ...refusals(timeline),
    ...waits(timeline),
    ...interfaces(timeline),
    ...decisions(timeline),
    ...failures(timeline),
  ])
  const kept = drafts.length <= MOST ? drafts : [...drafts.slice(0, MOST / 2), ...drafts.slice(-MOST / 2)]
  return kept.map(({ at, until, kind, text, count, place }) => ({
    at: instant(at),
    ...(until === undefined || until === at ? {} : { until: instant(until) }),
    kind,
    text,
    count,
    input: place.input,
    line: place.line,
  }))
}

function* lives(timeline: Timeline): Iterable<Draft> {
  for (const life of timeline.lives.all) {
    if (life.startedAt !== null && life.place !== null)
      yield { at: life.startedAt, kind: 'ipamd-started', text: 'ipamd started', count: 1, place: life.place }
    if (life.shutdownAt !== null && life.shutdown !== null)
      yield { at: life.shutdownAt, kind: 'shutdown', text: 'ipamd received the shutdown signal', count: 1, place: life.shutdown }
    if (life.failure !== null)
      yield { at: life.failure.at, kind: 'ipamd-failed', text: 'ipamd gave up starting', count: 1, place: life.failure.place }
  }
}

function* refusals(timeline: Timeline): Iterable<Draft> {
  for (const refusal of timeline.refusals.all) {
    const what = refusal.api === null ? 'a call' : refusal.api
    const why = refusal.code ?? (refusal.status === 0 ? 'no answer' : 'an error')
    yield { at: refusal.at, kind: 'ec2-refused', text: `${what} refused: ${why}`, count: 1, place: refusal.place }
  }
}

function* waits(timeline: Timeline): Iterable<Draft> {
  for (const event of timeline.journal.all('wait-in-force'))
    yield {
      at: event.at,
      until: event.at,
      kind: 'wait',
      text: 'ipamd waits two minutes after an Insufficient error',
      count: 1,
      place: event,
    }
}

function* interfaces(timeline: Timeline): Iterable<Draft> {
  for (const event of timeline.journal.all('eni-attached'))
    yield { at: event.at, kind: 'eni-attached', text: `${event.eni} attached`, count: 1, place: event }
  for (const event of timeline.journal.all('eni-removed'))
    yield {
      at: event.at,
      kind: 'eni-removed',
      text: `${event.eni} left the pool${event.unused ? ' (unused, given back)' : ''}`,
      count: 1,
      place: event,
    }
  for (const event of timeline.journal.all('eni-force-removed'))
    yield {
      at: event.at,
      kind: 'eni-force-removed',
      text: `${event.eni} was taken out of the pool with ${event.pods} pods on it`,
      count: 1,
      place: event,
    }
}

const DECISIONS: Readonly<Record<string, string>> = {
  'eni-limit': 'no room for another ENI',
  terminating: 'ipamd is terminating and does not grow the pool',
  cordoned: 'the node is not schedulable, so ipamd does not grow the pool',
}

function* decisions(timeline: Timeline): Iterable<Draft> {
  for (const event of timeline.journal.all('increase-refused')) {
    const text = DECISIONS[event.reason]
    if (text !== undefined) yield { at: event.at, until: event.at, kind: event.reason, text, count: 1, place: event }
  }
  const open = timeline.manager.openStall(timeline.lastAt ?? 0)
  for (const stall of [...timeline.manager.stalls, ...(open === undefined ? [] : [open])])
    yield {
      at: stall.from,
      until: stall.to ?? stall.from,
      kind: 'stall',
      text: 'the pool manager was silent',
      count: 1,
      place: stall.opening,
    }
}

function* failures(timeline: Timeline): Iterable<Draft> {
  for (const episode of timeline.episodes.all) {
    yield {
      at: episode.firstFailure.at,
      until: episode.lastFailure.at,
      kind: 'request-failed',
      text: `${episode.failedRequests} failed`,
      count: episode.failedRequests,
      place: episode.firstFailure.place,
    }
    if (episode.recoveredAt !== null && episode.recovered !== null)
      yield { at: episode.recoveredAt, kind: 'recovered', text: 'first success after the failures', count: 1, place: episode.recovered }
  }
}

function collapse(drafts: Draft[]): Draft[] {
  drafts.sort((a, b) => a.at - b.at || a.place.input - b.place.input || a.place.line - b.place.line)
  const collapsed: Draft[] = []
  const latest = new Map<string, Draft>()
  for (const draft of drafts) {
    const key = `${draft.kind} ${draft.text}`
    const before = latest.get(key)
    if (before !== undefined && draft.at - (before.until ?? before.at) <= TOGETHER_MS && draft.kind !== 'ipamd-started') {
      before.until = draft.until ?? draft.at
      before.count += draft.count
      continue
    }
    latest.set(key, draft)
    collapsed.push(draft)
  }
  return collapsed
}
