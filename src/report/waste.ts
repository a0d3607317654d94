import { leaks } from '../diagnoses/leaks.ts'
import type { Waste, WasteReason } from '../model/report.ts'
import type { Step } from '../timeline/steps.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { instant } from './instants.ts'

/** What the node held without a pod over its log, and for how much of it that was a lot. */
export interface Held {
  readonly waste: Waste
  /** For so long at least 16 addresses, and more than three quarters of the pool, had no pod. */
  readonly largeMs: number
}

/** IPv6 nodes have prefixes of 2^48 addresses, which no subnet lacks. */
const COUNTABLE = 100_000
const LARGE = 16
const HOUR_MS = 3_600_000

/** Undefined where the log never tells how large the pool is. */
export function heldOver(timeline: Timeline): Held | undefined {
  const end = timeline.lastAt
  if (end === null) return undefined
  const rows = timeline.pool.steps.rows()
  const reasons = reasonsOf(timeline)
  const deadFrom = deaths(timeline)
  let died = 0
  const cards = new Map<number, Step>()
  const sums = new Map<WasteId, number>()
  const whole = { knownMs: 0, total: 0, assigned: 0, spare: 0, largeMs: 0 }
  let peak: { at: number; total: number; assigned: number; spare: number } | undefined
  for (const [i, row] of rows.entries()) {
    cards.set(row.networkCard, row)
    const ms = Math.max(0, (rows[i + 1]?.at ?? end) - row.at)
    // several cards may change in one instant
    if (ms === 0 && i + 1 < rows.length) continue
    const steps = [...cards.values()]
    if (!steps.every(isKnown)) continue
    const total = steps.reduce((sum, step) => sum + step.total, 0)
    const assigned = steps.reduce((sum, step) => sum + step.assigned, 0)
    if (total > COUNTABLE) return undefined
    while (died < deadFrom.length && (deadFrom[died] as number) <= row.at) died++
    const dead = Math.min(assigned, died)
    const spare = Math.max(0, total - assigned) + dead
    if (peak === undefined || spare > peak.spare) peak = { at: row.at, total, assigned, spare }
    whole.knownMs += ms
    whole.total += total * ms
    whole.assigned += assigned * ms
    whole.spare += spare * ms
    if (spare >= LARGE && spare > total * 0.75) whole.largeMs += ms
    const add = (reason: WasteId, addresses: number, long = ms): void => {
      if (addresses > 0 && long > 0) sums.set(reason, (sums.get(reason) ?? 0) + addresses * long)
    }
    add('leaked', dead)
    for (const step of steps) {
      // where a log begins, some may rest that were released before; one cooldown later none of them does
      const untold = step.cooldown === null ? Math.min(ms, timeline.pool.cooldownPeriod.ms) : 0
      add('not-told', Math.max(0, step.total - step.assigned), untold)
      for (const [reason, addresses] of reasons.split(step)) add(reason, addresses, ms - untold)
    }
  }
  if (peak === undefined || whole.knownMs === 0) return undefined
  const mean = (sum: number): number => rounded(sum / whole.knownMs)
  return {
    largeMs: whole.largeMs,
    waste: {
      knownMs: whole.knownMs,
      meanTotal: mean(whole.total),
      meanAssigned: mean(whole.assigned),
      meanSpare: mean(whole.spare),
      addressHours: hours(whole.spare),
      peak: { ...peak, at: instant(peak.at) },
      reasons: [...sums]
        .sort((a, b) => b[1] - a[1])
        .map(([reason, sum]): WasteReason => ({ reason, text: reasons.text(reason), addressHours: hours(sum) })),
    },
  }
}

type WasteId =
  | 'warm-eni-target'
  | 'warm-prefix-target'
  | 'warm-ip-target'
  | 'minimum-ip-target'
  | 'batch'
  | 'not-given-back'
  | 'cooldown'
  | 'leaked'
  | 'not-told'

type Known = Step & { readonly total: number; readonly assigned: number }

function isKnown(step: Step): step is Known {
  return step.total !== null && step.assigned !== null
}

/** Four decimals: an address for less than a second. */
function hours(addressMs: number): number {
  return Math.round((10_000 * addressMs) / HOUR_MS) / 10_000
}

function rounded(n: number): number {
  return Math.round(n * 100) / 100
}

/** When each address of a dead sandbox had lost its pod at the latest: the same pod got another one. */
function deaths(timeline: Timeline): number[] {
  return leaks(timeline)
    .flatMap(({ leaked, current }) => leaked.map((_, i) => (leaked[i + 1] ?? current).since))
    .filter(since => since !== null)
    .sort((a, b) => a - b)
}

/**
 * The rules by which ipamd holds addresses (pool-rules 1, 3 and 5): WARM_IP_TARGET and MINIMUM_IP_TARGET go before the others; else a number of
 * whole interfaces, or of whole prefixes. Addresses in cooldown count as available. What comes in whole interfaces or prefixes is more than asked for.
 */
function reasonsOf(timeline: Timeline): {
  split(step: Known): [WasteId, number][]
  text(reason: WasteId): string
} {
  const { settings, limits } = timeline.facts
  const isTold = timeline.lives.starts > 0 || ['WARM_ENI_TARGET', 'WARM_IP_TARGET', 'WARM_PREFIX_TARGET'].some(name => settings.has(name))
  const value = (name: string, otherwise: number): number => {
    const number = Number(settings.get(name)?.value ?? otherwise)
    return Number.isInteger(number) && number >= 0 ? number : otherwise
  }
  const warmIp = value('WARM_IP_TARGET', 0)
  const minimum = value('MINIMUM_IP_TARGET', 0)
  const warmEni = value('WARM_ENI_TARGET', 1)
  const warmPrefix = value('WARM_PREFIX_TARGET', 0)
  const isPrefix = timeline.pool.mode === 'prefix'
  const perEni = limits.addressesPerEni
  const perBatch = isPrefix ? 16 : perEni

  return {
    split({ networkCard, total, assigned, cooldown }) {
      const spare = Math.max(0, total - assigned)
      if (!isTold) return [['not-told', spare]]
      const cooling = Math.min(cooldown ?? 0, spare)
      const parts: [WasteId, number][] = [['cooldown', cooling]]
      let rest = spare - cooling
      let target = 0
      const take = (reason: WasteId, wanted: number): void => {
        const taken = Math.min(rest, Math.max(0, wanted))
        rest -= taken
        parts.push([reason, taken])
      }
      // what rests satisfies the targets too
      const ask = (reason: WasteId, wanted: number): void => {
        const before = Math.max(target, cooling)
        target = Math.max(target, wanted)
        take(reason, target - before)
      }
      const single = networkCard > 0 || warmIp > 0 || minimum > 0
      if (single) {
        // cards above 0 keep one address, whatever the settings say
        ask('warm-ip-target', networkCard > 0 ? 1 : warmIp)
        ask('minimum-ip-target', (networkCard > 0 ? 1 : minimum) - assigned)
      } else if (isPrefix) ask('warm-prefix-target', 16 * warmPrefix)
      else if (perEni === null) {
        take('not-told', rest)
        return parts
      } else ask('warm-eni-target', warmEni * perEni)
      if (perBatch !== null && (isPrefix || !single)) {
        const least = Math.ceil((assigned + target) / perBatch) * perBatch
        take('batch', least - assigned - Math.max(target, cooling))
      }
      take('not-given-back', rest)
      return parts
    },

    text(reason) {
      const said = (name: string, number: number): string => `${name}=${number}${settings.has(name) ? '' : ' (default)'}`
      switch (reason) {
        case 'warm-eni-target':
          return `${said('WARM_ENI_TARGET', warmEni)}: ${warmEni === 1 ? 'a whole interface' : `${warmEni} whole interfaces`} of ${perEni} addresses kept free`
        case 'warm-prefix-target':
          return `${said('WARM_PREFIX_TARGET', warmPrefix)}: ${16 * warmPrefix} addresses kept free`
        case 'warm-ip-target':
          return warmIp > 0 ? `${said('WARM_IP_TARGET', warmIp)} kept free` : 'one address kept free on each further network card'
        case 'minimum-ip-target':
          return minimum > 0
            ? `${said('MINIMUM_IP_TARGET', minimum)} held whatever pods there are`
            : 'one address held on each further network card'
        case 'batch':
          return isPrefix ? 'prefixes come whole, 16 addresses each' : `interfaces are filled whole, ${perEni} addresses each`
        case 'not-given-back':
          return 'more than the settings ask for, not given back'
        case 'cooldown':
          return 'released a short time ago, in cooldown'
        case 'leaked':
          return 'assigned to sandboxes that died and were never released'
        case 'not-told':
          return 'this log does not tell what asks for them'
      }
    },
  }
}
