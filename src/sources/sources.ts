/**
 * Arguments → per node the logs in their order.
 *
 * Nothing is read but the beginning of each file (and the end of plain ones); archives are read through once, for their list and for what they
 * say of the node. The content comes later, log by log, through `chunks()`.
 */
import type { BundleFacts } from '../model/bundle.ts'
import { InputError } from '../model/input-error.ts'
import { duration } from '../words.ts'
import { type Bytes, fileBytes, memoryBytes, pipeBytes } from './bytes.ts'
import type { Candidate } from './candidate.ts'
import { sourceProblem } from './damage.ts'
import { codeOf, discover, type Found, noLogs, openFailure } from './discover.ts'
import { inflate, lookThrough } from './layers.ts'
import { HEAD_BYTES, MAX_LOGS, MAX_PIPED_ARCHIVE_BYTES, TAIL_BYTES } from './limits.ts'
import { beginAlike, groupByNode, MIN_FINGERPRINT, missingAfter } from './order.ts'
import { readPipe } from './pipe.ts'
import { quote } from './quote.ts'
import type { LogInput, NodeSource, SourceProblem, Sources, SourcesIo } from './source.ts'
import { unpackedBundle } from './unpacked-bundle.ts'

export async function openSources(args: readonly string[], io: SourcesIo): Promise<Sources> {
  const { found, errors: notFound } = await discover(args, io.defaultLog)
  const errors = [...notFound]
  const problems: SourceProblem[] = []
  const candidates: Candidate[] = []
  const identicalTo = createCopyFinder()
  const roots = new Map<string, number>()
  const unpacked = new Map<string, Promise<BundleFacts | undefined>>()
  const bundleOf = ({ path, folder }: Found): Promise<BundleFacts | undefined> => {
    const known = unpacked.get(folder) ?? unpackedBundle(path, folder)
    unpacked.set(folder, known)
    return known
  }
  let leftOut = 0

  for (const file of found) {
    const { path, root } = file
    if (root !== undefined && !roots.has(root)) roots.set(root, 0)
    try {
      const bytes = file.regular ? fileBytes(path, file.size) : pipeBytes(await pipeOf(file, io), HEAD_BYTES)
      const copy = await identicalTo(file, bytes)
      if (copy !== undefined) {
        problems.push(sourceProblem('copy-left-out', path, `the same bytes as ${copy}`))
        continue
      }
      const { logs, problems: more } = await candidatesOf(file, bytes, io, bundleOf)
      problems.push(...more)
      const usable = file.guess ? logs.filter(log => log.look.ipamd) : logs
      if (usable.length === 0 && file.named)
        errors.push(new InputError(`${quote(path)}: no log of ipamd in this archive${more[0] ? ` (${more[0].text})` : ''}`))
      const room = MAX_LOGS - candidates.length
      leftOut += Math.max(0, usable.length - room)
      for (const log of usable.slice(0, room)) candidates.push(log)
      for (const log of usable.slice(room)) log.close()
      if (root !== undefined) roots.set(root, (roots.get(root) ?? 0) + usable.length)
    } catch (error) {
      if (error instanceof InputError) errors.push(error)
      else if (codeOf(error) !== undefined) errors.push(new InputError(openFailure(path, error)))
      else throw error
    }
  }
  for (const [root, logs] of roots) if (logs === 0) errors.push(noLogs(root))

  const [first] = found
  if (leftOut > 0 && first !== undefined) problems.push(sourceProblem('too-many-logs', first.root ?? first.path, `${leftOut} left out`))
  const kept = await withoutCopies(candidates, problems)
  const names = new Set<string>()
  const nodes = groupByNode(kept).map(logs => nodeSource(logs, names))
  return { nodes, errors, problems }
}

async function pipeOf(file: Found, io: SourcesIo): Promise<AsyncIterable<Uint8Array>> {
  if (file.path === '-') return io.stdin
  return readPipe(file.path)
}

/**
 * Finds the file whose bytes a file has: judged by size, beginning and end (a gzip file ends with checksum and size of the whole). Each is
 * looked at once, however many there are.
 */
function createCopyFinder(): (file: Found, bytes: Bytes) => Promise<string | undefined> {
  /** Of each size the first file; undefined once it was looked at. */
  const firsts = new Map<number, { file: Found; bytes: Bytes } | undefined>()
  const paths = new Map<string, string>()
  const printOf = async (size: number, { at }: Bytes): Promise<string> => {
    // most inputs have no other of their size
    const { createHash } = await import('node:crypto')
    const hash = createHash('sha256').update(String(size))
    for (const from of [0, Math.max(0, size - HEAD_BYTES)]) hash.update((await at?.(from, HEAD_BYTES)) ?? '')
    return hash.digest('base64')
  }
  return async (file, bytes) => {
    const { size, path } = file
    if (!bytes.at || size === 0) return undefined
    if (!firsts.has(size)) {
      firsts.set(size, { file, bytes })
      return undefined
    }
    const first = firsts.get(size)
    if (first !== undefined) paths.set(await printOf(size, first.bytes), first.file.path)
    firsts.set(size, undefined)
    const print = await printOf(size, bytes)
    const copy = paths.get(print)
    if (copy === undefined) paths.set(print, path)
    return copy
  }
}

async function candidatesOf(
  file: Found,
  bytes: Bytes,
  io: SourcesIo,
  bundleOf: (file: Found) => Promise<BundleFacts | undefined>,
): Promise<{ logs: Candidate[]; problems: SourceProblem[] }> {
  const path = file.path === '-' ? 'stdin' : file.path
  const { inner, form, head } = await lookThrough(bytes, path)
  if (inner === 'tar') {
    const archive = file.regular ? bytes : memoryBytes(await collect(bytes))
    const { openBundle } = await import('./bundle.ts')
    return openBundle({ path, bytes: archive, form, look: io.look })
  }
  const whole = head.length < HEAD_BYTES
  const plain = form.length === 0
  const bundle = file.regular ? await bundleOf(file) : undefined
  const look = io.look(head)
  const problems: SourceProblem[] = []
  const log: Candidate = {
    path,
    named: file.named,
    folder: file.folder,
    name: file.name,
    form,
    size: file.regular ? file.size : null,
    contentSize: plain && file.regular ? file.size : whole ? head.length : null,
    head: Uint8Array.from(head.subarray(0, FINGERPRINT_BYTES)),
    look,
    lastAt: whole ? look.lastAt : plain ? await lastInstant(bytes, io) : null,
    nodeHint: bundle?.instanceId ?? bundle?.hostName,
    bundle,
    problems,
    at: plain ? bytes.at : undefined,
    bytesRead: () => bytes.read,
    async *open() {
      yield* inflate(bytes.open(), form, damage => problems.push(sourceProblem(damage, path)))
      if (problems.length === 0 && file.regular && bytes.read < file.size) problems.push(sourceProblem('file-shrank', path))
    },
    close() {},
  }
  return { logs: [log], problems: [] }
}

const FINGERPRINT_BYTES = 4_096

async function lastInstant(bytes: Bytes, io: SourcesIo): Promise<number | null> {
  if (!bytes.at || bytes.size === null) return null
  for (const length of [TAIL_BYTES, HEAD_BYTES]) {
    const tail = await bytes.at(Math.max(0, bytes.size - length), length)
    const { lastAt } = io.look(tail.subarray(tail.indexOf(0x0a) + 1))
    if (lastAt !== null) return lastAt
  }
  return null
}

async function collect(bytes: Bytes): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytes.open()) {
    length += chunk.length
    if (length > MAX_PIPED_ARCHIVE_BYTES) {
      throw new InputError(
        `an archive through a pipe is held in memory and may have ${MAX_PIPED_ARCHIVE_BYTES >> 20} MiB at most: save it and name the file`,
      )
    }
    parts.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(parts)
}

/** Without plain logs that are the beginning of another one, and without the half-written `.gz` of a backup that still lies beside it. */
async function withoutCopies(candidates: readonly Candidate[], problems: SourceProblem[]): Promise<Candidate[]> {
  const kept: Candidate[] = []
  // Hundreds of nodes: only those that begin alike are compared.
  const alike = new Map<string, [number, Candidate][]>()
  const keyOf = ({ head }: Candidate): string => Buffer.from(head.subarray(0, MIN_FINGERPRINT)).toString('latin1')
  for (const entry of candidates.entries()) {
    const group = alike.get(keyOf(entry[1]))
    if (group) group.push(entry)
    else alike.set(keyOf(entry[1]), [entry])
  }
  for (const [i, candidate] of candidates.entries()) {
    let whole: Candidate | undefined
    for (const [j, other] of alike.get(keyOf(candidate)) ?? []) {
      if (i !== j && (await holds(other, candidate, j < i))) whole ??= other
    }
    if (whole === undefined) kept.push(candidate)
    else {
      candidate.close()
      problems.push(sourceProblem('copy-left-out', candidate.path, `it is in ${whole.path}`))
    }
  }
  return kept
}

async function holds(whole: Candidate, part: Candidate, first: boolean): Promise<boolean> {
  if (!beginAlike(whole.head, part.head)) return false
  if (whole.folder === part.folder && part.name === `${whole.name}.gz`) return true
  const [wholeSize, partSize] = [whole.contentSize, part.contentSize]
  if (wholeSize === null || partSize === null || !whole.at || !part.at) return false
  if (partSize > wholeSize || (partSize === wholeSize && !first)) return false
  const from = Math.max(0, partSize - HEAD_BYTES)
  const [a, b] = await Promise.all([whole.at(from, partSize - from), part.at(from, partSize - from)])
  return Buffer.compare(a, b) === 0
}

function nodeSource(logs: readonly Candidate[], names: Set<string>): NodeSource {
  const [first] = logs as [Candidate]
  const bundles = [...new Set(logs.map(log => log.bundle).filter(bundle => bundle !== undefined))]
  const node =
    firstOf(logs, log => log.look.node) ??
    firstOf(logs, log => log.bundle?.hostName) ??
    firstOf(logs, log => log.look.instanceId ?? log.nodeHint)
  const place = first.bundle?.path ?? (logs.length === 1 ? first.path : first.folder)
  const instance = firstOf(logs, log => log.look.instanceId ?? log.bundle?.instanceId)
  // Two nodes of one name: an address that went to a new instance.
  const candidates = [
    node,
    node && instance && `${node} (${instance})`,
    place,
    first.path,
    ...Array.from(names, (_, i) => `${first.path} (${i + 2})`),
  ]
  const name = candidates.find(one => one !== undefined && !names.has(one)) as string
  names.add(name)
  return {
    name,
    node,
    several: logs.some(log => log.look.several),
    bundles,
    inputs: logs.map((log, i) => logInput(log, logs[i + 1])),
  }
}

function firstOf<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const value = of(item)
    if (value !== undefined) return value
  }
  return undefined
}

function logInput(log: Candidate, next: Candidate | undefined): LogInput {
  const { path, form, size, problems } = log
  const missing = next === undefined ? 0 : missingAfter(log.name, next)
  if (missing > 0) problems.push(sourceProblem('missing-file', path, duration(missing)))
  return {
    path,
    named: log.named,
    form,
    size,
    firstAt: log.look.firstAt,
    wrappedNode: log.look.wrappedNode,
    midLine: log.look.midLine,
    unordered: log.look.unordered,
    lastAt: log.lastAt,
    problems,
    get bytesRead() {
      return log.bytesRead()
    },
    async *chunks() {
      try {
        yield* log.open()
      } catch (error) {
        if (codeOf(error) === undefined) throw error
        problems.push(sourceProblem('read-error', path, codeOf(error)))
      } finally {
        log.close()
      }
    },
  }
}
