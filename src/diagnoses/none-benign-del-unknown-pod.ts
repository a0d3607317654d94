import type { EventOf } from '../extractors/recognize.ts'
import { count, list, quote, time } from '../words.ts'
import { clue, type Diagnosis } from './diagnosis.ts'
import { sandboxName } from './holder.ts'

/**
 * A DEL for a sandbox that ipamd has released before. From v1.20.0 on the plugin does not see that the error means "already gone", and the
 * runtime repeats it for ever. One or two of these come with every pod; the pool is fine in any case, and no pod waits.
 */
export const noneBenignDelUnknownPod: Diagnosis = {
  id: 'none-benign-del-unknown-pod',
  title: 'the runtime repeats the DEL of a sandbox that is gone; addresses are not concerned',
  *notice(timeline) {
    const bySandbox = new Map<string, EventOf<'sandbox-unknown'>[]>()
    for (const event of timeline.journal.all('sandbox-unknown')) {
      const list = bySandbox.get(event.container)
      if (list === undefined) bySandbox.set(event.container, [event])
      else list.push(event)
    }
    const repeated = [...bySandbox].filter(([, events]) => events.length >= REPEATED).sort((a, b) => b[1].length - a[1].length)
    if (repeated.length === 0) return
    const names = repeated.map(([container]) => sandboxName(container, timeline))
    const events = repeated.flatMap(([, events]) => events)
    const first = Math.min(...events.slice(0, 2_000).map(event => event.at))
    const pool = timeline.pool.now()[0]
    const container = (repeated[0] as (typeof repeated)[number])[0]
    yield {
      severity: 'info',
      confidence: 'certain',
      summary: `The DEL for ${list(names)} is repeated since ${time(first)} (${count(events.length, 'time')}): ${names.length === 1 ? 'its sandbox is' : 'their sandboxes are'} gone already, and no address waits for it${pool?.total == null || pool.assigned === null ? '' : ` (${pool.assigned} of ${pool.total} in use)`}.`,
      clues: repeated
        .slice(0, 3)
        .flatMap(([, events]) =>
          [...events.slice(0, 2), ...events.slice(-1)].map(event => clue(event, 'a DEL for a sandbox that has no address')),
        ),
      fixed: false,
      actions: [
        {
          text: 'On the node: see whether the runtime still lists the sandbox; removing it there ends the repetition.',
          command: `crictl pods --id ${quote(container)}`,
        },
      ],
    }
  },
}

/** kubelet and the runtime both send a DEL: the second finds nothing. More is a repetition. */
const REPEATED = 3
