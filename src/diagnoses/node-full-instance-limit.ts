import { quote } from '../words.ts'
import { clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { fullPool } from './waste.ts'

/** All ENIs that the instance can have are in use and so are their addresses. A healthy full node prints the limit too: it counts only with a refused pod. */
export const nodeFullInstanceLimit: Diagnosis = {
  id: 'node-full-instance-limit',
  title: 'the node is full: it can hold no more interfaces',
  needs: ['debug-lines'],
  explain(episode, blame, timeline) {
    if (blame.share('eni-limit') < 0.3) return undefined
    const limits = timeline.journal
      .between(episode.firstFailure.at - 60_000, episode.lastFailure.at + 10_000, 'increase-refused')
      .filter(event => event.reason === 'eni-limit')
    const first = limits[0]
    if (first === undefined) return undefined
    const { pool } = episode
    const trunk = timeline.journal.all('trunk-skipped').at(-1) ?? (timeline.facts.securityGroupsForPods ? first : undefined)
    const contributing = ['max-pods-too-high']
    const custom = timeline.facts.customNetworking || timeline.journal.count('primary-skipped') > 0
    if (trunk !== undefined && timeline.journal.count('trunk-skipped') > 0) contributing.push('trunk-eni-takes-slot')
    else if (custom) contributing.push('custom-networking-primary-eni-unused')
    const spins = timeline.manager.attemptsInOneSecond > 20
    if (spins) contributing.push('busy-loop-log-flood', 'warm-ip-target-unreachable')
    const full = fullPool(episode.firstFailure.at, timeline)
    const limit = timeline.facts.limits.enis
    const room = timeline.journal.lastBefore(episode.lastFailure.at + 10_000, 'room-checked')
    const why = contributing.includes('trunk-eni-takes-slot')
      ? ' One interface is the trunk of security groups for pods and holds no addresses of the pool.'
      : custom
        ? ' With custom networking the primary interface holds no addresses for pods.'
        : ''
    return {
      confidence: full === undefined ? 'likely' : 'certain',
      summary: `All addresses are in use${pool?.total == null ? '' : ` (${pool.assigned ?? '?'} of ${pool.total})`} and the instance has no room for another interface${limit === null ? '' : ` (limit ${limit})`}.${why}${spins ? ' ipamd v1.16.3 repeats the attempt thousands of times a second.' : ''} The scheduler sends more pods than the node can hold.`,
      clues: [
        ...(full === undefined ? [clueAt(episode.firstFailure.at, episode.firstFailure.place, 'refused')] : [full]),
        clue(first, 'no room for another ENI'),
        ...(room === undefined ? [] : [clue(room, 'how ipamd counts its ENIs')]),
        ...timeline.journal
          .all('trunk-skipped')
          .slice(-1)
          .map(event => clue(event, 'the trunk ENI holds no addresses for pods')),
        ...timeline.journal
          .all('primary-skipped')
          .slice(-1)
          .map(event => clue(event, 'the primary ENI holds no addresses for pods')),
      ],
      contributing,
      fixed: false,
      actions: [
        {
          text: 'Compare max-pods with what the instance type can hold: interfaces × addresses per interface + 2.',
          command: `kubectl get node ${quote(timeline.facts.node.get('node-name')?.value ?? 'NODE')} -o jsonpath='{.status.capacity.pods} {.metadata.labels.node\\.kubernetes\\.io/instance-type}'`,
        },
        { text: 'Lower max-pods, use a larger instance type, or prefix delegation (Nitro).' },
      ],
    }
  },
}
