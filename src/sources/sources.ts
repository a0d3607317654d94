/**
 * Arguments → per node the logs in their order.
 *
 * Nothing is read but the beginning of each file (and the end of plain ones); archives are read through once, for their list and for what they
 * say of the node. The content comes later, log by log, through `chunks()`.
 */
import { InputError } from '../model/input-error.ts'
import { openBundle } from './bundle.ts'
import { type Bytes, fileBytes, memoryBytes, pipeBytes } from './bytes.ts'
import type { Candidate } from './candidate.ts'
import { sourceProblem } from './damage.ts'
import { codeOf, discover, type Found, noLogs, openFailure } from './discover.ts'
import { inflate, lookThrough } from './layers.ts'
import { HEAD_BYTES, MAX_PIPED_ARCHIVE_BYTES } from './limits.ts'
import { beginAlike, groupByNode, missingAfter } from './order.ts'
import { readPipe } from './pipe.ts'
import { quote } from './quote.ts'
import type { LogInput, NodeSource, SourceProblem, Sources, SourcesIo } from './source.ts'

export async function openSources(args: readonly string[], io: SourcesIo): Promise<Sources> {
  const { found, errors: notFound } = await discover(args, io.defaultLog)
  const errors = [...notFound]
  const problems: SourceProblem[] = []
  const candidates: Candidate[] = []
  const read: { file: Found; bytes: Bytes }[] = []
  const roots = new Map<string, number>()

  for (const file of found) {
    const { path, root } = file
    if (root !== undefined && !roots.has(root)) roots.set(root, 0)
    try {
      const bytes = file.regular ? fileBytes(path, file.size) : pipeBytes(await pipeOf(file, io), HEAD_BYTES)
      const copy = await identicalTo(file, bytes, read)
      if (copy !== undefined) {
        problems.push(sourceProblem('copy-left-out', path, `the same bytes as ${copy}`))
        continue
      }
      read.push({ file, bytes })
      const { logs, problems: more } = await candidatesOf(file, bytes, io)
      problems.push(...more)
      const usable = file.guess ? logs.filter(log => log.look.ipamd) : logs
      if (usable.length === 0 && file.named) errors.push(new InputError(`${quote(path)}: no log of ipamd in this archive`))
      candidates.push(...usable)
      if (root !== undefined) roots.set(root, (roots.get(root) ?? 0) + usable.length)
    } catch (error) {
      if (error instanceof InputError) errors.push(error)
      else if (codeOf(error) !== undefined) errors.push(new InputError(openFailure(path, error)))
      else throw error
    }
  }
  for (const [root, logs] of roots) if (logs === 0) errors.push(noLogs(root))

  const kept = await withoutCopies(candidates, problems)
  const nodes: NodeSource[] = groupByNode(kept).map(logs => nodeSource(logs))
  return { nodes, errors, problems }
}

async function pipeOf(file: Found, io: SourcesIo): Promise<AsyncIterable<Uint8Array>> {
  if (file.path === '-') return io.stdin
  return readPipe(file.path)
}

/** The file whose bytes this one has: judged by size, beginning and end (a gzip file ends with checksum and size of the whole). */
async function identicalTo(file: Found, bytes: Bytes, others: readonly { file: Found; bytes: Bytes }[]): Promise<string | undefined> {
  if (!bytes.at || file.size === 0) return undefined
  for (const other of others) {
    if (other.file.size !== file.size || !other.bytes.at) continue
    const end = Math.max(0, file.size - HEAD_BYTES)
    const [head, tail, otherHead, otherTail] = await Promise.all([
      bytes.at(0, HEAD_BYTES),
      bytes.at(end, HEAD_BYTES),
      other.bytes.at(0, HEAD_BYTES),
      other.bytes.at(end, HEAD_BYTES),
    ])
    if (Buffer.compare(head, otherHead) === 0 && Buffer.compare(tail, otherTail) === 0) return other.file.path
  }
  return undefined
}

async function candidatesOf(file: Found, bytes: Bytes, io: SourcesIo): Promise<{ logs: Candidate[]; problems: SourceProblem[] }> {
  const path = file.path === '-' ? 'stdin' : file.path
  const { inner, form, head } = await lookThrough(bytes, path)
  if (inner === 'tar') {
    const archive = file.regular ? bytes : memoryBytes(await collect(bytes))
    return openBundle({ path, bytes: archive, form, look: io.look })
  }
  const whole = head.length < HEAD_BYTES
  const plain = form.length === 0
  const look = io.look(head)
  const problems: SourceProblem[] = []
  const log: Candidate = {
    path,
    folder: file.folder,
    name: file.name,
    form,
    size: file.regular ? file.size : null,
    contentSize: plain && file.regular ? file.size : whole ? head.length : null,
    head: Uint8Array.from(head.subarray(0, FINGERPRINT_BYTES)),
    look,
    lastAt: whole ? look.lastAt : plain ? await lastInstant(bytes, io) : null,
    nodeHint: undefined,
    bundle: undefined,
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
  const tail = await bytes.at(Math.max(0, bytes.size - HEAD_BYTES), HEAD_BYTES)
  return io.look(tail.subarray(tail.indexOf(0x0a) + 1)).lastAt
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
  for (const [i, candidate] of candidates.entries()) {
    let whole: Candidate | undefined
    for (const [j, other] of candidates.entries()) {
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

function nodeSource(logs: readonly Candidate[]): NodeSource {
  const [first] = logs as [Candidate]
  const bundles = [...new Set(logs.map(log => log.bundle).filter(bundle => bundle !== undefined))]
  const node =
    firstOf(logs, log => log.look.node) ??
    firstOf(logs, log => log.bundle?.hostName) ??
    firstOf(logs, log => log.look.instanceId ?? log.nodeHint)
  return {
    name: first.bundle?.path ?? (logs.length === 1 ? first.path : first.folder),
    node,
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
  if (missing > 0) problems.push(sourceProblem('missing-file', path, `${Math.round(missing / 1000)} s`))
  return {
    path,
    form,
    size,
    firstAt: log.look.firstAt,
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
