import { clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { fullPool } from './waste.ts'

/** Custom networking leaves the primary ENI unused and the trunk (or its reserved slot) takes the rest: nothing remains for pods. */
export const instanceHasNoEniForPods: Diagnosis = {
  id: 'instance-has-no-eni-for-pods',
  title: 'the instance has no interface left for pod addresses',
  needs: ['debug-lines'],
  explain(episode, blame, timeline) {
    if (blame.share('eni-limit') < 0.3 || episode.pool?.total !== 0) return undefined
    const first = timeline.journal
      .between(episode.firstFailure.at - 60_000, episode.lastFailure.at + 10_000, 'increase-refused')
      .find(event => event.reason === 'eni-limit')
    if (first === undefined) return undefined
    const full = fullPool(episode.firstFailure.at, timeline)
    return {
      confidence: 'likely',
      summary: `The pool is empty (0 addresses) and ipamd finds no room for an interface${first.limit === undefined ? '' : ` (limit ${first.limit}${first.trunk === undefined || first.trunk === 0 ? '' : `, ${first.trunk} kept for the trunk`})`}: this instance type has too few for custom networking together with security groups for pods.`,
      clues: [
        clue(first, 'no room for another ENI'),
        ...(full === undefined ? [clueAt(episode.firstFailure.at, episode.firstFailure.place, 'refused')] : [full]),
      ],
      contributing: ['custom-networking', 'trunk-eni-slot-reserved'],
      fixed: false,
      actions: [{ text: 'Use a larger instance type, or switch custom networking or ENABLE_POD_ENI off for this node group.' }],
    }
  },
}
