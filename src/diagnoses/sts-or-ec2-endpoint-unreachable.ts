import type { Refusal } from '../timeline/refusals.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, duration, quote, time } from '../words.ts'
import { type Clue, clue, clueAt, type Diagnosis, type Notice } from './diagnosis.ts'
import { grewAfter, isSilence, refusalClues } from './ec2.ts'
import { failureClue, type Run, runs, servesAfter, startClue } from './runs.ts'

/**
 * No way to STS (web identity credentials come with the first call) or to EC2. With AWS SDK v1 the first call waits in silence until the
 * liveness probe kills ipamd: all that shows is where the lines end, again and again. SDK v2 says "StatusCode: 0, RequestID: ,".
 */
export const stsOrEc2EndpointUnreachable: Diagnosis = {
  id: 'sts-or-ec2-endpoint-unreachable',
  title: 'the STS or EC2 endpoint cannot be reached',
  explain(episode, blame, timeline) {
    const silent = blame.refusals.filter(isNoAnswer)
    const first = silent[0]
    if (first === undefined || blame.refusedBy(isNoAnswer) < 0.3) return undefined
    return {
      confidence: 'certain',
      summary: `${first.api ?? 'A call'} got no answer at ${time(first.at)} (no HTTP status, no request id; ${count(silent.length, 'time')}): the endpoint${endpointIn(first.text)} could not be reached or the request timed out, so the pool could not grow.`,
      clues: refusalClues(silent, 5),
      fixed: grewAfter(episode.lastFailure.at, timeline),
      actions: actions(timeline),
    }
  },
  *notice(timeline) {
    const all = runs(timeline)
    const silent = timeline.refusals.all.filter(isNoAnswer)
    const gaveUp = all.filter(
      ({ life }) =>
        life.failure !== null &&
        (isUnanswered(life.failure.error) || silent.some(refusal => Math.abs(refusal.at - (life.failure?.at ?? 0)) < 5_000)),
    )
    if (gaveUp.length > 0) yield told(gaveUp, timeline)
    const hung = all.filter(({ life, end }) => end === 'hung' && life.stage === 'metadata')
    if (hung.length > 0) yield untold(hung, timeline)
  },
}

function told(gaveUp: readonly Run[], timeline: Timeline): Notice {
  const { life } = gaveUp[0] as Run
  const serving = servesAfter((gaveUp.at(-1) as Run).life.lastAt, timeline)
  return {
    severity: serving === undefined ? 'fail' : 'warn',
    confidence: 'certain',
    summary: `ipamd ended in its start because an AWS endpoint${endpointIn(life.failure?.error ?? '')} did not answer (${count(gaveUp.length, 'time')} from ${time(life.failure?.at ?? life.lastAt)}). ${outcome(serving?.servingAt)}`,
    clues: [
      ...gaveUp.slice(0, 3).flatMap(run => failureClue(run.life, 'ipamd ends: no answer')),
      ...refusalClues(timeline.refusals.all.filter(isNoAnswer)),
      ...gaveUp.slice(0, 3).flatMap(run => startClue(run.next, 'ipamd starts again')),
    ],
    contributing: ['ipamd-crash-loop'],
    fixed: serving !== undefined,
    actions: actions(timeline),
  }
}

function untold(hung: readonly Run[], timeline: Timeline): Notice {
  const first = (hung[0] as Run).life
  const last = hung.at(-1) as Run
  const serving = servesAfter(last.life.lastAt, timeline)
  const every = hung.map(({ life, next }) => (next?.startedAt ?? life.lastAt) - (life.startedAt ?? life.lastAt))
  const shortest = Math.min(...every)
  const longest = Math.max(...every)
  const apart = longest - shortest < 10_000 ? `every ${duration(shortest)}` : `after ${duration(shortest)} to ${duration(longest)}`
  const clues: Clue[] = hung
    .slice(0, 4)
    .flatMap(({ life, next }) => [
      clueAt(life.lastAt, life.last, 'the last line of this start: the first EC2 call follows'),
      ...startClue(next, 'ipamd starts again, and no line says why'),
    ])
  const answered = timeline.journal.all('enis-described').find(event => event.at > last.life.lastAt)
  return {
    severity: serving === undefined ? 'fail' : 'warn',
    confidence: hung.length > 1 ? 'likely' : 'possible',
    summary: `ipamd stopped after it had read the instance metadata and was started anew ${hung.length === 1 ? `after ${duration(shortest)}` : `${apart}, ${hung.length} times`} from ${time(first.lastAt)}: the first EC2 call did not return, most likely because the STS or EC2 endpoint cannot be reached. The log has no error for it. ${outcome(serving?.servingAt)}`,
    clues: [...clues, ...(answered === undefined ? [] : [clue(answered, 'EC2 answers')])],
    contributing: ['ipamd-crash-loop', 'liveness-probe-kill'],
    fixed: serving !== undefined,
    actions: actions(timeline),
  }
}

function outcome(servingAt: number | null | undefined): string {
  return servingAt == null
    ? 'Pods on this node get no address; their requests never reach ipamd.'
    : `It recovered and took requests from ${time(servingAt)}.`
}

/** Without those of the metadata service, which is on the node. */
function isNoAnswer(refusal: Refusal): boolean {
  return (
    isSilence(refusal) &&
    refusal.kind !== 'metadata-failed' &&
    !refusal.text.includes('169.254.169.254') &&
    !refusal.text.includes('ec2imds')
  )
}

/** SDK v1: RequestError, "dial tcp", or no credentials from STS; SDK v2: no status and no request id. */
function isUnanswered(error: string): boolean {
  return ANSWERLESS.some(mark => error.includes(mark)) && AWS.some(mark => error.includes(mark))
}

const ANSWERLESS = [
  'StatusCode: 0',
  'RequestError: send request failed',
  'i/o timeout',
  'no such host',
  'connection refused',
  'Client.Timeout exceeded',
  'context deadline exceeded',
  'connection reset',
]
const AWS = [
  'amazonaws.',
  'operation error EC2',
  'operation error STS',
  'api.aws',
  'WebIdentityErr',
  'failed to refresh cached credentials',
]

/** ` https://sts.eu-central-1.amazonaws.com` of an error text; empty where it names none. */
function endpointIn(error: string): string {
  const at = error.indexOf('https://')
  if (at < 0) return ''
  const host = error.slice(at + 8, at + 208).split(/[/"\s\\]/, 1)[0]
  return host === undefined || host === '' ? '' : ` https://${host}`
}

function actions(timeline: Timeline) {
  const region = timeline.facts.node.get('region')?.value ?? 'REGION'
  const vpc = timeline.facts.node.get('vpc-id')?.value
  return [
    {
      text: 'On the node: see whether the endpoints answer. Any HTTP answer is one, whatever its status.',
      command: `curl -sS --max-time 5 -o /dev/null -w '%{http_code}\\n' ${quote(`https://sts.${region}.amazonaws.com`)} ${quote(`https://ec2.${region}.amazonaws.com`)}`,
    },
    {
      text: 'Check the way there: NAT or VPC endpoints for sts and ec2, their security groups, DNS, proxy.',
      command: `aws ec2 describe-vpc-endpoints --filters ${vpc === undefined ? '' : `Name=vpc-id,Values=${quote(vpc)} `}Name=service-name,Values=${quote(`com.amazonaws.${region}.ec2`)},${quote(`com.amazonaws.${region}.sts`)} --query 'VpcEndpoints[].[VpcEndpointId,ServiceName,State]'`,
    },
  ]
}
