import type { Timeline } from '../timeline/timeline.ts'
import { count, list, quote, time } from '../words.ts'
import { type Clue, clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { refusalClues } from './ec2.ts'
import { failureClue, runs, servesAfter, startClue } from './runs.ts'

/**
 * The metadata service lists an ENI that was deleted. Up to v1.7.10 ipamd updates the security groups of what is listed, and ends when EC2
 * does not know one; later releases only say so at debug level. The ENI held no pods: "NotFound" does not mean that somebody deleted one in use.
 */
export const staleImdsGhostEni: Diagnosis = {
  id: 'stale-imds-ghost-eni',
  title: 'the instance metadata lists an interface that no longer exists',
  *notice(timeline) {
    const ended = runs(timeline).filter(({ life }) => life.failure?.error.includes(NOT_FOUND) === true)
    const refusals = timeline.refusals.all.filter(
      refusal => refusal.code === NOT_FOUND && refusal.api === 'ModifyNetworkInterfaceAttribute',
    )
    const texts = [
      ...ended.map(({ life }) => life.failure?.error ?? ''),
      ...(ended.length > 0 ? [] : refusals.map(refusal => refusal.text)),
    ]
    const ghosts = [...new Set(texts.map(eniIn).filter(eni => eni !== undefined))]
    const ghost = ghosts[0]
    if (ghost === undefined) return
    const freed = freedAt(ghost, timeline)
    const origin = freed === undefined ? 'EC2 does not know it' : `ipamd itself deleted it at ${time(freed.at)}`
    const actions = [
      {
        text: 'On the node: see what the metadata service lists.',
        command:
          'curl -s http://169.254.169.254/latest/meta-data/network/interfaces/macs/ -H "X-aws-ec2-metadata-token: $(curl -s -X PUT http://169.254.169.254/latest/api/token -H \'X-aws-ec2-metadata-token-ttl-seconds: 60\')"',
      },
      {
        text: 'See what EC2 says of the interface.',
        command: `aws ec2 describe-network-interfaces --network-interface-ids ${quote(ghost)}`,
      },
      {
        text: 'Stop and start the instance, or replace it: the metadata service does not forget by itself. Upgrade the CNI beyond v1.7.10.',
      },
    ]
    if (ended.length > 0) {
      const failedAt = ended.at(-1)?.life.failure?.at ?? 0
      const serving = servesAfter(failedAt, timeline)
      yield {
        severity: serving === undefined ? 'fail' : 'warn',
        confidence: 'certain',
        summary: `The instance metadata still lists ${list(ghosts)}; ${origin}. ipamd ends on it at every start (${count(ended.length, 'time')} from ${time(ended[0]?.life.failure?.at ?? failedAt)}). ${serving?.servingAt == null ? 'Pods on this node get no address; their requests never reach ipamd.' : `It recovered and took requests from ${time(serving.servingAt)}.`}`,
        clues: [
          ...ended.slice(0, 3).flatMap(({ life }) => failureClue(life, 'ipamd ends: EC2 does not know the interface')),
          ...freedClues(freed),
          ...ended.slice(0, 3).flatMap(({ life }) => startClue(life, 'ipamd starts')),
        ],
        contributing: ['ipamd-crash-loop'],
        fixed: serving !== undefined,
        actions,
      }
      return
    }
    const first = refusals[0]
    const last = refusals.at(-1)
    // for some seconds after each deletion the metadata lags
    if (first === undefined || last === undefined || last.at - first.at < LAG_MS) return
    yield {
      severity: 'info',
      confidence: 'certain',
      summary: `The instance metadata still lists ${list(ghosts)}; ${origin}. ipamd meets it each time it updates security groups (${count(refusals.length, 'time')} from ${time(first.at)} to ${time(last.at)}); this release goes on.`,
      clues: [...refusalClues(refusals), ...freedClues(freed)],
      fixed: false,
      actions,
    }
  },
}

const NOT_FOUND = 'InvalidNetworkInterfaceID.NotFound'
const LAG_MS = 120_000

function freedAt(ghost: string, timeline: Timeline): Clue | undefined {
  const deleted = timeline.journal.all('eni-deleted', 'eni-freed').find(event => event.eni === ghost)
  if (deleted !== undefined) return clue(deleted, `ipamd deleted ${ghost}`)
  const eni = timeline.enis.all.get(ghost)
  return eni?.removed == null || eni.removedAt === null || !eni.freeing
    ? undefined
    : clueAt(eni.removedAt, eni.removed, `ipamd gave ${ghost} back`)
}

function freedClues(freed: Clue | undefined): Clue[] {
  return freed === undefined ? [] : [freed]
}

/** "The networkInterface ID 'eni-04a8…' does not exist". */
function eniIn(error: string): string | undefined {
  const at = error.lastIndexOf('eni-')
  if (at < 0) return undefined
  const id = error.slice(at, at + 40).split(/[^a-z0-9-]/, 1)[0]
  return id === undefined || id.length < 8 ? undefined : id
}
