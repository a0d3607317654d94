import type { Event } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'
import { forgetOldest, MOST, type Over } from './bounds.ts'
import type { Failure, FailureReason, Listener, Request } from './requests.ts'
import type { Step } from './steps.ts'

/** A pod in an episode: from its first attempt to its address. */
export interface PodWait {
  readonly namespace: string | null
  readonly pod: string | null
  attempts: number
  failures: number
  firstAttemptAt: number
  lastFailureAt: number
  assignedAt: number | null
  assigned: Place | null
  address: string | null
}

/** A stretch of time in which requests failed for one reason. */
export interface Episode {
  readonly reason: FailureReason
  readonly firstFailure: Failure
  lastFailure: Failure
  failedRequests: number
  /** Each failure's instant, the first 2,000. */
  readonly failedAt: number[]
  /** Those failures, 200,000 over all episodes; whose each was may still turn out. */
  readonly failures: Failure[]
  /** By namespace/name, else by sandbox. */
  readonly pods: Map<string, PodWait>
  /** Pods in it without an address. */
  waiting: number
  /** Pods beyond the bound: counted, not listed. */
  unlistedPods: number
  /** The pool as last known before the first failure. */
  readonly pool: Step | null
  /** First success for one of its pods after the last failure. */
  recoveredAt: number | null
  recovered: Place | null
  /** The last success of any pod before the first failure. */
  readonly lastSuccess: { readonly at: number; readonly place: Place } | null
  /** Errors that the replies carried, the first of each, at most 10. */
  readonly errors: Map<string, Place>
}

const MOST_PODS = 20_000
const MOST_TIMES = 2_000
/** Over all episodes. */
const MOST_FAILURES = 200_000
/** Over all episodes. */
const MOST_TIMES_IN_ALL = 200_000
const MOST_ERRORS_IN_ALL = 2_000
/** kubelet comes again within 10 to 15 s: after this long without a failure, and with all its pods served, it is over. */
const QUIET_MS = 30_000
/** Without recovery: pods may have been deleted unseen. */
const ABANDONED_MS = 300_000

export interface Episodes {
  readonly all: readonly Episode[]
  /** Beyond the bound. */
  readonly unlisted: number
}

/** No further failure belongs to it: all its pods were served, or were not heard of for long. */
export function isOver(episode: Episode, at: number): boolean {
  const quiet = at - episode.lastFailure.at
  if (quiet < QUIET_MS) return false
  if (quiet >= ABANDONED_MS) return true
  return episode.waiting === 0
}

/** Groups failures. `poolNow` gives the pool of a network card as it stands, and how many of its addresses are known by name to rest. */
export function createEpisodes(poolNow: (networkCard: number | null) => { step: Step; resting: number } | null, over: Over) {
  let all: Episode[] = []
  /** Over all episodes that are kept. */
  const kept = { pods: 0, times: 0, errors: 0, failures: 0 }
  const live = new Map<FailureReason, Episode>()
  /** Attempts of pods that have no address yet. */
  const attempts = new Map<string, { count: number; firstAt: number }>()
  let unlisted = 0
  let lastSuccess: { at: number; place: Place } | null = null

  /** Where the log is too young to know all that rest: a refusal for want of an address says that none was assignable. */
  const poolAt = (failure: Failure): Step | null => {
    const now = poolNow(failure.networkCard)
    if (now === null || now.step.cooldown !== null) return now?.step ?? null
    const { total, assigned } = now.step
    const cooldown =
      failure.reason !== 'no-address' ? now.resting : total === null || assigned === null ? null : Math.max(0, total - assigned)
    return { ...now.step, cooldown }
  }

  const begin = (failure: Failure): Episode => {
    const episode: Episode = {
      reason: failure.reason,
      firstFailure: failure,
      lastFailure: failure,
      failedRequests: 0,
      failedAt: [],
      failures: [],
      pods: new Map(),
      waiting: 0,
      unlistedPods: 0,
      pool: poolAt(failure),
      recoveredAt: null,
      recovered: null,
      lastSuccess,
      errors: new Map(),
    }
    live.set(failure.reason, episode)
    all.push(episode)
    if (all.length > 2 * MOST.incidents) forgetSmallest()
    return episode
  }

  /** Of more episodes than anybody reads the worst stay: those that are open, then those with the most failures. */
  const forgetSmallest = (): void => {
    const open = new Set(live.values())
    const weight = (episode: Episode): number =>
      open.has(episode) ? Number.POSITIVE_INFINITY : episode.failedRequests + (episode.recoveredAt === null ? 1_000 : 0)
    const worst = new Set([...all].sort((a, b) => weight(b) - weight(a) || a.firstFailure.at - b.firstFailure.at).slice(0, MOST.incidents))
    const gone = all.filter(episode => !worst.has(episode))
    for (const { pods, failedAt, errors } of gone) {
      kept.pods -= pods.size
      kept.times -= failedAt.length
      kept.errors -= errors.size
    }
    all = all.filter(episode => worst.has(episode))
    unlisted += gone.length
    over('incidents', gone.length)
  }

  const waitOf = (episode: Episode, request: Request): PodWait | undefined => {
    const key = keyOf(request)
    let wait = episode.pods.get(key)
    if (wait === undefined) {
      if (episode.pods.size >= MOST_PODS || kept.pods >= MOST['waiting pods']) {
        episode.unlistedPods++
        over('waiting pods')
        return undefined
      }
      kept.pods++
      episode.waiting++
      const earlier = attempts.get(key)
      wait = {
        namespace: request.namespace,
        pod: request.pod,
        attempts: Math.max(0, (earlier?.count ?? 1) - 1),
        failures: 0,
        firstAttemptAt: Math.min(earlier?.firstAt ?? request.receivedAt, request.receivedAt),
        lastFailureAt: request.receivedAt,
        assignedAt: null,
        assigned: null,
        address: null,
      }
      episode.pods.set(key, wait)
    }
    return wait
  }

  const listener: Listener = {
    failed(failure) {
      const current = live.get(failure.reason)
      const episode = current === undefined || isOver(current, failure.at) ? begin(failure) : current
      episode.lastFailure = failure
      episode.failedRequests++
      episode.recoveredAt = null
      episode.recovered = null
      if (episode.failedAt.length < MOST_TIMES && kept.times < MOST_TIMES_IN_ALL) {
        episode.failedAt.push(failure.at)
        kept.times++
        if (kept.failures < MOST_FAILURES) {
          kept.failures++
          episode.failures.push(failure)
        }
      }
      if (failure.error !== null && episode.errors.size < 10 && kept.errors < MOST_ERRORS_IN_ALL && !episode.errors.has(failure.error)) {
        episode.errors.set(failure.error, failure.place)
        kept.errors++
      }
      const wait = waitOf(episode, failure.request)
      if (wait === undefined) return
      wait.attempts++
      wait.failures++
      wait.lastFailureAt = failure.at
      if (wait.assignedAt !== null) episode.waiting++
      wait.assignedAt = null
      wait.assigned = null
      wait.address = null
    },
    assigned(request, at, place) {
      const key = keyOf(request)
      lastSuccess = { at, place }
      attempts.delete(key)
      for (const episode of live.values()) {
        const wait = episode.pods.get(key)
        if (wait === undefined || wait.assignedAt !== null) continue
        wait.attempts++
        episode.waiting--
        wait.assignedAt = at
        wait.assigned = place
        wait.address = request.address
        if (episode.recoveredAt === null) {
          episode.recoveredAt = at
          episode.recovered = place
        }
      }
    },
    moved(from, to) {
      for (const episode of live.values()) {
        const wrong = episode.pods.get(keyOf(from))
        if (wrong === undefined || wrong.failures === 0) continue
        wrong.failures--
        wrong.attempts--
        if (wrong.failures === 0) {
          episode.pods.delete(keyOf(from))
          kept.pods--
          if (wrong.assignedAt === null) episode.waiting--
        }
        const right = waitOf(episode, to)
        if (right === undefined) return
        right.attempts++
        right.failures++
        right.lastFailureAt = to.answeredAt ?? right.lastFailureAt
        return
      }
    },
  }

  return {
    size: () => 8 * all.length + 2 * kept.pods + kept.failures + kept.errors + attempts.size + Math.ceil(kept.times / 16),
    episodes: {
      get all() {
        return all
      },
      get unlisted() {
        return unlisted
      },
    } as Episodes,
    listener,
    apply(event: Event): void {
      if (event.kind !== 'add-described' && event.kind !== 'add-received') return
      if (event.pod === undefined || event.namespace === undefined) return
      const key = `${event.namespace}/${event.pod}`
      const known = attempts.get(key)
      if (known !== undefined) known.count++
      else {
        attempts.set(key, { count: 1, firstAt: event.at })
        forgetOldest(attempts, MOST_PODS)
      }
    },
  }
}

/** The pod where it is known, else the sandbox: then retries cannot be linked. */
export function keyOf(request: Request): string {
  return request.pod === null ? request.container : `${request.namespace}/${request.pod}`
}
