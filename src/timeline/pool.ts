import type { Event, EventOf } from '../extractors/recognize.ts'
import { type Place, placeOf } from '../model/event.ts'
import { type Block, blocksAround, readBlock } from './address.ts'
import { MOST, type Over } from './bounds.ts'
import { type CooldownPeriod, createCooldownPeriod } from './cooldown.ts'
import { createRests, type Rest } from './rests.ts'
import { createSteps, type Step, type Steps } from './steps.ts'
import { createSurvivors } from './survivors.ts'

/** An address of the data store, as far as the log tells. */
export interface Address {
  readonly address: string
  eni: string | null
  networkCard: number
  state: 'assigned' | 'cooldown' | 'free'
  /** The bare container id of the sandbox that has it, or had it last. */
  container: string | null
  namespace: string | null
  pod: string | null
  /** Since when it is in this state; null: since before this log. */
  since: number | null
  /** The line that put it in this state. */
  place: Place | null
}

/** An address given to a pod while its last holder was never seen to release it. */
export interface DoubleAssignment {
  readonly address: string
  readonly before: Pick<Address, 'container' | 'namespace' | 'pod' | 'place' | 'since'>
  readonly after: Pick<Address, 'container' | 'namespace' | 'pod' | 'place' | 'since'>
  readonly at: number
  /** The first holder had it before ipamd restarted. */
  readonly acrossRestart: boolean
  /** The first holder's pod came again soon after the restart with a new sandbox: the old one had died, as in a reboot. */
  cameAgain: boolean
}

/** What a start of ipamd read back of what pods had. */
export interface Recovery {
  readonly startedAt: number
  readonly place: Place
  /** Addresses that pods had when the process before ended. */
  readonly held: number
  /** Pods among them that came again soon with a new sandbox: their old ones had died, as in a reboot. */
  cameAgain: number
  servingAt: number | null
  /** Held before and neither read back nor said to be dead when requests are taken. */
  forgotten: number
}

/** A start threw a sandbox out of the data store, because it did not find its address on any ENI. */
export interface DroppedSandbox {
  /** As it was before the restart. */
  readonly held: Readonly<Address>
  readonly event: EventOf<'sandbox-stale'>
}

/** An address that EC2 no longer has, and that the metadata service still showed, was given to a pod. */
export interface DeadAssignment {
  readonly held: Readonly<Address>
  readonly at: number
  /** The line in which ipamd compared the two. */
  readonly stale: EventOf<'metadata-stale'>
}

/** An address that left the pool while a pod had it. */
export interface TakenAddress {
  readonly address: Readonly<Address>
  readonly event: Event
}

/** The data store as rebuilt from the log. */
export interface Pool {
  /** The pool now, per network card. */
  now(): Step[]
  readonly steps: Steps
  /** Addresses of a network card that are known by name to rest. */
  restingOn(networkCard: number): number
  /** What each address is now. Free addresses of prefixes are not listed. */
  readonly addresses: ReadonlyMap<string, Readonly<Address>>
  readonly enis: ReadonlyMap<string, ReadonlyMap<string, Block>>
  cardOf(eni: string): number
  readonly mode: 'ip' | 'prefix' | null
  readonly cooldownPeriod: CooldownPeriod
  /** Statistics lines held against the rebuilt pool, and how many had to correct it. */
  readonly drift: { readonly compared: number; readonly drifted: number; readonly largest: number }
  readonly doubleAssignments: readonly DoubleAssignment[]
  readonly taken: readonly TakenAddress[]
  /** The first 200 starts. */
  readonly recoveries: readonly Recovery[]
  /** By container; without those whose pod came again soon or whose DEL followed at once. */
  readonly dropped: ReadonlyMap<string, DroppedSandbox>
  readonly deadAssignments: readonly DeadAssignment[]
  /** Held before a restart, not read back at it, and never released since: the sandboxes were dead. By container. */
  readonly forgotten: ReadonlyMap<string, Readonly<Address>>
  /** True once a process start was seen: from there on every address is accounted for. */
  readonly whole: boolean
}

/** The sums of one network card. `hidden` is what statistics lines say is there beyond what is known by name; null before the first. */
interface Card {
  hiddenTotal: number | null
  hiddenAssigned: number | null
  hiddenPrefixes: number | null
  readonly sizes: Sizes
  assigned: number
  prefixes: number
  cooling: number
  /** When every resting address is known by name: one cooldown after the log began. */
  coolingKnownAt: number
  /** A statistics line that contradicts the rebuilt pool; believed when the next one says the same. */
  doubt: { total: number | null; assigned: number } | null
  movedAt: number
}

/** Addresses in blocks, by the kind of block. */
type Sizes = Record<Block['kind'], number>

/** What an ENI brought to its network card. */
interface Share {
  networkCard: number
  readonly sizes: Sizes
  prefixes: number
}

/** Statistics are read under the lock but printed after it: a change this young may stand before an older figure. */
const SETTLED_MS = 100
const MOST_LISTED = 1_000
const MOST_RECOVERIES = 200
/** No ENI has more pods than this. */
const MOST_FREED = 1_000
const MOST_STALE = 10_000
/** The longest IPv6 address has 45 characters. */
const LONGEST_ADDRESS = 64
/** A reboot brings the same pods back with new sandboxes within minutes. */
const AGAIN_MS = 300_000
/** A sandbox that dies as ipamd restarts has its DEL waiting. */
const DEL_WAITS_MS = 30_000

/**
 * Rebuilds the data store: blocks by ENI, who holds each address, cooldown, and per network card the sums that ipamd would print.
 *
 * Deltas (Added, Deleted, Assign, Unassign) build it; statistics lines anchor what began before the log and correct what was lost
 * (v1.6.1 to v1.11.2 lose lines, families 0.4). A line that contradicts a pool known from its start is believed only when the next one says
 * the same. Never read from "AssignPodIPv4Address … total" after a forced removal: ds.total is then wrong for good (families D1).
 */
export function createPool(podOf: (container: string) => { namespace: string; pod: string } | undefined, over: Over) {
  const addresses = new Map<string, Address>()
  /** The addresses that are listed, by the prefix that would contain them. */
  const byPrefix = new Map<string, Set<string>>()
  const enis = new Map<string, Map<string, Block>>()
  const shares = new Map<string, Share>()
  let blocksInAll = 0
  const owners = new Map<string, string>()
  const cardOfEni = new Map<string, number>()
  const excluded = new Set<string>()
  const cards = new Map<number, Card>()
  const history = createSteps(over)
  const { steps, push } = history
  const cooldown = createCooldownPeriod()
  const isResting = (rest: Rest): boolean => {
    const held = addresses.get(rest.address)
    return held?.state === 'cooldown' && held.since === rest.at
  }
  const resting = createRests(isResting)
  let rested: Rest[] = []
  const drift = { compared: 0, drifted: 0, largest: 0 }
  const doubleAssignments: DoubleAssignment[] = []
  const taken: TakenAddress[] = []
  const survivors = createSurvivors(over)
  const forgotten = new Map<string, Address>()
  const recoveries: Recovery[] = []
  let recovery: Recovery | null = null
  /** The survivors by the name of their pod, as of the last start. */
  let awaited = new Map<string, Address[]>()
  const dropped = new Map<string, DroppedSandbox>()
  const stale = new Map<string, EventOf<'metadata-stale'>>()
  const deadAssignments: DeadAssignment[] = []
  let mode: 'ip' | 'prefix' | null = null
  let whole = false
  let storeTotalTrusted = true
  let startedAt: number | null = null
  let now = Number.NEGATIVE_INFINITY

  const cardAt = (networkCard: number): Card => {
    let card = cards.get(networkCard)
    if (card === undefined) {
      const hidden = whole ? 0 : null
      card = {
        hiddenTotal: hidden,
        hiddenAssigned: hidden,
        hiddenPrefixes: hidden,
        sizes: { address: 0, prefix: 0, prefix6: 0 },
        assigned: 0,
        prefixes: 0,
        cooling: 0,
        coolingKnownAt: whole ? now : (startedAt ?? now) + cooldown.period.ms,
        doubt: null,
        movedAt: Number.NEGATIVE_INFINITY,
      }
      if (cards.size < MOST['network cards']) cards.set(networkCard, card)
      else over('network cards')
    }
    return card
  }

  const cardOf = (eni: string | null): number => (eni === null ? 0 : (cardOfEni.get(eni) ?? 0))

  const stepOf = (networkCard: number, card: Card): Step => {
    const total = sum(card.hiddenTotal, totalOf(card))
    const assigned = sum(card.hiddenAssigned, card.assigned)
    // where every address has a pod none can rest
    const cooldown = now >= card.coolingKnownAt ? card.cooling : total !== null && total === assigned ? 0 : null
    return {
      at: now,
      networkCard,
      total,
      assigned,
      cooldown,
      prefixes: sum(card.hiddenPrefixes, card.prefixes),
    }
  }

  const record = (): void => {
    for (const [networkCard, card] of cards) push(stepOf(networkCard, card))
  }

  /** Blocks of the other mode, and of excluded ENIs, are in the store but count for nothing (pool-rules 1). */
  const totalOf = ({ sizes }: Card): number => sizes.prefix6 + (mode === 'prefix' ? sizes.prefix : sizes.address)

  const shareOf = (eni: string): Share => {
    let share = shares.get(eni)
    if (share === undefined) {
      share = { networkCard: cardOf(eni), sizes: { address: 0, prefix: 0, prefix6: 0 }, prefixes: 0 }
      shares.set(eni, share)
    }
    return share
  }

  /** Adds an ENI's share to its network card, or takes it away. */
  const weigh = ({ networkCard, sizes }: Share, sign: 1 | -1): void => {
    const card = cardAt(networkCard)
    card.sizes.address += sign * sizes.address
    card.sizes.prefix += sign * sizes.prefix
    card.sizes.prefix6 += sign * sizes.prefix6
  }

  /** A line says on which network card an ENI is: what it brought goes with it. */
  const place = (eni: string, networkCard: number): void => {
    if (cardOfEni.get(eni) === networkCard) return
    if (cardOfEni.size >= MOST.ENIs && !cardOfEni.has(eni)) return over('ENIs')
    cardOfEni.set(eni, networkCard)
    const share = shares.get(eni)
    if (share === undefined) return
    if (!excluded.has(eni)) weigh(share, -1)
    cardAt(share.networkCard).prefixes -= share.prefixes
    share.networkCard = networkCard
    if (!excluded.has(eni)) weigh(share, 1)
    cardAt(networkCard).prefixes += share.prefixes
  }

  /** Lists an address, unless there are more than any node has. */
  const enter = (held: Address): boolean => {
    if (addresses.size >= MOST.addresses && !addresses.has(held.address)) {
      over('addresses')
      return false
    }
    addresses.set(held.address, held)
    const prefix = blocksAround(held.address)[1]
    if (prefix === undefined) return true
    const inside = byPrefix.get(prefix)
    if (inside === undefined) byPrefix.set(prefix, new Set([held.address]))
    else inside.add(held.address)
    return true
  }

  const leave = (address: string): void => {
    addresses.delete(address)
    released.delete(address)
    const prefix = blocksAround(address)[1]
    const inside = prefix === undefined ? undefined : byPrefix.get(prefix)
    inside?.delete(address)
    if (prefix !== undefined && inside?.size === 0) byPrefix.delete(prefix)
  }

  const eniOf = (address: string): string | null => {
    for (const key of blocksAround(address)) {
      const eni = owners.get(key)
      if (eni !== undefined) return eni
    }
    return null
  }

  // Cooldown

  const endRest = (rest: Rest, at: number): void => {
    const held = addresses.get(rest.address) as Address
    cardAt(held.networkCard).cooling--
    held.state = 'free'
    held.since = at
    // a free address of a prefix is one of many: only those with a block of their own stay listed
    if (!owners.has(held.address)) leave(held.address)
    rested.push(rest)
    if (rested.length > 64) rested = rested.slice(-32)
  }

  /** Ends the cooldowns that are over by `at`, each at its own instant. ipamd: cooling while now - released <= period. */
  const warmUp = (at: number): void => {
    const { ms } = cooldown.period
    for (let rest = resting.takeBefore(at - ms); rest !== undefined; rest = resting.takeBefore(at - ms)) {
      if (!isResting(rest)) continue
      now = Math.max(now, rest.at + ms + 1)
      endRest(rest, now)
      record()
    }
  }

  const learnCooldown = (card: Card, said: number): void => {
    if (now < card.coolingKnownAt) {
      // all that rest are known by name, sooner than one cooldown after the log began
      if (said === card.cooling) card.coolingKnownAt = now
      return
    }
    if (said === card.cooling || cards.size > 1 || now - card.movedAt < SETTLED_MS) return
    if (said < card.cooling) {
      const ended = resting.take(card.cooling - said)
      const youngest = ended.at(-1)
      if (youngest === undefined) return
      cooldown.overAfter(now - youngest.at)
      for (const rest of ended) endRest(rest, now)
      return
    }
    const still = rested.filter(rest => addresses.get(rest.address)?.state !== 'assigned').slice(card.cooling - said)
    if (still.length < said - card.cooling) return
    cooldown.lastsAfter(now - (still[0] as { at: number }).at)
    resting.pushBack(still.filter(rest => cool(rest.address, rest.at)))
  }

  /** False where the address is not listed. */
  const cool = (address: string, at: number): boolean => {
    const held = addresses.get(address)
    if (held === undefined) return false
    cardAt(held.networkCard).cooling++
    held.state = 'cooldown'
    held.since = at
    return true
  }

  const beginRest = (address: string, at: number): void => {
    if (cool(address, at)) resting.push({ address, at })
  }

  // Blocks and ENIs

  const addBlock = (eni: string, text: string): void => {
    const block = readBlock(text)
    if (block === undefined) return
    const known = enis.get(eni)
    if (known?.has(block.key)) return
    if (blocksInAll >= MOST.blocks) return over('blocks')
    if (known === undefined && enis.size >= MOST.ENIs) return over('ENIs')
    const blocks = known ?? new Map<string, Block>()
    enis.set(eni, blocks)
    blocks.set(block.key, block)
    blocksInAll++
    owners.set(block.key, eni)
    const networkCard = cardOf(eni)
    const card = cardAt(networkCard)
    card.movedAt = now
    const share = shareOf(eni)
    share.sizes[block.kind] += block.size
    if (!excluded.has(eni)) card.sizes[block.kind] += block.size
    if (block.kind !== 'address') {
      share.prefixes++
      card.prefixes++
    }
    // a node whose log does not show the setting shows its mode by what it adds
    if (block.kind === 'prefix' && mode === null) switchMode('prefix')
    if (block.kind !== 'address') return
    const held = addresses.get(block.key)
    if (held !== undefined) held.eni = eni
    else
      enter({
        address: block.key,
        eni,
        networkCard,
        state: 'free',
        container: null,
        namespace: null,
        pod: null,
        since: null,
        place: null,
      })
  }

  const dropBlock = (eni: string, block: Block, event: Event): void => {
    if (enis.get(eni)?.delete(block.key)) blocksInAll--
    if (owners.get(block.key) === eni) owners.delete(block.key)
    const card = cardAt(cardOf(eni))
    card.movedAt = now
    stale.delete(block.key)
    const share = shareOf(eni)
    share.sizes[block.kind] -= block.size
    if (!excluded.has(eni)) card.sizes[block.kind] -= block.size
    if (block.kind !== 'address') {
      share.prefixes--
      card.prefixes--
    }
    for (const held of inside(block)) lose(held, event)
  }

  /** The addresses of a block that are listed. */
  const inside = (block: Block): Address[] => {
    const listed = block.kind === 'address' ? [block.key] : [...(byPrefix.get(block.key) ?? [])]
    return listed.map(address => addresses.get(address)).filter(held => held !== undefined)
  }

  /** The address leaves the data store, with its pod if it has one. */
  const lose = (held: Address, event: Event): void => {
    const holder = cardAt(held.networkCard)
    if (held.state === 'assigned') holder.assigned--
    else if (held.state === 'cooldown') holder.cooling--
    if ((held.state === 'assigned' || wasForced(held)) && taken.length < MOST_LISTED)
      taken.push({ address: { ...held, state: 'assigned' }, event })
    leave(held.address)
  }

  /** Since v1.9.0 the sign of a forced removal is "Unassign IP" just before, without the DEL's last line (families I3). */
  const wasForced = (held: Address): boolean =>
    held.state === 'free' && held.container !== null && held.since !== null && now - held.since < 1_000 && !released.has(held.address)

  /** What a start has not read back when requests come is forgotten. The line that says "Serving" may be lost: a request says it too. */
  const serve = (at: number): void => {
    if (recovery === null || recovery.servingAt !== null) return
    recovery.servingAt = at
    for (const held of survivors.takeUnserved()) {
      if (held.container === null || forgotten.has(held.container) || forgotten.size >= MOST_LISTED) continue
      forgotten.set(held.container, held)
      recovery.forgotten++
    }
  }

  const dropEni = (event: EventOf<'eni-removed'>): void => {
    const blocks = enis.get(event.eni)
    const card = cardAt(cardOf(event.eni))
    card.movedAt = now
    if (blocks !== undefined && blocks.size > 0) {
      for (const block of [...blocks.values()]) dropBlock(event.eni, block, event)
    } else if (!whole && card.hiddenTotal !== null) {
      // an ENI from before this log: the line says how many blocks went with it
      card.hiddenTotal = Math.max(0, card.hiddenTotal - (event.freed ?? 0) * (mode === 'prefix' ? 16 : 1))
    }
    // the pods of an ENI from before this log show in the lines just before
    if (blocks === undefined && !event.unused) {
      for (const held of freed) if (addresses.get(held.address) === held && held.eni === null && wasForced(held)) lose(held, event)
      freed = []
    }
    enis.delete(event.eni)
    shares.delete(event.eni)
    excluded.delete(event.eni)
  }

  const switchMode = (to: 'ip' | 'prefix'): void => {
    mode = to
  }

  const exclude = (eni: string, out: boolean): void => {
    if (out === excluded.has(eni)) return
    if (out && excluded.size >= MOST.ENIs) return over('ENIs')
    if (out) excluded.add(eni)
    else excluded.delete(eni)
    const share = shares.get(eni)
    if (share !== undefined) weigh(share, out ? -1 : 1)
  }

  // Pods

  /** Addresses whose last release was a DEL's, not a roll-back or a forced removal. */
  const released = new Set<string>()
  /** Of ENIs from before this log, the last that "Unassign IP" freed. */
  let freed: Address[] = []

  const holderBefore = (
    address: string,
    before: Address | undefined,
    container: string,
  ): { holder: Address; acrossRestart: boolean } | undefined => {
    if (before?.state === 'assigned') return before.container === container ? undefined : { holder: before, acrossRestart: false }
    const survivor = survivors.get(address)
    return survivor === undefined || survivor.container === container ? undefined : { holder: survivor, acrossRestart: true }
  }

  const assign = (event: EventOf<'address-assigned'>): void => {
    const address = readBlock(event.address)?.key ?? event.address
    const before = addresses.get(address)
    if (before?.state === 'assigned' && before.container === event.container) return
    const known = podOf(event.container)
    const eni = eniOf(address)
    const networkCard = cardOf(eni)
    const card = cardAt(networkCard)
    const after: Address = {
      address,
      eni,
      networkCard,
      state: 'assigned',
      container: event.container,
      namespace: event.namespace ?? known?.namespace ?? null,
      pod: event.pod ?? known?.pod ?? null,
      since: event.at,
      place: placeOf(event),
    }
    welcome(after)
    const double = holderBefore(address, before, event.container)
    if (double !== undefined && doubleAssignments.length < MOST_LISTED)
      doubleAssignments.push({
        address,
        before: named(double.holder),
        after,
        at: event.at,
        acrossRestart: double.acrossRestart,
        cameAgain: false,
      })
    const survivor = survivors.get(address)
    const dead = stale.get(address)
    if (
      dead !== undefined &&
      recovery?.servingAt !== null &&
      survivor?.container !== event.container &&
      deadAssignments.length < MOST_LISTED
    )
      deadAssignments.push({ held: after, at: event.at, stale: dead })
    if (survivor?.container === event.container) {
      // read back from the checkpoint: it was never away
      after.since = survivor.since
      after.place = survivor.place
      after.namespace ??= survivor.namespace
      after.pod ??= survivor.pod
    }
    survivors.remove(address)
    if (before?.state === 'assigned') cardAt(before.networkCard).assigned--
    else if (before?.state === 'cooldown') {
      cooldown.overAfter(event.at - (before.since ?? event.at))
      cardAt(before.networkCard).cooling--
    }
    released.delete(address)
    if (!enter(after)) return
    card.assigned++
    card.movedAt = now
  }

  /** A pod that had an address before the restart comes with a new sandbox: the old one is dead, and nobody shares its address. */
  const welcome = (after: Address): void => {
    if (awaited.size === 0 || after.pod === null || recovery === null || now - recovery.startedAt > AGAIN_MS) return
    const key = `${after.namespace}/${after.pod}`
    const before = awaited.get(key)?.filter(held => held.container !== after.container)
    if (before === undefined || before.length === 0) return
    awaited.delete(key)
    recovery.cameAgain++
    for (const held of before) {
      if (survivors.get(held.address)?.container === held.container) survivors.remove(held.address)
      if (held.container === null) continue
      forgotten.delete(held.container)
      dropped.delete(held.container)
      for (const double of doubleAssignments) if (double.before.container === held.container) double.cameAgain = true
    }
  }

  const drop = (event: EventOf<'sandbox-stale'>): void => {
    if (event.reason !== 'unknown-address' || dropped.size >= MOST_LISTED) return
    for (const held of survivors.of(event.container)) dropped.set(event.container, { held: named(held), event })
  }

  const named = (held: Address): Address => {
    const known = held.container === null ? undefined : podOf(held.container)
    return { ...held, namespace: held.namespace ?? known?.namespace ?? null, pod: held.pod ?? known?.pod ?? null }
  }

  /** "Unassign IP": the address is free, but rests only if a DEL's last line follows; a rolled-back ADD leaves no cooldown. */
  const unassign = (event: EventOf<'address-unassigned'> | EventOf<'address-released'>): Address => {
    const address = readBlock(event.address)?.key ?? event.address
    survivors.remove(address)
    let held = addresses.get(address)
    if (held === undefined) {
      const eni = eniOf(address)
      held = {
        address,
        eni,
        networkCard: cardOf(eni),
        state: 'free',
        container: event.container ?? null,
        namespace: null,
        pod: null,
        since: event.at,
        place: placeOf(event),
      }
      enter(held)
      const card = cardAt(held.networkCard)
      // held since before this log began
      if (!whole && card.hiddenAssigned !== null && card.hiddenAssigned > 0) card.hiddenAssigned--
      card.movedAt = now
    } else if (held.state === 'assigned') {
      const card = cardAt(held.networkCard)
      card.assigned--
      card.movedAt = now
      held.state = 'free'
      held.since = event.at
      held.place = placeOf(event)
    }
    if (held.eni === null) {
      freed.push(held)
      if (freed.length > 2 * MOST_FREED) freed = freed.slice(-MOST_FREED)
    }
    return held
  }

  const release = (event: EventOf<'address-released'>): void => {
    const held = unassign(event)
    if (held.state !== 'free' || !addresses.has(held.address)) return
    released.add(held.address)
    held.place = placeOf(event)
    beginRest(held.address, event.at)
  }

  // What ipamd says of its sums

  const compare = (networkCard: number, said: { total: number | null; assigned: number; prefixes?: number }, locked: boolean): void => {
    const card = cardAt(networkCard)
    if (said.prefixes !== undefined && card.hiddenPrefixes === null) card.hiddenPrefixes = said.prefixes - card.prefixes
    const mine = stepOf(networkCard, card)
    const total = said.total ?? mine.total
    const off = Math.max(difference(total, mine.total), difference(said.assigned, mine.assigned))
    const known = mine.assigned !== null && (mine.total !== null || total === null)
    if (known) drift.compared++
    if (known && off === 0) {
      card.doubt = null
      return
    }
    if (known) {
      const repeated = card.doubt !== null && card.doubt.total === total && card.doubt.assigned === said.assigned
      if (!repeated && (whole || !(locked || now - card.movedAt >= SETTLED_MS))) {
        card.doubt = { total, assigned: said.assigned }
        return
      }
      drift.drifted++
      drift.largest = Math.max(drift.largest, off)
    }
    card.doubt = null
    if (total !== null) card.hiddenTotal = total - totalOf(card)
    card.hiddenAssigned = said.assigned - card.assigned
  }

  const start = (event: Event): void => {
    const held = [...addresses]
      .filter(([, held]) => held.state === 'assigned')
      .map(([address, held]): [string, Address] => [address, named(held)])
    for (const [, one] of held) survivors.add(one)
    awaited = new Map()
    for (const [, one] of held) {
      if (one.pod === null) continue
      const key = `${one.namespace}/${one.pod}`
      const list = awaited.get(key)
      if (list === undefined) awaited.set(key, [one])
      else list.push(one)
    }
    recovery = { startedAt: event.at, place: placeOf(event), held: held.length, cameAgain: 0, servingAt: null, forgotten: 0 }
    if (recoveries.length < MOST_RECOVERIES) recoveries.push(recovery)
    stale.clear()
    addresses.clear()
    byPrefix.clear()
    enis.clear()
    shares.clear()
    blocksInAll = 0
    owners.clear()
    excluded.clear()
    released.clear()
    freed = []
    resting.clear()
    rested = []
    whole = true
    storeTotalTrusted = true
    const known = [...cards.keys()]
    cards.clear()
    for (const networkCard of known.length > 0 ? known : [0]) cardAt(networkCard)
  }

  const react = (event: Event): boolean => {
    switch (event.kind) {
      case 'ipamd-started':
        start(event)
        return true
      case 'cidr-added':
        addBlock(event.eni, event.cidr)
        return true
      case 'cidr-deleted': {
        const block = readBlock(event.cidr)
        if (block !== undefined && enis.get(event.eni)?.has(block.key)) dropBlock(event.eni, block, event)
        else if (block !== undefined && !whole) {
          const card = cardAt(cardOf(event.eni))
          card.movedAt = now
          if (card.hiddenTotal !== null) card.hiddenTotal = Math.max(0, card.hiddenTotal - block.size)
          for (const held of inside(block)) lose(held, event)
        }
        return true
      }
      case 'eni-removed':
        dropEni(event)
        return true
      case 'eni-force-removed':
        storeTotalTrusted = false
        return false
      case 'eni-excluded':
      case 'eni-included':
        exclude(event.eni, event.kind === 'eni-excluded')
        return true
      case 'address-assigned':
        assign(event)
        return true
      case 'address-unassigned':
        unassign(event)
        return true
      case 'address-released':
        release(event)
        return true
      case 'metadata-stale':
        for (const address of event.addresses.split(',', MOST_STALE))
          if (stale.size < MOST_STALE && address.length <= LONGEST_ADDRESS) stale.set(address, event)
        return false
      case 'sandbox-unknown':
      case 'sandbox-stale':
        if (event.kind === 'sandbox-stale') drop(event)
        else if (recovery !== null && event.at - recovery.startedAt < DEL_WAITS_MS) dropped.delete(event.container)
        for (const held of survivors.of(event.container)) survivors.remove(held.address)
        forgotten.delete(event.container)
        return false
      case 'rpc-serving':
      case 'add-received':
        serve(event.at)
        return false
      case 'pool-counted': {
        const networkCard = event.networkCard ?? 0
        if (event.mode !== undefined) switchMode(event.mode)
        if (event.cooldown !== undefined) learnCooldown(cardAt(networkCard), event.cooldown)
        compare(networkCard, { total: event.total ?? null, assigned: event.assigned, prefixes: event.prefixes }, false)
        return true
      }
      case 'warm-target-state':
      case 'increase-succeeded':
        // the same figures in a sentence of their own (v1.11.0 and later)
        if (event.cooldown === undefined || event.prefixes === undefined || event.total === undefined) return false
        learnCooldown(cardAt(0), event.cooldown)
        compare(0, { total: event.total, assigned: event.assigned ?? 0, prefixes: event.prefixes }, false)
        return true
      case 'assign-began':
      case 'unassign-began': {
        // one line per data store tried, and no card in it (families D1)
        if (cards.size > 1) return false
        const card = cardAt(0)
        const total = storeTotalTrusted && card.hiddenTotal === null ? (event.total ?? null) : null
        compare(0, { total, assigned: event.assigned }, true)
        return true
      }
      case 'cooldown-began': {
        const ms = readDuration(event.period)
        if (ms !== undefined) cooldown.state(ms)
        return false
      }
      case 'setting-read':
        if (event.name === 'ENABLE_PREFIX_DELEGATION') switchMode(event.value === 'true' ? 'prefix' : 'ip')
        return true
      default:
        return false
    }
  }

  const pool: Pool = {
    now: () => [...cards].map(([networkCard, card]) => stepOf(networkCard, card)),
    steps,
    restingOn: networkCard => cards.get(networkCard)?.cooling ?? 0,
    addresses,
    enis,
    cardOf,
    get mode() {
      return mode
    },
    get cooldownPeriod() {
      return cooldown.period
    },
    drift,
    doubleAssignments,
    taken,
    recoveries,
    dropped,
    deadAssignments,
    forgotten,
    get whole() {
      return whole
    },
  }

  return {
    pool,
    size: () => addresses.size + blocksInAll + cardOfEni.size + survivors.size + Math.ceil(history.size / 4),
    rows: () => history.size,
    thin: history.thin,
    /** Ends the cooldowns that are over at an instant without a line. */
    pass(at: number): void {
      warmUp(at)
      now = Math.max(now, at)
    },
    apply(event: Event): void {
      startedAt ??= event.at
      warmUp(event.at)
      now = Math.max(now, event.at)
      if ('eni' in event && 'networkCard' in event && typeof event.eni === 'string' && typeof event.networkCard === 'number')
        place(event.eni, event.networkCard)
      if (react(event)) record()
    },
  }
}

/** Below zero: lines are missing or contradict each other, and only a statistics line can tell again. */
function sum(hidden: number | null, known: number): number | null {
  return hidden === null || hidden + known < 0 ? null : hidden + known
}

function difference(a: number | null, b: number | null): number {
  return a === null || b === null ? 0 : Math.abs(a - b)
}

/** Go's duration text as far as ipamd prints it here: `30s`, `1m30s`, `0s`. */
function readDuration(text: string): number | undefined {
  let ms = 0
  let digits = ''
  for (const character of text) {
    if ((character >= '0' && character <= '9') || character === '.') digits += character
    else if (digits === '') return undefined
    else {
      const unit = { h: 3_600_000, m: 60_000, s: 1_000 }[character]
      if (unit === undefined) return undefined
      ms += Number(digits) * unit
      digits = ''
    }
  }
  return digits === '' ? ms : undefined
}
