import { duration, time } from '../words.ts'
import { clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { grewAfter, isSilence, refusalClues } from './ec2.ts'

/**
 * The pool manager stood inside a call to EC2. With AWS SDK v1 (to v1.19.3) up to ten retries are made without a line, and throttling, server
 * errors and the network all look like this; SDK v2 prints what it was after three attempts.
 */
export const ec2CallNotAnswered: Diagnosis = {
  id: 'ec2-call-not-answered',
  title: 'a call to EC2 did not come back',
  needs: ['debug-lines'],
  explain(episode, blame, timeline) {
    const silent = blame.refusals.filter(isSilence)
    const share = blame.share('in-call') + blame.refusedBy(isSilence)
    if (share < 0.3) return undefined
    const begun = blame.obstacles.find(obstacle => obstacle.blocker === 'in-call')
    const open = timeline.manager.openStall(timeline.lastAt ?? 0)
    const stall = [...timeline.manager.stalls, ...(open === undefined ? [] : [open])]
      .filter(stall => (stall.to ?? episode.lastFailure.at) >= episode.firstFailure.at - 60_000 && stall.from <= episode.lastFailure.at)
      .sort((a, b) => length(b.from, b.to) - length(a.from, a.to))[0]
    const from = stall?.from ?? begun?.attempt?.at ?? silent[0]?.at
    if (from === undefined) return undefined
    const to = stall === undefined ? (begun?.attempt?.outcomeAt ?? null) : stall.to
    const clues = [
      ...(stall === undefined ? [] : [clue(stall.opening, 'the last line of the pool manager before its silence')]),
      ...(begun?.attempt === undefined ? [] : [clueAt(begun.attempt.at, begun.attempt.place, 'the pool manager begins to grow the pool')]),
      ...refusalClues(silent),
      ...(stall?.ending == null || stall.to === null ? [] : [clueAt(stall.to, stall.ending, 'the pool manager is back')]),
    ]
    if (clues.length === 0) return undefined
    const until = to === null ? 'the end of this log' : time(to)
    return {
      confidence: 'likely',
      summary:
        silent.length > 0
          ? `EC2 did not answer ${silent[0]?.api ?? 'the call'} at ${time(silent[0]?.at ?? from)} (no HTTP status, no request id): the endpoint could not be reached, or the request timed out.`
          : `The pool manager was inside a call to EC2 from ${time(from)} to ${until}${to === null ? '' : ` (${duration(to - from)})`}, and the pool could not grow. The log does not say why EC2 did not answer: throttling, server errors and the network all look like this with AWS SDK v1.`,
      clues,
      contributing: ['pool-manager-blocked'],
      fixed: grewAfter(episode.lastFailure.at, timeline) || (to !== null && grewAfter(from - 1, timeline)),
      actions: [
        {
          text: 'Look in CloudTrail for throttled or failed EC2 calls of this node at that time.',
          command: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateNetworkInterface --start-time ${iso(from)} --end-time ${iso((to ?? from) + 60_000)}`,
        },
        { text: 'Check the way to the EC2 endpoint from the node: route, NAT or VPC endpoint, security group, proxy, DNS.' },
      ],
    }
  },
}

function length(from: number, to: number | null): number {
  return (to ?? Number.MAX_SAFE_INTEGER) - from
}

function iso(at: number): string {
  return new Date(at).toISOString().slice(0, 19).concat('Z')
}
