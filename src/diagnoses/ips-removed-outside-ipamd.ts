import { count, list, quote, time } from '../words.ts'
import { type Clue, clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { holderName } from './holder.ts'

/**
 * Addresses that pods use are gone from an ENI, and ipamd did not give them back: it never gives back what is in use. The reconcile takes them
 * out of the pool (up to v1.5 it refuses to), and the pods stay up with a dead address. "Instance metadata does not match data store!" alone is
 * harmless: the metadata lags behind ipamd's own calls.
 */
export const ipsRemovedOutsideIpamd: Diagnosis = {
  id: 'ips-removed-outside-ipamd',
  title: 'addresses that pods use were taken off their interface outside ipamd',
  *notice(timeline) {
    const taken = timeline.pool.taken.filter(({ event }) => event.kind === 'cidr-deleted')
    const refused = timeline.journal
      .all('reconcile-failed')
      .filter(event => event.cidr !== undefined && event.eni !== undefined && event.error?.includes('can not be deleted') === true)
    const first = taken[0]?.event.at ?? refused[0]?.at
    if (first === undefined) return
    const enis = [
      ...taken.map(({ address, event }) => address.eni ?? ('eni' in event ? event.eni : null)),
      ...refused.map(event => event.eni),
    ].filter(eni => typeof eni === 'string')
    const asked = timeline.journal.all('metadata-disagrees').filter(event => event.at >= first - 10_000 && event.at <= first)
    const victims = taken.map(({ address }) => `${holderName(address, timeline)} (${address.address})`)
    const addresses = new Set([...taken.map(({ address }) => address.address), ...refused.map(event => event.cidr ?? '')])
    const clues: Clue[] = [
      ...asked.slice(-1).map(event => clue(event, 'metadata and data store differ; ipamd asks EC2, which decides')),
      ...taken.slice(0, 6).map(({ address, event }) => clue(event, `${address.address} leaves the pool while a pod has it`)),
      ...refused.slice(0, 3).map(event => clue(event, `${event.cidr} is gone from the interface, and a pod has it`)),
      ...taken
        .slice(0, 3)
        .flatMap(({ address }) =>
          address.place === null || address.since === null || address.container === null
            ? []
            : [clueAt(address.since, address.place, `the sandbox that has ${address.address}`)],
        ),
    ]
    yield {
      severity: 'fail',
      // since v1.7.2 EC2 itself is asked before an address goes; up to v1.5 the metadata alone says so, and it may lag
      confidence: asked.length > 0 ? 'certain' : 'likely',
      summary: `${count(addresses.size, 'address was', 'addresses were')} taken off ${list(enis)} outside ipamd at or before ${time(first)} while pods used ${addresses.size === 1 ? 'it' : 'them'}${victims.length === 0 ? '' : `: ${list(victims, 5)}`}. Those pods have no network until they are recreated.`,
      clues,
      fixed: false,
      actions: [
        {
          text: 'See who took them off.',
          command: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=UnassignPrivateIpAddresses --end-time ${quote(new Date(first).toISOString().slice(0, 19).concat('Z'))}`,
        },
        {
          text: 'See what EC2 has on the interface now.',
          command: `aws ec2 describe-network-interfaces --network-interface-ids ${quote(enis[0] ?? 'ENI_ID')} --query 'NetworkInterfaces[].PrivateIpAddresses[].PrivateIpAddress'`,
        },
        {
          text: 'Recreate the pods that have these addresses.',
          command: `kubectl get pods -A -o wide --field-selector status.podIP=${quote([...addresses][0] ?? 'ADDRESS')}`,
        },
      ],
    }
  },
}
