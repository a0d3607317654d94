import { quote, time } from '../words.ts'
import { clue, type Diagnosis } from './diagnosis.ts'

/**
 * ipamd does not grow the pool of a cordoned node (v1.11.3 and later). v1.11.3 to v1.12.5 print the text of terminating for it: there it is a
 * cordon if the node has a taint and no shutdown signal came.
 */
export const nodeNonSchedulable: Diagnosis = {
  id: 'node-non-schedulable',
  title: 'the node is cordoned, so ipamd does not grow the pool',
  needs: ['debug-lines'],
  explain(episode, blame, timeline) {
    const cordoned = blame.obstacles.filter(
      obstacle => obstacle.blocker === 'cordoned' || (obstacle.blocker === 'terminating' && isCordon(obstacle.at)),
    )
    if (cordoned.length < 0.3 * blame.size) return undefined
    const refused = timeline.journal
      .between(episode.firstFailure.at - 30_000, episode.recoveredAt ?? episode.lastFailure.at + 10_000, 'increase-refused')
      .filter(event => event.reason === 'cordoned' || event.reason === 'terminating')
    const first = refused[0]
    if (first === undefined) return undefined
    const node = timeline.facts.node.get('node-name')?.value
    const { pool } = episode
    return {
      confidence: first.reason === 'cordoned' ? 'certain' : 'likely',
      summary: `The node is marked unschedulable, so ipamd adds no addresses (first said at ${time(first.at)})${pool?.total == null ? '' : `; the pool was at ${pool.assigned ?? '?'} of ${pool.total}`}. Pods that ignore the cordon (DaemonSets) still come and are refused.`,
      clues: refused.slice(0, 3).map(event => clue(event, 'ipamd does not grow the pool: the node is not schedulable')),
      contributing: ['daemonset-pods-ignore-cordon'],
      fixed: timeline.manager.attempts.some(attempt => attempt.at > (refused.at(-1) as { at: number }).at && attempt.outcome === 'grew'),
      actions: [
        {
          text: 'See whether the cordon is meant; uncordon the node, or set AWS_MANAGE_ENIS_NON_SCHEDULABLE=true (v1.12.6 and later).',
          command: `kubectl get node ${quote(node ?? 'NODE')} -o jsonpath='{.spec.unschedulable} {.spec.taints}'`,
        },
      ],
    }

    function isCordon(at: number): boolean {
      const shutdown = timeline.journal.lastBefore(at, 'shutdown-received')
      const started = timeline.journal.lastBefore(at, 'ipamd-started')
      if (shutdown !== undefined && (started === undefined || started.at < shutdown.at)) return false
      return (timeline.journal.lastBefore(at, 'node-taints')?.count ?? 0) > 0
    }
  },
}
