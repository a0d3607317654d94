/**
 * Which logs are of one node, in which order, and what is missing between them. Pure.
 *
 * By content, not by name or time of the file: people rename, and copying changes times. lumberjack's backups never overlap in time
 * (families.md 0.5), so two logs of one folder that do, and that do not begin alike, are of different nodes; so are two that lie far apart and do not say whose they are.
 */
import { isRotated, rotatedAt } from './names.ts'
import type { Look } from './source.ts'

export interface LogFacts {
  readonly folder: string
  readonly name: string
  readonly path: string
  readonly look: Look
  readonly lastAt: number | null
  readonly head: Uint8Array
  readonly nodeHint: string | undefined
}

/** Logs per node; the logs of a node, and the nodes, in the order of their content, so that the order of the arguments decides nothing. */
export function groupByNode<T extends LogFacts>(logs: readonly T[]): T[][] {
  const groups = unions(logs.length)
  const byKey = new Map<string, number>()
  const names = logs.map(log => identitiesOf(log))

  /** Joins unless what both sides already are forbids it. */
  function join(a: number, b: number): void {
    if (!groups.members(a).some(x => groups.members(b).some(y => differ(names[x], names[y])))) groups.union(a, b)
  }

  logs.forEach((log, i) => {
    for (const key of strongKeys(log)) {
      const other = byKey.get(key)
      if (other === undefined) byKey.set(key, i)
      else join(i, other)
    }
  })
  const folders = new Map<string, number[]>()
  logs.forEach((log, i) => {
    const inFolder = folders.get(log.folder)
    if (inFolder) inFolder.push(i)
    else folders.set(log.folder, [i])
  })
  for (const inFolder of folders.values()) {
    for (const [at, i] of inFolder.entries()) {
      for (const j of inFolder.slice(0, at)) {
        if (groups.find(i) !== groups.find(j) && sameFolderSameNode(logs[i] as T, logs[j] as T)) join(j, i)
      }
    }
  }
  return [...groups.all()].map(members => members.map(i => logs[i] as T).sort(byContent)).sort(([a], [b]) => byContent(a as T, b as T))
}

/** First record first; of two that begin at once the shorter one. What has no time keeps its place at the end. */
export function byContent(a: LogFacts, b: LogFacts): number {
  return (
    compare(a.look.firstAt ?? Number.POSITIVE_INFINITY, b.look.firstAt ?? Number.POSITIVE_INFINITY) ||
    compare(a.lastAt ?? Number.POSITIVE_INFINITY, b.lastAt ?? Number.POSITIVE_INFINITY) ||
    compare(a.path, b.path)
  )
}

/**
 * lumberjack renames the full file in the moment in which it writes the next line into a new one, and the backup carries that moment in its
 * name: where the next log of the node begins later, one between them is missing. The milliseconds that are missing, else 0.
 */
export function missingAfter(name: string, next: { readonly look: Pick<Look, 'firstAt'> }): number {
  const end = rotatedAt(name)
  const from = next.look.firstAt
  if (Number.isNaN(end) || from === null) return 0
  return from - end > ROTATION_SLACK_MS ? from - end : 0
}

/** Where a log was cut, lines of one moment stand on both sides, those of different goroutines out of order. */
const DISORDER_MS = 50

/** A line's time is taken before its turn to be written comes. */
const ROTATION_SLACK_MS = 5_000

/** Both begin with the same bytes: one is a copy of the other, or of its beginning. ipamd's lines share their first 94 bytes. */
export function beginAlike(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length)
  return length >= MIN_FINGERPRINT && Buffer.compare(a.subarray(0, length), b.subarray(0, length)) === 0
}

export const MIN_FINGERPRINT = 256

/** A pod of the DaemonSet, as kubectl and stern name it: whose lines these are, but no name of a node. */
const POD = /^aws-node-[a-z0-9]{5}$/

interface Identities {
  readonly instanceId: string | undefined
  readonly node: string | undefined
  readonly primaryEni: string | undefined
}

function identitiesOf({ look, nodeHint }: LogFacts): Identities {
  // Nodes of EKS Auto Mode are named after their instance.
  const instance = nodeHint !== undefined && /^i-[0-9a-f]{8,17}$/.test(nodeHint) ? nodeHint : undefined
  const node = look.node !== undefined && POD.test(look.node) ? undefined : look.node
  return { instanceId: look.instanceId ?? instance, node: node ?? (instance ? undefined : nodeHint), primaryEni: look.primaryEni }
}

function strongKeys(log: LogFacts): string[] {
  const { instanceId, node, primaryEni } = identitiesOf(log)
  if (log.look.several) return ['several']
  const { wrappedNode } = log.look
  return [
    instanceId && `instance ${instanceId}`,
    node && `node ${shortName(node)}`,
    primaryEni && `eni ${primaryEni}`,
    wrappedNode && `wrapping ${wrappedNode}`,
  ].filter(key => key !== undefined)
}

function differ(a: Identities | undefined, b: Identities | undefined): boolean {
  const conflict = (x: string | undefined, y: string | undefined): boolean => x !== undefined && y !== undefined && x !== y
  return (
    conflict(a?.instanceId, b?.instanceId) ||
    conflict(a?.primaryEni, b?.primaryEni) ||
    (!sameInstance(a, b) && otherNames(a?.node, b?.node))
  )
}

/** `ip-10-0-1-42` and `ip-10-0-1-42.us-west-2.compute.internal` are one name: journals and shippers give the short one. */
function otherNames(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return false
  return shortName(a) !== shortName(b) || (a.includes('.') && b.includes('.'))
}

function shortName(node: string): string {
  return /^ip-[\d-]+(?=\.)/.exec(node)?.[0] ?? node
}

function sameInstance(a: Identities | undefined, b: Identities | undefined): boolean {
  return a?.instanceId !== undefined && a.instanceId === b?.instanceId
}

/** For two logs of one folder that nothing strong joins or parts. */
function sameFolderSameNode(a: LogFacts, b: LogFacts): boolean {
  if (a.look.several !== b.look.several) return false
  if (isRotated(a.name) && isRotated(b.name)) return true
  if (beginAlike(a.head, b.head)) return true
  // An interface is of one node. Every log at debug level names its interfaces once a minute.
  if (a.look.enis.length > 0 && b.look.enis.length > 0) return a.look.enis.some(eni => b.look.enis.includes(eni))
  return follows(a, b)
}

/** One goes on where the other ends: parts of one log that somebody cut, and named as he liked. */
function follows(a: LogFacts, b: LogFacts): boolean {
  const [first, second] = byContent(a, b) <= 0 ? [a, b] : [b, a]
  if (first.lastAt === null || second.look.firstAt === null) return true
  const pause = second.look.firstAt - first.lastAt
  return pause >= -DISORDER_MS && pause <= PART_MS
}

/** At debug level ipamd writes every five seconds; with less, a quiet node may be silent for a while. */
const PART_MS = 3_600_000

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function unions(count: number) {
  const parent = Array.from({ length: count }, (_, i) => i)
  const sets = parent.map(i => [i])
  const find = (i: number): number => {
    let root = i
    while (parent[root] !== root) root = parent[root] as number
    return root
  }
  return {
    find,
    members: (i: number): readonly number[] => sets[find(i)] as number[],
    union(a: number, b: number): void {
      const [x, y] = [find(a), find(b)].sort((p, q) => p - q) as [number, number]
      if (x === y) return
      parent[y] = x
      sets[x] = [...(sets[x] as number[]), ...(sets[y] as number[])].sort((p, q) => p - q)
    },
    *all(): Iterable<readonly number[]> {
      for (let i = 0; i < count; i += 1) if (parent[i] === i) yield sets[i] as number[]
    },
  }
}
