/** What the log tells of one pod, address, interface or sandbox, and of a whole node: plain data, as `--format json` prints it. */
import type { Instant, Report } from './report.ts'

/** One answer: a story for each node that has one. */
export interface Answer<S extends Story = Story> {
  readonly schema: `ipamd-trace/${S['of']}`
  readonly schemaVersion: 1
  /** As asked. Absent for a timeline. */
  readonly asked?: string
  /** Paths, in the order that `input` counts. */
  readonly inputs: readonly string[]
  readonly window?: Report['window']
  readonly stories: readonly S[]
}

export type Story = PodStory | AddressStory | EniStory | SandboxStory | TimelineStory

interface StoryBase {
  readonly node: string
  /** From where to where the log of the node goes. */
  readonly firstAt: Instant | null
  readonly lastAt: Instant | null
  /** What happened, in order. */
  readonly entries: readonly Entry[]
  /** Entries beyond the bound. */
  readonly omitted: number
}

export interface Entry {
  readonly at: Instant
  readonly until?: Instant
  /** kebab-case: `asked`, `refused`, `assigned`, `released`, `deleted` … */
  readonly kind: string
  readonly text: string
  /** How many lines say it. */
  readonly count: number
  readonly input: number
  readonly line: number
}

/** A request of kubelet's for an address: each try is one, with a sandbox of its own. */
export interface Try {
  readonly sandbox: string
  readonly receivedAt: Instant
  readonly input: number
  readonly line: number
  readonly outcome: 'open' | 'assigned' | 'failed' | 'unanswered'
  readonly answeredAt: Instant | null
  /** The line that answers. */
  readonly answer: { readonly input: number; readonly line: number } | null
  readonly address: string | null
  /** Why ipamd said no: `no-address`, `checkpoint`, `branch-eni` … */
  readonly reason: string | null
  readonly error: string | null
  /** How the answer was found to be this request's: ipamd's replies name no sandbox. `ambiguous`: it may have been another's. */
  readonly matched: 'named' | 'elimination' | 'ambiguous' | null
  /** Of the incident that the failure is part of. */
  readonly cause: string | null
  readonly causeTitle: string | null
}

/** An address while a pod had it. */
export interface Holding {
  readonly address: string
  readonly eni: string | null
  readonly sandbox: string | null
  readonly namespace: string | null
  readonly pod: string | null
  /** Null: since before this log. */
  readonly from: Instant | null
  readonly until: Instant | null
  /**
   * `released`: a DEL gave it back. `rolled-back`: its request failed after all. `left-pool`: it was taken out of the pool with the pod on it.
   * `replaced`: another pod got it. `dropped`, `not-read-back`: a restart of ipamd forgot it. Null: the pod has it still.
   */
  readonly end: 'released' | 'rolled-back' | 'left-pool' | 'replaced' | 'dropped' | 'not-read-back' | null
  /** End of the cooldown after it was given back. */
  readonly restsUntil: Instant | null
  readonly input: number
  readonly line: number
}

export interface PodStory extends StoryBase {
  readonly of: 'pod'
  readonly namespace: string
  readonly name: string
  readonly tries: readonly Try[]
  readonly addresses: readonly Holding[]
}

export interface SandboxStory extends StoryBase {
  readonly of: 'sandbox'
  readonly sandbox: string
  readonly namespace: string | null
  readonly pod: string | null
  readonly tries: readonly Try[]
  readonly addresses: readonly Holding[]
}

export interface AddressStory extends StoryBase {
  readonly of: 'address'
  readonly address: string
  readonly eni: string | null
  readonly networkCard: number | null
  /** The block of the pool that it is in: the address itself or a prefix. */
  readonly block: string | null
  readonly cameAt: Instant | null
  readonly wentAt: Instant | null
  /** As the log ends. */
  readonly state: 'assigned' | 'cooldown' | 'free' | 'not-in-pool' | null
  readonly holders: readonly Holding[]
  /** Given to a pod while another had it. */
  readonly overlaps: readonly { readonly at: Instant; readonly before: Holder; readonly after: Holder; readonly acrossRestart: boolean }[]
}

export interface Holder {
  readonly sandbox: string | null
  readonly namespace: string | null
  readonly pod: string | null
}

export interface EniStory extends StoryBase {
  readonly of: 'eni'
  readonly eni: string
  readonly networkCard: number | null
  readonly primary: boolean | null
  readonly trunk: boolean | null
  readonly attachedAt: Instant | null
  /** In the pool since, and until. */
  readonly addedAt: Instant | null
  readonly removedAt: Instant | null
  /** ipamd gave it back by itself. */
  readonly unused: boolean | null
  /** Addresses in the pool as the log ends, and the most that there were. */
  readonly addresses: number | null
  readonly mostAddresses: number | null
  readonly holders: readonly Holding[]
}

export interface TimelineStory extends StoryBase {
  readonly of: 'timeline'
}
