import type { Timeline } from '../timeline/timeline.ts'
import type { EniWait } from '../timeline/waits.ts'
import { duration, time } from '../words.ts'
import { clueAt, type Diagnosis } from './diagnosis.ts'
import { waitsIn } from './eni-waits.ts'

/**
 * After the attach ipamd waits for as many addresses as the pool was short of, also where no ENI can hold so many (WARM_IP_TARGET or
 * MINIMUM_IP_TARGET above an ENI's size). It looks twelve times, and only then takes what has been there since the first looks.
 */
export const imdsWaitWantsMoreIpsThanEniHolds: Diagnosis = {
  id: 'imds-wait-wants-more-ips-than-eni-holds',
  title: 'ipamd waited for more addresses than an interface can hold',
  explain(episode, _blame, timeline) {
    const blamed = waitsIn(episode, timeline, wait => excess(wait, timeline) !== undefined)
    if (blamed === undefined) return undefined
    const wait = blamed.longest
    const { firstShown, incomplete, to } = wait
    if (incomplete === null || to === null) return undefined
    const minimum = timeline.facts.settings.get('MINIMUM_IP_TARGET')?.value
    const warm = timeline.facts.settings.get('WARM_IP_TARGET')?.value
    const target =
      minimum !== undefined && minimum !== '0'
        ? ` (MINIMUM_IP_TARGET=${minimum})`
        : warm !== undefined && warm !== '0'
          ? ` (WARM_IP_TARGET=${warm})`
          : ''
    return {
      confidence: 'certain',
      summary: `${wait.eni ?? 'The new interface'} was attached at ${time(wait.from)} with ${excess(wait, timeline)} ${incomplete.of} and became usable only at ${time(to)}, after ${duration(to - wait.from)}: ipamd waited for ${incomplete.wanted}${target}, and an interface of this instance type cannot hold so many.`,
      clues: [
        clueAt(incomplete.at, incomplete.place, `the wait ends: ${incomplete.got} are there, ${incomplete.wanted} were awaited`),
        ...(firstShown === null ? [] : [clueAt(firstShown.at, firstShown, 'the instance metadata shows the interface already')]),
        clueAt(wait.from, wait.place, `${wait.eni ?? 'an interface'} attached`),
        ...(wait.end === null ? [] : [clueAt(to, wait.end, 'it comes into the pool')]),
      ],
      contributing: ['minimum-ip-target-above-eni-size'],
      fixed: false,
      actions: [
        {
          text: 'Set MINIMUM_IP_TARGET and WARM_IP_TARGET so that no step of growth is more than one interface holds, or upgrade the CNI.',
          command: "kubectl -n kube-system get daemonset aws-node -o jsonpath='{.spec.template.spec.containers[0].env}'",
        },
      ],
    }
  },
}

/** Waited for more than fits: what the ENI holds. Fewer than were asked of EC2 is metadata that lags, and another matter. */
function excess(wait: EniWait, timeline: Timeline): number | undefined {
  const { incomplete } = wait
  if (incomplete === null) return undefined
  // ipamd asks EC2 for no more than an ENI holds, and says for how many
  const asked = timeline.journal
    .between(wait.from - 30_000, incomplete.at, 'addresses-requested')
    .findLast(event => event.eni === undefined || event.eni === wait.eni)
  const most = asked?.count ?? (incomplete.of === 'addresses' ? timeline.facts.limits.addressesPerEni : null)
  // addresses are printed with the ENI's own
  const holds = incomplete.of === 'addresses' ? incomplete.got - 1 : incomplete.got
  return most !== null && incomplete.wanted > most && incomplete.wanted > holds ? holds : undefined
}
