import { count, time } from '../words.ts'
import type { Diagnosis } from './diagnosis.ts'
import { grewAfter, refusedClues } from './ec2.ts'

/** NetworkInterfaceLimitExceeded: the account's quota in the region, not the instance's limit, and the subnet has room. */
export const eniQuotaExceeded: Diagnosis = {
  id: 'eni-quota-exceeded',
  title: "the account's quota of network interfaces was used up",
  explain(episode, blame, timeline) {
    const isQuota = (refusal: { code: string | null }): boolean => refusal.code === 'NetworkInterfaceLimitExceeded'
    const refusals = blame.refusals.filter(isQuota)
    const first = refusals[0]
    if (first === undefined || blame.refusedBy(isQuota) < 0.3) return undefined
    const all = timeline.refusals.all.filter(isQuota)
    return {
      confidence: 'certain',
      summary: `EC2 refuses new network interfaces: the region's quota is used up (NetworkInterfaceLimitExceeded, ${count(all.length, 'time')} from ${time(first.at)}). Neither the subnet nor the instance is the limit.`,
      clues: refusedClues(refusals, episode, timeline),
      contributing: [],
      fixed: grewAfter(all.at(-1)?.at ?? first.at, timeline),
      actions: [
        {
          text: 'Compare the quota with what is in use.',
          command: 'aws service-quotas get-service-quota --service-code vpc --quota-code L-DF5E4CA3',
        },
        {
          text: 'Look for interfaces that nobody uses any more.',
          command: "aws ec2 describe-network-interfaces --filters Name=status,Values=available --query 'length(NetworkInterfaces)'",
        },
      ],
    }
  },
}
