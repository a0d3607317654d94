import type { Life } from '../timeline/lives.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count } from '../words.ts'
import { type Clue, clueAt } from './diagnosis.ts'

/** ipamd gave up starting for one reason, once or again and again. Requests of kubelet are refused at the socket meanwhile: this log has none. */
export interface CrashLoop {
  /** The lives that ended so, in order. */
  readonly lives: readonly Life[]
  readonly first: Life
  /** Where each gave up, then where each began. */
  readonly clues: readonly Clue[]
  /** A later start succeeded. */
  readonly over: boolean
  /** How it stands with this node's pods, to end a summary with. */
  readonly said: string
}

export function crashLoop(timeline: Timeline, isIt: (life: Life) => boolean): CrashLoop | undefined {
  const lives = timeline.lives.all.filter(life => life.failure !== null && isIt(life))
  const first = lives[0]
  if (first === undefined) return undefined
  const over = timeline.lives.current?.servingAt != null
  const starts = `${count(timeline.lives.starts, 'start')} in this log`
  return {
    lives,
    first,
    clues: [
      ...lives
        .slice(0, 3)
        .flatMap(life => (life.failure === null ? [] : [clueAt(life.failure.at, life.failure.place, 'ipamd gives up starting')])),
      ...lives
        .slice(0, 3)
        .flatMap(life => (life.place === null || life.startedAt === null ? [] : [clueAt(life.startedAt, life.place, 'ipamd starts')])),
    ],
    over,
    said: over
      ? `A later start succeeded (${starts}); until then requests did not reach ipamd.`
      : `Pods on this node get no address (${starts}); their requests never reached ipamd, so they are not in this log.`,
  }
}

/** What came before a life gave up: from its start, or two minutes where its start is older than this log. */
export function beforeFailure(life: Life): { readonly from: number; readonly to: number } {
  const to = life.failure?.at ?? life.lastAt
  return { from: life.startedAt ?? to - 120_000, to }
}
