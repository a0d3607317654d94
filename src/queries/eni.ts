import type { Event } from '../extractors/recognize.ts'
import { placeOf } from '../model/event.ts'
import type { EniStory } from '../model/story.ts'
import { count, list } from '../words.ts'
import { createHoldings } from './holdings.ts'
import { createNames } from './names.ts'
import { type Draft, entriesOf, isoOrNull, type Query } from './story.ts'

const MOST = 20_000

/** An interface's story: attached, in the pool from when to when, who had its addresses, and how it went. */
export function eniQuery(asked: string): Query<EniStory> {
  const eni = asked.toLowerCase()
  return timeline => {
    const holdings = createHoldings(timeline, held => held.eni === eni)
    const names = createNames()
    const drafts: Draft[] = []
    let seen = false
    let omitted = 0
    return {
      see(event) {
        holdings.see(event)
        if (!('eni' in event) || typeof event.eni !== 'string') return
        names.add(event.eni)
        if (event.eni !== eni) return
        seen = true
        const text = textOf(event)
        if (text === undefined) return
        if (drafts.length < MOST) drafts.push({ at: event.at, kind: event.kind, text, count: 1, place: placeOf(event) })
        else omitted++
      },
      story(node) {
        if (!seen && holdings.all.length === 0) return undefined
        const known = timeline.enis.all.get(eni)
        const entries = entriesOf(drafts, true)
        return {
          of: 'eni',
          node: node.node,
          firstAt: node.firstAt,
          lastAt: node.lastAt,
          eni,
          networkCard: known?.networkCard ?? timeline.pool.cardOf(eni),
          primary: known?.primary || null,
          trunk: known?.trunk || null,
          attachedAt: isoOrNull(known?.attachedAt ?? null),
          addedAt: isoOrNull(known?.addedAt ?? null),
          removedAt: isoOrNull(known?.removedAt ?? null),
          unused: known?.removedAt == null ? null : known.freeing,
          addresses: known === undefined || (known.addedAt === null && known.addresses === 0) ? null : known.addresses,
          mostAddresses: known === undefined || known.mostAddresses === 0 ? null : known.mostAddresses,
          holders: holdings.told(),
          entries: entries.entries,
          omitted: entries.omitted + omitted + holdings.omitted,
        }
      },
      known: names.all,
    }
  }
}

/** What a line tells of its interface; undefined: it comes with every pass and says nothing new. */
function textOf(event: Event): string | undefined {
  switch (event.kind) {
    case 'eni-seen':
    case 'eni-reconciled':
    case 'eni-chosen':
    case 'network-card-found':
    case 'eni-shown':
    case 'sandbox-recovered':
      return undefined
    case 'eni-created':
      return 'created in EC2'
    case 'eni-attached':
      return 'attached to the instance'
    case 'eni-primary':
      return 'is the primary interface of the node'
    case 'eni-trunk':
      return 'is the trunk interface, for pods with security groups'
    case 'eni-found':
      return 'found on the instance'
    case 'eni-new-seen':
      return 'the metadata service shows it, and the pool does not have it yet'
    case 'eni-awaited':
      return 'the metadata service does not show it yet'
    case 'eni-set-up':
      return 'its routes and rules are set up'
    case 'eni-setup-failed':
      return event.error === undefined ? 'its set-up failed' : `its set-up failed: ${event.error.slice(0, 300)}`
    case 'eni-added':
      return 'comes into the pool'
    case 'eni-excluded':
      return 'pods get no address of it any more'
    case 'eni-included':
      return 'pods get addresses of it again'
    case 'eni-unmanaged':
      return 'ipamd leaves it alone: it is tagged so'
    case 'cidr-added':
      return event.cidr.endsWith('/28') || event.cidr.includes(':')
        ? 'a prefix of it comes into the pool'
        : 'an address of it comes into the pool'
    case 'cidr-deleted':
      return event.cidr.endsWith('/28') || event.cidr.includes(':') ? 'a prefix of it leaves the pool' : 'an address of it leaves the pool'
    case 'cidr-force-deleted':
      return `${event.cidr} is taken away from the pod that has it`
    case 'addresses-requested':
      return event.count === undefined
        ? 'EC2 is asked for addresses'
        : `EC2 is asked for ${count(event.count, 'address', 'addresses')} on it`
    case 'addresses-refused':
      return event.error === undefined ? 'EC2 refused addresses' : `EC2 refused addresses: ${event.error.slice(0, 300)}`
    case 'addresses-unassign-began':
      return 'addresses of it are given back to EC2'
    case 'addresses-freed':
      return `${list(
        event.addresses
          .replace(/[[\]]/g, '')
          .slice(0, 2_000)
          .split(/[ ,]+/)
          .filter(word => word !== ''),
        3,
      )} given back to EC2`
    case 'eni-freeing':
      return 'ipamd gives it back, because no pod needs it'
    case 'eni-force-removed':
      return `taken out of the pool with ${count(event.pods, 'pod')} on it`
    case 'eni-removed':
      return event.unused ? 'leaves the pool: nobody uses it' : 'leaves the pool: it was found gone'
    case 'eni-detached-seen':
      return 'gone from the instance, and the pool has it still'
    case 'eni-detached':
      return 'detached from the instance'
    case 'eni-deleted':
      return 'deleted in EC2'
    case 'eni-freed':
      return 'given back to EC2'
    case 'eni-missing-in-ec2':
      return 'EC2 does not have it any more'
    case 'eni-attach-failed':
    case 'eni-detach-failed':
    case 'eni-delete-failed':
    case 'ec2-refused':
    case 'increase-failed':
    case 'reconcile-failed': {
      const error = 'error' in event && typeof event.error === 'string' ? `: ${event.error.slice(0, 300)}` : ''
      return `${event.kind.replaceAll('-', ' ')}${error}`
    }
    case 'metadata-stale':
      return 'the metadata service shows addresses of it that EC2 does not have'
    case 'metadata-lags':
      return 'the metadata service does not show all its addresses yet'
    default:
      return event.kind.replaceAll('-', ' ')
  }
}
