import type { Place } from './model/event.ts'
import { InputError } from './model/input-error.ts'
import { type Event, type OnRecord, records, type Traced } from './trace.ts'

/**
 * The piece of a log that one hands on: the lines of a window, some time before it, and of everything earlier the lines without which the
 * pool of the window would be another one. Reading the piece gives the same incident as reading the log.
 */
export interface CutOptions {
  /** Epoch ms. */
  readonly since: number
  readonly until: number
  /** How long before `since` the lines are whole. */
  readonly leadMs?: number
  /** Hears of every event of the log before the first line is given. */
  readonly onEvent?: ((event: Event) => void) | undefined
}

/** The two-minute wait, the cooldown, a slow call of EC2 and the requests before them are in it several times over. */
const LEAD_MS = 600_000

/** Reads twice: first to see what the window rests on, then for its lines. */
export async function cut(
  paths: readonly string[],
  { since, until, leadMs = LEAD_MS, onEvent }: CutOptions,
  onLine: (raw: string) => void,
): Promise<Traced> {
  if (paths.includes('-')) throw new InputError('cut reads the log twice, which a pipe cannot give: name the file')
  const from = since - leadMs
  const foundation = createFoundation()
  const traced = await records(paths, (found, { at }, place) => {
    if (typeof found !== 'string') onEvent?.(found)
    if (at < from) foundation.see(found, at, place)
  })
  if (traced.report.nodes.length > 1) throw new InputError(`these are the logs of ${traced.report.nodes.length} nodes: cut one at a time`)
  const kept = foundation.places()
  const give: OnRecord = (_found, { at }, place, raw) => {
    if ((at >= from && at <= until) || kept.has(key(place))) onLine(raw())
  }
  await records(paths, give)
  return traced
}

/** ipamd takes seconds to start, and longer only where it fails. */
const START_MS = 120_000
const MOST_START_LINES = 5_000

/** Since ipamd started these make the pool what it is: all of them count. */
const SHAPING: ReadonlySet<string> = new Set([
  'eni-added',
  'eni-removed',
  'eni-force-removed',
  'cidr-added',
  'cidr-deleted',
  'cidr-force-deleted',
  'cidr-reconciled-away',
  'eni-detached-seen',
])
/** Of these the last one says how it is, for each ENI, setting or network card. */
const STANDING: ReadonlySet<string> = new Set([
  'eni-excluded',
  'eni-included',
  'eni-primary',
  'eni-trunk',
  'eni-unmanaged',
  'limits-read',
  'limits-unknown',
  'max-pods-defaulted',
  'max-pods-updated',
  'network-card-found',
  'node-fact',
  'node-taints',
  'pool-counted',
  'pool-manager-settings',
  'setting-read',
])
/** A pod has its address from `address-assigned` to one of these. */
const FREEING: ReadonlySet<string> = new Set(['address-unassigned', 'address-released'])

interface Held {
  readonly places: number[]
  assigned: boolean
}

/** The lines before the window that it rests on. Bounded by what happened on the node, not by the size of the log. */
function createFoundation() {
  let start: number[] = []
  let startedAt: number | undefined
  let shaping: number[] = []
  const recovered = new Set<string>()
  const standing = new Map<string, number>()
  const held = new Map<string, Held>()

  const ofSandbox = (container: string): Held => {
    const known = held.get(container) ?? { places: [], assigned: false }
    held.set(container, known)
    return known
  }

  return {
    see(found: Event | 'known' | 'unrecognized', at: number, place: Place): void {
      const here = key(place)
      const kind = typeof found === 'string' ? found : found.kind
      if (kind === 'ipamd-started') {
        start = []
        shaping = []
        recovered.clear()
        startedAt = at
      }
      if (startedAt !== undefined) {
        if (kind !== 'add-received' && at - startedAt <= START_MS && start.length < MOST_START_LINES) {
          start.push(here)
          if (typeof found !== 'string' && found.kind === 'sandbox-recovered') recovered.add(found.container)
          return
        }
        startedAt = undefined
      }
      if (typeof found === 'string') return
      const container = found.kind === 'add-described' ? found.sandbox : 'container' in found ? found.container : undefined
      if (SHAPING.has(kind)) shaping.push(here)
      else if (STANDING.has(kind)) standing.set(`${kind} ${subjectOf(found)}`, here)
      else if (container === undefined) return
      else if (kind === 'add-described') ofSandbox(container).places.push(here)
      else if (kind === 'address-assigned') {
        const of = ofSandbox(container)
        of.places.push(here)
        of.assigned = true
      } else if (FREEING.has(kind)) {
        held.delete(container)
        // it stands in the lines of the start, which are kept
        if (recovered.has(container)) shaping.push(here)
      }
    },
    places(): ReadonlySet<number> {
      const live = [...held.values()].filter(({ assigned }) => assigned).flatMap(({ places }) => places)
      return new Set([...start, ...shaping, ...standing.values(), ...live])
    },
  }
}

function subjectOf(event: Event): string {
  return ['eni', 'name', 'networkCard'].map(field => String((event as unknown as Record<string, unknown>)[field] ?? '')).join(' ')
}

/** Lines are fewer than 2^32 in a file. */
function key({ input, line }: Place): number {
  return input * 2 ** 32 + line
}
