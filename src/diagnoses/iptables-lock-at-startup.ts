import { count, time } from '../words.ts'
import { clue, type Diagnosis } from './diagnosis.ts'
import { failureClue, runs, servesAfter, startClue } from './runs.ts'

/**
 * Another program held the xtables lock as ipamd set up the host's rules; iptables ends with status 4, and so does ipamd. "Resource temporarily
 * unavailable" is the lock, not an address. Later, while ipamd serves, the same error is tried again 30 s later and ends nothing.
 */
export const iptablesLockAtStartup: Diagnosis = {
  id: 'iptables-lock-at-startup',
  title: 'iptables was locked by another program when ipamd started',
  *notice(timeline) {
    const locked = runs(timeline)
      .map(run => {
        const { life, next } = run
        const until = Math.min(life.servingAt ?? Number.POSITIVE_INFINITY, (next?.startedAt ?? Number.POSITIVE_INFINITY) - 1)
        const errors =
          life.startedAt === null && life.failure === null
            ? []
            : timeline.journal
                .between(life.startedAt ?? Number.NEGATIVE_INFINITY, until, 'host-network-failed')
                .filter(event => isLock(event.error ?? ''))
        return {
          run,
          errors,
          ended:
            life.failure !== null && (isLock(life.failure.error) || (errors.length > 0 && life.failure.error.includes('host network'))),
        }
      })
      .filter(({ ended }) => ended)
    const first = locked[0]
    const last = locked.at(-1)
    if (first === undefined || last === undefined) return
    const at = first.errors[0]?.at ?? first.run.life.failure?.at ?? first.run.life.lastAt
    const serving = servesAfter(last.run.life.failure?.at ?? at, timeline)
    yield {
      severity: serving === undefined ? 'fail' : 'warn',
      confidence: 'certain',
      summary: `ipamd ended in its start ${locked.length === 1 ? 'once' : `${locked.length} times`} because another program held the iptables lock at ${time(at)}. ${serving?.servingAt == null ? 'It does not serve yet: pods on this node get no address, and their requests never reach ipamd.' : `It recovered and took requests from ${time(serving.servingAt)}; addresses are not concerned.`}`,
      clues: [
        ...locked.slice(0, 3).flatMap(({ errors }) => errors.slice(0, 2).map(event => clue(event, 'iptables is locked'))),
        ...locked.slice(0, 3).flatMap(({ run }) => failureClue(run.life, 'ipamd ends because of it')),
        ...locked.slice(0, 3).flatMap(({ run }) => startClue(run.next, 'ipamd starts again')),
      ],
      contributing: locked.length > 1 ? ['ipamd-crash-loop'] : [],
      fixed: serving !== undefined,
      actions: [
        {
          text: `On the node: see who holds the lock${locked.length > 1 ? ` (${count(locked.length, 'start')} met it)` : ''}; kube-proxy in iptables mode with many services is the usual one.`,
          command: 'fuser -v /run/xtables.lock',
        },
      ],
    }
  },
}

function isLock(error: string): boolean {
  return (
    error.includes('xtables lock') ||
    (error.includes('iptables') && (error.includes('exit status 4') || error.includes('Resource temporarily unavailable')))
  )
}
