import type { DroppedSandbox } from '../timeline/pool.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { list, podName, quote, time } from '../words.ts'
import { type Clue, clue, clueAt, type Diagnosis } from './diagnosis.ts'

/**
 * ipamd restarted while the metadata service did not list addresses of a young ENI: the sandboxes on it were "presumed stale/dead", the ENI
 * looked unused and was freed. After a reboot the same line is right: the pods come again by name, and a dying sandbox has its DEL waiting.
 */
export const staleImdsInUseEniFreed: Diagnosis = {
  id: 'stale-imds-in-use-eni-freed',
  title: 'ipamd forgot pods at its restart and freed their interface',
  *notice(timeline) {
    const victims = [...timeline.pool.dropped.values()].flatMap(dropped => {
      const found = loss(dropped, timeline)
      return found === undefined ? [] : [{ ...found, dropped }]
    })
    const first = victims[0]
    if (first === undefined) return
    const { held, event } = first.dropped
    const starts = timeline.pool.recoveries.filter(recovery => recovery.startedAt <= event.at).at(-1)
    const pods = victims.map(({ dropped }) => `${podName(dropped.held)} (${dropped.held.address})`)
    const enis = [...new Set(victims.map(({ dropped }) => dropped.held.eni).filter(eni => eni !== null))]
    yield {
      severity: 'fail',
      confidence: 'likely',
      summary: `${list(pods, 5)} lost ${victims.length === 1 ? 'its' : 'their'} network at ${time(first.lost.at)}: ${first.how === 'freed' ? `ipamd freed ${list(enis)}` : 'ipamd gave the address to another pod'}, because at the restart${starts === undefined ? '' : ` at ${time(starts.startedAt)}`} the instance metadata did not show the ${victims.length === 1 ? 'address' : 'addresses'} and ipamd dropped ${victims.length === 1 ? 'the pod' : 'the pods'} from its store.`,
      clues: [
        ...victims.slice(0, 4).map(({ lost }) => lost),
        ...victims.slice(0, 4).map(({ dropped }) => clue(dropped.event, `${dropped.held.address} presumed dead`)),
        ...victims
          .slice(0, 4)
          .flatMap(({ dropped }) =>
            dropped.held.place === null || dropped.held.since === null
              ? []
              : [clueAt(dropped.held.since, dropped.held.place, `${dropped.held.address} was given to the pod, and no DEL came`)],
          ),
        ...(starts === undefined ? [] : [clueAt(starts.startedAt, starts.place, 'ipamd starts')]),
      ],
      contributing: ['ipamd-restart'],
      fixed: false,
      actions: [
        { text: 'Recreate the pods named.', command: `kubectl get pods -A -o wide --field-selector status.podIP=${quote(held.address)}` },
        ...(enis[0] === undefined
          ? []
          : [
              {
                text: 'See what became of the interface.',
                command: `aws ec2 describe-network-interfaces --network-interface-ids ${quote(enis[0])}`,
              },
            ]),
      ],
    }
  },
}

/** What took the pod's network after ipamd had dropped it. */
function loss({ held, event }: DroppedSandbox, timeline: Timeline): { readonly lost: Clue; readonly how: 'freed' | 'given' } | undefined {
  const next = timeline.pool.recoveries.find(recovery => recovery.startedAt > event.at)
  const until = next?.startedAt ?? Number.POSITIVE_INFINITY
  const freed = timeline.journal.between(event.at, until, 'eni-removed').find(removed => removed.unused && removed.eni === held.eni)
  if (freed !== undefined) return { lost: clue(freed, `${freed.eni} is freed as unused`), how: 'freed' }
  const now = timeline.pool.addresses.get(held.address)
  if (
    now?.state === 'assigned' &&
    now.container !== held.container &&
    now.since !== null &&
    now.since > event.at &&
    now.since < until &&
    now.place !== null
  )
    return { lost: clueAt(now.since, now.place, `${held.address} is given to another pod`), how: 'given' }
  return undefined
}
