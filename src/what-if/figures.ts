import type { Figures, Range } from '../model/what-if.ts'
import type { Moment, Replay } from './replay.ts'

export function range(values: readonly number[]): Range {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: sorted[sorted.length >> 1] ?? 0, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 }
}

/** What replays of one setting come to, over the same time. */
export function figuresOf(replays: readonly Replay[], to: number): Figures {
  const over = (value: (replay: Replay) => number): Range => range(replays.map(value))
  return {
    addresses: {
      peak: over(({ moments }) => moments.reduce((most, moment) => Math.max(most, moment.total), 0)),
      mean: over(({ moments }) => Math.round(mean(moments, to) * 10) / 10),
    },
    interfaces: { peak: over(({ moments }) => moments.reduce((most, moment) => Math.max(most, moment.enis), 0)) },
    failures: over(replay => replay.refusedAt.length),
    failedPods: over(replay => replay.refusedPods),
    longestWaitMs: over(replay => replay.longestWaitMs),
    ec2: {
      all: over(({ calls }) => calls.assign + calls.create + calls.unassign + calls.free),
      assign: over(({ calls }) => calls.assign),
      create: over(({ calls }) => calls.create),
      unassign: over(({ calls }) => calls.unassign),
      free: over(({ calls }) => calls.free),
    },
  }
}

function mean(moments: readonly Moment[], to: number): number {
  let sum = 0
  let ms = 0
  for (const [i, { at, total }] of moments.entries()) {
    const length = (moments[i + 1]?.at ?? to) - at
    sum += total * length
    ms += length
  }
  return ms === 0 ? (moments.at(-1)?.total ?? 0) : sum / ms
}
