import type { Timeline } from '../timeline/timeline.ts'
import type { EniWait } from '../timeline/waits.ts'
import { count, duration, time } from '../words.ts'
import { clueAt, type Diagnosis, type Opinion } from './diagnosis.ts'
import { describeInstanceInterfaces } from './ec2.ts'
import { joinedAt, waitClues, waitsIn } from './eni-waits.ts'

/** A healthy wait is over in some seconds; the pauses double, so from the eighth look on half a minute goes by. */
const LONG_MS = 20_000

/** The metadata service answers, and does not show an interface that EC2 attached. ipamd waits, gives up, and has lost a slot. */
export const staleImdsNewEniHidden: Diagnosis = {
  id: 'stale-imds-new-eni-hidden',
  title: 'the instance metadata did not show a new interface',
  explain(episode, _blame, timeline) {
    const blamed = waitsIn(episode, timeline, isHidden)
    if (blamed === undefined) return undefined
    const said = opinion(blamed.waits.find(wait => wait.outcome === 'given-up') ?? blamed.longest, timeline)
    return { ...said, summary: `${said.summary} Pods failed from ${time(episode.firstFailure.at)}, when the pool was used up.` }
  },
  *notice(timeline) {
    // the slot is lost, and no pod noticed yet
    if (timeline.episodes.all.length > 0) return
    const wait = timeline.waits.all.find(wait => isHidden(wait) && wait.outcome === 'given-up' && joinedAt(wait, timeline) === null)
    if (wait !== undefined) yield { ...opinion(wait, timeline), severity: 'warn' }
  },
}

/** The looks were answered; at most a few were not. Without debug lines the giving-up alone is left, with no word of failed looks. */
function isHidden(wait: EniWait): boolean {
  if (wait.unanswered > wait.notShown || wait.shown > wait.notShown || wait.incomplete !== null) return false
  if (wait.outcome === 'given-up') return wait.unanswered === 0 || wait.notShown > wait.unanswered
  const until = wait.outcome === 'ready' ? wait.to : (wait.lastNotShown?.at ?? null)
  return wait.notShown > 0 && until !== null && until - wait.from >= LONG_MS
}

function opinion(wait: EniWait, timeline: Timeline): Opinion {
  const name = wait.eni ?? 'A new interface'
  const joined = joinedAt(wait, timeline)
  const limited = timeline.refusals.all.filter(refusal => refusal.code === 'AttachmentLimitExceeded' && refusal.at > wait.from)
  const limit = limited[0]
  const end =
    wait.outcome === 'given-up'
      ? `the instance metadata did not show it; ipamd gave up waiting at ${time(wait.to ?? wait.from)}.${joined === null ? ' Its slot is lost until a reconcile finds the interface or ipamd restarts.' : ` A reconcile found it at ${time(joined)}.`}`
      : wait.outcome === 'ready'
        ? `the instance metadata showed it only after ${duration((wait.to ?? wait.from) - wait.from)}; the pool could not grow meanwhile.`
        : `the instance metadata did not show it yet at ${time(wait.lastNotShown?.at ?? wait.from)}; the pool could not grow meanwhile.`
  return {
    // giving up, alone, does not say whether the metadata service answered
    confidence: wait.notShown > 0 ? 'certain' : 'likely',
    summary: `${name} was attached ${wait.eni === null ? 'before' : 'at'} ${time(wait.from)} and ${end}${limit === undefined ? '' : ` From ${time(limit.at)} EC2 refused further interfaces (AttachmentLimitExceeded, ${count(limited.length, 'time')}): a consequence.`}`,
    clues: [
      ...waitClues(wait),
      ...(limit === undefined ? [] : [clueAt(limit.at, limit.place, 'the slots are taken by interfaces that ipamd does not know')]),
    ],
    contributing: limit === undefined ? [] : ['attached-enis-not-registered'],
    fixed: joined !== null,
    actions: [
      describeInstanceInterfaces(timeline),
      {
        text: 'Compare with what the metadata service shows on the node.',
        command: 'curl -s http://169.254.169.254/latest/meta-data/network/interfaces/macs/',
      },
      ...(joined === null ? [{ text: 'Restart aws-node on this node once the metadata shows the interface, or replace the node.' }] : []),
    ],
  }
}
