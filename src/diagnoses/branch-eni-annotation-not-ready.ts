import type { Timeline } from '../timeline/timeline.ts'
import { count, duration, list, podName, quote, time } from '../words.ts'
import { clueAt, type Diagnosis } from './diagnosis.ts'

/** kubelet's first tries: a race that each such pod may lose once or twice. */
const BRIEF_MS = 15_000

/**
 * Security groups for pods: the address comes with a branch ENI, which the VPC resource controller makes and writes into an annotation. A pod
 * whose first request is faster than that is refused once; the event on the pod is word for word that of an exhausted pool.
 */
export const branchEniAnnotationNotReady: Diagnosis = {
  id: 'branch-eni-annotation-not-ready',
  title: 'the branch interface for a pod with security groups was not ready',
  explain(episode, _blame, timeline) {
    const trunkless = episode.reason === 'trunk'
    if (episode.reason !== 'branch-eni' && !trunkless) return undefined
    const { firstFailure, lastFailure, pool } = episode
    const waits = [...episode.pods.values()]
    const names = waits.map(podName)
    const pending = waits.filter(wait => wait.assignedAt === null)
    const longest = waits.reduce((most, wait) => Math.max(most, (wait.assignedAt ?? 0) - wait.firstAttemptAt), 0)
    const isBrief = pending.length === 0 && longest <= BRIEF_MS
    const size =
      pool?.total == null || pool.assigned === null ? '' : ` The address pool is not involved (${pool.assigned} of ${pool.total} in use).`
    const refused = `${count(episode.failedRequests, 'request')} of ${list(names)} from ${time(firstFailure.at)}`
    const outcome =
      pending.length === 0
        ? ` ${waits.length === 1 ? 'It was' : 'All were'} served after ${duration(longest)}${waits.length === 1 ? '' : ' at most'}${isBrief ? ': no action is needed' : ''}.`
        : ` ${count(pending.length, 'pod')} still ${pending.length === 1 ? 'waits' : 'wait'} when this log ends.`
    return {
      confidence: 'certain',
      summary: `${
        trunkless
          ? `The node has no trunk interface that ipamd knows, so pods with a security group of their own are refused (${refused}).`
          : `The annotation with the branch interface was not on the pod yet (${refused}).`
      }${outcome}${size}`,
      clues: [
        clueAt(firstFailure.at, firstFailure.place, trunkless ? 'refused: no trunk ENI' : 'refused: no branch ENI on the pod'),
        ...(lastFailure === firstFailure ? [] : [clueAt(lastFailure.at, lastFailure.place, 'the last one refused')]),
        ...(episode.recoveredAt === null || episode.recovered === null
          ? []
          : [clueAt(episode.recoveredAt, episode.recovered, 'served with the branch ENI')]),
      ],
      contributing: ['security-groups-for-pods'],
      fixed: pending.length === 0,
      actions: isBrief ? [] : actions(pending[0] ?? waits[0] ?? { namespace: null, pod: null }, trunkless, timeline),
    }
  },
}

function actions(pod: { readonly namespace: string | null; readonly pod: string | null }, trunkless: boolean, timeline: Timeline) {
  const node = quote(timeline.facts.node.get('node-name')?.value ?? 'NODE')
  return [
    {
      text: trunkless
        ? 'See whether the node has asked for a trunk interface and got one.'
        : 'See whether the resource controller knows the node and serves it.',
      command: `kubectl get cninode ${node} -o yaml`,
    },
    {
      text: 'Read the events of the pod: the resource controller says there why it made no branch interface (a webhook that forbids the patch, a missing security group, no free slot).',
      command: `kubectl -n ${quote(pod.namespace ?? 'NAMESPACE')} describe pod ${quote(pod.pod ?? 'POD')}`,
    },
    ...(trunkless
      ? [
          {
            text: 'The instance type must support trunks, and one interface slot must be free when aws-node starts with ENABLE_POD_ENI.',
            command: `kubectl get node ${node} --show-labels`,
          },
        ]
      : []),
  ]
}
