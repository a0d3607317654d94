import { quote } from '../words.ts'
import { clueAt, type Diagnosis } from './diagnosis.ts'
import { fullPool } from './waste.ts'

/** Since v1.16.3 the pool counts as large enough when it has max-pods addresses, read once at start. The cause is a line that is absent (causes.md). */
export const ipamdMaxPodsCap: Diagnosis = {
  id: 'ipamd-max-pods-cap',
  title: 'ipamd stopped growing at the max-pods it read at start',
  needs: ['debug-lines'],
  explain(episode, blame, timeline) {
    const { maxPods } = timeline.facts.limits
    const total = episode.pool?.total
    if (maxPods === null || total == null || total < Number(maxPods.value) || episode.pool?.assigned !== total) return undefined
    if (blame.share('idle', 'not-needed', 'unknown') < 0.5) return undefined
    const full = fullPool(episode.firstFailure.at, timeline)
    return {
      confidence: 'likely',
      summary: `The pool is full (${total} of ${total}) and ipamd does not try to grow it: it read max-pods = ${maxPods.value} at its start and stops there, while kubelet schedules more.`,
      clues: [
        clueAt(maxPods.at, maxPods.place, `max pods: ${maxPods.value}`),
        ...(full === undefined ? [clueAt(episode.firstFailure.at, episode.firstFailure.place, 'refused')] : [full]),
      ],
      contributing: ['kubelet-max-pods-higher'],
      fixed: false,
      actions: [
        {
          text: 'Compare with what kubelet allows now, make both equal and restart aws-node.',
          command: `kubectl get node ${quote(timeline.facts.node.get('node-name')?.value ?? 'NODE')} -o jsonpath='{.status.capacity.pods}'`,
        },
      ],
    }
  },
}
