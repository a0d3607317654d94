import { type Blocker, obstacleAt } from '../diagnoses/blame.ts'
import type { Failure } from '../timeline/requests.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { time } from '../words.ts'
import { nextWarmAt } from './pool-now.ts'
import type { Wait } from './wait.ts'

/** What would give this pod its address, as far as the log tells at the moment of the failure. To stand after "Ends". */
export function endsWith(failure: Failure, timeline: Timeline, wait: Wait | null): string | undefined {
  switch (failure.reason) {
    case 'checkpoint':
      return 'when ipamd can write its checkpoint'
    case 'branch-eni':
      return 'when the VPC resource controller has put the branch interface on the pod; kubelet tries again'
    case 'trunk':
      return 'when the node has a trunk interface'
    case 'no-address':
      break
    default:
      return undefined
  }
  const { blocker, refusal } = obstacleAt(failure.at, timeline, failure.networkCard)
  if (wait !== null && wait.until > failure.at && WAITED_OUT.has(blocker))
    return `when EC2 gives addresses, asked again at ${time(wait.until)}${wait.exact ? '' : ' at the latest'}, or when a pod ends`
  switch (blocker) {
    case 'cooldown': {
      const warm = nextWarmAt(timeline, failure.at, failure.networkCard)
      return warm === null ? 'when an address leaves its cooldown' : `when an address leaves its cooldown, the first at ${time(warm)}`
    }
    case 'growing':
      return 'when the pool has grown, which takes some seconds'
    case 'in-call':
      return 'when EC2 answers the call that the pool manager waits for'
    case 'waiting':
      return 'when EC2 gives addresses, asked again after the wait, or when a pod ends'
    case 'refused':
      if (refusal?.code?.startsWith('Insufficient')) return 'when EC2 gives addresses, or when a pod ends'
      return `when EC2 no longer refuses${refusal?.code == null ? '' : ` (${refusal.code})`}, or when a pod ends`
    case 'eni-limit':
      return 'only when a pod on this node ends: it can hold no more interfaces'
    case 'cordoned':
      return 'when the node is schedulable again, or when a pod ends'
    case 'terminating':
      return 'when the next ipamd has started'
    case 'free':
    case 'unknown':
      return undefined
    default:
      return 'when the pool grows or a pod ends'
  }
}

/** What stands in the way until the wait is over, whatever the last pass printed. */
const WAITED_OUT: ReadonlySet<Blocker> = new Set<Blocker>(['waiting', 'refused', 'idle', 'in-call'])
