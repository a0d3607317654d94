import { count, duration, time } from '../words.ts'
import type { Diagnosis } from './diagnosis.ts'
import { grewAfter, isThrottle, refusedClues } from './ec2.ts'

/** EC2 said that this account or role calls it too often. There is no back-off for it, so ipamd adds to the load (causes.md). */
export const ec2ApiThrottling: Diagnosis = {
  id: 'ec2-api-throttling',
  title: 'EC2 throttled the calls that grow the pool',
  explain(episode, blame, timeline) {
    const refusals = blame.refusals.filter(isThrottle)
    const first = refusals[0]
    if (first === undefined || blame.refusedBy(isThrottle) < 0.3) return undefined
    const all = timeline.refusals.all.filter(isThrottle)
    const span = (all.at(-1)?.at ?? first.at) - first.at
    return {
      confidence: 'certain',
      summary: `EC2 throttled this node from ${time(first.at)} on (${first.code}, ${count(all.length, 'time')}${span > 0 ? ` within ${duration(span)}` : ''}), so the pool could not grow.`,
      clues: refusedClues(refusals, episode, timeline, 5),
      contributing: [...(timeline.pool.mode === 'prefix' ? ['prefix-delegation'] : []), 'mass-node-recycle'],
      fixed: grewAfter(all.at(-1)?.at ?? first.at, timeline),
      actions: [
        {
          text: 'Find who calls EC2 so often in this account and region (CloudTrail, or CloudWatch API usage), and recycle fewer nodes at once.',
        },
        { text: 'Ask AWS Support for a higher request rate, with the request ids of the refusals.' },
      ],
    }
  },
}
