import type { EventOf } from '../extractors/recognize.ts'
import type { Request } from '../timeline/requests.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { type EniWait, isNotFound } from '../timeline/waits.ts'
import { count, list, podName, time } from '../words.ts'
import { beforeFailure, crashLoop } from './crash-loop.ts'
import { type Clue, clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { joinedAt, waitClues, waitsIn } from './eni-waits.ts'

/**
 * The metadata service at 169.254.169.254 fails. EC2 gives, but ipamd learns of a new interface only there. Since v1.9.0 it also asks there in
 * each request, and where that fails it ends the request without a reply: the address is taken, and the pod has none.
 */
export const imdsUnreachable: Diagnosis = {
  id: 'imds-unreachable',
  title: 'the instance metadata service failed',
  explain(episode, _blame, timeline) {
    const { firstFailure, lastFailure, pool } = episode
    const blamed = waitsIn(episode, timeline, isUnanswered)
    if (blamed === undefined && episode.reason !== 'vpc-cidrs') return undefined
    const wait = blamed?.longest
    const from = Math.min(firstFailure.at, ...(blamed?.waits.map(blamed => blamed.from) ?? []))
    const outage = failures(timeline, from - 60_000, Math.max(lastFailure.at, wait?.lastUnanswered?.at ?? 0))
    const began = outage[0]?.at ?? wait?.firstUnanswered?.at ?? firstFailure.at
    const ended = outage.at(-1)?.at ?? began
    const joined = wait === undefined ? null : joinedAt(wait, timeline)
    const silent = silentRequests(timeline).filter(({ failure }) => failure.at >= from - 60_000 && failure.at <= ended + 60_000)
    const size = pool?.total == null || pool.assigned === null ? '' : ` (${pool.assigned} of ${pool.total} in use)`
    return {
      confidence: 'certain',
      summary: `The instance metadata service failed from ${time(began)} to ${time(ended)} (${count(outage.length, 'error')}).${
        wait === undefined
          ? ' ipamd asks it in each request and refused them.'
          : ` ipamd ${wait.eni === null ? 'waited for a new interface' : `attached ${wait.eni} at ${time(wait.from)}`} and could not learn of it there, so the pool did not grow${size}.`
      }${silent.length === 0 ? '' : ` ${count(silent.length, 'further request')} got an address and no reply.`}`,
      clues: [
        ...(wait === undefined ? outage.slice(0, 3).map(event => clue(event, 'the instance metadata does not answer')) : waitClues(wait)),
        ...(wait === undefined
          ? [clueAt(firstFailure.at, firstFailure.place, 'refused: the metadata service did not say the CIDRs of the VPC')]
          : []),
        ...silentClues(silent),
      ],
      contributing: wait !== undefined && joined === null ? ['attached-enis-not-registered'] : [],
      fixed: joined !== null || (episode.recoveredAt !== null && episode.recoveredAt > ended),
      actions,
    }
  },
  *notice(timeline) {
    const crashed = crashLoop(
      timeline,
      life => isOfMetadata(life.failure?.error ?? '') && failures(timeline, beforeFailure(life).from, beforeFailure(life).to).length > 0,
    )
    if (crashed !== undefined) {
      const { from, to } = beforeFailure(crashed.first)
      yield {
        severity: 'fail',
        confidence: 'certain',
        summary: `ipamd could not start: the instance metadata service failed at ${time(failures(timeline, from, to)[0]?.at ?? to)}. ${crashed.said}`,
        clues: [
          ...failures(timeline, from, to)
            .slice(0, 2)
            .map(event => clue(event, 'the instance metadata does not answer')),
          ...crashed.clues,
        ],
        contributing: ['ipamd-crash-loop'],
        fixed: crashed.over,
        actions,
      }
    }
    // requests without a reply are no failed requests; where some failed too, the incident says so of both
    const silent = silentRequests(timeline)
    const [first] = silent
    if (
      first === undefined ||
      timeline.waits.all.some(wait => isUnanswered(wait) && timeline.episodes.all.some(episode => episode.lastFailure.at >= wait.from))
    )
      return
    const from = first.request.pickedAt ?? first.request.receivedAt
    yield {
      severity: 'fail',
      confidence: 'certain',
      summary: `The instance metadata service failed from ${time(first.failure.at)}: ${count(silent.length, 'request')} (${list(silent.map(({ request }) => podName({ ...request })))}) got an address from ${time(from)} on and no reply, so these pods had no network until kubelet tried again.`,
      clues: [...silentClues(silent), clueAt(first.request.receivedAt, first.request.place, 'the first such request')],
      actions,
    }
  },
}

const actions = [
  {
    text: 'Ask the metadata service from the node; 401 or a time-out says that something stands in between (a firewall rule, a hop limit, an agent that floods it).',
    command: `curl -s -m 5 -o /dev/null -w '%{http_code}' -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60'`,
  },
  { text: 'When it answers again and the pool still does not grow, restart aws-node on this node: it reads its interfaces anew.' },
]

function isUnanswered(wait: EniWait): boolean {
  return wait.unanswered > 0 && wait.unanswered >= wait.notShown
}

/** ipamd's own words, or the SDK's; but not where the metadata was asked for credentials, or answered that nothing is there. */
function isOfMetadata(error: string): boolean {
  return (
    (error.includes('metadata') || error.includes('EC2MetadataError') || error.includes('ec2imds')) &&
    !error.includes('credentials') &&
    !isNotFound(error)
  )
}

function failures(timeline: Timeline, from: number, to: number): EventOf<'metadata-failed'>[] {
  return timeline.journal.between(from, to, 'metadata-failed').filter(event => !isNotFound(event.error))
}

interface Silent {
  readonly request: Request
  readonly failure: EventOf<'metadata-failed'>
}

/** The data store gave an address, the metadata failed, and no reply followed. */
function silentRequests(timeline: Timeline): Silent[] {
  const found: Silent[] = []
  const all = timeline.journal
    .all('metadata-failed')
    .filter(event => !isNotFound(event.error) && (event.key === undefined || event.key.includes('vpc-ipv')))
  for (const request of timeline.requests.abandoned) {
    const { pickedAt } = request
    if (pickedAt === null) continue
    const failure = all.find(event => event.at >= pickedAt && event.at - pickedAt <= 60_000)
    if (failure !== undefined) found.push({ request, failure })
  }
  return found
}

function silentClues(silent: readonly Silent[]): Clue[] {
  return silent.slice(0, 2).map(({ failure }) => clue(failure, 'a request that has its address ends without a reply'))
}
