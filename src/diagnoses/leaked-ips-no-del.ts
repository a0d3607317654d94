import type { Timeline } from '../timeline/timeline.ts'
import { count, list, quote, time } from '../words.ts'
import { clueAt, type Diagnosis, type Opinion } from './diagnosis.ts'
import { leaks } from './leaks.ts'

/** Sandboxes that died without a CNI DEL keep their addresses: ipamd has no garbage collection while it runs. */
export const leakedIpsNoDel: Diagnosis = {
  id: 'leaked-ips-no-del',
  title: 'addresses of dead sandboxes were never released',
  explain(_episode, blame, timeline) {
    // where the pool could grow, leaked addresses are not what stops it
    if (blame.share('eni-limit', 'idle', 'not-needed', 'target-reached') < 0.3) return undefined
    return opinion(timeline)
  },
  *notice(timeline) {
    const found = opinion(timeline)
    if (found !== undefined && timeline.episodes.all.length === 0) yield { ...found, severity: 'warn' }
  },
}

function opinion(timeline: Timeline): Opinion | undefined {
  const found = [...leaks(timeline), ...vanished(timeline)]
  if (found.length === 0) return undefined
  const addresses = found.flatMap(leak => leak.leaked)
  const names = found.map(leak => `${leak.namespace}/${leak.pod}`)
  const first = found[0] as (typeof found)[number]
  return {
    confidence: 'likely',
    summary: `${list(names)} ${names.length === 1 ? 'holds' : 'hold'} ${count(addresses.length, 'address', 'addresses')} of sandboxes that no DEL released (${list(addresses.map(held => `${held.address} since ${time(held.since ?? 0)}`))}). ipamd gives them to nobody else.`,
    clues: addresses
      .slice(0, 6)
      .flatMap(held =>
        held.place === null || held.since === null ? [] : [clueAt(held.since, held.place, `${held.address} given, never released`)],
      )
      .concat(
        first.current?.place == null || first.current.since === null
          ? []
          : [clueAt(first.current.since, first.current.place, `the same pod gets ${first.current.address}`)],
      ),
    contributing: ['node-full-instance-limit'],
    fixed: false,
    actions: [
      {
        text: 'Compare with the pods that run on the node.',
        command: `kubectl get pods -A -o wide --field-selector spec.nodeName=${quote(timeline.facts.node.get('node-name')?.value ?? 'NODE')}`,
      },
      {
        text: 'Restart aws-node on this node: since v1.12 it drops the entries of sandboxes whose veth is gone. Drain the node if it does not.',
      },
    ],
  }
}

interface Gone {
  readonly namespace: string
  readonly pod: string
  readonly leaked: readonly {
    readonly address: string
    readonly since: number | null
    readonly place: { readonly input: number; readonly line: number } | null
  }[]
  readonly current:
    | { readonly address: string; readonly since: number | null; readonly place: { readonly input: number; readonly line: number } | null }
    | undefined
}

/**
 * Entries that ipamd itself found dead at its next start: "stale IP allocation … host-side veth not found" since v1.12; before, it read
 * the living sandboxes from CRI, and what it did not find there had died unseen. A lost checkpoint forgets the living too.
 */
function vanished(timeline: Timeline): Gone[] {
  const stale = timeline.journal
    .all('sandbox-stale')
    .map(event => ({ address: event.address, since: event.at, place: { input: event.input, line: event.line } }))
  const fromCri = timeline.journal.all('recovery-began').some(event => event.from === 'cri')
  const forgotten = fromCri && timeline.journal.count('checkpoint-missing') === 0 ? [...timeline.pool.forgotten.values()] : []
  const leaked = [...stale, ...forgotten]
  if (leaked.length < 2) return []
  return [{ namespace: 'ipamd', pod: `${leaked.length} dead sandboxes`, leaked, current: undefined }]
}
