import type { DetachedEni } from '../timeline/enis.ts'
import { count, list, quote, time } from '../words.ts'
import { type Clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { describeInstanceInterfaces } from './ec2.ts'
import { holderName, sandboxName } from './holder.ts'

/**
 * An ENI with pods on it left the instance, and ipamd did not do it. Up to v1.5 ipamd keeps such an ENI and goes on giving its addresses to
 * pods; from v1.6.0 it is removed by force, and the pods that run on it are dead. Every reply says success. What ipamd frees itself has left
 * the data store before, and an ENI without pods takes nobody's network.
 */
export const eniDetachedOutsideIpamd: Diagnosis = {
  id: 'eni-detached-outside-ipamd',
  title: 'an interface with pods on it was detached outside ipamd',
  *notice(timeline) {
    for (const lost of timeline.enis.detached) {
      const { kept, removed, given, eni } = lost
      const taken =
        removed === null
          ? []
          : timeline.pool.taken.filter(({ event }) => event.kind === 'eni-removed' && event.eni === eni && event.at === removed.at)
      const forced = timeline.journal
        .between(lost.at - 1_000, (removed?.at ?? lost.at) + 1_000, 'eni-force-removed')
        .find(event => event.eni === eni)
      if (kept === null && taken.length === 0 && forced === undefined) continue
      // the metadata service missed it for once: nobody was hurt
      if (kept !== null && removed === null && lost.backAt !== null) continue
      const again = timeline.enis.all.get(eni)?.addedAt ?? null
      const backAt = removed !== null && again !== null && again > removed.at ? again : null
      const running =
        kept === null ? [] : [...timeline.pool.addresses.values()].filter(held => held.eni === eni && held.state === 'assigned')
      const dead = [
        ...[...taken.map(({ address }) => address), ...running].map(held => holderName(held, timeline)),
        ...given.map(({ container }) => sandboxName(container, timeline)),
      ]
      const pods = new Set(dead).size
      const clues: Clue[] = [
        clueAt(lost.at, lost.place, `${eni} is no longer attached`),
        ...(kept === null ? [] : [clueAt(kept.at, kept.place, 'ipamd keeps it because pods use it')]),
        ...(forced === undefined ? [] : [clueAt(forced.at, forced, `taken out by force with ${count(forced.pods, 'pod')} on it`)]),
        ...given.slice(0, 5).map(({ at, place, address }) => clueAt(at, place, `${address} of the detached ENI is given to a pod`)),
        ...(removed === null ? [] : [clueAt(removed.at, removed.place, 'it leaves the pool')]),
      ]
      yield {
        severity: 'fail',
        confidence: backAt === null && (kept === null || lost.seen > 1 || given.length > 0) ? 'certain' : 'likely',
        summary: `${eni} is detached since at least ${time(lost.at)}, and ipamd did not do it${backAt === null ? '' : ` (it is in the pool again since ${time(backAt)})`}. ${consequence(lost, dead, pods, forced?.pods)}`,
        clues,
        contributing: kept === null ? [] : ['node-reboot'],
        fixed: false,
        actions: [
          {
            text: 'See who detached it.',
            command: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=${quote(eni)} --end-time ${quote(new Date(lost.at).toISOString().slice(0, 19).concat('Z'))}`,
          },
          describeInstanceInterfaces(timeline),
          {
            text: `Recreate the pods that had addresses of ${quote(eni)}: ${dead.length === 0 ? 'their names are not in this log' : list(dead, 10)}.`,
          },
        ],
      }
    }
  },
}

function consequence(lost: DetachedEni, dead: readonly string[], pods: number, forced: number | undefined): string {
  if (lost.kept !== null)
    return `It is still in the pool: ${dead.length === 0 ? 'pods that use it' : `${list(dead, 5)} got ${lost.given.length === 1 ? 'an address' : 'addresses'} of it and`} have no network, although every reply says success.`
  if (dead.length === 0)
    return `${count(forced ?? 0, 'pod')} had addresses of it and ${forced === 1 ? 'has' : 'have'} no network until recreated.`
  return `${list(dead, 5)} had addresses of it; ${pods === 1 ? 'it has' : 'they have'} no network until recreated.`
}
