import type { EventOf } from '../extractors/recognize.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, duration, quote, time } from '../words.ts'
import { type Clue, clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { failureClue, type Run, runs, servesAfter, startClue } from './runs.ts'

/**
 * ipamd asks the API server before anything else. Up to v1.10.4 it tries once and ends (v1.8.0 to v1.10.4 without a line), then it waits for
 * ever, since v1.19.4 mostly 30 s (families A2). What it asks while it serves is another matter: pods get addresses without.
 */
export const apiserverUnreachable: Diagnosis = {
  id: 'apiserver-unreachable',
  title: 'ipamd could not reach the API server when it started',
  *notice(timeline) {
    const troubled = runs(timeline)
      .map(run => apiServerTrouble(run, timeline))
      .filter(found => found !== undefined)
    const first = troubled[0]
    const last = troubled.at(-1)
    if (first === undefined || last === undefined) return
    const said = troubled.flatMap(({ errors }) => errors)
    const failed = troubled.filter(({ run }) => run.life.failure?.over === 'api-server')
    const reached = timeline.journal.all('api-server-reached').find(event => event.at > last.to)
    const serving = servesAfter(last.to, timeline)
    const fixed = serving !== undefined || reached !== undefined
    const lasted = (reached?.at ?? serving?.servingAt ?? timeline.lastAt ?? last.to) - first.from
    const address = [...said.map(event => event.error), ...failed.map(({ run }) => run.life.failure?.error)]
      .map(hostIn)
      .find(host => host !== undefined)
    const end = !fixed
      ? 'Pods on this node get no address; their requests never reach ipamd.'
      : serving?.servingAt != null
        ? `It recovered and took requests from ${time(serving.servingAt)}.`
        : 'Then the API server answered.'
    yield {
      severity: !fixed ? 'fail' : troubled.length > 1 || lasted >= WORTH_A_WARNING_MS || failed.length > 0 ? 'warn' : 'info',
      confidence: said.length > 0 || failed.length > 0 ? 'certain' : 'likely',
      summary: `ipamd could not reach the API server${address === undefined ? '' : ` ${address}`} on ${count(troubled.length, 'start')} between ${time(first.from)} and ${time(last.to)}${said.length > 1 ? ` (${said.length} times in ${duration(last.to - first.from)})` : ''}. ${end}`,
      clues: [
        ...said.slice(0, 3).map(event => clue(event, 'the API server does not answer')),
        ...failed.slice(0, 3).flatMap(({ run }) => failureClue(run.life, 'ipamd ends because of it')),
        ...troubled.slice(0, 3).flatMap(silence),
        ...troubled.slice(0, 3).flatMap(({ run }) => startClue(run.life, 'ipamd starts')),
        ...(reached === undefined ? [] : [clue(reached, 'the API server answers')]),
      ],
      contributing: troubled.length > 1 ? ['ipamd-crash-loop'] : [],
      fixed,
      actions: [
        {
          text: "See whether kube-proxy runs on this node: a time-out of the service address is mostly kube-proxy's, not the network's.",
          command: `kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide --field-selector spec.nodeName=${quote(timeline.facts.node.get('node-name')?.value ?? 'NODE')}`,
        },
        {
          text: 'On the node: ask the API server as ipamd does. Then check the security groups of node and cluster, and proxy settings.',
          command: `curl -sk --max-time 5 ${quote(`https://${address ?? 'API_SERVER'}/version`)}`,
        },
      ],
    }
  },
}

/** A start that got its answer within this time lost nothing worth a warning. */
const WORTH_A_WARNING_MS = 15_000

export interface Trouble {
  readonly run: Run
  readonly errors: readonly EventOf<'api-server-unreachable'>[]
  readonly from: number
  readonly to: number
}

/** What kept this start from the API server; undefined where nothing did. */
export function apiServerTrouble(run: Run, timeline: Timeline): Trouble | undefined {
  const { life, next, end } = run
  // a run that began before this log has a trouble of its start only where it ended in it
  if (life.startedAt === null && life.failure?.over !== 'api-server') return undefined
  const until = Math.min(life.servingAt ?? Number.POSITIVE_INFINITY, (next?.startedAt ?? Number.POSITIVE_INFINITY) - 1)
  const errors = timeline.journal.between(life.startedAt ?? Number.NEGATIVE_INFINITY, until, 'api-server-unreachable')
  const ended = life.failure?.over === 'api-server'
  const silent = life.stage === 'api-server' && (end === 'hung' || end === 'vanished')
  if (errors.length === 0 && !ended && !silent) return undefined
  return {
    run,
    errors,
    from: life.startedAt ?? errors[0]?.at ?? life.lastAt,
    to: Math.max(errors.at(-1)?.at ?? 0, ended ? (life.failure?.at ?? 0) : 0, silent ? life.lastAt : 0),
  }
}

function silence({ run, errors }: Trouble): Clue[] {
  const { life } = run
  return errors.length > 0 || life.failure !== null
    ? []
    : [clueAt(life.lastAt, life.last, 'the last line of this start: it asks the API server')]
}

/** `172.20.0.1:443` of `Get "https://172.20.0.1:443/version": dial tcp …`. */
function hostIn(error: string | undefined): string | undefined {
  const at = error?.indexOf('https://') ?? -1
  if (error === undefined || at < 0) return undefined
  const host = error.slice(at + 8, at + 208).split(/[/"\s\\]/, 1)[0]
  return host === '' ? undefined : host
}
