import type { Event, EventOf } from '../extractors/recognize.ts'
import { type Place, placeOf } from '../model/event.ts'
import { MOST, type Over } from './bounds.ts'

/** An ENI's life as the log shows it. */
export interface Eni {
  readonly eni: string
  networkCard: number | null
  primary: boolean
  trunk: boolean
  createdAt: number | null
  attachedAt: number | null
  attached: Place | null
  /** In the data store since / until. */
  addedAt: number | null
  added: Place | null
  removedAt: number | null
  removed: Place | null
  /** ipamd gave it back by itself. */
  freeing: boolean
  /** Its set-up was given up. */
  failedAt: number | null
  failed: Place | null
  addresses: number
  /** Most addresses it had. */
  mostAddresses: number
}

/** An ENI of the data store that the metadata service no longer shows. */
export interface DetachedEni {
  readonly eni: string
  /** The first line that says so, and how many do. */
  readonly at: number
  readonly place: Place
  seen: number
  /** Up to v1.5 an ENI with pods stays in the data store: the line that says so. */
  kept: { readonly at: number; readonly place: Place } | null
  /** ipamd took it out of the data store; from v1.6.0 on by force. */
  removed: { readonly at: number; readonly place: Place } | null
  /** The metadata service shows it again. */
  backAt: number | null
  /** Addresses of it that pods got while it was gone and kept, the first 200. */
  readonly given: { readonly at: number; readonly place: Place; readonly address: string; readonly container: string | null }[]
}

export interface Enis {
  readonly all: ReadonlyMap<string, Eni>
  /** In the data store now. */
  readonly managed: number
  /** Device numbers that EC2 said are taken, in the last look: how many ENIs EC2 knows. */
  /** Those found gone, in order, the first 500. */
  readonly detached: readonly DetachedEni[]
  readonly devicesUsed: { readonly at: number; readonly count: number; readonly places: readonly Place[] } | null
}

/** An instance has some ten interfaces per network card. */
const MOST_DEVICES = 1_000
const MOST_DETACHED = 500
const MOST_GIVEN = 200
/** One look at the metadata takes milliseconds. */
const ONE_LOOK_MS = 2_000

/** `holderOf` gives the container that has an address. */
export function createEnis(holderOf: (address: string) => string | undefined, over: Over) {
  const all = new Map<string, Eni>()
  /** Those that the next start has to forget: with addresses, or in the data store at some time. */
  const stored = new Set<Eni>()
  const detached: DetachedEni[] = []
  /** Gone and still in the data store. */
  const gone = new Map<string, DetachedEni>()
  /** When the metadata service last showed an ENI at each device number. */
  const shown = new Map<number, number>()
  let lastGone: DetachedEni | null = null
  let devices: { at: number; count: number; places: Place[] } | null = null

  const eniOf = (eni: string): Eni | undefined => {
    let known = all.get(eni)
    if (known === undefined) {
      if (all.size >= MOST.ENIs) {
        over('ENIs')
        return undefined
      }
      known = {
        eni,
        networkCard: null,
        primary: false,
        trunk: false,
        createdAt: null,
        attachedAt: null,
        attached: null,
        addedAt: null,
        added: null,
        removedAt: null,
        removed: null,
        freeing: false,
        failedAt: null,
        failed: null,
        addresses: 0,
        mostAddresses: 0,
      }
      all.set(eni, known)
    }
    return known
  }

  const enis: Enis = {
    all,
    get managed() {
      let count = 0
      for (const eni of all.values()) if (eni.addedAt !== null && (eni.removedAt === null || eni.removedAt < eni.addedAt)) count++
      return count
    },
    detached,
    get devicesUsed() {
      return devices
    },
  }

  const lose = (eni: string, at: number, place: Place): DetachedEni | null => {
    const known = gone.get(eni)
    if (known !== undefined) {
      known.seen++
      return known
    }
    if (detached.length >= MOST_DETACHED) return null
    const lost: DetachedEni = { eni, at, place, seen: 1, kept: null, removed: null, backAt: null, given: [] }
    detached.push(lost)
    gone.set(eni, lost)
    return lost
  }

  /** A pod got an address at a device number that the metadata service no longer shows: the address of an ENI that is gone. */
  const give = (event: EventOf<'add-replied'>): void => {
    if (!event.success || event.deviceNumber === undefined || event.address === undefined) return
    const lost = [...gone.values()].at(-1)
    if (lost?.kept == null || lost.given.length >= MOST_GIVEN) return
    const shownAt = shown.get(event.deviceNumber)
    if (shown.size === 0 || (shownAt !== undefined && shownAt >= lost.at - ONE_LOOK_MS)) return
    lost.given.push({
      at: event.at,
      place: { input: event.input, line: event.line },
      address: event.address,
      container: holderOf(event.address) ?? null,
    })
  }

  return {
    enis,
    apply(event: Event): void {
      if (event.kind === 'ipamd-started') {
        for (const eni of stored) {
          // the store begins empty and reads anew what is attached
          eni.addedAt = null
          eni.addresses = 0
        }
        stored.clear()
        devices = null
        gone.clear()
        shown.clear()
        lastGone = null
        return
      }
      if (event.kind === 'add-replied') {
        if (gone.size > 0) give(event)
        return
      }
      if (event.kind === 'reconcile-failed' && event.eni === undefined) {
        if (lastGone !== null && event.error?.includes('can not be deleted')) {
          lastGone.kept ??= { at: event.at, place: placeOf(event) }
          lastGone = null
        }
        return
      }
      if (event.kind === 'device-used') {
        if (devices === null || event.at - devices.at > 100) devices = { at: event.at, count: 0, places: [] }
        devices.count++
        if (devices.places.length < 20) devices.places.push(placeOf(event))
        return
      }
      if (!('eni' in event) || typeof event.eni !== 'string') return
      const eni = eniOf(event.eni)
      if (eni === undefined) return
      if ('networkCard' in event && typeof event.networkCard === 'number') eni.networkCard = event.networkCard
      switch (event.kind) {
        case 'eni-seen': {
          if (shown.size < MOST_DEVICES || shown.has(event.device)) shown.set(event.device, event.at)
          const back = gone.get(event.eni)
          if (back !== undefined && event.at - back.at > ONE_LOOK_MS) {
            back.backAt = event.at
            gone.delete(event.eni)
          }
          return
        }
        case 'eni-detached-seen':
          lastGone = lose(event.eni, event.at, placeOf(event))
          return
        case 'eni-created':
          eni.createdAt = event.at
          return
        case 'eni-attached':
          eni.attachedAt = event.at
          eni.attached = placeOf(event)
          return
        case 'eni-primary':
          eni.primary = true
          return
        case 'eni-trunk':
          eni.trunk = true
          return
        case 'eni-added':
          if (eni.addedAt !== null && eni.removedAt === null) return
          stored.add(eni)
          eni.addedAt = event.at
          eni.added = placeOf(event)
          eni.removedAt = null
          eni.freeing = false
          return
        case 'eni-freeing':
          eni.freeing = true
          return
        case 'eni-removed': {
          const lost = gone.get(event.eni)
          if (lost !== undefined && !event.unused) lost.removed = { at: event.at, place: placeOf(event) }
          gone.delete(event.eni)
          eni.removedAt = event.at
          eni.removed = placeOf(event)
          eni.addresses = 0
          if (event.unused) eni.freeing = true
          return
        }
        case 'eni-setup-failed':
          eni.failedAt = event.at
          eni.failed = placeOf(event)
          return
        case 'cidr-added':
          stored.add(eni)
          eni.addresses++
          eni.mostAddresses = Math.max(eni.mostAddresses, eni.addresses)
          return
        case 'cidr-deleted':
          eni.addresses = Math.max(0, eni.addresses - 1)
          return
        default:
      }
    },
  }
}
