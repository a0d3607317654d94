import type { AddressFacts, AllocationFacts, BundleFacts, PoolFacts } from '../model/bundle.ts'
import type { Place } from '../model/event.ts'
import type { BundleCheck, BundleReport, Finding, NodeReport } from '../model/report.ts'
import type { Pool } from '../timeline/pool.ts'
import { count, list, shortSandbox } from '../words.ts'
import { evidence, instant, instantOrNull, type TextOf } from './instants.ts'

/** The rebuilt pool at the moment at which ipamd gave its own account of it. */
export interface PoolImage extends Place {
  readonly at: number
  /** The line is that of the request; otherwise it is the log's last one. */
  readonly asked: boolean
  readonly cards: readonly { readonly networkCard: number; readonly total: number | null; readonly assigned: number | null }[]
  /** Null: free or resting. */
  readonly holders: ReadonlyMap<
    string,
    { readonly container: string | null; readonly at: number | null; readonly place: Place | null } | null
  >
  readonly enis: ReadonlyMap<string, { readonly addresses: number; readonly prefixes: number }>
  /** Every address of the pool is accounted for. */
  readonly whole: boolean
}

/** ipamd writes a line for each request of its introspection: that of the pool dates the collection inside the log. */
export function asksForPool(message: string): boolean {
  return message.startsWith(ASKED) && message.includes('/v1/enis')
}

export const ASKED = 'Handling http request: '

export function holdsPool({ pools, checkpoint, pods, metrics }: BundleFacts): boolean {
  return pools !== undefined || checkpoint !== undefined || pods !== undefined || metrics?.[TOTAL] !== undefined
}

export function poolImage(pool: Pool, at: number, place: Place, asked: boolean): PoolImage {
  const holders = new Map<string, { container: string | null; at: number | null; place: Place | null } | null>()
  for (const held of pool.addresses.values())
    holders.set(held.address, held.state === 'assigned' ? { container: held.container, at: held.since, place: held.place } : null)
  const enis = new Map<string, { addresses: number; prefixes: number }>()
  for (const [eni, blocks] of pool.enis) {
    const kinds = [...blocks.values()].map(block => block.kind)
    const addresses = kinds.filter(kind => kind === 'address').length
    enis.set(eni, { addresses, prefixes: kinds.length - addresses })
  }
  const cards = pool.now().map(({ networkCard, total, assigned }) => ({ networkCard, total, assigned }))
  return { input: place.input, line: place.line, at, asked, cards, holders, enis, whole: pool.whole }
}

/** The node's report with what its bundles say: facts that the log does not state, and ipamd's own account held against the rebuilt pool. */
export function withBundles(
  node: NodeReport,
  bundles: readonly BundleFacts[],
  image: PoolImage | undefined,
  named: boolean,
  textOf: TextOf,
): NodeReport {
  // A folder can hold logs of a predecessor: an image baked from a used instance.
  const own = bundles.filter(one => one.instanceId === undefined || node.instanceId === undefined || one.instanceId === node.instanceId)
  const facts = own.find(holdsPool) ?? own.find(one => one.members.length > 0) ?? own[0]
  if (facts === undefined || (facts.members.length === 0 && facts.collectedAt === undefined && facts.hostName === undefined)) return node
  const settings = Object.keys(facts.settings).filter(name => !(name in node.settings))
  const check = image === undefined ? null : compare(facts, image)
  const bundle: BundleReport = {
    path: facts.path,
    collectedAt: instantOrNull(facts.collectedAt),
    ...(facts.kernel === undefined ? {} : { kernel: facts.kernel }),
    ...(facts.maxPods === undefined ? {} : { maxPods: facts.maxPods }),
    settings,
    check: check?.report ?? null,
  }
  const { release, limits } = node
  return {
    ...node,
    node: named ? node.node : (facts.hostName ?? node.node),
    ...known('instanceId', node.instanceId ?? facts.instanceId),
    ...known('instanceType', node.instanceType ?? facts.instanceType),
    ...known('region', node.region ?? facts.region ?? facts.availabilityZone?.replace(/[a-z]$/, '')),
    ...known('availabilityZone', node.availabilityZone ?? facts.availabilityZone),
    release:
      release.from === 'log' || facts.release === undefined
        ? release
        : { value: facts.release, candidates: [facts.release], from: 'bundle' },
    settings: { ...Object.fromEntries(settings.map(name => [name, facts.settings[name] as string])), ...node.settings },
    limits: limits.maxPods === undefined && facts.maxPods !== undefined ? { ...limits, maxPods: facts.maxPods } : limits,
    findings: check === null || check.report.agrees ? node.findings : [...node.findings, finding(check, facts, image as PoolImage, textOf)],
    bundle,
  }
}

interface Compared {
  readonly report: BundleCheck
  /** Lines that gave the differing addresses away. */
  readonly places: readonly { readonly place: Place; readonly at: number | null; readonly note: string }[]
}

const MOST_DIFFERENCES = 50
/** The account is taken under the lock, its line is written before: a request may fall between. */
const BETWEEN_MS = 1_000

function compare(facts: BundleFacts, image: PoolImage): Compared | null {
  const { checkpoint = [], pods = [] } = facts
  const pools = facts.pools ?? poolOfMetrics(facts)
  if (pools.length === 0 && checkpoint.length === 0 && pods.length === 0) return null
  const differences: { what: string; bundle: string; log: string }[] = []
  const places: { place: Place; at: number | null; note: string }[] = []
  const differ = (what: string, bundle: string | number, log: string | number): void => {
    if (differences.length < MOST_DIFFERENCES) differences.push({ what, bundle: String(bundle), log: String(log) })
  }
  if (facts.pools === undefined && pools.length > 0 && image.cards.length > 1) return null
  const cards = pools.map(pool => comparePool(pool, image, differ))
  for (const { enis } of pools) {
    for (const { eni, addresses, prefixes } of enis) {
      const own = image.enis.get(eni)
      if (own === undefined) {
        if (image.whole && image.asked) differ(eni, `in the pool`, 'not in the pool')
      } else if (image.whole && prefixes.length > 0 && own.prefixes !== prefixes.length)
        differ(`prefixes of ${eni}`, prefixes.length, own.prefixes)
      else if (image.whole && prefixes.length === 0 && own.prefixes === 0 && own.addresses !== addresses.length)
        differ(`addresses of ${eni}`, addresses.length, own.addresses)
    }
  }
  let addressesCompared = 0
  const compareHolder = (source: string, { address, assigned, sandbox }: Pick<AddressFacts, 'address' | 'assigned' | 'sandbox'>): void => {
    const holder = image.holders.get(address)
    if (holder === undefined) return
    addressesCompared += 1
    const bundled = assigned ? (sandbox === undefined ? 'assigned' : `sandbox ${shortSandbox(sandbox)}`) : 'free'
    const logged = holder === null ? 'free' : holder.container === null ? 'assigned' : `sandbox ${shortSandbox(holder.container)}`
    const same =
      assigned === (holder !== null) && (!assigned || sandbox === undefined || holder?.container == null || sandbox === holder.container)
    if (same) return
    differ(`${address} (${source})`, bundled, logged)
    if (holder?.place && places.length < 5)
      places.push({ place: holder.place, at: holder.at, note: `the log gives ${address} to ${logged}` })
  }
  for (const { enis } of pools)
    for (const { addresses } of enis) for (const held of addresses) if (!isLater(held, image)) compareHolder('introspection', held)
  for (const held of checkpoint) if (!isLater({ assignedAt: held.at }, image)) compareHolder('checkpoint', { ...held, assigned: true })
  for (const held of pods) compareHolder('pods', { ...held, assigned: true })
  missingFrom('checkpoint', checkpoint, pools, image, differ)
  missingFrom('pods', pods, pools, image, differ)
  // A log that never tells of the pool neither agrees nor differs.
  const told = addressesCompared > 0 || cards.some(({ log }) => log.total !== null || log.assigned !== null)
  if (!told && differences.length === 0) return null
  const report: BundleCheck = {
    at: instant(image.at),
    by: image.asked ? 'request-line' : 'end-of-log',
    agrees: differences.length === 0,
    cards,
    addressesCompared,
    differences,
  }
  return { report, places }
}

/** Gauges of Prometheus, over all network cards: used where introspection gave nothing. */
function poolOfMetrics({ metrics }: BundleFacts): PoolFacts[] {
  const total = metrics?.[TOTAL]
  const assigned = metrics?.[ASSIGNED]
  return total === undefined || assigned === undefined ? [] : [{ networkCard: 0, total, assigned, enis: [] }]
}

const TOTAL = 'awscni_total_ip_addresses'
const ASSIGNED = 'awscni_assigned_ip_addresses'

type Differ = (what: string, bundle: string | number, log: string | number) => void

function comparePool(pool: PoolFacts, image: PoolImage, differ: Differ): BundleCheck['cards'][number] {
  const { networkCard, total, assigned } = pool
  const own = image.cards.find(card => card.networkCard === networkCard) ?? { total: null, assigned: null }
  const addresses = pool.enis.flatMap(eni => eni.addresses)
  // What the account itself says happened after the instant that is compared does not count against the log.
  const later = addresses.filter(address => isLater(address, image))
  const then = assigned - later.filter(address => address.assigned).length + later.filter(address => !address.assigned).length
  const what = pool.networkCard === 0 ? '' : ` of network card ${networkCard}`
  if (own.total !== null && own.total !== total) differ(`total${what}`, total, own.total)
  if (own.assigned !== null && own.assigned !== then) differ(`assigned${what}`, assigned, own.assigned)
  return { networkCard, bundle: { total, assigned }, log: { total: own.total, assigned: own.assigned } }
}

/** The checkpoint, and the list of pods before there was one, hold every address that is assigned. */
function missingFrom(
  source: string,
  allocations: readonly AllocationFacts[],
  pools: readonly PoolFacts[],
  image: PoolImage,
  differ: Differ,
): void {
  if (allocations.length === 0) return
  const known = new Set(allocations.map(held => held.address))
  const inAccount = new Map(
    pools.flatMap(pool => pool.enis.flatMap(eni => eni.addresses.map(address => [address.address, address] as const))),
  )
  for (const [address, holder] of image.holders) {
    // Released between the end of this log and the collection, as the account itself says.
    const later = inAccount.get(address)
    if (holder === null || known.has(address) || (later !== undefined && isLater(later, image))) continue
    differ(`${address} (${source})`, 'not in it', holder.container === null ? 'assigned' : `sandbox ${shortSandbox(holder.container)}`)
  }
}

function isLater({ assignedAt, unassignedAt }: Pick<AddressFacts, 'assignedAt' | 'unassignedAt'>, image: PoolImage): boolean {
  const last = Math.max(assignedAt ?? Number.NEGATIVE_INFINITY, unassignedAt ?? Number.NEGATIVE_INFINITY)
  return last > image.at - (image.asked ? BETWEEN_MS : 0)
}

function finding({ report, places }: Compared, facts: BundleFacts, image: PoolImage, textOf: TextOf): Finding {
  const said = report.differences.slice(0, 3).map(({ what, bundle, log }) => `${what}: ${bundle} in the bundle, ${log} by the log`)
  const more = report.differences.length > 3 ? ` and ${count(report.differences.length - 3, 'more difference')}` : ''
  const when = image.asked
    ? 'at the very moment at which it was asked'
    : "at the end of the log; the bundle's copy of the log may end before ipamd was asked"
  return {
    id: 'bundle-contradicts-log',
    title: "ipamd's own account of its pool differs from its log",
    confidence: image.asked ? 'certain' : 'possible',
    severity: 'info',
    summary: `The pool in ${facts.path} is not the one that the log gives, ${when}: ${list(said)}${more}. Lines are missing, or the pool was changed without one.`,
    contributing: [],
    evidence: [
      evidence(image.at, image, image.asked ? 'ipamd was asked for its pool' : 'the last line that is compared', textOf),
      ...places.map(({ place, at, note }) => evidence(at, place, note, textOf)),
    ],
    actions: [],
  }
}

function known<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string }
}
