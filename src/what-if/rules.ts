import type { Settings } from '../model/what-if.ts'

/**
 * How ipamd sizes its pool: one function per decision, under the names of ipamd's own functions or lines. What differs between releases is
 * said where it differs; read from the source of the releases v1.5.0 to v1.23.0 and checked against logs of ten of them.
 */

/** What holds for the node, whatever the settings of the pool. */
export interface Node {
  readonly release: number
  /** ENIs the instance type allows. */
  readonly enis: number
  /** Addresses per ENI, its primary one not counted. */
  readonly addressesPerEni: number
  readonly unmanagedEnis: number
  readonly maxPods: number | null
  readonly customNetworking: boolean
  readonly subnetDiscovery: boolean
}

/** The data store's sums. Resting addresses count as free, in every release. */
export interface Sums {
  readonly total: number
  readonly assigned: number
  /** Prefixes, and those among them without a pod. */
  readonly prefixes: number
  readonly freePrefixes: number
}

export const PREFIX = 16
/** Of "InsufficientCidr": one clock for the node. */
export const WAIT_MS = 120_000
export const DECREASE_MS = 30_000
export const YOUNG_MS = 60_000
/** The loop sleeps 2.5 s before a pass and 2.5 s before it looks whether to reconcile; the rest is what an idle pass takes. */
export const FIRST_PASS_MS = 2_500
export const PERIOD_MS = 5_001

/** `v1.16.3` as a number that compares; undefined for anything else. */
export function releaseOf(text: string): number | undefined {
  const parts = /^v?(\d{1,3})\.(\d{1,3})\.(\d{1,3})/.exec(text)
  return parts === null ? undefined : Number(parts[1]) * 1_000_000 + Number(parts[2]) * 1_000 + Number(parts[3])
}

const V1_6_0 = 1_006_000
const V1_8_0 = 1_008_000
const V1_9_1 = 1_009_001
const V1_10_2 = 1_010_002
const V1_13_0 = 1_013_000
const V1_15_4 = 1_015_004
const V1_16_3 = 1_016_003
const V1_18_3 = 1_018_003
const V1_20_0 = 1_020_000

export function warmIpDefined({ warmIpTarget, minimumIpTarget }: Settings): boolean {
  return warmIpTarget !== 0 || minimumIpTarget !== 0
}

/** datastoreTargetState: how many addresses (with prefix delegation: prefixes) the pool is short of, or over, its WARM_IP and MINIMUM_IP targets. */
export function targetState(settings: Settings, { total, assigned, prefixes, freePrefixes }: Sums): { short: number; over: number } {
  const { warmIpTarget, minimumIpTarget, prefixDelegation } = settings
  const available = total - assigned
  const short = Math.max(warmIpTarget - available, 0, minimumIpTarget - total)
  if (!prefixDelegation) return { short, over: Math.max(0, Math.min(Math.max(available - warmIpTarget, 0), total - minimumIpTarget)) }
  const spare = Math.min(
    freePrefixes,
    prefixes - Math.ceil((assigned + warmIpTarget) / PREFIX),
    prefixes - Math.ceil(minimumIpTarget / PREFIX),
  )
  return { short: Math.ceil(short / PREFIX), over: Math.max(0, spare) }
}

/** "IP pool is too low". */
export function isTooLow(settings: Settings, node: Node, sums: Sums): boolean {
  if (node.release >= V1_16_3 && node.maxPods !== null && sums.total >= node.maxPods) return false
  if (warmIpDefined(settings)) return targetState(settings, sums).short > 0
  const available = sums.total - sums.assigned
  const [target, size] = settings.prefixDelegation ? [settings.warmPrefixTarget, PREFIX] : [settings.warmEniTarget, node.addressesPerEni]
  return available < target * size || (target === 0 && available === 0 && node.release >= V1_6_0)
}

/** "Starting to decrease": how many addresses or prefixes are too many. Under WARM_ENI_TARGET only whole ENIs are given back. */
export function overTarget(settings: Settings, sums: Sums): number {
  if (warmIpDefined(settings)) return targetState(settings, sums).over
  return settings.prefixDelegation ? Math.max(0, sums.freePrefixes - settings.warmPrefixTarget) : 0
}

/** How many addresses or prefixes an increase asks for; an ENI takes as many as it has room for. */
export function needed(settings: Settings, node: Node, sums: Sums, where: 'existing' | 'new'): number {
  const warm = warmIpDefined(settings)
  const { short } = targetState(settings, sums)
  if (settings.prefixDelegation) {
    const missing = settings.warmPrefixTarget - sums.freePrefixes
    // before v1.16.3 a prefix target of 0 asks for nothing, ever
    if (!warm && missing <= 0 && node.release < V1_16_3) return 0
    return Math.max(1, warm ? short : missing)
  }
  if (!warm || (where === 'existing' && node.release < V1_8_0)) return node.addressesPerEni
  return short
}

/** What the start asks for before it takes requests. */
export function startsWith(node: Node): 'nothing' | 'existing' | 'increase' {
  if (node.release >= V1_13_0) return 'increase'
  return node.release >= V1_6_0 ? 'existing' : 'nothing'
}

/** Up to v1.12.6 an increase goes on to a new ENI when an ENI it has was refused addresses; v1.18.3 and later where the subnet lacks them. */
export function afterRefusal(settings: Settings, node: Node, outcome: 'insufficient' | 'refused'): 'new-eni' | 'end' {
  if (outcome === 'insufficient' && node.release >= V1_18_3 && node.subnetDiscovery) return 'new-eni'
  if (outcome === 'insufficient' && armsWait(settings, node, 'assign')) return 'end'
  return node.release < V1_13_0 ? 'new-eni' : 'end'
}

/** Whether a refusal for want of addresses makes ipamd wait two minutes. */
export function armsWait({ prefixDelegation }: Settings, node: Node, call: 'assign' | 'create'): boolean {
  if (node.release < V1_9_1) return false
  if (call === 'create') return node.release >= V1_15_4
  // v1.9.1 to v1.10.1 know InsufficientCidrBlocks alone, which is what EC2 says of prefixes
  if (node.release < V1_10_2) return prefixDelegation
  return !(node.release >= V1_18_3 && node.subnetDiscovery)
}

/** hasRoomForEni. */
export function hasRoomForEni(settings: Settings, node: Node, enis: number): boolean {
  return enis < mostEnis(settings, node) - node.unmanagedEnis
}

export function mostEnis({ maxEni }: Settings, { enis }: Node): number {
  return maxEni !== null && maxEni >= 1 && maxEni < enis ? maxEni : enis
}

/** "It might be possible to remove extra ENIs". `idleEni`: one that is not the primary and has no pods. */
export function mayRemoveEni(settings: Settings, node: Node, { total, assigned }: Sums, idleEni: () => boolean): boolean {
  if (warmIpDefined(settings)) return true
  const target = settings.prefixDelegation ? settings.warmPrefixTarget : settings.warmEniTarget
  const perEni = settings.prefixDelegation ? node.addressesPerEni * PREFIX : node.addressesPerEni
  return total - assigned >= (target + 1) * perEni || (settings.prefixDelegation && idleEni())
}

/** "ENI … cannot be deleted because it is required for …": what all other ENIs have must be enough. */
export function isRequired(settings: Settings, others: Sums): boolean {
  const { warmIpTarget, minimumIpTarget, warmPrefixTarget, prefixDelegation } = settings
  const rounded = (target: number): number => (prefixDelegation ? PREFIX * Math.ceil(target / PREFIX) : target)
  if (warmIpTarget !== 0 && others.total - others.assigned < rounded(warmIpTarget)) return true
  if (minimumIpTarget !== 0 && others.total < rounded(minimumIpTarget)) return true
  return prefixDelegation && others.freePrefixes < warmPrefixTarget
}

/** Since v1.20.0 the 30 s between two decreases begin when the pass ends, before when it begins. */
export function decreaseClock(node: Node): 'pass-began' | 'pass-ended' {
  return node.release >= V1_20_0 ? 'pass-ended' : 'pass-began'
}

/** v1.9.0 to v1.12.6 free the whole surplus on every ENI, and buy back what that was too much. */
export function surplusLeft(node: Node, over: number, freed: number): number {
  return node.release >= 1_009_000 && node.release < V1_13_0 ? over : over - freed
}

/** v1.9.0 to v1.12.6: an ENI without a free address ends the decrease. */
export function busyEniEndsDecrease(node: Node): boolean {
  return node.release >= 1_009_000 && node.release < V1_13_0
}

/** Up to v1.18.2 only one ENI with room is asked, later one after another. */
export function asksAllEnis(node: Node): boolean {
  return node.release >= V1_18_3
}

/** Settings that a release does not read, said for people; undefined: it reads all of them. */
export function unknownSetting(release: number, asked: Partial<Settings>, text: string): string | undefined {
  if (asked.cooldownMs !== undefined && release < 1_015_000) return `${text} has no IP_COOLDOWN_PERIOD: it came with v1.15.0`
  if ((asked.prefixDelegation === true || asked.warmPrefixTarget !== undefined) && release < 1_009_000)
    return `${text} has no prefix delegation: it came with v1.9.0`
  if (asked.minimumIpTarget !== undefined && asked.minimumIpTarget > 0 && release < V1_6_0)
    return `${text} has no MINIMUM_IP_TARGET: it came with v1.6.0`
  return undefined
}
