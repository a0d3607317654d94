/**
 * A log that grows: its bytes, each once and in order, across rotations.
 *
 * The directory is watched, because the file is renamed; an event is only a reason to look, and a look is taken every second without one, because
 * some mounts have no inotify. The descriptor is kept, so that what was written before a renaming is read to its end. When the name shows another
 * file, backups that came and went between two looks are delivered before it: plain while they are, else from the `.gz` (lumberjack removes
 * the plain one only when the other is complete). Files are known by their inode where it can be compared and else by their first bytes.
 */

import { closeSync, type FSWatcher, fstatSync, openSync, readdirSync, readSync, statSync, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { InputError } from '../model/input-error.ts'
import { duration } from '../words.ts'
import { fileBytes, firstBytes } from './bytes.ts'
import { damageTexts, sourceProblem } from './damage.ts'
import { codeOf, DEFAULT_LOG, openFailure } from './discover.ts'
import { type Fingerprint, fingerprintOf, HEAD, hasFingerprint } from './fingerprint.ts'
import { inflate } from './layers.ts'
import { CHUNK_BYTES } from './limits.ts'
import { rotatedAt } from './names.ts'
import { missingAfter } from './order.ts'
import { quote } from './quote.ts'
import type { SourceProblem } from './source.ts'

export type Piece =
  /** A file begins with its first byte. */
  | { readonly kind: 'begin'; readonly path: string; readonly form: readonly string[] }
  /** Valid until the next piece is asked for. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Nothing more of this file will come. `path`: where its content lies now, undefined where it is gone. */
  | { readonly kind: 'end'; readonly path: string | undefined }
  /** The position given was reached: what follows was not read before. */
  | { readonly kind: 'resumed' }
  /** All that is there was read, or a second has passed. `present`: the log exists. */
  | { readonly kind: 'quiet'; readonly present: boolean }
  | { readonly kind: 'lost'; readonly loss: Loss; readonly text: string }

export type Loss = 'truncated' | 'backup-gone' | 'backups-missing' | 'position-gone' | 'damaged-backup'

/** Where a reader stopped: in which file, known by its beginning, and after how many of its bytes. */
export interface Position {
  readonly fingerprint: Fingerprint
  readonly offset: number
  /** Time of the last record read, epoch ms: tells which backups are younger where the file itself is gone. */
  readonly at: number | null
}

export interface FollowOptions {
  /** Read the rotated files before the live one. */
  readonly history?: boolean
  /** The file of this position is read from its beginning, and `resumed` stands where it was left. */
  readonly from?: Position
  readonly signal?: AbortSignal
  /** A look without a reason. */
  readonly pollMs?: number
  /** False: look every `pollMs` alone. */
  readonly watch?: boolean
}

export async function* followFile(path: string, options: FollowOptions = {}): AsyncGenerator<Piece> {
  const { signal, from, history = false, pollMs = 1_000 } = options
  const folder = createFolder(path)
  const alarm = createAlarm(folder, pollMs, options.watch !== false, signal)
  let file: OpenFile | undefined
  try {
    let known: readonly string[] | undefined
    for (file = folder.openLive(); file === undefined; file = folder.openLive()) {
      known ??= folder.backups()
      if (signal?.aborted) return
      yield { kind: 'quiet', present: false }
      await alarm.wait()
    }
    const start = await startOf(folder, file, from, history ? [] : known)
    const passed = new Set(start.passed)
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    if (start.lost) yield { kind: 'lost', loss: 'position-gone', text: LOSSES['position-gone'] }
    if (start.mark === undefined && from !== undefined) yield { kind: 'resumed' }
    for (const stem of start.before) {
      passed.add(stem)
      yield* readBackup(folder, stem, start.mark?.stem === stem ? start.mark.offset : undefined)
    }
    let mark = start.mark !== undefined && start.mark.stem === undefined ? start.mark.offset : undefined
    yield { kind: 'begin', path: file.path, form: [] }

    for (;;) {
      // asked before the last look, so that nothing that was there when the end was asked for is left out
      const stopping = signal?.aborted === true
      if (isTruncated(file)) {
        const copy = folder.copyOf(file)
        if (copy !== undefined) yield* readRest(copy, file, buffer)
        yield { kind: 'lost', loss: 'truncated', text: copy === undefined ? LOSSES.truncated : TRUNCATED_WITH_COPY }
        yield { kind: 'end', path: copy }
        file.offset = 0
        file.head = EMPTY
        yield { kind: 'begin', path: file.path, form: [] }
      }
      const other = folder.liveIsOther(file)
      // after it was found renamed: all that was written before
      yield* drain(file, buffer, mark)
      // where the file became shorter than the position, all that it has now is new
      if (mark !== undefined && file.offset < mark) yield { kind: 'resumed' }
      mark = undefined
      const next = other ? folder.openLive() : undefined
      if (next !== undefined) {
        const done: OpenFile = file
        file = next
        try {
          yield* between(folder, done, next, passed)
        } finally {
          closeSync(done.fd)
        }
        yield { kind: 'begin', path: file.path, form: [] }
        continue
      }
      yield { kind: 'quiet', present: true }
      if (stopping) break
      await alarm.wait()
    }
    yield { kind: 'end', path: file.path }
  } finally {
    if (file !== undefined) closeSync(file.fd)
    alarm.close()
  }
}

/** A pipe ends by itself; it is asked for time every second. */
export async function* followPipe(
  stdin: AsyncIterable<Uint8Array> | undefined,
  { signal, pollMs = 1_000 }: Pick<FollowOptions, 'signal' | 'pollMs'>,
): AsyncGenerator<Piece> {
  yield { kind: 'begin', path: 'stdin', form: [] }
  const source = stdin?.[Symbol.asyncIterator]()
  let ended = false
  const stopped = new Promise<'stopped'>(resolve => {
    if (signal?.aborted) resolve('stopped')
    signal?.addEventListener('abort', () => resolve('stopped'), { once: true })
  })
  let next = source?.next()
  while (next !== undefined && !ended) {
    const patience = new AbortController()
    const came = await Promise.race([
      next,
      stopped,
      setTimeout(pollMs, 'quiet' as const, { signal: patience.signal }).catch(() => 'quiet' as const),
    ])
    patience.abort()
    if (came === 'stopped') break
    if (came === 'quiet') yield { kind: 'quiet', present: true }
    else if (came.done) ended = true
    else {
      yield { kind: 'bytes', bytes: typeof came.value === 'string' ? Buffer.from(came.value) : came.value }
      next = source?.next()
    }
  }
  yield { kind: 'quiet', present: true }
  yield { kind: 'end', path: 'stdin' }
}

/** The one log that is followed: `-`, a file, or the live log of a directory. */
export async function logToFollow(named: string | undefined): Promise<string> {
  if (named === '-') return named
  const path = named ?? DEFAULT_LOG
  if (path.endsWith('.gz')) throw new InputError(`${quote(path)} is compressed and does not grow: leave --follow out`)
  const facts = await stat(path).catch(error => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new InputError(openFailure(path, error))
  })
  if (facts === undefined) return path
  if (facts.isDirectory()) return join(path, basename(DEFAULT_LOG))
  if (!facts.isFile())
    throw new InputError(
      `${quote(path)} is no file: to follow what a pipe brings, name - and let the shell open it (ipamd-trace -f - < ${quote(path)})`,
    )
  return path
}

export function folderOf(path: string): string {
  return dirname(path)
}

/** Where a backup's name says that the next log of the node should have begun earlier: how a report on the same files says it. */
export function missingBetween(path: string, nextFirstAt: number): SourceProblem | undefined {
  const missing = missingAfter(basename(path).replace(/\.gz$/, ''), { look: { firstAt: nextFirstAt } })
  return missing === 0 ? undefined : sourceProblem('missing-file', path, duration(missing))
}

const LOSSES: Readonly<Record<Loss, string>> = {
  truncated: 'The log was truncated where it lay: what was written after the last look and before that is gone.',
  'backup-gone': 'A rotated file was removed before it could be read.',
  'backups-missing': 'The log was rotated so often that its backups were removed; files between may be missing.',
  'position-gone': 'The file in which the last run stopped is no longer here: what was written to it since is not read.',
  'damaged-backup': 'A rotated file is damaged',
}
const TRUNCATED_WITH_COPY =
  'The log was truncated where it lay. Its copy was read to the end; what was written between the copying and the truncation is gone.'

interface OpenFile {
  readonly path: string
  readonly fd: number
  readonly ino: number
  readonly dev: number
  offset: number
  /** The first bytes, at most `HEAD`, of what was delivered. */
  head: Buffer
}

interface Start {
  /** Backups to read before the live file, oldest first. */
  readonly before: readonly string[]
  /** Backups that are not to be read any more. */
  readonly passed: readonly string[]
  /** Where the last run stopped; without a stem in the live file. */
  readonly mark: { readonly stem: string | undefined; readonly offset: number } | undefined
  readonly lost: boolean
}

/** `known`: backups that are not read, because they were there when the log was not; undefined: none of them is read. */
async function startOf(folder: Folder, live: OpenFile, from: Position | undefined, known: readonly string[] | undefined): Promise<Start> {
  const stems = folder.backups()
  // the live file may have been renamed between its opening and this look: what came after it is not passed
  const own = await indexOf(folder, stems, live)
  const older = own < 0 ? stems : stems.slice(0, own)
  const passed = older
  const wanted = known === undefined ? [] : older.filter(stem => !known.includes(stem))
  if (from === undefined) return { before: wanted, passed, mark: undefined, lost: false }
  if (hasFingerprint(headOf(live), from.fingerprint))
    return { before: wanted, passed, mark: { stem: undefined, offset: from.offset }, lost: false }
  for (const [i, stem] of older.entries()) {
    const backup = await folder.head(stem)
    if (backup !== undefined && hasFingerprint(backup.head, from.fingerprint))
      return {
        before: wanted.length > older.length - i ? wanted : older.slice(i),
        passed,
        mark: { stem, offset: from.offset },
        lost: false,
      }
  }
  const younger = from.at === null ? [] : older.filter(stem => rotatedAt(basename(stem)) > (from.at as number))
  return { before: younger, passed, mark: undefined, lost: from.offset > 0 }
}

async function indexOf(folder: Folder, stems: readonly string[], file: OpenFile): Promise<number> {
  for (let i = stems.length - 1; i >= 0; i -= 1) if (await isBackupOf(folder, stems[i] as string, file)) return i
  return -1
}

/** From a finished file to the one that has its name now. */
async function* between(folder: Folder, done: OpenFile, next: OpenFile, passed: Set<string>): AsyncGenerator<Piece> {
  const fresh: string[] = []
  let doneAt: string | undefined
  for (const stem of folder.backups()) {
    if (passed.has(stem)) continue
    if (await isBackupOf(folder, stem, done)) {
      doneAt = stem
      passed.add(stem)
    } else if (await isBackupOf(folder, stem, next)) break
    else fresh.push(stem)
  }
  yield { kind: 'end', path: doneAt === undefined ? folder.copyOf(done) : folder.pathOf(doneAt) }
  if (doneAt === undefined && done.offset > 0 && fresh.length > 0)
    yield { kind: 'lost', loss: 'backups-missing', text: LOSSES['backups-missing'] }
  for (const stem of fresh) {
    passed.add(stem)
    yield* readBackup(folder, stem, undefined)
  }
}

/** An inode cannot be given to another file while its descriptor is open, so it decides where the backup is plain. */
async function isBackupOf(folder: Folder, stem: string, file: OpenFile): Promise<boolean> {
  const backup = await folder.head(stem)
  if (backup === undefined) return false
  if (backup.ino !== undefined) return backup.ino === file.ino && backup.dev === file.dev
  const head = headOf(file)
  // too short a beginning decides nothing: then it is the same file only as a whole
  return (
    (head.length >= LEAST_HEAD || head.length === backup.head.length) &&
    head.length > 0 &&
    Buffer.compare(backup.head.subarray(0, head.length), head) === 0
  )
}

async function* readBackup(folder: Folder, stem: string, mark: number | undefined): AsyncGenerator<Piece> {
  const problems: string[] = []
  for (const [path, form] of [
    [stem, []],
    [`${stem}.gz`, ['gzip']],
  ] as const) {
    let offset = 0
    let rest = mark
    try {
      for await (const chunk of inflate(fileBytes(path, 0).open(), form, damage =>
        problems.push(damageTexts[damage as keyof typeof damageTexts]),
      )) {
        if (offset === 0) yield { kind: 'begin', path, form }
        yield* marked(chunk, offset, rest)
        offset += chunk.length
        if (rest !== undefined && offset >= rest) rest = undefined
        await setImmediate()
      }
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      if (offset === 0) continue
      problems.push(codeOf(error) as string)
    }
    // the file of the position became shorter: all that follows is new
    if (rest !== undefined) yield { kind: 'resumed' }
    for (const problem of problems) yield { kind: 'lost', loss: 'damaged-backup', text: `${LOSSES['damaged-backup']}: ${problem}.` }
    if (offset > 0) yield { kind: 'end', path: folder.pathOf(stem) ?? path }
    return
  }
  yield { kind: 'lost', loss: 'backup-gone', text: LOSSES['backup-gone'] }
  if (mark !== undefined) yield { kind: 'resumed' }
}

/** What the copy of a truncated file has beyond what was read of it. */
async function* readRest(copy: string, file: OpenFile, buffer: Buffer): AsyncGenerator<Piece> {
  let fd: number
  try {
    fd = openSync(copy, 'r')
  } catch {
    return
  }
  try {
    yield* drain({ ...file, fd }, buffer)
  } finally {
    closeSync(fd)
  }
}

/** Everything that is there. The event loop gets a turn after each chunk: signals come that way. */
async function* drain(file: OpenFile, buffer: Buffer, mark?: number): AsyncGenerator<Piece> {
  if (mark === 0) yield { kind: 'resumed' }
  for (;;) {
    const length = readSync(file.fd, buffer, 0, CHUNK_BYTES, file.offset)
    if (length === 0) return
    const chunk = buffer.subarray(0, length)
    if (file.head.length < HEAD) file.head = Buffer.concat([file.head, chunk.subarray(0, HEAD - file.head.length)])
    const offset = file.offset
    file.offset += length
    yield* marked(chunk, offset, mark)
    await setImmediate()
  }
}

/** The chunk that begins at `offset`, with the mark where it lies in it. */
function* marked(chunk: Uint8Array, offset: number, mark: number | undefined): Generator<Piece> {
  const at = mark === undefined ? 0 : mark - offset
  if (at <= 0 || at > chunk.length) {
    yield { kind: 'bytes', bytes: chunk }
    return
  }
  yield { kind: 'bytes', bytes: chunk.subarray(0, at) }
  yield { kind: 'resumed' }
  if (at < chunk.length) yield { kind: 'bytes', bytes: chunk.subarray(at) }
}

/** Shorter than what was read, or with another beginning: somebody truncated it where it lay. */
function isTruncated(file: OpenFile): boolean {
  if (fstatSync(file.fd).size < file.offset) return true
  const { head } = file
  if (head.length === 0) return false
  const now = Buffer.alloc(head.length)
  readSync(file.fd, now, 0, head.length, 0)
  return Buffer.compare(now, head) !== 0
}

function headOf(file: OpenFile): Buffer {
  if (file.head.length === HEAD) return file.head
  const head = Buffer.alloc(HEAD)
  return head.subarray(0, readSync(file.fd, head, 0, HEAD, 0))
}

interface Folder {
  readonly path: string
  /** Of the log, or of one of its backups. */
  concerns(name: string): boolean
  openLive(): OpenFile | undefined
  /** The log's name shows another file, and something was written to it: until then the old one may still grow. */
  liveIsOther(file: OpenFile): boolean
  /** Backups without `.gz`, oldest first. */
  backups(): string[]
  head(stem: string): Promise<{ readonly head: Buffer; readonly ino?: number; readonly dev?: number } | undefined>
  /** Where the content of a backup lies now. */
  pathOf(stem: string): string | undefined
  /** Another file beside it that is this one under a new name, or a copy of it that is at least as long as what was read. */
  copyOf(file: OpenFile): string | undefined
}

function createFolder(path: string): Folder {
  const directory = dirname(path)
  const name = basename(path)
  const extension = extname(name)
  const stem = name.slice(0, name.length - extension.length)
  const isBackup = (other: string): boolean => {
    const plain = other.endsWith('.gz') ? other.slice(0, -3) : other
    if (isHour(plain, name)) return true
    return (
      plain.startsWith(`${stem}-`) &&
      plain.endsWith(extension) &&
      LUMBERJACK.test(plain.slice(stem.length, plain.length - extension.length))
    )
  }
  const names = (): string[] => {
    try {
      return readdirSync(directory).sort()
    } catch {
      return []
    }
  }
  /** seelog (v1.5.0 to v1.6.0) writes to a file with the hour in its name: the last one is the live one. */
  const livePath = (): string => {
    if (statOf(path) !== undefined) return path
    const hour = names().findLast(other => isHour(other, name))
    return hour === undefined ? path : join(directory, hour)
  }
  const heads = new Map<string, Buffer>()

  return {
    path: directory,
    concerns: other => other === name || isBackup(other),
    openLive() {
      const live = livePath()
      let fd: number
      try {
        fd = openSync(live, 'r')
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
        throw error
      }
      const { ino, dev } = fstatSync(fd)
      return { path: live, fd, ino, dev, offset: 0, head: EMPTY }
    },
    liveIsOther(file) {
      const facts = statOf(livePath())
      return facts !== undefined && (facts.ino !== file.ino || facts.dev !== file.dev) && facts.size > 0
    },
    backups() {
      const live = livePath()
      const stems = new Set(
        names()
          .filter(isBackup)
          .map(other => join(directory, other.endsWith('.gz') ? other.slice(0, -3) : other)),
      )
      stems.delete(live)
      return [...stems].sort()
    },
    async head(stem) {
      const facts = statOf(stem)
      const known = heads.get(stem)
      if (known !== undefined) return facts === undefined ? { head: known } : { head: known, ino: facts.ino, dev: facts.dev }
      for (const [path, form] of [
        [stem, []],
        [`${stem}.gz`, ['gzip']],
      ] as const) {
        try {
          const head = Buffer.from((await firstBytes(inflate(fileBytes(path, 0).open(), form), HEAD)).subarray(0, HEAD))
          if (heads.size > 100) heads.clear()
          // a backup does not change any more, and a plain one grows only where its writer did not let go of it
          if (head.length === HEAD) heads.set(stem, head)
          return facts === undefined || path !== stem ? { head } : { head, ino: facts.ino, dev: facts.dev }
        } catch (error) {
          if (codeOf(error) === undefined) throw error
        }
      }
      return undefined
    },
    pathOf: stem => [stem, `${stem}.gz`].find(path => statOf(path) !== undefined),
    copyOf(file) {
      for (const other of names()) {
        if (other === basename(file.path) || !other.startsWith(stem) || other.endsWith('.gz')) continue
        const candidate = join(directory, other)
        const facts = statOf(candidate)
        if (facts === undefined || !facts.isFile()) continue
        if (facts.ino === file.ino && facts.dev === file.dev) return candidate
        if (facts.size >= file.offset && file.head.length >= LEAST_HEAD && beginsWith(candidate, file.head)) return candidate
      }
      return undefined
    },
  }
}

/** `-2024-09-11T20-39-00.478`: lumberjack's, v1.6.1 and later. */
const LUMBERJACK = /^-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/

function isHour(other: string, name: string): boolean {
  return other.startsWith(`${name}.`) && /^\.\d{4}-\d\d-\d\d-\d\d$/.test(other.slice(name.length))
}

/** Lines of ipamd share their first 94 bytes. */
const LEAST_HEAD = 128
const EMPTY = Buffer.alloc(0)

function beginsWith(path: string, head: Buffer): boolean {
  try {
    const fd = openSync(path, 'r')
    try {
      const other = Buffer.alloc(head.length)
      return readSync(fd, other, 0, head.length, 0) === head.length && Buffer.compare(other, head) === 0
    } finally {
      closeSync(fd)
    }
  } catch {
    return false
  }
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false })
}

/** Looks closer together than this are one: a line a millisecond does not cost a look each. */
const TOGETHER_MS = 20

/** Rings when something happens in the folder, at the latest after `pollMs`. */
function createAlarm(folder: Folder, pollMs: number, watching: boolean, signal: AbortSignal | undefined) {
  let watcher: FSWatcher | undefined
  let watched: number | undefined
  let rung = false
  let ring = (): void => {}
  let lookedAt = Number.NEGATIVE_INFINITY

  const wake = (): void => {
    rung = true
    ring()
  }
  const close = (): void => {
    watcher?.close()
    watcher = undefined
  }
  /** The folder itself may not exist yet, or be made anew. */
  const settle = (): void => {
    if (!watching) return
    const ino = statOf(folder.path)?.ino
    if (ino === watched) return
    close()
    watched = ino
    if (ino === undefined) return
    try {
      watcher = watch(folder.path, (_event, name) => {
        if (name === null || folder.concerns(name)) wake()
      })
      watcher.on('error', close)
    } catch {
      // no inotify here, or none left: the looks without a reason remain
      watched = ino
    }
  }
  settle()
  signal?.addEventListener('abort', wake)

  return {
    async wait(): Promise<void> {
      settle()
      const soon = lookedAt + TOGETHER_MS - performance.now()
      if (soon > 0 && !signal?.aborted) await setTimeout(soon)
      if (!rung && !signal?.aborted) {
        const patience = new AbortController()
        await Promise.race([
          new Promise<void>(resolve => {
            ring = resolve
          }),
          setTimeout(pollMs, undefined, { signal: patience.signal }).catch(() => {}),
        ])
        patience.abort()
      }
      rung = false
      lookedAt = performance.now()
    },
    close(): void {
      signal?.removeEventListener('abort', wake)
      close()
    },
  }
}

/** Where a reader stands that was given these first bytes of a file and took `offset` bytes of it. */
export function positionAt(head: Uint8Array, offset: number, at: number | null): Position {
  return { fingerprint: fingerprintOf(head.subarray(0, Math.min(HEAD, offset))), offset, at }
}
