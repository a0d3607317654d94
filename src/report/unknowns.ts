import type { Incident, Quality } from '../model/report.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** What this log cannot say: a reader must not take silence for an answer. */
export function unknowns(timeline: Timeline, incidents: readonly Incident[], quality: Quality): string[] {
  const said: string[] = []
  if (!quality.debug && quality.lines > 0)
    said.push('Pool sizes, decisions and the two-minute wait: the node logs no debug lines (AWS_VPC_K8S_CNI_LOGLEVEL is above DEBUG).')
  if (incidents.some(incident => incident.cause?.id === 'subnet-out-of-addresses' || incident.cause?.id === 'subnet-fragmented-no-free-28'))
    said.push('How many addresses the subnet had left, and who holds them: EC2 does not say so when it refuses.')
  if (incidents.some(incident => incident.cause === null)) said.push('Why the requests failed: no line of this log shows a cause.')
  if (timeline.requests.counts.ambiguous > 0)
    said.push(
      `Which of several open requests ${timeline.requests.counts.ambiguous === 1 ? 'one reply' : `${timeline.requests.counts.ambiguous} replies`} belonged to: ipamd's reply names no sandbox. They are matched in the order of the requests.`,
    )
  if (timeline.requests.abandoned.length > 0)
    said.push("How requests without a reply ended on the kubelet's side: plugin.log and the pod's events say it.")
  if (timeline.pool.drift.drifted > 0)
    said.push('Every change of the pool: statistics lines differ from the rebuilt pool, so some lines are missing.')
  if (timeline.beyond.has('rows of its pool'))
    said.push('Every step of the pool: its history is longer than a report keeps, so that the older steps are thinned out.')
  if (timeline.lives.starts === 0 && quality.lines > 0)
    said.push(
      'What happened before this log begins: it does not show ipamd starting, so settings and addresses given earlier are known only where later lines repeat them.',
    )
  return said
}
