import { type Blame, blameOf } from '../diagnoses/blame.ts'
import type { Diagnosis, Opinion } from '../diagnoses/diagnosis.ts'
import { failsAtTheEnd } from '../model/incident.ts'
import type { Narrowing } from '../model/narrowing.ts'
import type { ApiError, Cause, Evidence, FailureLine, Incident, PodWait } from '../model/report.ts'
import { type Episode, keyOf, type PodWait as Wait } from '../timeline/episodes.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { inOrder, poolSize } from '../words.ts'
import { breakdown } from './breakdown.ts'
import { evidence, instant, instantOrNull, type TextOf } from './instants.ts'
import { narrowEpisode } from './window.ts'

const MOST_EVIDENCE = 12
const MOST_API_ERRORS = 50

/** What judging the episodes of a node gave, beside the incidents themselves. */
export interface Judged {
  readonly incidents: Incident[]
  /** Diagnoses that explained some incident. */
  readonly used: ReadonlySet<string>
  readonly threw: ReadonlyMap<string, string>
}

export function incidents(timeline: Timeline, diagnoses: readonly Diagnosis[], textOf: TextOf, narrowing: Narrowing): Judged {
  const used = new Set<string>()
  const threw = new Map<string, string>()
  const built = timeline.episodes.all.flatMap(whole => {
    const episode = narrowEpisode(whole, narrowing, timeline)
    const blame = blameOf(episode ?? whole, timeline)
    const judged = causeOf(episode ?? whole, blame, timeline, diagnoses, threw)
    // what stands outside the window is not asked for, and not ruled out either
    if (judged !== undefined) used.add(judged.diagnosis.id)
    if (episode === undefined) return []
    return incident(episode, blame, judged, timeline, textOf)
  })
  return { incidents: built, used, threw }
}

/** The cause of one episode as of now: cheaper than the incident. */
export function causeNow(episode: Episode, timeline: Timeline, diagnoses: readonly Diagnosis[], textOf: TextOf): Cause | null {
  const judged = causeOf(episode, blameOf(episode, timeline), timeline, diagnoses, new Map())
  return judged === undefined ? null : toCause(judged.diagnosis, judged.opinion, textOf)
}

/** One episode as it stands, for who follows the log. */
export function incidentOf(episode: Episode, timeline: Timeline, diagnoses: readonly Diagnosis[], textOf: TextOf): Incident {
  const blame = blameOf(episode, timeline)
  return incident(episode, blame, causeOf(episode, blame, timeline, diagnoses, new Map()), timeline, textOf)
}

interface JudgedCause {
  readonly diagnosis: Diagnosis
  readonly opinion: Opinion
}

/** The registry's order is the order of precedence: the first diagnosis that explains the episode is its cause. */
function causeOf(
  episode: Episode,
  blame: Blame,
  timeline: Timeline,
  diagnoses: readonly Diagnosis[],
  threw: Map<string, string>,
): JudgedCause | undefined {
  for (const diagnosis of diagnoses) {
    if (diagnosis.explain === undefined) continue
    try {
      const opinion = diagnosis.explain(episode, blame, timeline)
      if (opinion !== undefined) return { diagnosis, opinion }
    } catch (error) {
      threw.set(diagnosis.id, error instanceof Error ? error.message : String(error))
    }
  }
  return undefined
}

function incident(episode: Episode, blame: Blame, judged: JudgedCause | undefined, timeline: Timeline, textOf: TextOf): Incident {
  const { firstFailure, lastFailure, pool } = episode
  const waits = [...episode.pods.values()]
  const begunAt = waits.reduce((earliest, wait) => Math.min(earliest, wait.firstAttemptAt), firstFailure.at)
  const ends = { recoveredAt: instantOrNull(episode.recoveredAt), lastFailureAt: instant(lastFailure.at) }
  const endedAt =
    episode.recoveredAt ??
    (failsAtTheEnd(ends, instantOrNull(timeline.lastAt)) ? Math.max(timeline.lastAt ?? lastFailure.at, lastFailure.at) : lastFailure.at)
  const cause = judged === undefined ? null : toCause(judged.diagnosis, judged.opinion, textOf)
  return {
    id: `${cause?.id ?? 'unexplained'}@${instant(firstFailure.at)}`,
    firstFailureAt: instant(firstFailure.at),
    lastFailureAt: instant(lastFailure.at),
    recoveredAt: instantOrNull(episode.recoveredAt),
    fixed: judged?.opinion.fixed ?? null,
    failedRequests: episode.failedRequests,
    failures: episode.failedAt.map(instant),
    failureLines: failureLines(episode),
    pods: waits.map(podWait),
    poolAtFirstFailure:
      pool === null
        ? null
        : {
            total: pool.total,
            assigned: pool.assigned,
            cooldown: pool.cooldown,
            networkCard: pool.networkCard,
          },
    cause,
    ...recovery(episode, timeline),
    breakdown: breakdown(begunAt, endedAt, timeline, firstFailure.networkCard),
    evidence: chain(episode, cause, textOf),
    apiErrors: apiErrors(episode, blame, timeline),
  }
}

export function toCause(diagnosis: Pick<Diagnosis, 'id' | 'title'>, opinion: Opinion, textOf: TextOf): Cause {
  return {
    id: diagnosis.id,
    title: diagnosis.title,
    confidence: opinion.confidence,
    contributing: opinion.contributing ?? [],
    evidence: opinion.clues.slice(0, MOST_EVIDENCE).map(clue => evidence(clue.at, clue, clue.note, textOf)),
    summary: opinion.summary,
    actions: opinion.actions ?? [],
  }
}

/** A reply that names nobody is not laid to one of several requests that were open. */
function failureLines(episode: Episode): FailureLine[] {
  const index = new Map([...episode.pods.keys()].map((key, i) => [key, i]))
  return episode.failures.map(({ request, place: { input, line } }) => ({
    podIndex: request.matched === 'ambiguous' ? null : (index.get(keyOf(request)) ?? null),
    input,
    line,
  }))
}

function podWait(wait: Wait): PodWait {
  return {
    namespace: wait.namespace,
    name: wait.pod,
    attempts: wait.attempts,
    firstAttemptAt: instant(wait.firstAttemptAt),
    assignedAt: instantOrNull(wait.assignedAt),
    address: wait.address,
    // a clock that was set back gives no time less than none
    waitMs: wait.assignedAt === null ? null : Math.max(0, wait.assignedAt - wait.firstAttemptAt),
    ...(wait.assigned === null ? {} : { input: wait.assigned.input, line: wait.assigned.line }),
  }
}

/** Why it ended: what freed or brought an address between the last failure and the first success. */
function recovery(episode: Episode, timeline: Timeline): { recovery?: string } {
  if (episode.recoveredAt === null || episode.reason !== 'no-address') return {}
  const { networkCard } = episode.firstFailure
  const at = (instant: number) => timeline.pool.steps.at(instant).find(step => step.networkCard === (networkCard ?? 0))
  const before = at(episode.lastFailure.at)
  const after = at(episode.recoveredAt)
  if (before?.total == null || after?.total == null) return {}
  if (after.total > before.total)
    return {
      recovery: `The pool grew from ${poolSize(before.total)} to ${poolSize(after.total)}${after.total < 2 ** 48 ? ' addresses' : ''}.`,
    }
  if (before.assigned !== null && before.total - before.assigned > 0)
    return { recovery: 'Addresses that deleted pods had released left their cooldown.' }
  return { recovery: 'Other pods were deleted and their addresses became free.' }
}

/** The story by its lines: last success, what stood in the way, first and last failure, first success. */
function chain(episode: Episode, cause: Cause | null, textOf: TextOf): Evidence[] {
  const lines: Evidence[] = []
  if (episode.lastSuccess !== null) lines.push(evidence(episode.lastSuccess.at, episode.lastSuccess.place, 'last success before', textOf))
  lines.push(...(cause?.evidence ?? []))
  lines.push(evidence(episode.firstFailure.at, episode.firstFailure.place, 'first failure', textOf))
  if (episode.failedRequests > 1) lines.push(evidence(episode.lastFailure.at, episode.lastFailure.place, 'last failure', textOf))
  if (episode.recovered !== null) lines.push(evidence(episode.recoveredAt, episode.recovered, 'first success after', textOf))
  const seen = new Set<string>()
  return lines
    .filter(line => {
      const key = `${line.input}:${line.line} ${line.at}`
      return seen.has(key) ? false : seen.add(key)
    })
    .sort((a, b) => inOrder(a.at ?? '', b.at ?? '') || a.input - b.input || a.line - b.line)
}

function apiErrors(episode: Episode, blame: Blame, timeline: Timeline): ApiError[] {
  const from = Math.min(episode.firstFailure.at, blame.refusals[0]?.at ?? Number.POSITIVE_INFINITY)
  return timeline.refusals
    .between(from, episode.recoveredAt ?? episode.lastFailure.at)
    .slice(0, MOST_API_ERRORS)
    .map(refusal => ({
      at: instant(refusal.at),
      api: refusal.api,
      code: refusal.code,
      status: refusal.status,
      requestId: refusal.requestId,
      ...(refusal.subnetId === null ? {} : { subnetId: refusal.subnetId }),
      ...(refusal.eni === null ? {} : { eni: refusal.eni }),
      input: refusal.place.input,
      line: refusal.place.line,
    }))
}
