import type { Event } from '../extractors/recognize.ts'
import type { Settings } from '../model/what-if.ts'
import type { Step } from '../timeline/steps.ts'
import { createTimeline, type Timeline } from '../timeline/timeline.ts'
import { type Calls, createCalls } from './calls.ts'
import { createDemand, type Demand } from './demand.ts'
import { limitsOf } from './instance-types.ts'
import { type Node, PREFIX, releaseOf } from './rules.ts'
import { type AttachedEni, createStarts, type Start } from './starts.ts'

/** All that a replay needs of one node's log. */
export interface Recording {
  readonly node: Node
  /** As ipamd names it. */
  readonly release: string
  readonly instanceType: string | null
  readonly inForce: Settings
  readonly demand: Demand
  readonly calls: Calls
  /** At least one; the first one's ENIs are known or were made up from the sums of the first statistics line. */
  readonly starts: readonly (Start & { readonly enis: readonly AttachedEni[] })[]
  readonly guessedEnis: boolean
  /** The pool as the log has it, network card 0. */
  readonly pool: readonly Step[]
  readonly from: number
  readonly to: number
}

/** Why a log cannot be replayed. */
export interface Unfit {
  readonly reason: string
}

export type Recorder = ReturnType<typeof createRecorder>

/** What the report says of a node besides its events. */
export interface Told {
  readonly release: { readonly value: string | null; readonly candidates: readonly string[] }
  readonly debug: boolean
}

/** Takes one node's events in order. */
export function createRecorder() {
  const { timeline, apply } = createTimeline()
  const demand = createDemand()
  const calls = createCalls()
  const starts = createStarts()
  return {
    apply(event: Event): void {
      apply(event)
      demand.apply(event)
      calls.apply(event)
      starts.apply(event)
    },
    /** `typeTold`: the instance type, for a log that does not name it. */
    recording({ release, debug }: Told, typeTold?: string): Recording | Unfit {
      const { facts, pool, firstAt, lastAt } = timeline
      const text = release.value ?? release.candidates.at(-1)
      const number = text === undefined ? undefined : releaseOf(text)
      if (firstAt === null || lastAt === null) return { reason: 'the log holds no line of ipamd' }
      if (lastAt - firstAt > LONGEST_MS) return { reason: 'the log spans more than a month: name fewer of its files' }
      if (text === undefined || number === undefined)
        return { reason: "the log does not tell ipamd's release, and the rules differ by release" }
      if (number === SPINS) return { reason: 'v1.16.3 loops without a pause while its pool is too low, and that is not replayed' }
      if (facts.ipv6) return { reason: 'the node is IPv6: one prefix serves all pods, and no setting sizes it' }
      if (facts.securityGroupsForPods || starts.trunk)
        return { reason: 'security groups for pods are on: their interfaces and the trunk are not replayed' }
      if (pool.now().length > 1) return { reason: 'the node has several network cards: only nodes with one are replayed' }
      if (!debug) return { reason: 'the log has no debug lines: pods, and passes of the pool manager, are only named there' }
      const known = starts.starts()
      const changed = changedSetting(known)
      if (changed !== undefined)
        return { reason: `${changed.name} changes within the log (${changed.before}, then ${changed.after}): no one setting is in force` }
      if (known.every(start => start.enis === null && !TARGETS.some(name => start.settings.has(name))))
        return { reason: "the log does not tell which targets are in force: it needs ipamd's start, or a line that the pool is too low" }
      const settings = settingsOf(timeline, known)
      const instanceType = facts.node.get('instance-type')?.value ?? typeTold ?? null
      const limits = instanceType === null ? undefined : limitsOf(instanceType)
      const perEni = facts.limits.addressesPerEni
      const addressesPerEni =
        limits?.addressesPerEni ?? (perEni === null ? undefined : settings.prefixDelegation ? perEni / PREFIX : perEni)
      const enis = limits?.enis ?? facts.limits.enis ?? undefined
      if (addressesPerEni === undefined || enis === undefined)
        return {
          reason:
            instanceType === null
              ? 'the log does not name the instance type: --instance-type says it'
              : `how many interfaces and addresses an instance of type ${instanceType} may have is not known here`,
        }
      const node: Node = {
        release: number,
        enis,
        addressesPerEni,
        unmanagedEnis: starts.unmanaged.size,
        maxPods: facts.limits.maxPods === null ? null : Number(facts.limits.maxPods.value),
        customNetworking: facts.customNetworking,
        subnetDiscovery: number >= 1_018_000 && facts.settings.get('ENABLE_SUBNET_DISCOVERY')?.value !== 'false',
      }
      const rows = pool.steps.rows().filter(step => step.total !== null && step.assigned !== null)
      const first = rows[0]
      const guessedEnis = known[0]?.enis == null
      if (guessedEnis && first === undefined) return { reason: 'the log begins while ipamd runs, and no line says how large the pool is' }
      const wanted = demand.demand(lastAt)
      if (wanted.tooMany || starts.tooMany) return { reason: 'the log holds more requests, starts or interfaces than are replayed' }
      return {
        node,
        release: text,
        instanceType,
        inForce: settings,
        demand: guessedEnis ? withThoseBefore(wanted, first as Step) : wanted,
        calls: calls.calls(),
        starts: known.map(start => ({ ...start, enis: start.enis ?? guessEnis(first as Step, settings, node), ...begin(start, first) })),
        guessedEnis,
        pool: rows,
        from: first?.at ?? firstAt,
        to: lastAt,
      }
    },
  }
}

function begin(start: Start, first: Step | undefined): { growsAt: number | null; servesAt: number | null } {
  if (start.enis !== null || first === undefined) return { growsAt: start.growsAt, servesAt: start.servesAt }
  return { growsAt: first.at, servesAt: first.at }
}

/** Absent ones are ipamd's defaults; a target that is set is printed at the start, since v1.16.3 with the pool manager. */
function settingsOf({ facts, pool }: Timeline, starts: readonly Start[]): Settings {
  const decided = starts[0]?.enis === null ? starts[0].settings : undefined
  const target = (name: string, absent: number): number => {
    const value = Number(facts.settings.get(name)?.value ?? decided?.get(name) ?? absent)
    return Number.isInteger(value) && value >= 0 ? value : absent
  }
  const maxEni = target('MAX_ENI', 0)
  return {
    warmEniTarget: target('WARM_ENI_TARGET', 1),
    warmIpTarget: target('WARM_IP_TARGET', 0),
    minimumIpTarget: target('MINIMUM_IP_TARGET', 0),
    warmPrefixTarget: target('WARM_PREFIX_TARGET', 0),
    prefixDelegation: pool.mode === 'prefix',
    cooldownMs: pool.cooldownPeriod.ms,
    maxEni: maxEni >= 1 ? maxEni : null,
  }
}

/** Each pass of the loop is replayed, some 17,000 a day. */
const LONGEST_MS = 31 * 86_400_000
/** v1.16.3, and no other release. */
const SPINS = 1_016_003
const TARGETS = ['WARM_ENI_TARGET', 'WARM_IP_TARGET', 'MINIMUM_IP_TARGET', 'WARM_PREFIX_TARGET']
const COMPARED = [...TARGETS, 'MAX_ENI', 'ENABLE_PREFIX_DELEGATION', 'AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG']

function changedSetting(starts: readonly Start[]): { name: string; before: string; after: string } | undefined {
  // a process that ended before it printed its settings says nothing
  const told = starts.filter(start => start.enis !== null && start.servesAt !== null)
  for (const [i, start] of told.entries()) {
    const earlier = told[i - 1]
    if (earlier === undefined) continue
    for (const name of COMPARED) {
      const before = earlier.settings.get(name) ?? 'unset'
      const after = start.settings.get(name) ?? 'unset'
      if (before !== after) return { name, before, after }
    }
  }
  return undefined
}

/** A log that begins while ipamd runs: as few ENIs as hold what the first statistics line counts. */
function guessEnis({ total }: Step, { prefixDelegation }: Settings, node: Node): AttachedEni[] {
  const size = prefixDelegation ? PREFIX : 1
  let left = Math.round((total ?? 0) / size)
  const enis: AttachedEni[] = []
  while (enis.length === 0 || (left > 0 && enis.length < 64)) {
    const primary = enis.length === 0
    const count = primary && node.customNetworking ? 0 : Math.min(left, node.addressesPerEni)
    const eni = `attached before ${enis.length}`
    enis.push({ eni, primary, blocks: Array.from({ length: count }, (_, i) => `${eni} ${i}${size === PREFIX ? '/28' : ''}`) })
    left -= count
  }
  return enis
}

/** Pods that have an address all the time show in the sums alone. */
function withThoseBefore(demand: Demand, { at, assigned }: Step): Demand {
  const seen = demand.wishes.filter(wish => wish.held !== null && wish.held.at <= at).length
  const unseen = Array.from({ length: Math.max(0, (assigned ?? 0) - seen) }, () => ({
    attempts: [],
    endAt: null,
    held: { at, address: null },
  }))
  return { ...demand, wishes: [...unseen, ...demand.wishes] }
}
