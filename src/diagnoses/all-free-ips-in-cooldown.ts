import { duration, time } from '../words.ts'
import { clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { fullPool } from './waste.ts'

/** Released less than one cooldown ago, an address is not given again, but ipamd's arithmetic counts it as available (pool-rules 3). */
export const allFreeIpsInCooldown: Diagnosis = {
  id: 'all-free-ips-in-cooldown',
  title: 'all free addresses were in their cooldown',
  explain(episode, blame, timeline) {
    if (blame.share('cooldown') < 0.5) return undefined
    const { pool } = episode
    const first = blame.obstacles.find(obstacle => obstacle.blocker === 'cooldown')
    if (first === undefined) return undefined
    const at = timeline.pool.steps.at(first.at)[0] ?? pool
    const period = duration(timeline.pool.cooldownPeriod.ms)
    const release = [...timeline.pool.addresses.values()].find(address => address.state === 'cooldown' && address.place !== null)
    const before = (...kinds: ('decrease-began' | 'addresses-freed' | 'addresses-unassign-began')[]): boolean =>
      timeline.journal.between(episode.firstFailure.at - 120_000, episode.firstFailure.at, ...kinds).length > 0
    const freed = before('addresses-freed', 'addresses-unassign-began')
    const decreased = freed || before('decrease-began')
    const warm = timeline.facts.settings.get('WARM_IP_TARGET')?.value
    // a pool without prefixes gives addresses back only where such a target is set (`decreaseDatastorePool`)
    const byTarget = freed && before('decrease-began') && at?.prefixes === 0
    const contributing = ['cooldown-counted-as-available']
    if (byTarget || (warm !== undefined && warm !== '0')) contributing.push('warm-ip-target-too-small')
    if (decreased) contributing.push('pool-decreased-before-burst')
    const free = at?.total == null || at.assigned === null ? undefined : at.total - at.assigned
    const full = fullPool(episode.firstFailure.at, timeline)
    return {
      confidence: full !== undefined && at?.cooldown != null ? 'likely' : 'possible',
      summary: `${free === undefined || at?.total == null ? 'Every address without a pod' : `${free} of ${at.total} addresses had no pod at ${time(first.at)}, but all of them`} had been released less than ${period} before. ipamd counts them as available, so it did not grow the pool.`,
      clues: [
        ...(full === undefined
          ? [clueAt(episode.firstFailure.at, episode.firstFailure.place, 'refused although addresses had no pod')]
          : [full]),
        ...timeline.journal
          .between(
            episode.firstFailure.at - 60_000,
            episode.firstFailure.at,
            'warm-target-state',
            'decrease-began',
            'addresses-unassign-began',
            'addresses-freed',
          )
          .slice(-3)
          .map(event => clue(event, 'ipamd judged the pool large enough')),
        ...(release?.place == null || release.since === null ? [] : [clueAt(release.since, release.place, `${release.address} released`)]),
      ],
      contributing,
      fixed: false,
      actions: [
        {
          text: 'Keep more spare addresses for pods that come and go quickly: raise WARM_IP_TARGET or MINIMUM_IP_TARGET, or use WARM_ENI_TARGET.',
        },
        {
          text: `Or shorten the cooldown (IP_COOLDOWN_PERIOD, v1.15.0 and later; ${period} in force).`,
          command: "kubectl -n kube-system get daemonset aws-node -o jsonpath='{.spec.template.spec.containers[0].env}'",
        },
      ],
    }
  },
}
