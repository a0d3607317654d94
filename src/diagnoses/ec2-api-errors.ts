import { count, list, time } from '../words.ts'
import type { Diagnosis } from './diagnosis.ts'
import { grewAfter, isServerError, refusedClues } from './ec2.ts'

/** EC2 answered with an error of its own (5xx). StatusCode 0 is no answer at all and another cause. */
export const ec2ApiErrors: Diagnosis = {
  id: 'ec2-api-errors',
  title: 'EC2 failed with errors of its own',
  explain(episode, blame, timeline) {
    const refusals = blame.refusals.filter(isServerError)
    const first = refusals[0]
    if (first === undefined || blame.refusedBy(isServerError) < 0.3) return undefined
    const all = timeline.refusals.all.filter(isServerError)
    return {
      confidence: 'certain',
      summary: `EC2 failed with ${list(all.map(refusal => `${refusal.code ?? 'an error'}${refusal.status === null ? '' : ` (HTTP ${refusal.status})`}`))} ${count(all.length, 'time')} from ${time(first.at)} on, so the pool could not grow: a problem on EC2's side.`,
      clues: refusedClues(refusals, episode, timeline, 5),
      contributing: [],
      fixed: grewAfter(all.at(-1)?.at ?? first.at, timeline),
      actions: [
        {
          text: 'Look at the AWS Health Dashboard for EC2 in this region, and give the request ids to AWS Support.',
          command: 'aws health describe-events --filter services=EC2,eventStatusCodes=open',
        },
      ],
    }
  },
}
