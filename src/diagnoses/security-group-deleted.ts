import type { Refusal } from '../timeline/refusals.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, list, quote, time } from '../words.ts'
import { beforeFailure, crashLoop } from './crash-loop.ts'
import { clue, type Diagnosis, type Opinion } from './diagnosis.ts'
import { describeInstanceInterfaces, grewAfter, refusalClues } from './ec2.ts'
import { idIn } from './ids.ts'
import { isBadGroup, isOfEniConfig, stretchOf } from './interface-settings.ts'

/** New interfaces get the node's security groups. Up to v1.6 ipamd reads those once at start: one that is deleted later is refused until it starts anew. */
export const securityGroupDeleted: Diagnosis = {
  id: 'security-group-deleted',
  title: "one of the node's security groups no longer exists",
  explain(_episode, blame, timeline) {
    const isIt = isDeleted(timeline)
    return blame.refusedBy(isIt) < 0.3 ? undefined : opinion(blame.refusals.filter(isIt), timeline)
  },
  *notice(timeline) {
    const isIt = isDeleted(timeline)
    const crashed = crashLoop(timeline, life => {
      const { from, to } = beforeFailure(life)
      return timeline.refusals.between(from, to).some(isIt)
    })
    const all = timeline.refusals.all.filter(isIt)
    const found = opinion(all, timeline)
    if (found === undefined) return
    if (crashed !== undefined) {
      yield {
        ...found,
        severity: 'fail',
        summary: `ipamd could not start. ${found.summary} ${crashed.said}`,
        clues: [...found.clues.slice(0, 3), ...crashed.clues],
        contributing: ['ipamd-crash-loop'],
        fixed: crashed.over,
      }
      return
    }
    if (timeline.episodes.all.length > 0 || grewAfter(all.at(-1)?.at ?? 0, timeline)) return
    yield { ...found, severity: 'warn', summary: `${found.summary} No pod was refused yet; the next ones are when the pool is used up.` }
  },
}

function isDeleted(timeline: Timeline): (refusal: Refusal) => boolean {
  return refusal => isBadGroup(refusal) && !isOfEniConfig(refusal, timeline)
}

function opinion(refusals: readonly Refusal[], timeline: Timeline): Opinion | undefined {
  const first = refusals[0]
  if (first === undefined) return undefined
  const all = stretchOf(first, timeline, isDeleted(timeline))
  const last = all.at(-1) ?? first
  const groups = [...new Set(refusals.map(refusal => idIn(refusal.text, 'sg-')).filter(group => group !== undefined))]
  const started = timeline.journal.lastBefore(first.at, 'ipamd-started')
  const creating = timeline.journal.lastBefore(first.at, 'eni-creating')
  const successes = refusals.slice(0, 20).flatMap(refusal => timeline.journal.between(refusal.at, refusal.at + 2_000, 'increase-succeeded'))
  return {
    confidence: 'certain',
    summary: `Security group ${groups.length === 0 ? 'of this node' : list(groups)} no longer exists (EC2: ${first.code}, ${count(all.length, 'time')} from ${time(all[0]?.at ?? first.at)}), and ipamd${started === undefined ? '' : `, which started at ${time(started.at)},`} still names it for new interfaces: none can be made.`,
    clues: [
      ...refusalClues(refusals),
      ...(creating === undefined || first.at - creating.at > 60_000 ? [] : [clue(creating, 'the security groups that ipamd names')]),
      ...successes.slice(0, 1).map(event => clue(event, 'ipamd calls it a success, and the total is unchanged')),
      ...(started === undefined ? [] : [clue(started, 'ipamd starts and reads its security groups')]),
    ],
    contributing: successes.length > 0 ? ['false-success-line'] : [],
    fixed: grewAfter(last.at, timeline),
    actions: [
      {
        text: 'See whether the security group exists.',
        command: `aws ec2 describe-security-groups --group-ids ${groups.length === 0 ? 'GROUP_ID' : groups.map(quote).join(' ')}`,
      },
      describeInstanceInterfaces(timeline),
      { text: 'Give the node its present security groups, then restart aws-node on it so that it reads them anew.' },
    ],
  }
}
