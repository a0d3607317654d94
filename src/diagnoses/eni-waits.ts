import type { Episode } from '../timeline/episodes.ts'
import type { Timeline } from '../timeline/timeline.ts'
import type { EniWait } from '../timeline/waits.ts'
import { type Clue, clueAt } from './diagnosis.ts'

/** Waits for a new ENI to show in the instance metadata, of those in which requests of this episode failed. */
export interface BlamedWaits {
  /** In order; those that a failure fell into. */
  readonly waits: readonly EniWait[]
  readonly longest: EniWait
}

/** The waits of this kind that stood in the way of at least three in ten failures, or of the first. */
export function waitsIn(episode: Episode, timeline: Timeline, isIt: (wait: EniWait) => boolean): BlamedWaits | undefined {
  if (episode.reason !== 'no-address') return undefined
  const possible = timeline.waits.all.filter(
    wait => wait.from <= episode.lastFailure.at && endOf(wait) >= episode.firstFailure.at && isIt(wait),
  )
  const waits = possible.filter(wait => episode.failedAt.some(at => isWithin(at, wait)))
  const longest = [...waits].sort((a, b) => endOf(b) - b.from - (endOf(a) - a.from))[0]
  if (longest === undefined) return undefined
  const within = episode.failedAt.filter(at => waits.some(wait => isWithin(at, wait))).length
  const began = waits.some(wait => isWithin(episode.firstFailure.at, wait))
  return began || within >= 0.3 * episode.failedAt.length ? { waits, longest } : undefined
}

/** From the attach to its end, and the moment after it in which the data store takes the addresses in. */
function isWithin(at: number, wait: EniWait): boolean {
  return at >= wait.from && at <= endOf(wait) + 1_000
}

/** Having given up, the pool manager needs a pass or two to begin anew. */
function endOf(wait: EniWait): number {
  return wait.to === null ? Number.MAX_SAFE_INTEGER : wait.outcome === 'given-up' ? wait.to + 15_000 : wait.to
}

export function waitClues(wait: EniWait): Clue[] {
  const { eni, firstNotShown, lastNotShown, firstUnanswered, lastUnanswered } = wait
  return [
    ...(firstUnanswered === null ? [] : [clueAt(firstUnanswered.at, firstUnanswered, 'the instance metadata does not answer')]),
    ...(wait.outcome === 'given-up' && wait.end !== null && wait.to !== null
      ? [clueAt(wait.to, wait.end, 'ipamd gives up waiting for the ENI')]
      : []),
    ...(lastNotShown === null ? [] : [clueAt(lastNotShown.at, lastNotShown, 'the metadata still does not show the ENI')]),
    ...(eni === null ? [] : [clueAt(wait.from, wait.place, `${eni} attached`)]),
    ...(firstNotShown === null || firstNotShown === lastNotShown
      ? []
      : [clueAt(firstNotShown.at, firstNotShown, 'the metadata does not show it')]),
    ...(lastUnanswered === null || lastUnanswered === firstUnanswered
      ? []
      : [clueAt(lastUnanswered.at, lastUnanswered, 'still no answer')]),
    ...(wait.outcome === 'ready' && wait.end !== null && wait.to !== null
      ? [clueAt(wait.to, wait.end, 'the ENI comes into the pool')]
      : []),
  ]
}

/** The ENI came into the data store at last, by this wait or by a later reconcile. */
export function joinedAt(wait: EniWait, timeline: Timeline): number | null {
  if (wait.outcome === 'ready') return wait.to
  const eni = wait.eni === null ? undefined : timeline.enis.all.get(wait.eni)
  return eni?.addedAt != null && eni.addedAt > wait.from ? eni.addedAt : null
}
