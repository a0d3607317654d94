/** What a follower says while the log grows. One item is one line of `--format jsonl`: `docs/follow.schema.json`. Additive within a schemaVersion. */
import type { Confidence, Incident, Instant, Report } from './report.ts'

export type NewsKind =
  /** A request for an address was refused. */
  | 'request-failed'
  /** A pod that had been refused has its address. */
  | 'pod-recovered'
  | 'incident-began'
  /** The cause as of now differs from what was said before. */
  | 'cause-changed'
  | 'incident-ended'
  /** Nothing is assignable any more; something is again; the pool grew after it could not. */
  | 'pool-full'
  | 'pool-freed'
  | 'pool-grew'
  /** ipamd's two minutes after an Insufficient error. */
  | 'wait-began'
  | 'wait-ended'
  | 'ec2-refused'
  | 'eni-attached'
  | 'eni-given-back'
  | 'eni-lost'
  | 'ipamd-started'
  | 'ipamd-serving'
  | 'ipamd-stopping'
  | 'ipamd-failed'
  /** What is about to happen. */
  | 'foresight'
  /** Trouble without a failed request. */
  | 'finding'
  /** So many more of one kind were not said one by one. */
  | 'repeated'
  /** The log itself: renamed and begun anew; part of it is gone; it cannot be continued where the last run stopped. */
  | 'log-rotated'
  | 'log-lost'
  /** A command of --on-incident failed. */
  | 'command-failed'

export type Severity = 'fail' | 'warn' | 'good' | 'info'

export interface News {
  /** The time of the log, not of the reading. */
  readonly at: Instant
  readonly kind: NewsKind
  readonly severity: Severity
  /** One sentence or two. May hold text of the log: reporters escape it. */
  readonly text: string
  readonly node: string
  /** The line it rests on, where it rests on one: an index into the report's inputs, and the 1-based line. */
  readonly input?: number
  readonly line?: number
  readonly pod?: { readonly namespace: string | null; readonly name: string | null }
  readonly attempts?: number
  readonly address?: string
  readonly waitMs?: number
  readonly cause?: { readonly id: string; readonly title: string; readonly confidence: Confidence } | null
  /** What ends it, as far as is known. */
  readonly ends?: string
  readonly pool?: PoolNow
  /** End of the wait; of what is foretold: when. */
  readonly until?: Instant
  readonly eni?: string
  readonly api?: string | null
  readonly code?: string | null
  /** `repeated`: how many, of which kind, in what time. */
  readonly count?: number
  readonly of?: NewsKind
  readonly ms?: number
  /** `incident-began`, `incident-ended`: as in the report. */
  readonly incident?: Incident
}

export interface PoolNow {
  readonly networkCard: number
  readonly total: number | null
  readonly assigned: number | null
  readonly cooldown: number | null
  readonly assignable: number | null
}

/** The node as it stands: what the status area and the metrics show. Instants in epoch ms: a status is drawn, not kept. */
export interface Status {
  readonly node: string
  /** The last line of the log, and the log's time now: the last line's, and what has passed since. */
  readonly lastAt: number | null
  readonly now: number | null
  readonly pools: readonly PoolNow[]
  /** `managed`: null where the log does not show ipamd starting, so that some may be unknown. */
  readonly enis: { readonly managed: number | null; readonly limit: number | null }
  readonly waitUntil: number | null
  readonly requestsPerMinute: number
  readonly requests: { readonly add: number; readonly assigned: number; readonly failed: number }
  readonly refusals: number
  readonly restarts: number
  readonly incidents: number
  /** Open now. */
  readonly incident: { readonly since: number; readonly waiting: number; readonly failed: number; readonly title: string | null } | null
  readonly lastFailure: { readonly at: number; readonly pod: string; readonly title: string | null } | null
  readonly foresight: string | null
}

/** The first line of `--format jsonl`. */
export interface Following {
  readonly schema: 'ipamd-trace/follow'
  readonly schemaVersion: 1
  readonly kind: 'following'
  readonly at: Instant | null
  readonly path: string
  readonly verdict: Report['verdict']
}

/** What a command of --on-incident reads. */
export interface Alert {
  readonly schema: 'ipamd-trace/incident'
  readonly schemaVersion: 1
  readonly event: 'began' | 'ended'
  readonly node: string
  readonly path: string
  readonly incident: Incident
  /** Lists were cut to keep it within bounds. */
  readonly shortened: boolean
}
