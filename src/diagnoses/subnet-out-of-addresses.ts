import { count, time } from '../words.ts'
import type { Diagnosis } from './diagnosis.ts'
import { describeInterfacesOf, describeSubnet, grewAfter, isExhausted, refusalClues, refusedClues, subnetOf } from './ec2.ts'
import { heldWithoutPods } from './waste.ts'

/** EC2 answered InsufficientFreeAddressesInSubnet. From v1.10.2 on ipamd then waits two minutes before it asks again. */
export const subnetOutOfAddresses: Diagnosis = {
  id: 'subnet-out-of-addresses',
  title: 'the subnet had no free address',
  explain(episode, blame, timeline) {
    const refusals = blame.refusals.filter(isExhausted)
    const first = refusals[0]
    if (first === undefined || blame.refusedBy(isExhausted) < 0.3) return undefined
    const waits = timeline.journal.between(first.at, episode.lastFailure.at, 'wait-in-force')
    const subnet = subnetOf(refusals, timeline)
    const pool = episode.pool
    const size = pool?.total == null ? '' : ` The pool was at ${pool.assigned ?? '?'} of ${pool.total}.`
    const held = heldWithoutPods(first.at, timeline)
    const all = timeline.refusals.between(first.at, episode.recoveredAt ?? episode.lastFailure.at).filter(isExhausted)
    return {
      confidence: 'certain',
      summary: `EC2 refused ${first.api ?? 'to give addresses'}${subnet === undefined ? '' : ` in ${subnet}`} at ${time(first.at)}: InsufficientFreeAddressesInSubnet (${count(all.length, 'time')}${waits.length > 0 ? '; ipamd waits two minutes after each' : ''}).${size}${held === undefined ? '' : ` ${held}`}`,
      clues: refusedClues(refusals, episode, timeline),
      contributing: waits.length > 0 ? ['two-minute-backoff'] : [],
      fixed: grewAfter(all.at(-1)?.at ?? first.at, timeline),
      actions: [
        describeSubnet(subnet),
        describeInterfacesOf(subnet),
        {
          text: 'Give the CNI another subnet (tag it kubernetes.io/role/cni=1; v1.18 and later), or lower what nodes keep without pods (WARM_IP_TARGET with MINIMUM_IP_TARGET instead of WARM_ENI_TARGET).',
        },
      ],
    }
  },
  *notice(timeline) {
    // EC2 refused, and no pod noticed yet
    const refusals = timeline.refusals.all.filter(isExhausted)
    const first = refusals[0]
    const last = refusals.at(-1)
    if (first === undefined || last === undefined || timeline.episodes.all.length > 0) return
    if (grewAfter(last.at, timeline)) return
    const subnet = subnetOf(refusals, timeline)
    const held = heldWithoutPods(first.at, timeline)
    yield {
      severity: 'warn',
      confidence: 'certain',
      summary: `EC2 refused ${first.api ?? 'to give addresses'}${subnet === undefined ? '' : ` in ${subnet}`} ${count(refusals.length, 'time')} from ${time(first.at)}: InsufficientFreeAddressesInSubnet. No pod was refused yet; the next ones are when the pool is used up.${held === undefined ? '' : ` ${held}`}`,
      clues: refusalClues(refusals),
      actions: [describeSubnet(subnet), describeInterfacesOf(subnet)],
    }
  },
}
