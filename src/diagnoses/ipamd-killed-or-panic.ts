import type { Timeline } from '../timeline/timeline.ts'
import { count, duration, list, time } from '../words.ts'
import { apiServerTrouble } from './apiserver-unreachable.ts'
import { clueAt, type Diagnosis } from './diagnosis.ts'
import { type Run, runs, startClue } from './runs.ts'

/**
 * A new "Starting L-IPAMD" after a run that served and got no SIGTERM: killed (SIGKILL, out of memory, liveness probe), a panic, or the node
 * lost its power. The text of a panic goes to the container's stderr, not into this log. Before v1.6.0 an orderly end leaves no line either.
 * Starts that hang on the API server or on EC2 have causes of their own, and a reboot brings the same pods with new sandboxes.
 */
export const ipamdKilledOrPanic: Diagnosis = {
  id: 'ipamd-killed-or-panic',
  title: 'ipamd was killed or crashed, and started again',
  *notice(timeline) {
    const killed = runs(timeline).filter(run => isKilled(run, timeline))
    const first = killed[0]
    if (first === undefined) return
    const starts = killed.flatMap(({ next }) => (next?.startedAt == null ? [] : [next.startedAt]))
    const away = killed.map(({ life, next }) => (next?.servingAt ?? next?.startedAt ?? life.lastAt) - life.lastAt)
    const serving = killed.at(-1)?.next?.servingAt ?? null
    yield {
      severity: 'warn',
      confidence: 'likely',
      summary: `ipamd was restarted ${killed.length === 1 ? 'once' : `${killed.length} times`} without a shutdown signal (${list(starts.map(time))}); ${killed.length === 1 ? '' : 'at most '}${duration(Math.max(...away))} lie between its last line and the next run that serves.${kept(killed, timeline)}${serving === null ? ' The last start does not serve yet.' : ''}`,
      clues: killed
        .slice(0, 5)
        .flatMap(({ life, next }) => [
          ...startClue(next, 'ipamd starts, and no shutdown signal came before'),
          clueAt(life.lastAt, life.last, 'the last line of the process before'),
        ]),
      fixed: serving !== null,
      actions: [
        {
          text: 'Look for the text of a panic in what the dead container wrote.',
          command: 'kubectl -n kube-system logs -l k8s-app=aws-node -c aws-node --previous --tail=200 --prefix',
        },
        {
          text: 'See why its container ended: OOMKilled, the liveness probe, or the node itself.',
          command: `kubectl -n kube-system get pods -l k8s-app=aws-node -o jsonpath='{range .items[*]}{.spec.nodeName}{" "}{.status.containerStatuses[*].lastState}{"\\n"}{end}'`,
        },
      ],
    }
  },
}

function isKilled(run: Run, timeline: Timeline): boolean {
  const { life, next, end } = run
  if (!life.hooked || (end !== 'vanished' && end !== 'hung')) return false
  if (life.stage === 'api-server' || apiServerTrouble(run, timeline) !== undefined) return false
  if (end === 'hung' && life.stage === 'metadata') return false
  const recovery = timeline.pool.recoveries.find(recovery => recovery.startedAt === next?.startedAt)
  return recovery === undefined || recovery.cameAgain === 0 || recovery.cameAgain * 2 < recovery.held
}

/** What the starts read back. The "Assign IP" lines of a start are old sandboxes, no new requests. */
function kept(killed: readonly Run[], timeline: Timeline): string {
  const starts = new Set(killed.map(({ next }) => next?.startedAt))
  const recoveries = timeline.pool.recoveries.filter(recovery => starts.has(recovery.startedAt) && recovery.servingAt !== null)
  const held = recoveries.reduce((most, recovery) => Math.max(most, recovery.held), 0)
  if (recoveries.length === 0 || held === 0) return ''
  const lost = recoveries.reduce((sum, recovery) => sum + recovery.forgotten, 0)
  return lost === 0
    ? ` ${count(held, 'address', 'addresses')} of pods ${held === 1 ? 'was' : 'were'} accounted for after it.`
    : ` ${count(lost, 'address', 'addresses')} that pods had ${lost === 1 ? 'was' : 'were'} not read back.`
}
