import type { Place } from '../model/event.ts'
import type { Action, Confidence } from '../model/report.ts'
import type { Episode } from '../timeline/episodes.ts'
import type { Timeline } from '../timeline/timeline.ts'
import type { Blame } from './blame.ts'

/** A line that carries a statement, and what it shows. */
export interface Clue extends Place {
  readonly at: number
  readonly note: string
}

/** Why an episode happened, or what is wrong without a failed request, as one diagnosis sees it. */
export interface Opinion {
  /** `certain` only where ipamd or EC2 says the cause in one of the clues. */
  readonly confidence: Confidence
  /** One or two sentences with the ids and numbers of this log. */
  readonly summary: string
  /** Most telling first. Never empty: what rests on no line is not said. */
  readonly clues: readonly Clue[]
  /** Ids of what helped it along. */
  readonly contributing?: readonly string[]
  readonly actions?: readonly Action[]
  /** Whether what caused it is gone, as far as the log says. */
  readonly fixed?: boolean
}

export interface Notice extends Opinion {
  /** `fail`: pods have no network though no request failed (or none could be made); `warn`: it hurt or will hurt; `info`: worth knowing. */
  readonly severity: 'fail' | 'warn' | 'info'
}

/** What a diagnosis needs the log to have; without it the outcome is `not-judged`, and the report says why. */
export type Need = 'debug-lines' | 'start-up'

/**
 * One cause, named after the noun of its failing state. It reads the timeline and nothing else: no line, no clock, no option.
 * A diagnosis that throws is reported as failed; the others still run.
 */
export interface Diagnosis {
  readonly id: string
  /** In a few words, to stand after a colon: "the subnet had no free address". */
  readonly title: string
  readonly needs?: readonly Need[]
  /** Why these requests failed. `blame` says what stood in the way at each failure. */
  readonly explain?: (episode: Episode, blame: Blame, timeline: Timeline) => Opinion | undefined
  /** Trouble that shows without a failed request. */
  readonly notice?: (timeline: Timeline) => Iterable<Notice>
}

/** A clue from anything that stands on a line. */
export function clue(on: Place & { readonly at: number }, note: string): Clue {
  return { input: on.input, line: on.line, at: on.at, note }
}

export function clueAt(at: number, place: Place, note: string): Clue {
  return { input: place.input, line: place.line, at, note }
}
