import type { EventOf } from '../extractors/recognize.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, quote, time } from '../words.ts'
import { clue, type Diagnosis } from './diagnosis.ts'

/**
 * EC2 has more addresses on an ENI than the data store, since the metadata was stale when the ENI was read. Each request for more is refused
 * with PrivateIpAddressLimitExceeded, which ipamd takes for success. Where it then reads what EC2 has, the pool grows and all is well.
 */
export const datastoreOutOfSyncWithEc2: Diagnosis = {
  id: 'datastore-out-of-sync-with-ec2',
  title: 'EC2 has addresses on an interface that ipamd does not know',
  needs: ['debug-lines'],
  explain(episode, blame, timeline) {
    if (episode.reason !== 'no-address') return undefined
    const futile = timeline.journal
      .between(episode.firstFailure.at - 30_000, episode.lastFailure.at + 8_000, 'address-limit-exceeded')
      .filter(event => !grewAt(event, timeline))
    const first = futile[0]
    if (first === undefined) return undefined
    const hit = blame.obstacles.filter(({ at }) => futile.some(event => event.at >= at - 16_000 && event.at <= at + 8_000)).length
    if (hit < 0.3 * blame.size) return undefined
    const chosen = timeline.journal.lastBefore(first.at, 'eni-chosen')
    const eni = chosen === undefined || first.at - chosen.at > 30_000 ? undefined : chosen.eni
    const lag = timeline.journal.all('metadata-lags').findLast(event => event.at <= first.at && (eni === undefined || event.eni === eni))
    const named = eni ?? lag?.eni
    const successes = timeline.journal
      .between(first.at, episode.lastFailure.at + 8_000, 'increase-succeeded')
      .filter(event => futile.some(hit => event.at >= hit.at && event.at - hit.at <= 2_000))
    const unknown = lag === undefined ? 'addresses' : count(lag.addresses.split(',').length, 'address', 'addresses')
    const { pool } = episode
    const size = pool?.total == null ? '' : ` The pool stays at ${pool.total}.`
    return {
      confidence: 'certain',
      summary: `${named ?? 'An interface'} has ${unknown} in EC2 that ipamd does not know${lag === undefined ? '' : ` (stale instance metadata at ${time(lag.at)})`}: each attempt to add more is refused with PrivateIpAddressLimitExceeded (${count(futile.length, 'time')} from ${time(first.at)}) and brings nothing${successes.length === 0 ? '' : ', although ipamd says that it increased the pool'}.${size}`,
      clues: [
        ...futile.slice(0, 3).map(event => clue(event, 'EC2 refuses more addresses on this interface')),
        ...successes.slice(0, 2).map(event => clue(event, 'ipamd calls it a success, and the total is unchanged')),
        ...(lag === undefined ? [] : [clue(lag, 'EC2 has addresses that the metadata does not show')]),
        ...(chosen === undefined || eni === undefined ? [] : [clue(chosen, `ipamd takes ${eni} for one with room`)]),
      ],
      contributing: [
        ...(lag === undefined ? [] : ['stale-imds']),
        ...(successes.length === 0 ? [] : ['false-success-line']),
        'privateipaddresslimitexceeded-swallowed',
      ],
      fixed: false,
      actions: [
        {
          text: 'Compare what EC2 has on the interface with what ipamd knows.',
          command: `aws ec2 describe-network-interfaces --network-interface-ids ${quote(named ?? 'ENI_ID')} --query 'NetworkInterfaces[].PrivateIpAddresses[].PrivateIpAddress'`,
        },
        { text: 'Restart aws-node on this node so that it reads the interface anew, and upgrade the CNI (v1.12.2 or later).' },
      ],
    }
  },
}

/** The pool had more addresses some seconds after than at this refusal: ipamd read what EC2 has. */
function grewAt(event: EventOf<'address-limit-exceeded'>, timeline: Timeline): boolean {
  const before = totalAt(event.at - 1, timeline)
  return before !== null && (totalAt(event.at + 4_000, timeline) ?? 0) > before
}

function totalAt(at: number, timeline: Timeline): number | null {
  return timeline.pool.steps.at(at).reduce<number | null>((sum, step) => (step.total === null ? sum : (sum ?? 0) + step.total), null)
}
