/**
 * How long a released address rests before a pod may have it again: 30 s in every release, IP_COOLDOWN_PERIOD since v1.15.0
 * (pool-rules: not printed at start). The log seldom says it, so it is learned: an address given again after 12 s proves a
 * period of less, and a statistics line that still counts one of 20 s proves a period of more.
 */
export interface CooldownPeriod {
  readonly ms: number
  /** `stated`: a line prints it; `learned`: from what the addresses did; `default`: ipamd's own. */
  readonly from: 'stated' | 'learned' | 'default'
}

const DEFAULT_MS = 30_000
/** Time stamps of different goroutines differ by some ms. */
const SLACK_MS = 250

export function createCooldownPeriod() {
  let period: CooldownPeriod = { ms: DEFAULT_MS, from: 'default' }
  let low = 0
  let high = Number.POSITIVE_INFINITY

  const settle = (): void => {
    if (period.from === 'stated' || (period.ms >= low && period.ms <= high)) return
    // people write 0, 5, 10, 60: the roundest number that fits
    const fitting = [10_000, 30_000, 60_000, 5_000, 15_000, 20_000, 45_000, 90_000, 120_000, 300_000, 1_000, 0].find(
      ms => ms >= low && ms <= high,
    )
    const ms = fitting ?? (Number.isFinite(high) ? Math.floor(high / 1_000) * 1_000 : Math.ceil(low / 1_000) * 1_000)
    period = { ms, from: 'learned' }
  }

  return {
    get period(): CooldownPeriod {
      return period
    },
    state(ms: number): void {
      period = { ms, from: 'stated' }
    },
    /** A resting address of this age was given to a pod, or a statistics line no longer counts it. */
    overAfter(ageMs: number): void {
      if (ageMs + SLACK_MS >= low) high = Math.min(high, ageMs + SLACK_MS)
      settle()
    },
    /** A statistics line still counts an address of this age. */
    lastsAfter(ageMs: number): void {
      if (ageMs - SLACK_MS <= high) low = Math.max(low, ageMs - SLACK_MS)
      settle()
    },
  }
}
