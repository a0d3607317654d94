import type { Event } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'

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

export interface Enis {
  readonly all: ReadonlyMap<string, Eni>
  /** In the data store now. */
  readonly managed: number
  /** Device numbers that EC2 said are taken, in the last look: how many ENIs EC2 knows. */
  readonly devicesUsed: { readonly at: number; readonly count: number; readonly places: readonly Place[] } | null
}

const MOST = 20_000

export function createEnis() {
  const all = new Map<string, Eni>()
  let devices: { at: number; count: number; places: Place[] } | null = null

  const eniOf = (eni: string): Eni | undefined => {
    let known = all.get(eni)
    if (known === undefined && all.size < MOST) {
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
    get devicesUsed() {
      return devices
    },
  }

  return {
    enis,
    apply(event: Event): void {
      const place = { input: event.input, line: event.line }
      if (event.kind === 'ipamd-started') {
        for (const eni of all.values()) {
          // the store begins empty and reads anew what is attached
          eni.addedAt = null
          eni.addresses = 0
        }
        devices = null
        return
      }
      if (event.kind === 'device-used') {
        if (devices === null || event.at - devices.at > 100) devices = { at: event.at, count: 0, places: [] }
        devices.count++
        if (devices.places.length < 20) devices.places.push(place)
        return
      }
      if (!('eni' in event) || typeof event.eni !== 'string') return
      const eni = eniOf(event.eni)
      if (eni === undefined) return
      if ('networkCard' in event && typeof event.networkCard === 'number') eni.networkCard = event.networkCard
      switch (event.kind) {
        case 'eni-created':
          eni.createdAt = event.at
          return
        case 'eni-attached':
          eni.attachedAt = event.at
          eni.attached = place
          return
        case 'eni-primary':
          eni.primary = true
          return
        case 'eni-trunk':
          eni.trunk = true
          return
        case 'eni-added':
          if (eni.addedAt !== null && eni.removedAt === null) return
          eni.addedAt = event.at
          eni.added = place
          eni.removedAt = null
          eni.freeing = false
          return
        case 'eni-freeing':
          eni.freeing = true
          return
        case 'eni-removed':
          eni.removedAt = event.at
          eni.removed = place
          eni.addresses = 0
          if (event.unused) eni.freeing = true
          return
        case 'eni-setup-failed':
          eni.failedAt = event.at
          eni.failed = place
          return
        case 'cidr-added':
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
