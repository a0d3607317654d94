import { time } from '../words.ts'
import { clue, type Diagnosis } from './diagnosis.ts'

/** After SIGTERM ipamd serves from the pool but does not call EC2 any more, so as not to leave half-made interfaces. */
export const ipamdTerminating: Diagnosis = {
  id: 'ipamd-terminating',
  title: 'ipamd was shutting down and did not grow the pool',
  explain(episode, blame, timeline) {
    const shutdown = timeline.journal.lastBefore(episode.lastFailure.at, 'shutdown-received')
    const { share } = blame
    const shown = share('terminating') >= 0.3 || blame.beganWith('terminating')
    // a log without debug lines has the signal alone
    const after = shutdown !== undefined && episode.firstFailure.at >= shutdown.at - 1_000 && share('idle', 'unknown', 'terminating') >= 0.5
    if (!shown && !after) return undefined
    const refused = timeline.journal
      .between(episode.firstFailure.at - 30_000, episode.recoveredAt ?? episode.lastFailure.at + 10_000, 'increase-refused')
      .filter(event => event.reason === 'terminating')
    const restart = timeline.lives.all.find(life => life.startedAt !== null && life.startedAt > (shutdown?.at ?? episode.firstFailure.at))
    const first = shutdown ?? refused[0]
    if (first === undefined) return undefined
    const { pool } = episode
    return {
      confidence: refused.length > 0 ? 'certain' : 'likely',
      summary: `ipamd was told to end ${shutdown === undefined ? 'before' : 'at'} ${time(first.at)}; from then on it served from the pool${pool?.total == null ? '' : ` (${pool.assigned ?? '?'} of ${pool.total} in use)`} and did not ask EC2 for more.${restart?.startedAt == null ? ' No new ipamd has started in this log.' : ` The next ipamd started at ${time(restart.startedAt)}.`}`,
      clues: [
        ...(shutdown === undefined ? [] : [clue(shutdown, 'the shutdown signal')]),
        ...refused.slice(0, 3).map(event => clue(event, 'ipamd is terminating and does not grow the pool')),
        ...(restart?.place == null || restart.startedAt === null
          ? []
          : [{ ...restart.place, at: restart.startedAt, note: 'ipamd starts again' }]),
      ],
      contributing: ['daemonset-rollout'],
      fixed: restart !== undefined,
      actions: [
        {
          text: 'See whether aws-node is being rolled out or evicted; the pool grows again when the new one serves.',
          command: 'kubectl -n kube-system get pods -l k8s-app=aws-node -o wide',
        },
      ],
    }
  },
}
