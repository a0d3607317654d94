import type { Life } from '../timeline/lives.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { type Clue, clueAt } from './diagnosis.ts'

/**
 * How a run of ipamd ended. `shutdown`: SIGTERM; `gave-up`: it said why; `hung`: it was silent in its start until the next one began;
 * `vanished`: no line says why.
 */
export type End = 'running' | 'shutdown' | 'gave-up' | 'hung' | 'vanished'

export interface Run {
  readonly life: Life
  /** The start that followed. */
  readonly next: Life | null
  readonly end: End
}

/** A start works without pause, and where it waits it says so; the liveness probe kills after a minute or more. */
const HUNG_MS = 15_000

export function runs(timeline: Timeline): Run[] {
  const { all } = timeline.lives
  return all.map((life, i) => {
    const next = all[i + 1] ?? null
    return { life, next, end: endOf(life, next) }
  })
}

function endOf(life: Life, next: Life | null): End {
  if (life.failure !== null) return 'gave-up'
  if (life.shutdownAt !== null) return 'shutdown'
  if (next === null) return 'running'
  return life.startedAt !== null && life.servingAt === null && (next.startedAt ?? life.lastAt) - life.lastAt >= HUNG_MS
    ? 'hung'
    : 'vanished'
}

export function startClue(life: Life | null, note: string): Clue[] {
  return life?.place == null || life.startedAt === null ? [] : [clueAt(life.startedAt, life.place, note)]
}

export function failureClue(life: Life, note: string): Clue[] {
  return life.failure === null ? [] : [clueAt(life.failure.at, life.failure.place, note)]
}

/** The first run after this instant that takes requests. */
export function servesAfter(at: number, timeline: Timeline): Life | undefined {
  return timeline.lives.all.find(life => life.servingAt !== null && life.servingAt >= at)
}
