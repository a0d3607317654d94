import type { EventOf } from '../extractors/recognize.ts'
import type { Recovery } from '../timeline/pool.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, list, quote, time } from '../words.ts'
import { clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { holderName } from './holder.ts'

/**
 * ipam.json was gone at a restart, and ipamd believed that all addresses are free. The line is normal at a node's first start, and after a
 * reboot, when the pods come again by name with new sandboxes; it is alarming where pods had addresses and live on.
 */
export const checkpointLost: Diagnosis = {
  id: 'checkpoint-lost',
  title: 'ipamd forgot which addresses its pods have',
  *notice(timeline) {
    const lost = timeline.pool.recoveries.map(recovery => loss(recovery, timeline)).filter(found => found !== undefined)
    const first = lost[0]
    if (first === undefined) return
    const shared = timeline.pool.doubleAssignments.filter(
      double => double.acrossRestart && !double.cameAgain && double.at >= first.recovery.startedAt,
    )
    const missing = lost.flatMap(({ missing }) => (missing === undefined ? [] : [missing]))
    // without debug lines the missing file is not told: that nothing was read back, and then given again, is all there is
    if (missing.length === 0 && shared.length === 0) return
    const forgotten = lost.reduce((sum, { recovery }) => sum + recovery.forgotten, 0)
    const pairs = shared.map(
      double => `${double.address}: ${holderName(double.before, timeline)} and ${holderName(double.after, timeline)}`,
    )
    yield {
      severity: shared.length > 0 ? 'fail' : 'warn',
      confidence: missing.length > 0 ? 'certain' : 'likely',
      summary: `After the restart at ${time(first.recovery.startedAt)} ipamd had forgotten ${count(forgotten, 'pod')}${missing.length > 0 ? ': its checkpoint file was gone' : ''}. ${shared.length === 0 ? 'Their addresses count as free and can be given to a second pod.' : `${count(shared.length, 'address was', 'addresses were')} then given to a second pod (${list(pairs)}).`}`,
      clues: [
        ...missing.slice(0, 3).map(event => clue(event, 'no checkpoint: ipamd takes this for a new node')),
        ...shared
          .slice(0, 4)
          .flatMap(({ at, after, before, address }) => [
            ...(after.place === null ? [] : [clueAt(at, after.place, `${address} goes to ${holderName(after, timeline)}`)]),
            ...(before.place === null || before.since === null
              ? []
              : [clueAt(before.since, before.place, `${address} was given to ${holderName(before, timeline)}, and never released`)]),
          ]),
        ...lost
          .slice(0, 2)
          .map(({ recovery }) => clueAt(recovery.startedAt, recovery.place, `ipamd starts; ${recovery.held} addresses were in use`)),
      ],
      fixed: false,
      actions: [
        {
          text: 'List pods on this node that share an address; recreate those that are older, or drain the node.',
          command: `kubectl get pods -A -o wide --field-selector spec.nodeName=${quote(timeline.facts.node.get('node-name')?.value ?? 'NODE')} --sort-by=.status.startTime`,
        },
        {
          text: 'On the node: see whether the checkpoint is there now. It is a hostPath; look for what removes it.',
          command: 'ls -l /var/run/aws-node/ipam.json',
        },
      ],
    }
  },
}

interface Loss {
  readonly recovery: Recovery
  readonly missing: EventOf<'checkpoint-missing'> | undefined
}

function loss(recovery: Recovery, timeline: Timeline): Loss | undefined {
  if (recovery.forgotten === 0) return undefined
  // in a reboot the pods die, and come again by name
  if (recovery.cameAgain * 2 >= recovery.forgotten + recovery.cameAgain) return undefined
  const until = recovery.servingAt ?? Number.POSITIVE_INFINITY
  const missing = timeline.journal.between(recovery.startedAt, until, 'checkpoint-missing')[0]
  return missing === undefined && recovery.forgotten < recovery.held - recovery.cameAgain ? undefined : { recovery, missing }
}
