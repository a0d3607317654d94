/**
 * How much of each thing a node's timeline keeps. A node of the largest instance type has 12,000 addresses, 32 network cards and some
 * hundred ENIs, so that what comes after a bound is damage or malice: it is counted, said in the report, and not kept.
 */
export const MOST = {
  addresses: 20_000,
  blocks: 20_000,
  ENIs: 20_000,
  'network cards': 64,
  'sandboxes with an address': 20_000,
  /** More than twice those that cannot be forgotten: with an address, or with an open request. */
  'sandboxes known by name': 50_000,
  'open requests': 4_000,
  incidents: 1_000,
  'waiting pods': 50_000,
  /** Of ten years, one for each hour. */
  'rows of its pool': 65_536,
} as const

export type Bounded = keyof typeof MOST

/** Counts what was not kept. */
export function createBeyond() {
  const counts = new Map<Bounded, number>()
  return {
    counts: counts as ReadonlyMap<Bounded, number>,
    over(what: Bounded, by = 1): void {
      counts.set(what, (counts.get(what) ?? 0) + by)
    },
  }
}

export type Over = ReturnType<typeof createBeyond>['over']

/** Forgets the oldest tenth once there are more than `most`: one at a time would cost a walk over the gaps that deletion leaves. Says how many. */
export function forgetOldest<K>(map: Map<K, unknown>, most: number, forget: (key: K) => void = key => map.delete(key)): number {
  if (map.size <= most) return 0
  const before = map.size
  for (const key of map.keys()) {
    if (map.size <= most * 0.9) break
    forget(key)
  }
  return before - map.size
}
