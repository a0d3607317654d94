import type { DroppedSandbox } from '../timeline/pool.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { list, quote, time } from '../words.ts'
import { type Clue, clue, clueAt, type Diagnosis, type Opinion } from './diagnosis.ts'
import { holderName } from './holder.ts'

/**
 * ipamd restarted while the metadata service did not list addresses of a young ENI: the sandboxes on it were "presumed stale/dead", the ENI
 * looked unused and was freed. After a reboot the same line is right: the pods come again by name, and a dying sandbox has its DEL waiting.
 */
export const staleImdsInUseEniFreed: Diagnosis = {
  id: 'stale-imds-in-use-eni-freed',
  title: 'ipamd forgot pods at its restart and freed their interface',
  explain(episode, _blame, timeline) {
    const victims = victimsIn(timeline)
    const first = victims[0]
    // the freed ENI took its addresses with it: what fails soon after fails for want of them
    if (first === undefined || episode.reason !== 'no-address') return undefined
    const { at } = episode.firstFailure
    return at < first.dropped.event.at || at > first.lost.at + SOON_MS ? undefined : opinion(victims, timeline)
  },
  *notice(timeline) {
    const victims = victimsIn(timeline)
    if (victims.length > 0) yield { ...opinion(victims, timeline), severity: 'fail' }
  },
}

const SOON_MS = 300_000
/** An ENI must be a minute old to be freed, and the pool manager looks at most every 30 s. */
const FREED_WITHIN_MS = 600_000

interface Victim extends Loss {
  readonly dropped: DroppedSandbox
}

interface Loss {
  readonly lost: Clue
  readonly how: 'freed' | 'given'
  readonly eni: string | null
  /** Whether the log shows that the address was of that ENI. */
  readonly sure: boolean
}

function victimsIn(timeline: Timeline): Victim[] {
  return [...timeline.pool.dropped.values()].flatMap(dropped => {
    const found = lossOf(dropped, timeline)
    return found === undefined ? [] : [{ ...found, dropped }]
  })
}

function opinion(victims: readonly Victim[], timeline: Timeline): Opinion {
  const first = victims[0] as Victim
  const { held, event } = first.dropped
  const start = timeline.pool.recoveries.filter(recovery => recovery.startedAt <= event.at).at(-1)
  const pods = victims.map(({ dropped }) => `${holderName(dropped.held, timeline)} (${dropped.held.address})`)
  const enis = [...new Set(victims.map(({ eni }) => eni).filter(eni => eni !== null))]
  const one = victims.length === 1
  return {
    confidence: first.sure ? 'likely' : 'possible',
    summary: `${list(pods, 5)} lost ${one ? 'its' : 'their'} network at ${time(first.lost.at)}: ${first.how === 'freed' ? `ipamd freed ${list(enis)}` : 'ipamd gave the address to another pod'}, because at the restart${start === undefined ? '' : ` at ${time(start.startedAt)}`} the instance metadata did not show the ${one ? 'address' : 'addresses'} and ipamd dropped ${one ? 'the pod' : 'the pods'} from its store.`,
    clues: [
      ...victims.slice(0, 4).map(({ lost }) => lost),
      ...victims.slice(0, 4).map(({ dropped }) => clue(dropped.event, `${dropped.held.address} presumed dead`)),
      ...victims.slice(0, 4).flatMap(({ dropped }) => given(dropped)),
      ...(start === undefined ? [] : [clueAt(start.startedAt, start.place, 'ipamd starts')]),
    ],
    contributing: ['ipamd-restart'],
    fixed: false,
    actions: [
      { text: 'Recreate the pods named.', command: `kubectl get pods -A -o wide --field-selector status.podIP=${quote(held.address)}` },
      ...enis.slice(0, 1).map(eni => ({
        text: 'See what became of the interface.',
        command: `aws ec2 describe-network-interfaces --network-interface-ids ${quote(eni)}`,
      })),
    ],
  }
}

function given({ held }: DroppedSandbox): Clue[] {
  return held.place === null || held.since === null
    ? []
    : [clueAt(held.since, held.place, `${held.address} was given to the pod, and no DEL came`)]
}

/** What took the pod's network after ipamd had dropped it. */
function lossOf({ held, event }: DroppedSandbox, timeline: Timeline): Loss | undefined {
  const next = timeline.pool.recoveries.find(recovery => recovery.startedAt > event.at)
  const until = next?.startedAt ?? Number.POSITIVE_INFINITY
  const freed = timeline.journal
    .between(event.at, Math.min(until, event.at + FREED_WITHIN_MS), 'eni-removed')
    .find(removed => removed.unused && (held.eni === null || removed.eni === held.eni))
  if (freed !== undefined)
    return { lost: clue(freed, `${freed.eni} is freed as unused`), how: 'freed', eni: freed.eni, sure: held.eni !== null }
  const now = timeline.pool.addresses.get(held.address)
  if (
    now?.state === 'assigned' &&
    now.container !== held.container &&
    now.since !== null &&
    now.since > event.at &&
    now.since < until &&
    now.place !== null
  )
    return { lost: clueAt(now.since, now.place, `${held.address} is given to another pod`), how: 'given', eni: held.eni, sure: true }
  return undefined
}
