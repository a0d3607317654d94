import { count, time } from '../words.ts'
import type { Diagnosis } from './diagnosis.ts'
import { describeSubnet, grewAfter, isFragmented, refusedClues, subnetOf } from './ec2.ts'

/** Prefix delegation needs an aligned, contiguous /28. Free addresses do not help. */
export const subnetFragmentedNoFree28: Diagnosis = {
  id: 'subnet-fragmented-no-free-28',
  title: 'the subnet had no contiguous /28 for a prefix',
  explain(episode, blame, timeline) {
    const refusals = blame.refusals.filter(isFragmented)
    const first = refusals[0]
    if (first === undefined || blame.refusedBy(isFragmented) < 0.3) return undefined
    const subnet = subnetOf(refusals, timeline)
    const waits = timeline.journal.between(first.at, episode.lastFailure.at, 'wait-in-force')
    const all = timeline.refusals.between(first.at, episode.recoveredAt ?? episode.lastFailure.at).filter(isFragmented)
    const contributing = ['prefix-delegation']
    if (timeline.facts.customNetworking) contributing.push('custom-networking')
    if (waits.length > 0) contributing.push('two-minute-backoff')
    else if (first.code === 'InvalidParameterValue') contributing.push('no-backoff-for-invalidparametervalue')
    return {
      confidence: 'certain',
      summary: `Prefix delegation is on, and EC2 found no contiguous /28${subnet === undefined ? '' : ` in ${subnet}`} at ${time(first.at)} (${first.code}, ${count(all.length, 'time')}). Single free addresses do not help.`,
      clues: refusedClues(refusals, episode, timeline),
      contributing,
      fixed: grewAfter(all.at(-1)?.at ?? first.at, timeline),
      actions: [
        describeSubnet(subnet),
        {
          text: 'Reserve space for prefixes in this subnet, or use a new subnet.',
          command: `aws ec2 get-subnet-cidr-reservations --subnet-id ${subnet ?? 'SUBNET_ID'}`,
        },
      ],
    }
  },
}
