import type { Event, EventOf } from '../extractors/recognize.ts'
import { type Place, placeOf } from '../model/event.ts'
import type { News, NewsKind, PoolNow, Severity, Status } from '../model/news.ts'
import type { Cause, Finding, Incident } from '../model/report.ts'
import { instant } from '../report/instants.ts'
import { type Episode, isOver, type PodWait } from '../timeline/episodes.ts'
import type { Failure } from '../timeline/requests.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { capital, count, duration, podName, time } from '../words.ts'
import { createCollapse } from './collapse.ts'
import { endsWith } from './ends.ts'
import { createTrend, type Foresight, hindrance, lastAddresses, mayGrow } from './foresight.ts'
import { nextWarmAt, poolsAt, poolsNow } from './pool-now.ts'
import { createRate } from './rate.ts'
import { type Wait, waitOf } from './wait.ts'

/** The node whose news it is. */
export interface Subject {
  readonly timeline: Timeline
  name(): string
  cause(episode: Episode): Cause | null
  incident(episode: Episode): Incident
  findings(): Finding[]
}

/** What is worth saying of a growing log: after each event, and when time passes. Pure: the same lines and instants give the same news. */
export interface Newsroom {
  /** An event of the time before the news begin, right after the timeline took it. */
  skip(event: Event): void
  /** From here on everything is news; what is open now is known and not said again. */
  begin(): void
  see(event: Event): News[]
  /** Time passes without a line. `at` is the log's time. */
  tick(at: number): News[]
  /** Trouble without a failed request: costs more than the rest, so the caller decides when. */
  look(at: number): News[]
  /** What is still held back. */
  close(at: number): News[]
  status(at: number | null): Status
}

interface Open {
  readonly waiting: Set<PodWait>
  cause: Cause | null
  judgedAt: number
}

/** A judgement holds this long; the first failures are judged one by one. */
const JUDGED_MS = 2_000
const JUDGED_SINGLY = 3
/** Of one kind in 30 s, said one by one. */
const MOST_FAILURES = 3
const MOST_RECOVERIES = 5
const FORETOLD_AGAIN_MS = 60_000

export function createNews({ timeline, name, cause: judge, incident, findings }: Subject): Newsroom {
  const collapse = createCollapse()
  const open = new Map<Episode, Open>()
  const pools = new Map<number, PoolNow>()
  const trend = createTrend()
  const rate = createRate()
  const found = new Set<string>()
  let wait: Wait | null = null
  let refusals = 0
  /** The pool could not give or grow: its growing is news. */
  let stuck = false
  let starting = false
  let forced: string | null = null
  let incidents = 0
  let lastFailure: { at: number; pod: string; title: string | null } | null = null
  const foretold = new Map<Foresight['kind'], { readonly key: string; readonly at: number }>()
  let foresight: Foresight | undefined

  const say = (kind: NewsKind, severity: Severity, at: number, text: string, more: Partial<News> = {}): News => ({
    at: instant(at),
    kind,
    severity,
    node: name(),
    text,
    ...more,
  })

  // Requests

  const judged = (episode: Episode, known: Open, at: number): Cause | null => {
    if (episode.failedRequests > JUDGED_SINGLY && at - known.judgedAt < JUDGED_MS) return known.cause
    known.judgedAt = at
    // once it was known, a moment that does not show it changes nothing
    known.cause = judge(episode) ?? known.cause
    return known.cause
  }

  const episodeOf = (event: Event): Episode | undefined =>
    timeline.episodes.all.findLast(({ lastFailure: { place } }) => place.input === event.input && place.line === event.line)

  const begun = (episode: Episode, at: number): News[] => {
    const said: News[] = []
    for (const [earlier, known] of open) if (earlier.reason === episode.reason) said.push(...ended(earlier, known, at))
    incidents++
    const known: Open = { waiting: new Set(), cause: null, judgedAt: Number.NEGATIVE_INFINITY }
    open.set(episode, known)
    const cause = judged(episode, known, at)
    said.push(
      say('incident-began', 'fail', at, `Pods get no IP address: ${cause?.title ?? 'this log does not tell why yet'}${sureness(cause)}.`, {
        ...placeOf(episode.firstFailure.place),
        cause: brief(cause),
        incident: incident(episode),
      }),
    )
    return said
  }

  const ended = (episode: Episode, known: Open, at: number): News[] => {
    open.delete(episode)
    foretold.clear()
    const said = collapse.close(at, key => key.startsWith('failed') || key === 'recovered')
    const told = incident(episode)
    const pods = episode.pods.size + episode.unlistedPods
    const { recoveredAt } = episode
    const scale = `${count(episode.failedRequests, 'request')} of ${count(pods, 'pod')} failed`
    const never = [...known.waiting].filter(wait => wait.assignedAt === null).length
    if (recoveredAt === null) {
      said.push(
        say(
          'incident-ended',
          'warn',
          at,
          `No request failed for ${duration(at - episode.lastFailure.at)}, and ${count(never, 'pod')} never got an address here: ${scale}.`,
          { cause: brief(told.cause), incident: told },
        ),
      )
      return said
    }
    const from = Math.min(...[...episode.pods.values()].map(wait => wait.firstAttemptAt), episode.firstFailure.at)
    const left = never === 0 ? '' : ` ${count(never, 'pod')} never got an address here.`
    const why = told.recovery === undefined ? '' : ` ${told.recovery}`
    const fixed = told.fixed === false ? ' What caused it is still there.' : told.fixed === true ? ' What caused it is gone.' : ''
    said.push(
      say('incident-ended', 'good', at, `Over after ${duration(recoveredAt - from)}: ${scale}.${left}${why}${fixed}`, {
        waitMs: recoveredAt - from,
        cause: brief(told.cause),
        incident: told,
      }),
    )
    return said
  }

  const failed = (event: EventOf<'add-replied'> | EventOf<'add-rejected'>): News[] => {
    const episode = episodeOf(event)
    if (episode === undefined) return []
    const said = open.has(episode) ? [] : begun(episode, event.at)
    const known = open.get(episode) as Open
    const before = known.cause
    const cause = judged(episode, known, event.at)
    if (cause?.id !== before?.id)
      said.push(
        say('cause-changed', 'warn', event.at, `The cause as of now: ${cause?.title ?? 'this log cannot tell'}${sureness(cause)}.`, {
          ...placeOf(event),
          cause: brief(cause),
        }),
      )
    const failure = episode.lastFailure
    const wait = podWaitOf(episode, failure)
    const again = wait !== undefined && known.waiting.has(wait)
    if (wait !== undefined) known.waiting.add(wait)
    const pod = podName(failure.request)
    lastFailure = { at: event.at, pod, title: cause?.title ?? null }
    said.push(
      ...collapse.offer(
        failureOf(failure, wait, cause),
        `failed ${episode.reason}${again ? ' again' : ''}`,
        again ? 'requests refused, of pods that wait already' : 'requests refused',
        again ? 1 : MOST_FAILURES,
      ),
    )
    return said
  }

  const failureOf = (failure: Failure, wait: PodWait | undefined, cause: Cause | null): News => {
    const { request, at } = failure
    const ends = endsWith(failure, timeline, waitNow(at))
    const attempts = wait?.attempts ?? 1
    const doubt = request.matched === 'ambiguous' ? ' (or another pod whose request was open)' : ''
    const tries = attempts > 1 ? `, attempt ${attempts}` : ''
    return say(
      'request-failed',
      'fail',
      at,
      `${podName(request)}${doubt} got no address${tries}: ${cause?.title ?? failure.error ?? 'no reason in the log'}.${ends === undefined ? '' : ` Ends ${ends}.`}`,
      {
        ...placeOf(failure.place),
        pod: { namespace: request.namespace, name: request.pod },
        attempts,
        cause: brief(cause),
        ...(ends === undefined ? {} : { ends }),
      },
    )
  }

  const recovered = (event: EventOf<'add-replied'>): News[] => {
    const said: News[] = []
    for (const [episode, { waiting }] of open) {
      for (const wait of waiting) {
        if (wait.assignedAt === null) continue
        waiting.delete(wait)
        // a later line may have shown that the failure was another pod's
        if (wait.failures === 0 || ![...episode.pods.values()].includes(wait)) continue
        const ms = wait.assignedAt - wait.firstAttemptAt
        const news = say(
          'pod-recovered',
          'good',
          event.at,
          `${podName({ ...wait, container: null })} has ${wait.address ?? 'its address'} after ${duration(ms)}, ${count(wait.attempts, 'attempt')}.`,
          {
            ...placeOf(event),
            pod: { namespace: wait.namespace, name: wait.pod },
            attempts: wait.attempts,
            waitMs: ms,
            ...(wait.address === null ? {} : { address: wait.address }),
          },
        )
        said.push(...collapse.offer(news, 'recovered', 'pods have their address', MOST_RECOVERIES))
      }
    }
    return said
  }

  // Pool

  const waitNow = (at: number): Wait | null => (wait !== null && wait.until > at ? wait : null)

  const compare = (now: readonly PoolNow[], at: number, place: Place | undefined, mayGrow: boolean): News[] => {
    const said: News[] = []
    for (const pool of now) {
      if (pool.networkCard === 0) trend.see(pool, at)
      const before = pools.get(pool.networkCard)
      const card = pool.networkCard === 0 ? '' : `Network card ${pool.networkCard}: `
      const { total, assigned, cooldown, assignable } = pool
      const grew = before?.total != null && total !== null && total > before.total
      if (grew && !mayGrow) {
        // an ENI brings its addresses one line at a time: said when the last is there
        pools.set(pool.networkCard, { ...pool, total: before.total, assignable: before.assignable })
        continue
      }
      pools.set(pool.networkCard, pool)
      if (starting || before === undefined || total === null || total === 0) continue
      const more = { ...(place === undefined ? {} : placeOf(place)), pool }
      if (grew && stuck) {
        stuck = false
        const text = `${card}The pool grows again: ${before.total} → ${total} addresses, ${assignable ?? '?'} assignable.`
        said.push(...collapse.offer(say('pool-grew', 'good', at, text, more), `grew ${pool.networkCard}`, 'times the pool grew', 2))
        continue
      }
      if (assignable === null || before.assignable === null) continue
      if (assignable === 0 && before.assignable > 0) {
        stuck = true
        const warm = nextWarmAt(timeline, at, pool.networkCard)
        const text =
          cooldown !== null && cooldown > 0
            ? `Nothing is assignable: ${assigned} of ${total} assigned, ${cooldown} in cooldown${warm === null ? '' : `, the first until ${time(warm)}`}.`
            : `The pool is full: ${assigned} of ${total} assigned.`
        said.push(
          ...collapse.offer(
            say('pool-full', 'warn', at, `${card}${text}`, more),
            `full ${pool.networkCard}`,
            `times nothing was assignable`,
          ),
        )
      } else if (assignable > 0 && before.assignable === 0)
        said.push(
          ...collapse.offer(
            say('pool-freed', 'info', at, `${card}${assignable} of ${total} assignable again.`, more),
            `freed ${pool.networkCard}`,
            'times something was assignable again',
          ),
        )
    }
    return said
  }

  const foreseen = (pool: PoolNow, at: number): Foresight | undefined => {
    const hindered = (): ReturnType<typeof hindrance> => hindrance(timeline, at, waitNow(at))
    const few = lastAddresses(pool, hindered, waitNow(at))
    if (few !== undefined || !trend.isFalling(at)) return few
    const why = hindered()
    return why === undefined && mayGrow(timeline, at) ? undefined : trend.foresee(at, why)
  }

  const foretell = (at: number): News[] => {
    const pool = [...pools.values()].find(pool => pool.networkCard === 0)
    const calm = open.size === 0 && !starting
    foresight = calm && pool !== undefined ? foreseen(pool, at) : undefined
    if (foresight === undefined) return []
    // one after the other within a burst says the same; the status shows the newest
    const before = foretold.get(foresight.kind)
    if (before !== undefined && (at - before.at < FORETOLD_AGAIN_MS || (before.key === foresight.key && foresight.kind === 'few')))
      return []
    foretold.set(foresight.kind, { key: foresight.key, at })
    return [
      say('foresight', 'warn', at, `${capital(foresight.text)}.`, {
        ...(pool === undefined ? {} : { pool }),
        ...(foresight.until === null ? {} : { until: instant(foresight.until) }),
      }),
    ]
  }

  // EC2, interfaces, the process

  const refused = (event: Event): News[] => {
    if (timeline.refusals.count === refusals) return []
    refusals = timeline.refusals.count
    const last = timeline.refusals.all.at(-1)
    if (last === undefined) return []
    stuck = true
    const what = last.api ?? 'a call'
    const why = last.code ?? (last.status === 0 ? 'no answer' : 'an error without a code')
    const where = last.subnetId ?? last.eni
    const news = say(
      'ec2-refused',
      'warn',
      event.at,
      `${last.api === null ? 'A call failed' : `EC2 refused ${what}`}: ${why}${where === null ? '' : ` (${where})`}.`,
      {
        ...placeOf(event),
        api: last.api,
        code: last.code,
      },
    )
    return collapse.offer(news, `refused ${what} ${why}`, `${what}: ${why}`)
  }

  const waits = (event: Event): News[] => {
    const before = wait
    wait = waitOf(event, timeline, wait)
    if (wait === null || wait === before || (before !== null && Math.abs(wait.until - before.until) < 2_000)) return []
    if (wait.until <= event.at) return []
    stuck = true
    const news = say(
      'wait-began',
      'warn',
      event.at,
      `ipamd does not ask EC2 again before ${time(wait.until)}${wait.exact ? '' : ' (at the latest: the refusal that began the wait is older than what was read)'}.`,
      {
        ...placeOf(event),
        until: instant(wait.until),
      },
    )
    return [news]
  }

  const waited = (at: number): News[] => {
    if (wait === null || wait.until > at) return []
    const { until } = wait
    wait = null
    return [say('wait-ended', 'info', until, 'The wait is over: ipamd asks EC2 again at its next pass.')]
  }

  const interfaces = (event: Event): News[] => {
    switch (event.kind) {
      case 'eni-attached':
        return [say('eni-attached', 'good', event.at, `${event.eni} attached.`, { ...placeOf(event), eni: event.eni })]
      case 'eni-force-removed':
        forced = event.eni
        return [
          say('eni-lost', 'fail', event.at, `${event.eni} was taken out of the pool with ${count(event.pods, 'pod')} on it.`, {
            ...placeOf(event),
            eni: event.eni,
          }),
        ]
      case 'eni-removed': {
        const known = forced === event.eni
        forced = null
        if (event.unused)
          return [
            say('eni-given-back', 'info', event.at, `${event.eni} left the pool: unused, given back.`, {
              ...placeOf(event),
              eni: event.eni,
            }),
          ]
        return known
          ? []
          : [
              say('eni-lost', 'warn', event.at, `${event.eni} left the pool, and ipamd had not given it back.`, {
                ...placeOf(event),
                eni: event.eni,
              }),
            ]
      }
      default:
        return []
    }
  }

  const process = (event: Event): News[] => {
    switch (event.kind) {
      case 'ipamd-started': {
        starting = true
        wait = null
        pools.clear()
        const before = timeline.lives.all.at(-2)
        const killed = before !== undefined && before.shutdownAt === null && before.failure === null
        return [
          say(
            'ipamd-started',
            killed ? 'warn' : 'info',
            event.at,
            `ipamd started${event.version === undefined ? '' : ` (${event.version})`}${killed ? ', and nothing says that it was told to stop before: it was killed or crashed' : ''}.`,
            placeOf(event),
          ),
        ]
      }
      case 'rpc-serving':
        starting = false
        return [say('ipamd-serving', 'good', event.at, 'ipamd serves requests.', placeOf(event))]
      case 'shutdown-received':
        return [say('ipamd-stopping', 'info', event.at, 'ipamd received the signal to stop.', placeOf(event))]
      case 'init-failed': {
        const news = say(
          'ipamd-failed',
          'fail',
          event.at,
          `ipamd gave up starting: ${clip(event.error ?? 'no reason in the line')}`,
          placeOf(event),
        )
        return collapse.offer(news, 'init-failed', 'starts given up')
      }
      default:
        return []
    }
  }

  const endings = (at: number): News[] => {
    const said: News[] = []
    for (const [episode, known] of open) if (isOver(episode, at)) said.push(...ended(episode, known, at))
    return said
  }

  return {
    skip(event) {
      rate.see(event)
      wait = waitOf(event, timeline, wait)
      if (event.kind === 'ipamd-started') {
        wait = null
        starting = true
      } else if (event.kind === 'rpc-serving' || event.kind === 'add-received') starting = false
    },

    begin() {
      const at = timeline.lastAt
      refusals = timeline.refusals.count
      incidents = timeline.episodes.all.length
      for (const finding of findings()) found.add(finding.id)
      if (at === null) return
      for (const pool of poolsAt(timeline, at)) pools.set(pool.networkCard, pool)
      const latest = timeline.episodes.all.toSorted((a, b) => a.lastFailure.at - b.lastFailure.at).at(-1)
      if (latest !== undefined)
        lastFailure = { at: latest.lastFailure.at, pod: podName(latest.lastFailure.request), title: judge(latest)?.title ?? null }
      for (const episode of timeline.episodes.all) {
        if (isOver(episode, at)) continue
        const waiting = new Set([...episode.pods.values()].filter(wait => wait.assignedAt === null))
        open.set(episode, { waiting, cause: judge(episode), judgedAt: at })
      }
      stuck = open.size > 0 || waitNow(at) !== null || [...pools.values()].some(({ assignable }) => assignable === 0)
      foretell(at)
    },

    see(event) {
      rate.see(event)
      const said = [
        ...waited(event.at),
        ...collapse.tick(event.at),
        ...process(event),
        ...interfaces(event),
        ...refused(event),
        ...waits(event),
      ]
      if (event.kind === 'add-rejected' || (event.kind === 'add-replied' && !event.success)) said.push(...failed(event))
      else if (event.kind === 'add-replied') said.push(...recovered(event))
      // after what this event brings: the last pod is told before its incident is over
      said.push(...endings(event.at))
      if (event.kind === 'add-received') starting = false
      if (MOVES.has(event.kind))
        said.push(...compare(poolsNow(timeline), event.at, event, event.kind !== 'cidr-added'), ...foretell(event.at))
      return said
    },

    tick(at) {
      return [...waited(at), ...endings(at), ...collapse.tick(at), ...compare(poolsAt(timeline, at), at, undefined, true), ...foretell(at)]
    },

    look(at) {
      return findings()
        .filter(({ id, severity }) => severity !== 'info' && !found.has(id) && found.add(id))
        .map(({ id, title, confidence, severity, summary, evidence: [first] }) =>
          say('finding', severity === 'fail' ? 'fail' : 'warn', at, `${capital(title)}. ${summary}`, {
            ...(first === undefined ? {} : placeOf(first)),
            cause: { id, title, confidence },
          }),
        )
    },

    close: at => collapse.close(at),

    status(at) {
      const [current] = [...open].sort(([a], [b]) => b.failedRequests - a.failedRequests)
      const { counts } = timeline.requests
      return {
        node: name(),
        lastAt: timeline.lastAt,
        now: at,
        pools: at === null ? [] : poolsAt(timeline, at),
        enis: { managed: timeline.lives.starts === 0 ? null : timeline.enis.managed, limit: timeline.facts.limits.enis },
        waitUntil: at === null ? null : (waitNow(at)?.until ?? null),
        requestsPerMinute: at === null ? 0 : rate.perMinute(at),
        requests: { add: counts.add, assigned: counts.assigned, failed: counts.failed },
        refusals: timeline.refusals.count,
        restarts: timeline.lives.starts,
        incidents,
        incident:
          current === undefined
            ? null
            : {
                since: current[0].firstFailure.at,
                waiting: [...current[0].pods.values()].filter(wait => wait.assignedAt === null).length,
                failed: current[0].failedRequests,
                title: current[1].cause?.title ?? null,
              },
        lastFailure,
        foresight: open.size > 0 ? null : (foresight?.text ?? null),
      }
    },
  }
}

/** What changes the pool's figures. */
const MOVES: ReadonlySet<string> = new Set([
  'address-assigned',
  'address-unassigned',
  'address-released',
  'cidr-added',
  'cidr-deleted',
  'eni-added',
  'eni-removed',
  'pool-counted',
  'increase-succeeded',
  'increase-refused',
  'increase-failed',
  'wait-in-force',
  'warm-target-state',
  'rpc-serving',
])

function podWaitOf(episode: Episode, { request }: Failure): PodWait | undefined {
  return episode.pods.get(request.pod === null ? request.container : `${request.namespace}/${request.pod}`)
}

function brief(cause: Cause | null): { id: string; title: string; confidence: Cause['confidence'] } | null {
  return cause === null ? null : { id: cause.id, title: cause.title, confidence: cause.confidence }
}

function sureness(cause: Cause | null): string {
  return cause === null || cause.confidence === 'certain' ? '' : ` (${cause.confidence})`
}

function clip(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
