import type { Instant, Status } from './report.ts'

/** What `ipamd-trace compare` prints: two logs beside each other. */
export interface Comparison {
  readonly schema: 'ipamd-trace/comparison'
  readonly schemaVersion: 1
  readonly outcome: 'fixed' | 'no-failure' | 'still-failing' | 'failing-now' | 'cannot-tell'
  /** One sentence. */
  readonly headline: string
  readonly before: Side
  readonly after: Side
  /** Settings that both logs tell and that are not the same. */
  readonly changed: readonly { readonly name: string; readonly before: string; readonly after: string }[]
  /** Why the two may not be comparable, one sentence each. */
  readonly warnings: readonly string[]
}

/** One of the two. What is not known is null; rates are per hour of one node's log. */
export interface Side {
  readonly nodes: readonly string[]
  /** In words: `CNI v1.18.3`. */
  readonly releases: readonly string[]
  readonly firstAt: Instant | null
  readonly lastAt: Instant | null
  /** Sum over the nodes. */
  readonly loggedMs: number
  readonly status: Status
  readonly cause: { readonly id: string; readonly title: string } | null
  readonly requests: number
  readonly failed: number
  readonly failedPerHour: number | null
  /** Different pods with a failed request, and those of them that have no address when the log ends. */
  readonly podsHit: number
  readonly podsWaiting: number
  /** Of the pods hit that got an address: from the first attempt on, half and 99 of 100 waited no longer. */
  readonly waitP50Ms: number | null
  readonly waitP99Ms: number | null
  /** For so long no address could be assigned, of the time for which the log tells. Network card 0. */
  readonly emptyMs: number | null
  readonly poolKnownMs: number
  /** Pods with an address at once, at most. */
  readonly mostPods: number | null
  /** Times that the pool manager asked EC2 to grow the pool. */
  readonly askedPerHour: number | null
  /** Errors of EC2 and of other calls. */
  readonly refusalsPerHour: number | null
  /** Mean of all addresses by mean of those assigned. */
  readonly heldPerPod: number | null
  /** "Starting L-IPAMD", all nodes together. */
  readonly starts: number
}
