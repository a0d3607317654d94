import type { Proof } from '../model/what-if.ts'
import type { Step } from '../timeline/steps.ts'
import { range } from './figures.ts'
import type { Recording } from './recording.ts'
import type { Moment, Replay } from './replay.ts'
import { PREFIX } from './rules.ts'

/** Failures this far apart are two stretches: kubelet comes again within 15 s. */
const APART_MS = 30_000
/** A replayed failure this near to a stretch belongs to it. */
const NEAR_MS = 15_000

/** How near replays under the settings in force come to what the log shows. */
export function proofOf({ pool, demand, inForce, node, starts, to }: Recording, replays: readonly Replay[]): Proof {
  const tolerance = inForce.prefixDelegation ? PREFIX : node.addressesPerEni
  const deviations = replays.map(replay => deviation(pool, replay.moments, tolerance, { starts, to }))
  const real = stretches(demand.refusedAt)
  const half = replays.length / 2
  const meets = (from: number, until: number, at: readonly number[]): boolean =>
    at.some(at => at >= from - NEAR_MS && at <= until + NEAR_MS)
  const alone = replays.map(
    ({ refusedAt }) => stretches(refusedAt).filter(({ from, until }) => !meets(from, until, demand.refusedAt)).length,
  )
  return {
    tolerance,
    within: range(deviations.map(one => one.within)).median,
    equal: range(deviations.map(one => one.equal)).median,
    largestDeviation: range(deviations.map(one => one.largest)).median,
    failures: { real: demand.refusedAt.length, replayed: range(replays.map(replay => replay.refusedAt.length)) },
    stretches: {
      real: real.length,
      found: real.filter(({ from, until }) => replays.filter(replay => meets(from, until, replay.refusedAt)).length > half).length,
      alone: range(alone).median,
    },
  }
}

function stretches(at: readonly number[]): { from: number; until: number }[] {
  const found: { from: number; until: number }[] = []
  for (const instant of at) {
    const last = found.at(-1)
    if (last !== undefined && instant - last.until <= APART_MS) last.until = instant
    else found.push({ from: instant, until: instant })
  }
  return found
}

/** Both pools are step functions: compared over the time in which both are known. A start builds the pool anew: what it was is not compared. */
function deviation(log: readonly Step[], replayed: readonly Moment[], tolerance: number, { starts, to }: Pick<Recording, 'starts' | 'to'>) {
  let within = 0
  let equal = 0
  let all = 0
  let largest = 0
  let i = 0
  let j = 0
  let at = Math.max(log[0]?.at ?? to, replayed[0]?.at ?? to)
  while (at < to) {
    while (i + 1 < log.length && (log[i + 1] as Step).at <= at) i++
    while (j + 1 < replayed.length && (replayed[j + 1] as Moment).at <= at) j++
    const next = Math.min(to, log[i + 1]?.at ?? to, replayed[j + 1]?.at ?? to)
    if (starts.some(start => start.startedAt <= at && start.growsAt !== null && at < start.growsAt)) {
      at = next
      continue
    }
    const off = Math.abs(((log[i] as Step).total as number) - (replayed[j] as Moment).total)
    const ms = next - at
    all += ms
    if (off <= tolerance) within += ms
    if (off === 0) equal += ms
    largest = Math.max(largest, off)
    at = next
  }
  return { within: all === 0 ? 0 : within / all, equal: all === 0 ? 0 : equal / all, largest }
}
