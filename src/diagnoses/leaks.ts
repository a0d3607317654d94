import type { Address } from '../timeline/pool.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** Addresses that one pod name holds more than once: all but the newest sandbox's are of earlier incarnations that no DEL released. */
export interface Leak {
  readonly namespace: string
  readonly pod: string
  readonly leaked: readonly Readonly<Address>[]
  readonly current: Readonly<Address>
}

/** A pod name has one sandbox at a time; an older one that still holds an address was never released. */
export function leaks(timeline: Timeline): Leak[] {
  const holders = new Map<string, Readonly<Address>[]>()
  for (const held of timeline.pool.addresses.values()) {
    if (held.state !== 'assigned') continue
    const known = held.container === null ? undefined : timeline.requests.podOf(held.container)
    const namespace = held.namespace ?? known?.namespace
    const pod = held.pod ?? known?.pod
    if (namespace === undefined || pod === undefined || held.since === null) continue
    const key = `${namespace}/${pod}/${held.networkCard}`
    const list = holders.get(key)
    if (list === undefined) holders.set(key, [held])
    else list.push(held)
  }
  const found: Leak[] = []
  for (const list of holders.values()) {
    // several network cards give one sandbox several addresses
    if (new Set(list.map(held => held.container)).size < 2) continue
    const inOrder = [...list].sort((a, b) => (a.since ?? 0) - (b.since ?? 0))
    const current = inOrder.at(-1) as Readonly<Address>
    const known = current.container === null ? undefined : timeline.requests.podOf(current.container)
    found.push({
      namespace: current.namespace ?? known?.namespace ?? '',
      pod: current.pod ?? known?.pod ?? '',
      leaked: inOrder.filter(held => held.container !== current.container),
      current,
    })
  }
  return found
}
