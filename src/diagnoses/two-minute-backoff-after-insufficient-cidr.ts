import { time } from '../words.ts'
import { clue, type Diagnosis } from './diagnosis.ts'
import { describeSubnet, grewAfter, subnetOf } from './ec2.ts'

/** The pool did not grow because ipamd was waiting, and the refusal that began the wait is older than this log. */
export const twoMinuteBackoffAfterInsufficientCidr: Diagnosis = {
  id: 'two-minute-backoff-after-insufficient-cidr',
  title: 'ipamd was waiting two minutes before it asks EC2 again',
  needs: ['debug-lines'],
  explain(episode, blame, timeline) {
    const waiting = blame.obstacles.filter(obstacle => obstacle.blocker === 'waiting')
    if (waiting.length < 0.4 * blame.size) return undefined
    const from = episode.firstFailure.at - 125_000
    const waits = timeline.journal.between(from, episode.recoveredAt ?? episode.lastFailure.at, 'wait-in-force')
    const first = waits[0]
    if (first === undefined) return undefined
    const last = waits.at(-1) as typeof first
    const grew = timeline.manager.attempts.find(attempt => attempt.at > last.at && attempt.outcome === 'grew')
    return {
      confidence: 'certain',
      summary: `ipamd was inside its two-minute wait from ${time(first.at)} to ${time(last.at)} and did not ask EC2; the refusal that began it is older than this log.${grew === undefined ? '' : ` EC2 gave addresses when asked again at ${time(grew.at)}.`}`,
      clues: [
        clue(first, 'ipamd waits before it asks EC2 again'),
        ...(last === first ? [] : [clue(last, 'still waiting')]),
        ...(grew === undefined ? [] : [{ ...grew.outcomePlace, at: grew.outcomeAt, note: 'EC2 gives again' }]),
      ],
      contributing: timeline.pool.mode === 'prefix' ? ['subnet-fragmented-no-free-28'] : ['subnet-out-of-addresses'],
      fixed: grewAfter(last.at, timeline),
      actions: [
        describeSubnet(subnetOf([], timeline)),
        { text: 'Read the rotated logs before this one: they have the refusal (Insufficient…) that began the wait.' },
      ],
    }
  },
}
