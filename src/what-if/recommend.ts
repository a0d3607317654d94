import type { Figures, Settings } from '../model/what-if.ts'
import { peakOf } from './demand.ts'
import type { Recording } from './recording.ts'
import { unknownSetting } from './rules.ts'

export interface Best {
  readonly settings: Settings
  readonly figures: Figures
  readonly tried: number
  readonly command: string | null
}

const MOST_VERIFIED = 8
const WARM_IPS = [1, 2, 3, 5, 8, 12, 20]

/**
 * Tries a small grid and takes the one with the fewest failures, then the fewest addresses, then the fewest calls. Few runs rank them; the
 * first whose failures stay what they were in all runs is the one.
 */
export function recommend(
  recording: Recording,
  base: Settings,
  { figures, nitro }: { readonly figures: (settings: Settings, runs: 'few' | 'all') => Figures; readonly nitro: boolean },
): Best {
  const ranked = candidates(recording, base, nitro)
    .map(settings => ({ settings, figures: figures(settings, 'few') }))
    .sort((a, b) => compare(a.figures, b.figures))
  const all = ranked.slice(0, MOST_VERIFIED).map(one => ({ ...one, verified: figures(one.settings, 'all') }))
  const best = (all.find(one => one.verified.failures.most <= one.figures.failures.most) ?? all[0]) as (typeof all)[number]
  const changes = changed(recording.inForce, best.settings)
  return {
    settings: best.settings,
    figures: best.verified,
    tried: ranked.length,
    command: changes.length === 0 ? null : `kubectl set env daemonset aws-node -n kube-system ${changes.join(' ')}`,
  }
}

function compare(a: Figures, b: Figures): number {
  const key = ({ failures, addresses, ec2 }: Figures): number[] => [
    failures.most,
    addresses.mean.median,
    addresses.peak.median,
    ec2.all.median,
  ]
  const other = key(b)
  return key(a).reduce((order, value, i) => (order === 0 ? value - (other[i] as number) : order), 0)
}

/** What is in force comes first: of equals it stays. */
function candidates(recording: Recording, base: Settings, nitro: boolean): Settings[] {
  const peak = peakOf(recording.demand)
  const minimums = [...new Set([0, Math.ceil(peak / 2), peak, peak + 2, Math.ceil(peak * 1.25)])]
  const off = { warmIpTarget: 0, minimumIpTarget: 0, prefixDelegation: false }
  const warmIp = (prefixDelegation: boolean): Settings[] =>
    WARM_IPS.flatMap(warmIpTarget => minimums.map(minimumIpTarget => ({ ...base, prefixDelegation, warmIpTarget, minimumIpTarget })))
  // an empty node at the start, and a subnet that was never seen to lack prefixes
  const prefixes =
    base.prefixDelegation ||
    (nitro && !recording.calls.fragmented && recording.starts.length === 1 && recording.demand.wishes.every(wish => wish.held === null))
  const all = [
    base,
    ...[0, 1, 2].map(warmEniTarget => ({ ...base, ...off, warmEniTarget })),
    ...(base.prefixDelegation ? [] : warmIp(false)),
    ...(prefixes ? [1, 2].map(warmPrefixTarget => ({ ...base, ...off, prefixDelegation: true, warmPrefixTarget })) : []),
    ...(base.prefixDelegation ? warmIp(true) : []),
  ].filter(
    settings =>
      unknownSetting(
        recording.node.release,
        { minimumIpTarget: settings.minimumIpTarget, prefixDelegation: settings.prefixDelegation },
        recording.release,
      ) === undefined,
  )
  return base.prefixDelegation ? all.filter(settings => settings.prefixDelegation) : all
}

/** NAME=value for what is new, NAME- for what is to be unset. */
function changed(before: Settings, after: Settings): string[] {
  const said: string[] = []
  const put = (name: string, was: number, is: number): void => {
    if (was !== is) said.push(is === 0 && name !== 'WARM_ENI_TARGET' ? `${name}-` : `${name}=${is}`)
  }
  if (before.prefixDelegation !== after.prefixDelegation) said.push(`ENABLE_PREFIX_DELEGATION=${after.prefixDelegation}`)
  put('WARM_ENI_TARGET', before.warmEniTarget, after.warmEniTarget)
  put('WARM_PREFIX_TARGET', before.warmPrefixTarget, after.warmPrefixTarget)
  put('WARM_IP_TARGET', before.warmIpTarget, after.warmIpTarget)
  put('MINIMUM_IP_TARGET', before.minimumIpTarget, after.minimumIpTarget)
  if (before.cooldownMs !== after.cooldownMs) said.push(`IP_COOLDOWN_PERIOD=${after.cooldownMs / 1_000}`)
  if (before.maxEni !== after.maxEni && after.maxEni !== null) said.push(`MAX_ENI=${after.maxEni}`)
  return said
}
