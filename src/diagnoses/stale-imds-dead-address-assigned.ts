import { count, list, quote, time } from '../words.ts'
import { clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { holderName } from './holder.ts'

/**
 * At its start ipamd believes the metadata service, although EC2's answer in its hand says that some addresses are gone. The line is
 * harmless until a pod gets one of them: that pod has no network. The other way round ("not yet found in IMDS") nobody is hurt.
 */
export const staleImdsDeadAddressAssigned: Diagnosis = {
  id: 'stale-imds-dead-address-assigned',
  title: 'pods got addresses that EC2 had taken back',
  *notice(timeline) {
    const dead = timeline.pool.deadAssignments
    const first = dead[0]
    if (first === undefined) return
    const pods = dead.map(({ held }) => `${holderName(held, timeline)} (${held.address})`)
    const stale = [...new Set(dead.map(({ stale }) => stale))]
    yield {
      severity: 'fail',
      confidence: 'certain',
      summary: `${list(pods, 5)} received ${dead.length === 1 ? 'an address' : 'addresses'} that EC2 no longer had on ${list(stale.map(event => event.eni))} at ${time(first.stale.at)}; only the instance metadata still showed ${dead.length === 1 ? 'it' : 'them'}. ${count(new Set(pods).size, 'pod has', 'pods have')} no network, although every reply says success.`,
      clues: [
        ...stale.slice(0, 3).map(event => clue(event, 'EC2 does not have these addresses any more')),
        ...dead.slice(0, 6).map(({ held, at }) => clueAt(at, held.place ?? first.stale, `${held.address} is given to a pod`)),
      ],
      contributing: timeline.lives.starts > 1 ? ['ipamd-restart'] : [],
      fixed: false,
      actions: [
        {
          text: 'See what EC2 has on the interface.',
          command: `aws ec2 describe-network-interfaces --network-interface-ids ${quote(first.stale.eni)} --query 'NetworkInterfaces[].PrivateIpAddresses[].PrivateIpAddress'`,
        },
        {
          text: 'Delete the pods named, then restart aws-node on this node once the instance metadata shows the same as EC2.',
          command: `kubectl get pods -A -o wide --field-selector status.podIP=${quote(first.held.address)}`,
        },
      ],
    }
  },
}
