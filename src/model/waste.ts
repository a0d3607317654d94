import type { Instant, Waste } from './report.ts'

/** What `ipamd-trace waste` prints: addresses held without a pod, by node and by subnet. */
export interface WasteAnswer {
  readonly schema: 'ipamd-trace/waste'
  readonly schemaVersion: 1
  /** Most address-hours first. */
  readonly nodes: readonly NodeWaste[]
  readonly subnets: readonly SubnetWaste[]
}

export interface NodeWaste {
  readonly node: string
  readonly subnetId: string | null
  /** Null where the log never tells how large the pool is, and in IPv6. */
  readonly waste: Waste | null
}

/** The nodes of one subnet together. */
export interface SubnetWaste {
  /** Null: of nodes whose log does not name it. */
  readonly subnetId: string | null
  readonly nodes: number
  /** Sum of what each node held without a pod on average over its own log. */
  readonly meanSpare: number
  readonly addressHours: number
  /** Most at one instant, over all nodes whose log covers it. */
  readonly peak: { readonly at: Instant; readonly spare: number } | null
}
