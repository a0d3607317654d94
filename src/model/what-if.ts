/** What another setting of the pool would have made of a node's own demand. */
export interface WhatIf {
  readonly schema: 'ipamd-trace/what-if'
  readonly schemaVersion: 1
  readonly nodes: readonly (WhatIfAnswer | WhatIfRefusal)[]
}

/** The node's log cannot be replayed, or the replay does not come to what the log shows. */
export interface WhatIfRefusal {
  readonly node: string
  readonly refused: string
  readonly proof?: Proof
}

export interface WhatIfAnswer {
  readonly node: string
  readonly release: string
  readonly instanceType: string | null
  readonly from: string
  readonly to: string
  readonly inForce: PoolSettings
  /** The replay under the settings in force against the log: how far the answer can be trusted. */
  readonly proof: Proof
  /** The replay under the settings in force: what the others are to be compared with. */
  readonly now: Figures
  /** Null where nothing else was asked. */
  readonly asked: { readonly settings: PoolSettings; readonly figures: Figures } | null
  /** Null: not asked for. */
  readonly recommended: Recommendation | null
  readonly caveats: readonly string[]
}

export interface Settings {
  readonly warmEniTarget: number
  readonly warmIpTarget: number
  readonly minimumIpTarget: number
  readonly warmPrefixTarget: number
  readonly prefixDelegation: boolean
  readonly cooldownMs: number
  /** Null: as many ENIs as the instance type allows. */
  readonly maxEni: number | null
}

export interface PoolSettings extends Settings {
  readonly instanceType: string | null
}

/** A figure over all runs of the replay: chance decides in ipamd which interface empties. */
export interface Range {
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface Proof {
  /** Addresses by which the replayed pool may differ from the log's: those of one interface, or of one prefix. */
  readonly tolerance: number
  /** Share of the time (0 to 1) in which it differs by no more, and in which it does not differ. */
  readonly within: number
  readonly equal: number
  readonly largestDeviation: number
  readonly failures: { readonly real: number; readonly replayed: Range }
  /** Stretches with failures: in the log, those of them that the replay has too, and those that it has alone. */
  readonly stretches: { readonly real: number; readonly found: number; readonly alone: number }
}

export interface Figures {
  readonly addresses: { readonly peak: Range; readonly mean: Range }
  readonly interfaces: { readonly peak: Range }
  /** Requests refused for want of an address, retries included. */
  readonly failures: Range
  readonly failedPods: Range
  readonly longestWaitMs: Range
  /** Calls that change something at EC2, by what they do. */
  readonly ec2: { readonly all: Range; readonly assign: Range; readonly create: Range; readonly unassign: Range; readonly free: Range }
}

export interface Recommendation {
  readonly settings: PoolSettings
  readonly figures: Figures
  /** How many settings were tried. */
  readonly tried: number
  /** Changes the cluster: for people to review. Null where the settings in force are the best. */
  readonly command: string | null
}
