import type { Event } from '../extractors/recognize.ts'

/** What the pool manager asks of EC2: addresses on an ENI it has, a new ENI with addresses, addresses back, an ENI back. */
export type CallKind = 'assign' | 'create' | 'unassign' | 'free'

/** `insufficient`: EC2's two codes that arm the wait of two minutes; `limit`: the ENI has more than ipamd knows. */
export type Outcome = 'ok' | 'insufficient' | 'limit' | 'refused'

/** One call as the log has it, with all that ipamd waits for until the addresses are in the data store. */
export interface Call {
  readonly kind: CallKind
  readonly at: number
  readonly ms: number
  readonly outcome: Outcome
}

/** Why ipamd does not try at all. */
export interface Refusal {
  readonly at: number
  /** Null: it tried. */
  readonly reason: 'terminating' | 'cordoned' | null
}

export interface Calls {
  readonly calls: readonly Call[]
  readonly refusals: readonly Refusal[]
  /** Instants at which a pass of the pool manager began. */
  readonly passes: readonly number[]
  /** A wait of two minutes that began before this log: its last sign before the first call; null: none. */
  readonly waitsAt: number | null
  /** EC2 said that no /28 is free in the subnet. */
  readonly fragmented: boolean
}

const MOST = 200_000
/** Lines of one pass stand this close together, or an EC2 call lies between them. */
const SAME_PASS_MS = 2_000

/** Collects EC2's answers and their latencies from the pool manager's lines. */
export function createCalls() {
  const calls: Call[] = []
  const refusals: Refusal[] = []
  const passes: number[] = []
  let open: { kind: CallKind; at: number; eni: string | null; lastAt: number; outcome: Outcome } | null = null
  let fragmented = false
  let waitsAt: number | null = null

  const close = (): void => {
    if (open !== null && calls.length < MOST)
      calls.push({ kind: open.kind, at: open.at, ms: Math.max(1, open.lastAt - open.at), outcome: open.outcome })
    open = null
  }

  const begin = (kind: CallKind, event: Event, eni: string | null): void => {
    close()
    open = { kind, at: event.at, eni, lastAt: event.at, outcome: 'refused' }
  }

  const mark = (at: number): void => {
    const last = passes.at(-1)
    if ((last === undefined || at - last >= SAME_PASS_MS) && passes.length < MOST) passes.push(at)
  }

  const failed = (at: number, error: string): void => {
    if (error.includes('InsufficientCidrBlocks')) fragmented = true
    if (open === null) return
    open.lastAt = at
    if (error.includes('InsufficientCidrBlocks') || error.includes('InsufficientFreeAddressesInSubnet')) open.outcome = 'insufficient'
  }

  return {
    apply(event: Event): void {
      switch (event.kind) {
        case 'ipamd-started':
          return close()
        case 'pool-counted':
          if (event.source === 'heartbeat') {
            close()
            mark(event.at)
          }
          return
        case 'pool-too-low':
        case 'warm-target-state':
          return mark(event.at)
        case 'increase-began':
          close()
          if (refusals.length < MOST) refusals.push({ at: event.at, reason: null })
          return mark(event.at)
        case 'wait-in-force':
          if (calls.length === 0 && open === null) waitsAt = event.at
          return
        case 'increase-refused':
          if (event.reason === 'terminating' || event.reason === 'cordoned') {
            const last = refusals.at(-1)
            if (last !== undefined && event.at - last.at < SAME_PASS_MS) refusals.pop()
            if (refusals.length < MOST) refusals.push({ at: event.at, reason: event.reason })
          }
          return
        case 'eni-creating':
          // with subnet discovery each subnet is one line of one call
          if (open?.kind !== 'create') begin('create', event, null)
          return
        case 'addresses-requested':
          if (open?.kind === 'create') return
          return begin(event.eni === undefined ? 'create' : 'assign', event, event.eni ?? null)
        case 'eni-created':
        case 'eni-attached':
          if (open?.kind === 'create') {
            open.eni = event.eni
            open.lastAt = event.at
          }
          return
        case 'addresses-allocated':
          if (open?.kind === 'assign') {
            open.outcome = 'ok'
            open.lastAt = event.at
          }
          return
        case 'address-limit-exceeded':
          if (open !== null) open.outcome = 'limit'
          return
        case 'cidr-added':
          if (open !== null && (open.eni === null || open.eni === event.eni) && (open.kind === 'create' || open.kind === 'assign')) {
            open.outcome = 'ok'
            open.lastAt = event.at
          }
          return
        case 'eniconfig-missing':
          // no call is made, and none succeeds
          if (open?.kind !== 'create') begin('create', event, null)
          return failed(event.at, '')
        case 'addresses-refused':
        case 'eni-create-failed':
        case 'eni-attach-failed':
        case 'eni-allocation-failed':
          return failed(event.at, event.error ?? '')
        case 'increase-failed':
          failed(event.at, event.error)
          return close()
        case 'subnet-lacks-addresses':
          if (open !== null) open.lastAt = event.at
          return
        case 'addresses-unassign-began':
          return begin('unassign', event, event.eni)
        case 'addresses-freed':
          if (open?.kind === 'unassign') {
            open.outcome = 'ok'
            open.lastAt = event.at
            close()
          }
          return
        case 'eni-freeing':
          if (open?.kind !== 'free') begin('free', event, event.eni)
          return
        case 'eni-freed':
          if (open?.kind === 'free') {
            open.outcome = 'ok'
            open.lastAt = event.at
            close()
          }
          return
        default:
      }
    },
    calls(): Calls {
      close()
      return { calls, refusals, passes, waitsAt, fragmented }
    },
  }
}
