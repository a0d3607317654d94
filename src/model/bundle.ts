/** What a support bundle says of its node beside the log: plain data. What it does not say is absent. */
export interface BundleFacts {
  /** The archive or the directory, as shown to people. */
  readonly path: string
  /** When it was collected, epoch milliseconds: from the bundle's name. */
  readonly collectedAt?: number
  readonly instanceId?: string
  readonly instanceType?: string
  readonly region?: string
  readonly availabilityZone?: string
  /** From `uname`: on EKS the node's name by default. */
  readonly hostName?: string
  readonly kernel?: string
  readonly maxPods?: number
  /** The release of the CNI's image or of its metrics, e.g. `v1.18.3`. */
  readonly release?: string
  /** CNI variables: the container's environment, and what introspection tells. */
  readonly settings: Readonly<Record<string, string>>
  /** The pool as ipamd's introspection (`/v1/enis`) gave it, per network card. */
  readonly pools?: readonly PoolFacts[]
  /** What the checkpoint (`ipam.json`) says is assigned. */
  readonly checkpoint?: readonly AllocationFacts[]
  /** The pods' addresses as introspection (`/v1/pods`, up to v1.6.4) gave them. */
  readonly pods?: readonly AllocationFacts[]
  /** Of Prometheus' text: `awscni_total_ip_addresses` … with its labels as written. */
  readonly metrics?: Readonly<Record<string, number>>
  /** Members that were read for this. */
  readonly members: readonly string[]
}

export interface PoolFacts {
  readonly networkCard: number
  readonly total: number
  readonly assigned: number
  readonly enis: readonly EniFacts[]
}

export interface EniFacts {
  readonly eni: string
  readonly primary?: boolean
  readonly deviceNumber?: number
  readonly subnetId?: string
  readonly addresses: readonly AddressFacts[]
  /** Prefixes delegated to it. */
  readonly prefixes: readonly string[]
}

export interface AddressFacts {
  readonly address: string
  readonly assigned: boolean
  /** Blanked from v1.23.0 on. */
  readonly sandbox?: string
  readonly namespace?: string
  readonly pod?: string
  readonly unassignedAt?: number
  /** From v1.11.0 on. */
  readonly assignedAt?: number
}

export interface AllocationFacts {
  readonly address: string
  readonly sandbox?: string
  readonly namespace?: string
  readonly pod?: string
  readonly at?: number
}
