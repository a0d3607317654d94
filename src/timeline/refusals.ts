import { readAwsError } from '../extractors/aws-error.ts'
import type { Event } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'
import { createEnds, type IsNear } from './ends.ts'

/** An EC2 call (or another call of ipamd) that came back with an error. ipamd prints one error in several lines: they are one refusal. */
export interface Refusal {
  readonly at: number
  readonly place: Place
  /** Further lines that print the same error. */
  readonly repeats: Place[]
  readonly kind: string
  /** `CreateNetworkInterface` …: from the text (SDK v2), else from what ipamd was doing. */
  readonly api: string | null
  /** `InsufficientFreeAddressesInSubnet` …; null where no answer came or the text has none. */
  readonly code: string | null
  /** HTTP status; 0: no answer at all. */
  readonly status: number | null
  readonly requestId: string | null
  readonly text: string
  readonly eni: string | null
  readonly subnetId: string | null
}

export interface Refusals {
  /** In order: the first, the last, and those near failures (ends.ts). */
  readonly all: readonly Refusal[]
  readonly count: number
  between(from: number, to: number): Refusal[]
  /** By code, how often. */
  readonly codes: ReadonlyMap<string, number>
}

const KEPT = 2_000
const SAME_MS = 2_000

const API_OF: Readonly<Record<string, string>> = {
  'eni-create-failed': 'CreateNetworkInterface',
  'addresses-refused': 'AssignPrivateIpAddresses',
  'eni-attach-failed': 'AttachNetworkInterface',
  'eni-detach-failed': 'DetachNetworkInterface',
  'eni-delete-failed': 'DeleteNetworkInterface',
}

export function createRefusals(isNear: IsNear) {
  const { ends, push } = createEnds<Refusal>(KEPT, refusal => refusal.at, isNear)
  const codes = new Map<string, number>()
  let subnetId: string | null = null
  let recent: Refusal[] = []

  const refusals: Refusals = {
    get all() {
      return ends.all
    },
    get count() {
      return ends.count
    },
    between: ends.between,
    codes,
  }

  return {
    refusals,
    apply(event: Event): void {
      if (event.kind === 'eni-creating') subnetId = event.subnet ?? subnetId
      if (!('error' in event) || typeof event.error !== 'string' || event.error === '') return
      if (event.kind === 'add-replied' || event.kind === 'del-replied' || event.kind === 'card-refused' || event.kind === 'metadata-failed')
        return
      const error = readAwsError(event.error)
      if (error === undefined) return
      const place = { input: event.input, line: event.line }
      const same = recent.find(
        refusal =>
          event.at - refusal.at <= SAME_MS &&
          refusal.code === (error.code ?? null) &&
          (error.requestId === undefined || refusal.requestId === error.requestId),
      )
      if (same !== undefined) {
        if (same.repeats.length < 10) same.repeats.push(place)
        return
      }
      const refusal: Refusal = {
        at: event.at,
        place,
        repeats: [],
        kind: event.kind,
        api: error.api ?? ('api' in event && typeof event.api === 'string' ? event.api : (API_OF[event.kind] ?? null)),
        code: error.code ?? null,
        status: error.status ?? null,
        requestId: error.requestId ?? null,
        text: event.error.length > 1_000 ? event.error.slice(0, 1_000) : event.error,
        eni: 'eni' in event && typeof event.eni === 'string' ? event.eni : null,
        subnetId:
          'subnet' in event && typeof event.subnet === 'string' ? event.subnet : event.kind === 'eni-create-failed' ? subnetId : null,
      }
      if (refusal.code !== null && (codes.has(refusal.code) || codes.size < 200))
        codes.set(refusal.code, (codes.get(refusal.code) ?? 0) + 1)
      recent = [...recent.filter(earlier => event.at - earlier.at <= SAME_MS).slice(-7), refusal]
      push(refusal)
    },
  }
}
