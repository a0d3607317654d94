import { count, duration, time } from '../words.ts'
import { clueAt, type Diagnosis } from './diagnosis.ts'
import { fullPool } from './waste.ts'

/** The pool manager looks every five seconds and adds what is short: pods that come faster than that outrun it. It heals by itself. */
export const warmPoolTooSmallForBurst: Diagnosis = {
  id: 'warm-pool-too-small-for-burst',
  title: 'pods came faster than the warm pool grows',
  needs: ['debug-lines'],
  explain(episode, blame, timeline) {
    if (blame.share('growing', 'cooldown') < 0.5 || blame.share('growing') === 0) return undefined
    const growing = blame.obstacles.find(obstacle => obstacle.blocker === 'growing' && obstacle.attempt !== undefined)
    const attempt = growing?.attempt
    if (attempt === undefined) return undefined
    const warm = timeline.facts.settings.get('WARM_IP_TARGET')?.value
    const eni = timeline.facts.settings.get('WARM_ENI_TARGET')?.value
    const target = warm !== undefined && warm !== '0' ? `WARM_IP_TARGET=${warm}` : eni !== undefined ? `WARM_ENI_TARGET=${eni}` : undefined
    const pods = episode.pods.size + episode.unlistedPods
    const full = fullPool(episode.firstFailure.at, timeline)
    const heals =
      episode.recoveredAt === null
        ? ''
        : `; the first of them had an address ${duration(episode.recoveredAt - episode.firstFailure.at)} after the first failure`
    return {
      confidence: 'likely',
      summary: `${count(pods, 'pod')} came when the pool was used up${target === undefined ? '' : ` (${target})`}. EC2 gave more as soon as it was asked at ${time(attempt.at)}${heals}.`,
      clues: [
        ...(full === undefined ? [clueAt(episode.firstFailure.at, episode.firstFailure.place, 'refused: the pool is used up')] : [full]),
        clueAt(attempt.at, attempt.place, 'the pool manager begins to grow the pool'),
        clueAt(attempt.outcomeAt, attempt.outcomePlace, 'EC2 gives'),
      ],
      contributing: warm !== undefined && warm !== '0' ? ['warm-ip-target-low'] : [],
      fixed: false,
      actions: [
        {
          text: 'Keep more spare addresses: raise WARM_IP_TARGET or MINIMUM_IP_TARGET, or use WARM_ENI_TARGET.',
          command: "kubectl -n kube-system get daemonset aws-node -o jsonpath='{.spec.template.spec.containers[0].env}'",
        },
      ],
    }
  },
}
