import type { Life } from '../timeline/lives.ts'
import type { Refusal } from '../timeline/refusals.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, list, time } from '../words.ts'
import { type Clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { describeRole, grewAfter, isDenied, refusalClues, refusedClues } from './ec2.ts'

/** The role may not make a call that ipamd needs. At start it ends ipamd, so requests never reach it and no failed request is in the log. */
export const iamPermissionMissing: Diagnosis = {
  id: 'iam-permission-missing',
  title: "the node's role lacks a permission",
  explain(episode, blame, timeline) {
    const refusals = blame.refusals.filter(isDenied)
    // in IPv6 mode there is no pool manager: the refusal of the prefix at start is all there is
    const early =
      refusals.length > 0
        ? refusals
        : timeline.facts.ipv6 || blame.share('unknown', 'idle') > 0.5
          ? deniedIn(timeline, episode.firstFailure.at)
          : []
    const first = early[0]
    if (first === undefined || (refusals.length > 0 && blame.refusedBy(isDenied) < 0.3)) return undefined
    const all = timeline.refusals.all.filter(isDenied)
    return {
      // a denial that no failed try to grow names may be of a call that the pool does not need; in IPv6 mode it needs this one
      confidence: (timeline.facts.ipv6 ? early.some(isOfPrefix) : refusals.length > 0) ? 'certain' : 'likely',
      summary: `The role that ipamd uses may not call ${list(permissions(all))} (${first.code ?? 'HTTP 403'} from ${time(first.at)}, ${count(all.length, 'time')}), so the pool could not grow.`,
      clues: refusedClues(early, episode, timeline, 5),
      contributing: timeline.facts.ipv6 ? ['ipv6'] : [],
      fixed: grewAfter(all.at(-1)?.at ?? first.at, timeline),
      actions: actions(all),
    }
  },
  *notice(timeline) {
    const denied = timeline.refusals.all.filter(isDenied)
    const first = denied[0]
    if (first === undefined) return
    const crashes = timeline.lives.all.filter(
      ({ failure }) => failure !== null && denied.some(({ at }) => at <= failure.at && failure.at - at < 60_000),
    )
    if (crashes.length === 0) return
    const said = crashes.some(({ failure }) => failure !== null && denied.some(refusal => endedBy(failure, refusal)))
    const serving = timeline.lives.current?.servingAt != null
    const ends: Clue[] = crashes
      .slice(0, 3)
      .flatMap(life => (life.failure === null ? [] : [clueAt(life.failure.at, life.failure.place, 'ipamd gives up starting')]))
    const starts: Clue[] = timeline.lives.all
      .slice(0, 3)
      .flatMap(life => (life.place === null || life.startedAt === null ? [] : [clueAt(life.startedAt, life.place, 'ipamd starts')]))
    yield {
      severity: 'fail',
      confidence: said ? 'certain' : 'likely',
      summary: `ipamd could not start: its role may not call ${list(permissions(denied))} (${first.code ?? 'HTTP 403'} at ${time(first.at)}; ${count(timeline.lives.starts, 'start')} in this log). ${serving ? 'A later start succeeded.' : 'Pods on this node get no address; their requests never reached ipamd, so they are not in this log.'}`,
      clues: [...refusalClues(denied), ...ends, ...starts],
      contributing: ['ipamd-crash-loop'],
      fixed: serving,
      actions: actions(denied),
    }
  },
}

/** The error that ended the start is that of the call: it repeats the call's, or names the step that the call is. */
function endedBy({ at, error }: NonNullable<Life['failure']>, { at: deniedAt, api, code, requestId, text }: Refusal): boolean {
  if (deniedAt > at) return false
  if ((code !== null && error.includes(code)) || (requestId !== null && error.includes(requestId))) return true
  const call = api ?? permissionIn(text)?.replace('ec2:', '')
  const [, calls] = STEPS.find(([step]) => error.includes(step)) ?? []
  return call !== undefined && calls?.includes(call) === true && at - deniedAt < STEP_MS
}

/** Steps of the start, as their errors call them, and the calls that they make (`nodeInit`, `DescribeAllENIs`). */
const STEPS: readonly (readonly [step: string, calls: readonly string[]])[] = [
  ['failed to get local ENI metadata', []],
  ['failed to retrieve attached ENIs info', ['DescribeNetworkInterfaces']],
  ['error while trying to increase datastore pool', ['AssignPrivateIpAddresses', 'CreateNetworkInterface', 'AttachNetworkInterface']],
]
const STEP_MS = 5_000

/** The call by which a node of IPv6 gets its one prefix. */
function isOfPrefix({ api, text }: Refusal): boolean {
  return api === 'AssignIpv6Addresses' || permissionIn(text) === 'ec2:AssignIpv6Addresses'
}

function deniedIn(timeline: Timeline, before: number): Refusal[] {
  return timeline.refusals.all.filter(refusal => isDenied(refusal) && refusal.at <= before)
}

function permissions(refusals: readonly Refusal[]): string[] {
  const found = refusals
    .map(refusal => permissionIn(refusal.text) ?? (refusal.api === null ? undefined : `ec2:${refusal.api}`))
    .filter(name => name !== undefined)
  return found.length === 0 ? ['an API that it needs'] : found
}

/** "… is not authorized to perform: ec2:DescribeSecurityGroups because …" */
function permissionIn(text: string): string | undefined {
  const at = text.indexOf('to perform: ')
  if (at < 0) return undefined
  const name = text.slice(at + 12, at + 80).split(/[^A-Za-z0-9:]/, 1)[0]
  return name === undefined || name === '' ? undefined : name
}

function actions(refusals: readonly Refusal[]) {
  return [
    describeRole,
    {
      text: `Allow ${list(permissions(refusals))} in the policy of that role (AmazonEKS_CNI_Policy has what ipamd needs; IPv6 needs a policy of its own), then restart aws-node.`,
    },
  ]
}
