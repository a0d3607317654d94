import { containerOf } from '../extractors/container.ts'
import type { Event } from '../extractors/recognize.ts'
import { type Place, placeOf } from '../model/event.ts'
import type { Holding } from '../model/story.ts'
import { readBlock } from '../timeline/address.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { iso, isoOrNull } from './story.ts'

/** A holding while the log is read. */
export interface Held {
  readonly address: string
  eni: string | null
  readonly container: string | null
  readonly from: number | null
  readonly place: Place
  until: number | null
  untilPlace: Place | null
  end: Holding['end']
  restsUntil: number | null
  /** ipamd started again meanwhile; whether it read this back. */
  restarts: { readonly at: number; readonly place: Place; readBack: boolean }[]
}

const MOST = 20_000
/** A forced removal follows its "Unassign IP" at once (families I3). */
const AT_ONCE_MS = 1_000

/** Who had which address, of those that are wanted: what the pool track says, kept for good. */
export function createHoldings(
  timeline: Timeline,
  wants: (held: { address: string; eni: string | null; container: string | null }) => boolean,
) {
  const all: Held[] = []
  const open = new Map<string, Held>()
  const latest = new Map<string, Held>()
  let omitted = 0

  const begin = (held: Pick<Held, 'address' | 'eni' | 'container' | 'from' | 'place'>): Held | undefined => {
    if (all.length >= MOST) {
      omitted++
      return undefined
    }
    const begun: Held = { ...held, until: null, untilPlace: null, end: null, restsUntil: null, restarts: [] }
    all.push(begun)
    latest.set(held.address, begun)
    return begun
  }

  const finish = (held: Held, event: Event, end: Holding['end']): void => {
    open.delete(held.address)
    held.until = event.at
    held.untilPlace = placeOf(event)
    held.end = end
  }

  const assign = (event: Event, text: string): void => {
    const address = keyOf(text)
    const now = timeline.pool.addresses.get(address)
    const before = open.get(address)
    if (now === undefined || now.state !== 'assigned') return
    if (before !== undefined && before.container === now.container) {
      for (const restart of before.restarts) restart.readBack = true
      before.eni ??= now.eni
      return
    }
    if (before !== undefined) finish(before, event, 'replaced')
    if (!wants(now)) return
    const begun = begin({ address, eni: now.eni, container: now.container, from: now.since, place: placeOf(event) })
    if (begun !== undefined) open.set(address, begun)
  }

  const unassign = (event: Event, text: string, container: string, end: 'rolled-back' | 'released'): void => {
    const address = keyOf(text)
    const before = open.get(address) ?? latest.get(address)
    const eni = timeline.pool.addresses.get(address)?.eni ?? null
    const same = before?.container === container && (before.end === null || (before.end === 'rolled-back' && end === 'released'))
    if (!same && !wants({ address, eni, container })) return
    const held = same ? before : begin({ address, eni, container, from: null, place: placeOf(event) })
    if (held === undefined) return
    finish(held, event, end)
    if (end === 'released') held.restsUntil = event.at + timeline.pool.cooldownPeriod.ms
  }

  const lose = (event: Event): void => {
    for (const held of [...open.values()])
      if (timeline.pool.addresses.get(held.address)?.state !== 'assigned') finish(held, event, 'left-pool')
    for (const held of latest.values())
      if (held.end === 'rolled-back' && event.at - (held.until ?? 0) < AT_ONCE_MS && !timeline.pool.addresses.has(held.address))
        held.end = 'left-pool'
  }

  return {
    all: all as readonly Held[],
    get omitted() {
      return omitted
    },
    see(event: Event): void {
      switch (event.kind) {
        case 'address-assigned':
          return assign(event, event.address)
        case 'address-unassigned':
          return unassign(event, event.address, event.container, 'rolled-back')
        case 'address-released':
          return unassign(event, event.address, event.container, 'released')
        case 'cidr-deleted':
        case 'eni-removed':
          return lose(event)
        case 'sandbox-stale':
          for (const held of [...open.values()]) if (held.container === event.container) finish(held, event, 'dropped')
          return
        case 'ipamd-started':
          for (const held of open.values())
            if (held.restarts.length < 100) held.restarts.push({ at: event.at, place: placeOf(event), readBack: false })
          return
        default:
      }
    },
    /** As plain data; what a restart forgot is known once requests come again. */
    told(): Holding[] {
      return all.map(held => toHolding(held, timeline))
    },
  }
}

export function keyOf(address: string): string {
  return readBlock(address)?.key ?? address
}

/** The container that an event is about. */
export function containerIn(event: Event): string | undefined {
  if ('container' in event && typeof event.container === 'string') return event.container
  return 'sandbox' in event && typeof event.sandbox === 'string' ? containerOf(event.sandbox) : undefined
}

export function endOf(held: Held, timeline: Timeline): Holding['end'] {
  if (held.end !== null) return held.end
  const serving = timeline.lives.current?.servingAt ?? null
  return held.restarts.some(restart => !restart.readBack && serving !== null && serving >= restart.at) ? 'not-read-back' : null
}

export function toHolding(held: Held, timeline: Timeline): Holding {
  const known = held.container === null ? undefined : timeline.requests.podOf(held.container)
  return {
    address: held.address,
    eni: held.eni ?? timeline.pool.addresses.get(held.address)?.eni ?? null,
    sandbox: held.container,
    namespace: known?.namespace ?? null,
    pod: known?.pod ?? null,
    from: isoOrNull(held.from),
    until: isoOrNull(held.until),
    end: endOf(held, timeline),
    restsUntil: held.restsUntil === null ? null : iso(held.restsUntil),
    ...held.place,
  }
}
