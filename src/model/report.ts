/**
 * The report: plain data, no clock, no host name. JSON is this object as it is, and every other form is made from it alone.
 *
 * Instants are ISO 8601 UTC with milliseconds, durations integer milliseconds. What is not known is absent or null, never 0.
 * Additive within a schemaVersion. The published JSON Schema is `docs/report.schema.json`.
 */

/** ISO 8601 in UTC with milliseconds: `2024-09-11T20:39:00.478Z`. */
export type Instant = string

export interface Report {
  readonly schema: 'ipamd-trace/report'
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'ipamd-trace'; readonly version: string }
  readonly inputs: readonly Input[]
  /** Present when the analysis was narrowed. */
  readonly window?: {
    /** Incidents, pool rows, requests and happenings that were over before are left out. */
    readonly since?: Instant
    readonly until?: Instant
    /** As asked for; so are pod and namespace: the incidents are of their requests alone. */
    readonly node?: string
    readonly pod?: string
    readonly namespace?: string
  }
  readonly verdict: Verdict
  readonly nodes: readonly NodeReport[]
  /** How the nodes stand to each other; present where there are several. */
  readonly fleet?: Fleet
  /** Damage and doubts about the input, worst first. Empty: the input is sound. */
  readonly problems: readonly Problem[]
}

export interface Input {
  readonly path: string
  /** Physical lines. lines = understood + known + unrecognized - extra + joined + blank + foreign + unreadable. */
  readonly lines: number
  readonly bytes: number
  /** Lines that became events. */
  readonly understood: number
  /** Lines that ipamd is known to write and that say nothing about addresses. */
  readonly known: number
  /** Well-formed lines whose message no wording knows. */
  readonly unrecognized: number
  readonly unreadable: number
  readonly blank: number
  /** Lines that continue the record above them, or belong to a shipper's wrapping. */
  readonly joined: number
  /** Records beyond the first on one line. */
  readonly extra: number
  /** Records that stand in an earlier input too and were counted there: part of the sum above. Absent: none. */
  readonly repeated?: number
  /** Lines that ipamd's logger did not write: panics, goroutine dumps. */
  readonly foreign: number
  /** The input ends in the middle of a line, of a gzip member, of an archive. */
  readonly truncated: boolean
  readonly firstAt: Instant | null
  readonly lastAt: Instant | null
  /** How the log was wrapped, where it was: `gzip`, `tar`, `cri`, `docker-json`, `cloudwatch` … outermost first. */
  readonly form?: readonly string[]
  /** Of the file as it lies on the disk (of the archive, for a log inside of one), in hexadecimal; only where it was asked for. */
  readonly sha256?: string
}

/** Something about the input that may make the report incomplete. Never thrown, never silent. */
export interface Problem {
  /** kebab-case, from a published list: `unreadable-line`, `cut-line`, `fused-lines`, `gap`, `clock-went-back`, `cut-gzip` … */
  readonly kind: string
  /** `damage` makes the exit code 4; `note` does not. */
  readonly severity: 'damage' | 'note'
  readonly text: string
  readonly count: number
  /** The first places, at most 10. */
  readonly places: readonly Evidence[]
}

export type Status = 'ok' | 'warn' | 'fail' | 'unknown'
export type Confidence = 'certain' | 'likely' | 'possible'

/** A line of the log that carries a statement. */
export interface Evidence {
  readonly input: number
  /** 1-based physical line. */
  readonly line: number
  readonly at: Instant | null
  /** What this line shows, in a few words: "EC2 refused CreateNetworkInterface". */
  readonly note?: string
  /** The raw line, cut at 2,000 characters. Hostile text: reporters escape it. */
  readonly text?: string
}

export interface Cause {
  /** From the list of causes (`docs/causes/`). */
  readonly id: string
  /** The cause in a few words, to stand after "because" or a colon: "the subnet had no free address". */
  readonly title: string
  readonly confidence: Confidence
  readonly contributing: readonly string[]
  readonly evidence: readonly Evidence[]
  /** One or two sentences with the ids and numbers of this incident. */
  readonly summary: string
  /** What to do, most useful first. */
  readonly actions: readonly Action[]
}

export interface Action {
  readonly text: string
  /** A read-only shell command with the real ids filled in, quoted for sh. */
  readonly command?: string
}

export interface Verdict {
  readonly status: Status
  /** One sentence. */
  readonly headline: string
  /** Of the worst incident, or of the worst finding where no request failed. */
  readonly cause: Cause | null
}

export interface Release {
  readonly value: string | null
  /** All releases that the evidence allows, oldest first; empty when nothing is known. */
  readonly candidates: readonly string[]
  readonly from: 'log' | 'fingerprint' | 'bundle' | null
}

export interface Requests {
  /** "Received AddNetwork" lines; a kubelet retry is a request of its own. */
  readonly add: number
  readonly assigned: number
  /** ipamd said no: a reply with Success false, or a rejection. */
  readonly failed: number
  /** No outcome in the log. */
  readonly unanswered: number
  readonly del: number
}

/** `[at, networkCard, total, assigned, cooldown, prefixes]`; null where the log cannot tell. A step function: a row whenever a value changes. */
export type PoolRow = readonly [Instant, number, number | null, number | null, number | null, number | null]

export interface NodeReport {
  /** Its Kubernetes name, else instance id, else where the log came from. */
  readonly node: string
  readonly instanceId?: string
  readonly instanceType?: string
  readonly region?: string
  readonly availabilityZone?: string
  readonly subnetId?: string
  readonly vpcId?: string
  readonly release: Release
  readonly firstAt: Instant | null
  readonly lastAt: Instant | null
  /** Settings that the log states, e.g. WARM_ENI_TARGET: '1'. */
  readonly settings: Readonly<Record<string, string>>
  readonly limits: { readonly enis?: number; readonly addressesPerEni?: number; readonly maxPods?: number; readonly from?: 'log' | 'table' }
  readonly requests: Requests
  readonly pool: {
    readonly columns: readonly ['at', 'networkCard', 'total', 'assigned', 'cooldown', 'prefixes']
    readonly rows: readonly PoolRow[]
  }
  readonly enis: readonly EniReport[]
  /** Absent where the log never tells how large the pool is, and in IPv6, where a prefix is more than anybody counts. */
  readonly waste?: Waste
  /** Absent in a report that was made before this was counted. */
  readonly growth?: Growth
  readonly incidents: readonly Incident[]
  readonly findings: readonly Finding[]
  /** Causes that were looked for and are not it, or could not be judged. */
  readonly checked: readonly Checked[]
  /**
   * When pods gave their addresses back (ipamd's last line of a DEL), in order, at most 1,000: where there are more, those close together are
   * one entry. Absent in a report that was made before this was kept.
   */
  readonly deletions?: readonly Deletion[]
  /** What happened on the node, for charts and timelines, in order: restarts, EC2 refusals, waits, ENIs, cordon … Bounded: repetition is counted. */
  readonly happenings: readonly Happening[]
  readonly quality: Quality
  /** What this log cannot say, one sentence each. */
  readonly unknowns: readonly string[]
  /** What a support bundle says of the node beside the log. */
  readonly bundle?: BundleReport
}

export interface BundleReport {
  /** The archive or directory. */
  readonly path: string
  readonly collectedAt: Instant | null
  readonly kernel?: string
  /** kubelet's; ipamd reads its own (`limits.maxPods`, where the log states it). */
  readonly maxPods?: number
  /** Settings of this report that the bundle, not the log, states. */
  readonly settings: readonly string[]
  /** ipamd's own account of its pool at the time of collection, held against the pool rebuilt from the log. Null: the bundle has none, or the log tells nothing that it could be held against. */
  readonly check: BundleCheck | null
}

export interface BundleCheck {
  /** The instant of the log that is compared. */
  readonly at: Instant
  /** `request-line`: the log has the line of the very request that the account answered. `end-of-log`: it has not, so its end is compared. */
  readonly by: 'request-line' | 'end-of-log'
  readonly agrees: boolean
  /** Null where the log cannot tell. */
  readonly cards: readonly {
    readonly networkCard: number
    readonly bundle: { readonly total: number; readonly assigned: number }
    readonly log: { readonly total: number | null; readonly assigned: number | null }
  }[]
  /** Addresses that both name. */
  readonly addressesCompared: number
  /** Both sides of what differs, at most 50. */
  readonly differences: readonly { readonly what: string; readonly bundle: string; readonly log: string }[]
}

/** Several nodes: who failed, who first, and what they share. */
export interface Fleet {
  readonly nodes: number
  /** Nodes with an incident, the first to fail first. */
  readonly failed: readonly {
    readonly node: string
    readonly firstFailureAt: Instant
    readonly recoveredAt: Instant | null
    readonly failedRequests: number
    readonly pods: number
    readonly cause: string | null
  }[]
  /** What several of them have in common, the largest first. */
  readonly shared: readonly {
    readonly by: 'subnet' | 'cause'
    /** Of the cause; null: none is known. */
    readonly cause: string | null
    readonly subnetId?: string
    readonly nodes: readonly string[]
    readonly firstFailureAt: Instant
    /** From the first failure of the first node to that of the last one. */
    readonly withinMs: number
    readonly failedRequests: number
    readonly pods: number
    /** One sentence. */
    readonly text: string
  }[]
}

export interface EniReport {
  readonly eni: string
  readonly networkCard: number | null
  readonly primary: boolean | null
  readonly addedAt: Instant | null
  readonly removedAt: Instant | null
  /** Addresses it brought to the pool when last counted. */
  readonly addresses: number | null
}

/** Addresses that the node held without a pod; other nodes of the subnet could not have them. */
export interface Waste {
  /** For so long the log tells how large the pool is; the averages are over this time. */
  readonly knownMs: number
  readonly meanTotal: number
  /** As ipamd counts: sandboxes that died without a DEL are among them. */
  readonly meanAssigned: number
  /** Without a pod: not assigned, or assigned to a sandbox that is dead. */
  readonly meanSpare: number
  /** One address without a pod for an hour is 1. */
  readonly addressHours: number
  /** When most addresses had no pod, for the first time. */
  readonly peak: { readonly at: Instant; readonly total: number; readonly assigned: number; readonly spare: number }
  /** Why, most address-hours first; they sum to the whole, but for rounding. */
  readonly reasons: readonly WasteReason[]
}

export interface WasteReason {
  /** From a published list: `warm-eni-target`, `warm-prefix-target`, `warm-ip-target`, `minimum-ip-target`, `batch`, `not-given-back`, `cooldown`, `leaked`, `not-told`. */
  readonly reason: string
  readonly text: string
  readonly addressHours: number
}

/** How often the pool manager set out to grow the pool, and how often it was told no. */
export interface Growth {
  /** Null where the log has no debug lines. */
  readonly attempts: number | null
  /** Of the attempts, those that asked EC2; null where there are too many to tell each. */
  readonly asked: number | null
  /** Errors of EC2 and of other calls that the log tells. */
  readonly refusals: number
}

/** A stretch of time in which requests failed for one cause. */
export interface Incident {
  /** Stable within a report: `cause@first failure`. */
  readonly id: string
  readonly firstFailureAt: Instant
  readonly lastFailureAt: Instant
  /** First successful reply for one of its pods after the last failure. */
  readonly recoveredAt: Instant | null
  /** Whether what caused it is gone, as far as the log says; null: it does not say. "Recovered" and "fixed" are different. */
  readonly fixed: boolean | null
  readonly failedRequests: number
  /** When each request failed, at most the first 2,000: the reports' failure lanes. */
  readonly failures: readonly Instant[]
  /**
   * Of each of `failures`, in their order, the pod whose request it was and its line; fewer where not all were kept. Absent in a report that
   * was made before this was kept.
   */
  readonly failureLines?: readonly FailureLine[]
  readonly pods: readonly PodWait[]
  /** Of the network card that failed; last known before the failure. */
  readonly poolAtFirstFailure: {
    readonly total: number | null
    readonly assigned: number | null
    readonly cooldown: number | null
    readonly networkCard?: number
    readonly enis?: number
  } | null
  readonly cause: Cause | null
  /** Why it ended, one sentence; absent where it has not or the log cannot tell. */
  readonly recovery?: string
  /** Where the time went, from the first failed attempt to the recovery (or the end of the log): parts that sum to the whole. */
  readonly breakdown: readonly Part[]
  /** The chain of lines from the last success to the recovery. */
  readonly evidence: readonly Evidence[]
  /** EC2's refusals: for AWS Support. */
  readonly apiErrors: readonly ApiError[]
}

export interface FailureLine {
  /** Of its pod in `pods`; null where several requests were open and the log does not say which one failed. */
  readonly podIndex: number | null
  readonly input: number
  readonly line: number
}

export interface Part {
  /** From a published list: `ec2-had-nothing`, `two-minute-wait`, `cooldown`, `ec2-slow`, `ipamd-down`, `kubelet-retry`, `unexplained` … */
  readonly part: string
  readonly text: string
  readonly ms: number
}

export interface PodWait {
  readonly namespace: string | null
  readonly name: string | null
  readonly attempts: number
  readonly firstAttemptAt: Instant
  readonly assignedAt: Instant | null
  readonly address: string | null
  /** From its first attempt to its address. */
  readonly waitMs: number | null
  /** The line that says it got its address, where there is one. */
  readonly input?: number
  readonly line?: number
}

export interface ApiError {
  readonly at: Instant
  /** `CreateNetworkInterface`, where the line says it. */
  readonly api: string | null
  /** `InsufficientFreeAddressesInSubnet`, where the line says it. */
  readonly code: string | null
  readonly status: number | null
  readonly requestId: string | null
  readonly subnetId?: string
  readonly eni?: string
  readonly input: number
  readonly line: number
}

/** Trouble or a fact worth knowing, also without a failed request. */
export interface Finding {
  readonly id: string
  readonly title: string
  readonly confidence: Confidence
  /** How much it weighs in the verdict: `fail`: pods have no network; `warn`: it will hurt or has hurt; `info`. */
  readonly severity: 'fail' | 'warn' | 'info'
  readonly summary: string
  readonly contributing: readonly string[]
  readonly evidence: readonly Evidence[]
  readonly actions: readonly Action[]
}

export interface Checked {
  readonly id: string
  readonly outcome: 'ruled-out' | 'not-judged' | 'failed'
  readonly reason: string
}

export interface Happening {
  readonly at: Instant
  readonly until?: Instant
  /** kebab-case: `ipamd-started`, `shutdown`, `ec2-refused`, `wait`, `eni-added`, `eni-removed`, `cordoned`, `pool-full`, `request-failed` … */
  readonly kind: string
  readonly text: string
  readonly count: number
  readonly input: number
  readonly line: number
}

export interface Deletion {
  readonly at: Instant
  /** Of the last one, where there are several. */
  readonly until?: Instant
  readonly count: number
  /** Of the first one; null: the log does not name it. */
  readonly namespace: string | null
  readonly pod: string | null
  readonly input: number
  readonly line: number
}

export interface Quality {
  readonly lines: number
  /** Lines by level, as printed. */
  readonly levels: Readonly<Record<string, number>>
  /** False: no debug line in the whole log, so pool figures and decisions are missing. */
  readonly debug: boolean
  /** Silences longer than the node's own rhythm allows. */
  readonly gaps: readonly { readonly from: Instant; readonly to: Instant; readonly ms: number }[]
  /** Statistics lines held against the rebuilt pool. */
  readonly statistics: { readonly compared: number; readonly drifted: number; readonly largestDrift: number }
  /** Messages no wording knows, most frequent first, at most 20; `unrecognizedInAll` counts all lines. */
  readonly unrecognized: readonly { readonly level: string; readonly text: string; readonly count: number; readonly first: Evidence }[]
  readonly unrecognizedInAll: number
}

/** The pool at one instant: what `ipamd-trace state` prints. */
export interface State {
  readonly at: Instant
  readonly nodes: readonly NodeState[]
}

export interface NodeState {
  readonly node: string
  readonly total: number | null
  readonly assigned: number | null
  readonly cooldown: number | null
  readonly assignable: number | null
  readonly networkCards: readonly {
    readonly networkCard: number
    readonly total: number | null
    readonly assigned: number | null
    readonly cooldown: number | null
    readonly prefixes: number | null
  }[]
  readonly enis: readonly {
    readonly eni: string
    readonly networkCard: number | null
    readonly addresses: number | null
    readonly assigned: number
  }[]
  readonly addresses: readonly HeldAddress[]
}

export interface HeldAddress {
  readonly address: string
  readonly eni: string | null
  readonly networkCard: number | null
  readonly state: 'assigned' | 'cooldown' | 'free'
  readonly sandbox: string | null
  readonly namespace: string | null
  readonly pod: string | null
  readonly since: Instant | null
  /** End of its cooldown. */
  readonly until?: Instant
}
