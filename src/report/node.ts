import type { Diagnosis } from '../diagnoses/diagnosis.ts'
import type { Narrowing } from '../model/narrowing.ts'
import type { NodeReport, NodeState, PoolRow, Quality, Release } from '../model/report.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { deletions } from './deletions.ts'
import { checked, findings, missingFor } from './findings.ts'
import { growth } from './growth.ts'
import { happenings } from './happenings.ts'
import { incidents } from './incidents.ts'
import { instant, instantOrNull, type TextOf } from './instants.ts'
import { unknowns } from './unknowns.ts'
import { heldOver } from './waste.ts'
import { wasteFinding } from './waste-finding.ts'
import { type CountedBefore, requestsSince, rowsSince } from './window.ts'

/** Everything that is said of one node, from its timeline. `name` is used where the log does not name the node. */
export function nodeReport(
  timeline: Timeline,
  name: string,
  release: Release,
  quality: Quality,
  diagnoses: readonly Diagnosis[],
  textOf: TextOf,
  narrowing: Narrowing = {},
  before?: CountedBefore,
): NodeReport {
  const able = diagnoses.filter(diagnosis => missingFor(diagnosis, timeline, quality.debug) === undefined)
  const { incidents: judged, used, threw } = incidents(timeline, able, textOf, narrowing)
  const broken = new Map(threw)
  const found = findings(timeline, able, textOf, broken)
  const named = new Set([...used, ...found.map(finding => finding.id)])
  const held = heldOver(timeline)
  const spare = held === undefined ? undefined : wasteFinding(held, timeline, textOf)
  const { facts } = timeline
  const since = narrowing.since === undefined ? '' : instant(narrowing.since)
  const { addressesPerEni, enis, maxPods } = facts.limits
  const fact = (name: string): string | undefined => facts.node.get(name)?.value
  return {
    node: nodeName(timeline, name),
    ...optional('instanceId', fact('instance-id')),
    ...optional('instanceType', fact('instance-type')),
    ...optional('region', fact('region')),
    ...optional('availabilityZone', fact('availability-zone')),
    ...optional('subnetId', fact('subnet-id')),
    ...optional('vpcId', fact('vpc-id')),
    release,
    firstAt: instantOrNull(timeline.firstAt),
    lastAt: instantOrNull(timeline.lastAt),
    settings: Object.fromEntries([...facts.settings].map(([name, { value }]) => [name, value])),
    limits: {
      ...(enis === null ? {} : { enis }),
      ...(addressesPerEni === null ? {} : { addressesPerEni }),
      ...(maxPods === null ? {} : { maxPods: Number(maxPods.value) }),
      ...(enis === null && addressesPerEni === null ? {} : { from: 'log' as const }),
    },
    requests: requestsSince(timeline, before),
    pool: {
      columns: ['at', 'networkCard', 'total', 'assigned', 'cooldown', 'prefixes'],
      rows: rowsSince(timeline.pool.steps.rows(), narrowing.since).map(
        (step): PoolRow => [instant(step.at), step.networkCard, step.total, step.assigned, step.cooldown, step.prefixes],
      ),
    },
    enis: [...timeline.enis.all.values()].map(eni => ({
      eni: eni.eni,
      networkCard: eni.networkCard,
      primary: eni.primary || null,
      addedAt: instantOrNull(eni.addedAt),
      removedAt: instantOrNull(eni.removedAt),
      addresses: eni.addedAt === null && eni.addresses === 0 ? null : eni.addresses,
    })),
    ...(held === undefined ? {} : { waste: held.waste }),
    growth: growth(timeline, quality.debug),
    incidents: judged,
    findings: spare === undefined ? found : [...found, spare],
    checked: checked(timeline, diagnoses, named, broken, quality.debug),
    deletions: deletions(timeline, since),
    happenings: happenings(timeline).filter(happening => (happening.until ?? happening.at) >= since),
    quality,
    unknowns: unknowns(timeline, judged, quality),
  }
}

export function nodeState(timeline: Timeline, name: string): NodeState {
  const { pool } = timeline
  const cards = pool.now()
  const sum = (pick: (card: (typeof cards)[number]) => number | null): number | null =>
    cards.length === 0
      ? null
      : cards.reduce<number | null>((total, card) => (total === null || pick(card) === null ? null : total + (pick(card) as number)), 0)
  const total = sum(card => card.total)
  const assigned = sum(card => card.assigned)
  const cooldown = sum(card => card.cooldown)
  const addresses = [...pool.addresses.values()].sort((a, b) => a.address.localeCompare(b.address, 'en', { numeric: true }))
  const assignedOn = new Map<string | null, number>()
  for (const { eni, state } of addresses) if (state === 'assigned') assignedOn.set(eni, (assignedOn.get(eni) ?? 0) + 1)
  return {
    node: nodeName(timeline, name),
    total,
    assigned,
    cooldown,
    assignable: total === null || assigned === null || cooldown === null ? null : Math.max(0, total - assigned - cooldown),
    networkCards: cards.map(({ networkCard, total, assigned, cooldown, prefixes }) => ({
      networkCard,
      total,
      assigned,
      cooldown,
      prefixes,
    })),
    enis: [...pool.enis].map(([eni, blocks]) => ({
      eni,
      networkCard: pool.cardOf(eni),
      addresses: [...blocks.values()].reduce((sum, block) => sum + block.size, 0),
      assigned: assignedOn.get(eni) ?? 0,
    })),
    addresses: addresses.map(held => {
      const known = held.container === null ? undefined : timeline.requests.podOf(held.container)
      return {
        address: held.address,
        eni: held.eni,
        networkCard: held.networkCard,
        state: held.state,
        sandbox: held.container,
        namespace: held.namespace ?? known?.namespace ?? null,
        pod: held.pod ?? known?.pod ?? null,
        since: instantOrNull(held.since),
        ...(held.state === 'cooldown' && held.since !== null ? { until: instant(held.since + pool.cooldownPeriod.ms) } : {}),
      }
    }),
  }
}

export function nodeName(timeline: Timeline, fallback: string): string {
  return timeline.facts.node.get('node-name')?.value ?? timeline.facts.node.get('instance-id')?.value ?? fallback
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string }
}
