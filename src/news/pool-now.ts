import type { PoolNow } from '../model/news.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** The pool after the last line, per network card. */
export function poolsNow(timeline: Timeline): PoolNow[] {
  return timeline.pool.now().map(({ networkCard, total, assigned, cooldown }) => poolNow(networkCard, total, assigned, cooldown))
}

/**
 * The pool at an instant after the last line. Cooldowns end without a line, so resting addresses are counted here and the timeline is not told
 * of the time: the report must not depend on when somebody looked.
 */
export function poolsAt(timeline: Timeline, at: number): PoolNow[] {
  return timeline.pool.now().map(({ networkCard, total, assigned, cooldown }) => {
    const over = cooldown === null || cooldown === 0 ? 0 : restingOver(timeline, networkCard, at)
    return poolNow(networkCard, total, assigned, cooldown === null ? null : Math.max(0, cooldown - over))
  })
}

function poolNow(networkCard: number, total: number | null, assigned: number | null, cooldown: number | null): PoolNow {
  const free = total === null || assigned === null ? null : total - assigned
  return {
    networkCard,
    total,
    assigned,
    cooldown,
    assignable: free === null ? null : free <= 0 ? 0 : cooldown === null ? null : Math.max(0, free - cooldown),
  }
}

/** When the first resting address may be given again; null where none rests. */
export function nextWarmAt(timeline: Timeline, at: number, networkCard: number | null = null): number | null {
  const { ms } = timeline.pool.cooldownPeriod
  let next: number | null = null
  for (const address of timeline.pool.addresses.values()) {
    if (address.state !== 'cooldown' || address.since === null || (networkCard !== null && address.networkCard !== networkCard)) continue
    const until = address.since + ms
    if (until >= at && (next === null || until < next)) next = until
  }
  return next
}

function restingOver(timeline: Timeline, networkCard: number, at: number): number {
  const { ms } = timeline.pool.cooldownPeriod
  let over = 0
  for (const address of timeline.pool.addresses.values())
    if (address.state === 'cooldown' && address.networkCard === networkCard && address.since !== null && address.since + ms < at) over++
  return over
}
