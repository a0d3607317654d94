import type { Event } from '../extractors/recognize.ts'
import { blocksAround, readBlock } from '../timeline/address.ts'

/** An ENI as it was attached when ipamd started. */
export interface AttachedEni {
  readonly eni: string
  readonly primary: boolean
  /** Addresses or prefixes that the metadata service showed. */
  readonly blocks: readonly string[]
}

/** One life of ipamd. */
export interface Start {
  /** Null: it ran before this log began, and its ENIs are not known. */
  readonly enis: readonly AttachedEni[] | null
  readonly startedAt: number
  /** When it could first ask EC2 for addresses; null: it ended before. */
  readonly growsAt: number | null
  /** When it took requests; null: it ended before. */
  readonly servesAt: number | null
  readonly settings: ReadonlyMap<string, string>
}

interface Draft {
  enis: Map<string, { primary: boolean; blocks: string[] }> | null
  readonly startedAt: number
  growsAt: number | null
  servesAt: number | null
  settings: Map<string, string>
}

const MOST_STARTS = 2_000
const MOST_ENIS = 256
const MOST_BLOCKS = 1_024

export function createStarts() {
  const starts: Draft[] = []
  let tooMany = false
  const primaries = new Set<string>()
  const unmanaged = new Set<string>()
  let trunk = false

  return {
    unmanaged,
    /** More starts, interfaces or addresses than any node has. */
    get tooMany() {
      return tooMany
    },
    get trunk() {
      return trunk
    },
    apply(event: Event): void {
      let current = starts.at(-1)
      if (tooMany) return
      if (event.kind === 'ipamd-started') {
        if (starts.length >= MOST_STARTS) {
          tooMany = true
          return
        }
        starts.push({ enis: new Map(), startedAt: event.at, growsAt: null, servesAt: null, settings: new Map() })
        return
      }
      if (current === undefined) {
        current = { enis: null, startedAt: event.at, growsAt: event.at, servesAt: event.at, settings: new Map() }
        starts.push(current)
      }
      switch (event.kind) {
        case 'pool-too-low':
          // the decision names its target, also where the start is not in this log
          if (current.enis === null)
            current.settings.set(event.perEni === 16 ? 'WARM_PREFIX_TARGET' : 'WARM_ENI_TARGET', String(event.target))
          return
        case 'setting-read':
          current.settings.set(event.name, event.value)
          return
        case 'eni-primary':
          if (primaries.size < MOST_STARTS) primaries.add(event.eni)
          return
        case 'eni-unmanaged':
          if (unmanaged.size < MOST_ENIS) unmanaged.add(event.eni)
          return
        case 'eni-trunk':
          trunk = true
          return
        case 'eni-added':
          if ((current.enis?.size ?? 0) >= MOST_ENIS) tooMany = true
          else if (current.growsAt === null) current.enis?.set(event.eni, { primary: primaries.has(event.eni), blocks: [] })
          return
        case 'cidr-added':
          if (current.growsAt === null) {
            const blocks = current.enis?.get(event.eni)?.blocks
            if ((blocks?.length ?? 0) >= MOST_BLOCKS) tooMany = true
            else blocks?.push(readBlock(event.cidr)?.key ?? event.cidr)
          }
          return
        case 'increase-began':
        case 'eni-chosen':
        case 'addresses-requested':
        case 'eni-creating':
        case 'low-decision':
          if (current.servesAt === null) current.growsAt ??= event.at
          return
        case 'rpc-serving':
        case 'add-received':
          current.growsAt ??= event.at
          current.servesAt ??= event.at
          return
        default:
      }
    },
    starts(): Start[] {
      return starts.map(({ enis, startedAt, growsAt, servesAt, settings }) => ({
        enis:
          enis === null
            ? null
            : [...enis].map(([eni, known]) => ({ eni, primary: known.primary || primaries.has(eni), blocks: known.blocks })),
        startedAt,
        growsAt,
        servesAt,
        settings,
      }))
    },
  }
}

/** The ENI that an address belongs to. */
export function eniOf(address: string, enis: readonly AttachedEni[]): { readonly eni: string; readonly block: string } | undefined {
  const around = blocksAround(address)
  for (const { eni, blocks } of enis) for (const block of blocks) if (around.includes(block)) return { eni, block }
  return undefined
}
