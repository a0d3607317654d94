import type { Timeline } from '../timeline/timeline.ts'
import { count, time } from '../words.ts'
import { type Clue, clueAt } from './diagnosis.ts'

/**
 * What this node itself holds without a pod, and why: each interface takes a whole batch, and that is what empties subnets.
 * Said beside every finding about the subnet. Undefined where the node holds little, or the log cannot tell.
 */
export function heldWithoutPods(at: number, timeline: Timeline): string | undefined {
  const steps = timeline.pool.steps.at(at)
  let total = 0
  let assigned = 0
  for (const step of steps) {
    if (step.total === null || step.assigned === null || step.total > 100_000) return undefined
    total += step.total
    assigned += step.assigned
  }
  const spare = total - assigned
  if (spare < 10 || spare < assigned) return undefined
  return `At ${time(at)} this node itself held ${total} addresses for ${count(assigned, 'pod')}: ${reason(timeline)}.`
}

function reason(timeline: Timeline): string {
  const { settings, limits } = timeline.facts
  const value = (name: string): string | undefined => settings.get(name)?.value
  if (timeline.pool.mode === 'prefix')
    return `each prefix takes 16 addresses${value('WARM_PREFIX_TARGET') === undefined ? '' : `, WARM_PREFIX_TARGET=${value('WARM_PREFIX_TARGET')}`}`
  const warmIp = value('WARM_IP_TARGET')
  if (warmIp !== undefined && warmIp !== '0')
    return `WARM_IP_TARGET=${warmIp}${value('MINIMUM_IP_TARGET') === undefined ? '' : `, MINIMUM_IP_TARGET=${value('MINIMUM_IP_TARGET')}`}`
  const batch = limits.addressesPerEni === null ? 'a whole batch' : `${limits.addressesPerEni} addresses at once`
  return `each interface takes ${batch}, WARM_ENI_TARGET=${value('WARM_ENI_TARGET') ?? '1 (default)'}`
}

/** The statistics line nearest before an instant would be the clue; the journal does not keep those, so the refusal itself stands for the moment. */
export function fullPool(at: number, timeline: Timeline): Clue | undefined {
  const event = timeline.journal.lastBefore(at + 50, 'no-address-available')
  return event === undefined || at - event.at > 5_000 ? undefined : clueAt(event.at, event, 'ipamd: no address available in the pool')
}
