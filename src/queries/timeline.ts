import { type Place, placeOf } from '../model/event.ts'
import { isPodOf, type Narrowing, namesPods } from '../model/narrowing.ts'
import type { Incident, NodeReport } from '../model/report.ts'
import type { Entry, TimelineStory } from '../model/story.ts'
import type { Request } from '../timeline/requests.ts'
import { count, list, number, podName } from '../words.ts'
import { createNames } from './names.ts'
import { entriesOf, MOST_ENTRIES, type Query } from './story.ts'

const MOST_REQUESTS = 100_000
/** Pods that come or go this close to each other are one entry. */
const TOGETHER_MS = 20_000

interface Went {
  readonly at: number
  readonly place: Place
  readonly who: string
}

/** What happened on the node, one line each: the report's happenings, and between them the pods that came and went. */
export function timelineQuery(narrowing: Pick<Narrowing, 'since' | 'pod' | 'namespace'>): Query<TimelineStory> {
  const isAsked = (went: Went): boolean => narrowing.since === undefined || went.at >= narrowing.since
  return timeline => {
    const requests = new Set<Request>()
    const gone: Went[] = []
    let unlisted = 0
    return {
      see(event) {
        if (event.kind === 'add-received') {
          const request = timeline.requests.open.get(event.sandbox)
          if (request !== undefined && requests.size < MOST_REQUESTS) requests.add(request)
          else unlisted++
        } else if (event.kind === 'address-released') {
          const known = event.container === undefined ? undefined : timeline.requests.podOf(event.container)
          const pod = { namespace: known?.namespace ?? null, pod: known?.pod ?? null }
          if (!isPodOf(narrowing, pod)) return
          if (gone.length < MOST_REQUESTS)
            gone.push({ at: event.at, place: placeOf(event), who: podName({ ...pod, container: event.container ?? null }) })
          else unlisted++
        }
      },
      story(node) {
        const own = [...requests].filter(request => isPodOf(narrowing, request))
        const came = own
          .filter(request => request.outcome === 'assigned' && request.answeredAt !== null)
          .map(request => ({ at: request.answeredAt as number, place: request.answer ?? request.place, who: podName(request) }))
        const failed = own
          .filter(request => request.outcome === 'failed' && request.answeredAt !== null)
          .map(request => ({ at: request.answeredAt as number, place: request.answer ?? request.place, who: podName(request) }))
        const lost = own
          .filter(request => request.outcome === 'unanswered')
          .map(request => ({ at: request.receivedAt, place: request.place, who: podName(request) }))
        const drafts = [
          ...grouped(came.filter(isAsked), 'assigned', (n, who) =>
            n === 1 ? `${who} got an address` : `${count(n, 'pod')} got an address: ${who}`,
          ),
          ...grouped(gone.filter(isAsked), 'released', (n, who) =>
            n === 1 ? `${who} gave its address back` : `${count(n, 'pod')} gave their addresses back: ${who}`,
          ),
          // the report's failures are of all pods
          ...(namesPods(narrowing) ? grouped(failed.filter(isAsked), 'refused', (n, who) => `${count(n, 'request')} failed: ${who}`) : []),
          ...grouped(lost.filter(isAsked), 'unanswered', (n, who) => `${count(n, 'request')} without a reply: ${who}`),
        ]
        const { entries, omitted } = entriesOf(drafts)
        const happenings = namesPods(narrowing)
          ? node.happenings.filter(({ kind }) => kind !== 'request-failed' && kind !== 'recovered')
          : node.happenings
        const found = node.findings.flatMap(finding => findingEntry(finding) ?? [])
        const all = [...happenings.map(happening => happeningEntry(happening, node)), ...entries, ...found].sort(byTime)
        const more = Math.max(0, all.length - MOST_ENTRIES)
        return {
          of: 'timeline',
          node: node.node,
          firstAt: node.firstAt,
          lastAt: node.lastAt,
          entries: more === 0 ? all : [...all.slice(0, MOST_ENTRIES / 2), ...all.slice(-MOST_ENTRIES / 2)],
          omitted: omitted + more + unlisted,
        }
      },
      known: createNames().all,
    }
  }
}

function happeningEntry(happening: NodeReport['happenings'][number], node: NodeReport): Entry {
  if (happening.kind !== 'request-failed') return happening
  const incident = node.incidents.find(
    ({ firstFailureAt, failedRequests }) => firstFailureAt === happening.at && failedRequests === happening.count,
  )
  return { ...happening, text: incident === undefined ? `${count(happening.count, 'request')} failed` : failureText(incident) }
}

/** Trouble without a failed request stands where its first line does. */
function findingEntry({ title, confidence, evidence }: NodeReport['findings'][number]): Entry | undefined {
  const first = evidence.find(({ at }) => at !== null)
  if (first === undefined || first.at === null) return undefined
  const text = `${title}${confidence === 'certain' ? '' : ` (${confidence})`}`
  return { at: first.at, kind: 'finding', text, count: 1, input: first.input, line: first.line }
}

function failureText({ failedRequests, pods, cause }: Incident): string {
  const who =
    pods.length === 0
      ? ''
      : ` of ${count(pods.length, 'pod')} (${list(
          pods.map(({ namespace, name }) => podName({ namespace, pod: name })),
          2,
        )})`
  const why =
    cause === null ? 'no line of this log shows a cause' : `${cause.title}${cause.confidence === 'certain' ? '' : ` (${cause.confidence})`}`
  return `${number(failedRequests)} ${failedRequests === 1 ? 'request' : 'requests'}${who} failed: ${why}`
}

function grouped(all: readonly Went[], kind: string, text: (n: number, who: string) => string) {
  const groups: Went[][] = []
  for (const one of [...all].sort((a, b) => a.at - b.at)) {
    const last = groups.at(-1)
    if (last !== undefined && one.at - (last.at(-1) as Went).at <= TOGETHER_MS) last.push(one)
    else groups.push([one])
  }
  return groups.map(group => {
    const first = group[0] as Went
    return {
      at: first.at,
      until: (group.at(-1) as Went).at,
      kind,
      text: text(
        group.length,
        list(
          group.map(one => one.who),
          3,
        ),
      ),
      count: group.length,
      place: first.place,
    }
  })
}

function byTime(a: Entry, b: Entry): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.input - b.input || a.line - b.line
}
