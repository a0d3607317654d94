/**
 * Tar archives as streams of members.
 *
 * modern-tar decodes: it has no dependencies, skips bodies of links and devices, bounds its metadata and never hung on the 40 hostile archives that
 * were tried (tar-stream waits for ever on a directory with a size). What it leaves to the caller is done here: members cut short, sizes,
 * names, kinds of entries.
 */
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar'
import { isTarHeader } from './containers.ts'
import type { SourceProblemKind } from './damage.ts'
import { MAX_ARCHIVE_BYTES, MAX_MEMBER_BYTES, MAX_MEMBERS, MAX_NAME_LENGTH } from './limits.ts'

export interface Member {
  /** Its place in the archive. */
  readonly index: number
  /** Normalized: no `./`, no backslashes. It names the member and is never a path. */
  readonly name: string
  readonly size: number
  body(): AsyncIterable<Uint8Array>
}

/** Regular members with safe names, in their order. `report` hears of everything else. A body that is not read is skipped. */
export async function* membersOf(
  chunks: AsyncIterable<Uint8Array>,
  report: (kind: SourceProblemKind, member: string) => void,
): AsyncGenerator<Member, void> {
  const decoder = createTarDecoder()
  const headers = createHeaderCheck()
  const feeding = feed(chunks, decoder.writable, headers.see)
  const reader = decoder.readable.getReader()
  let total = 0
  try {
    for (let index = 0; ; index += 1) {
      const { done, value: entry } = await reader.read()
      if (done) break
      const { header } = entry
      const { size } = header
      total += size
      const name = safeName(header.name)
      const problem = problemOf(entry, name)
      if (index >= MAX_MEMBERS || total > MAX_ARCHIVE_BYTES || size > MAX_MEMBER_BYTES) {
        report('archive-too-large', name ?? '')
        return
      }
      if (problem === undefined && name !== undefined) {
        let received = 0
        yield {
          index,
          name,
          size,
          async *body() {
            for await (const chunk of entry.body.values({ preventCancel: true })) {
              received += chunk.length
              yield chunk
            }
            if (received < size) report('cut-archive', name)
          },
        }
      } else if (problem !== undefined && problem !== 'passed-over') report(problem, header.name)
      await passBy(entry)
    }
    const end = await feeding
    if (headers.damaged) report('damaged-archive', '')
    else if (!end.padded) report('cut-archive', '')
  } catch (error) {
    // What the disk said is the caller's; the rest is the decoder's word on the archive.
    if ((await feeding).failure !== undefined) throw error
    report('damaged-archive', '')
  } finally {
    await reader.cancel().catch(() => {})
    await feeding
  }
}

/** What is left of a body is read and let go: after a body was cancelled modern-tar 0.8.6 may lose the end of a later one and wait for ever. */
async function passBy({ body }: ParsedTarEntry): Promise<void> {
  if (body.locked) return
  try {
    for await (const _ of body) {
      // Only its end matters.
    }
  } catch {
    // The decoder says it again for the archive.
  }
}

interface Fed {
  /** The archive ended with blocks of zeros, as it should. */
  readonly padded: boolean
  /** The source, not the decoder, failed. */
  readonly failure?: unknown
}

async function feed(
  chunks: AsyncIterable<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  check: (bytes: Uint8Array) => void,
): Promise<Fed> {
  const writer = writable.getWriter()
  writer.closed.catch(() => {})
  const source = chunks[Symbol.asyncIterator]()
  let last: Uint8Array = new Uint8Array(0)
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>
      try {
        next = await source.next()
      } catch (failure) {
        await writer.abort(failure).catch(() => {})
        return { padded: true, failure }
      }
      if (next.done) break
      // The decoder keeps up to a megabyte of what it is given, and the source uses its buffers again.
      last = Uint8Array.from(next.value)
      check(last)
      await writer.ready
      writer.write(last).catch(() => {})
    }
    await writer.close()
  } catch {
    // The decoder met damage, or nobody reads any more: the reader knows.
    return { padded: true }
  } finally {
    await source.return?.()
  }
  return { padded: last.length > 0 && last.subarray(-512).every(byte => byte === 0) }
}

/**
 * Looks at each header's checksum on its way to the decoder, which goes on in silence where one is wrong. Where it cannot follow (sizes beyond the
 * field, sparse files) it stops looking.
 */
function createHeaderCheck() {
  let header = new Uint8Array(0)
  let skip = 0
  let done = false
  let damaged = false

  function read(block: Uint8Array): void {
    if (block.every(byte => byte === 0)) done = true
    else if (!isTarHeader(block)) {
      done = true
      damaged = true
    } else {
      const type = String.fromCharCode(block[156] as number)
      const size = Number.parseInt(Buffer.from(block.subarray(124, 136)).toString('latin1'), 8)
      done = type === 'S' || !(size >= 0)
      // Links, devices and directories have no body, whatever their size says.
      skip = '123456'.includes(type) ? 0 : Math.ceil(size / 512) * 512
    }
  }

  return {
    get damaged() {
      return damaged
    },
    see(bytes: Uint8Array): void {
      let at = 0
      while (!done && at < bytes.length) {
        const passed = Math.min(skip, bytes.length - at)
        skip -= passed
        at += passed
        if (skip > 0 || at >= bytes.length) return
        const part = bytes.subarray(at, at + 512 - header.length)
        header = Uint8Array.from([...header, ...part])
        at += part.length
        if (header.length < 512) return
        const block = header
        header = new Uint8Array(0)
        read(block)
      }
    },
  }
}

function problemOf(entry: ParsedTarEntry, name: string | undefined): SourceProblemKind | 'passed-over' | undefined {
  const { type, pax } = entry.header
  if (type === 'directory') return 'passed-over'
  if (type !== 'file') return 'not-a-file'
  if (name === undefined) return 'unsafe-name'
  // A sparse file's body begins with the map of its holes: it would be read as text.
  if (name.includes('GNUSparseFile') || (pax && Object.keys(pax).some(key => key.startsWith('GNU.sparse')))) return 'not-a-file'
  return undefined
}

/** Undefined where a name leaves the archive or is no name. */
export function safeName(raw: string): string | undefined {
  if (raw.length > MAX_NAME_LENGTH || raw.includes('\0')) return undefined
  const path = raw.replaceAll('\\', '/')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return undefined
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  return parts.length === 0 || parts.includes('..') ? undefined : parts.join('/')
}
