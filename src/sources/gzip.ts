/**
 * Inflates gzip member by member.
 *
 * Not with zlib.createGunzip: garbage after a member, a wrong checksum or a cut end make it throw, and a small file is then lost as a whole.
 * Here the headers and trailers are read by hand and the body by a raw inflater that is content with what there is, so that everything up to
 * the damage is used (Node >= 20.15 for zlib.crc32).
 */
import { constants, crc32, createInflateRaw } from 'node:zlib'
import { CHUNK_BYTES, MAX_RATIO, RATIO_FROM_BYTES } from './limits.ts'

export type GzipDamage = 'cut-gzip' | 'damaged-gzip' | 'gzip-checksum' | 'gzip-garbage' | 'compression-bomb'

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8
}

export async function* gunzip(source: AsyncIterable<Uint8Array>, report: (damage: GzipDamage) => void): AsyncIterable<Uint8Array> {
  const input = byteReader(source)
  try {
    for (let member = 0; ; member += 1) {
      const state = await readHeader(input)
      if (state === 'end') return
      if (state === 'cut') return report('cut-gzip')
      if (state === 'other') {
        // Tapes and some tools pad with zeros.
        if (!(await onlyZeros(input))) report(member === 0 ? 'damaged-gzip' : 'gzip-garbage')
        return
      }
      const intact = yield* inflateMember(input, report)
      if (!intact) return
    }
  } finally {
    await input.close()
  }
}

async function* inflateMember(input: ByteReader, report: (damage: GzipDamage) => void): AsyncGenerator<Uint8Array, boolean> {
  const inflater = createInflateRaw({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH })
  let outs: Uint8Array[] = []
  let state = 'open' as 'open' | 'ended' | 'damaged'
  let wake = (): void => {}
  inflater.on('data', (out: Uint8Array) => outs.push(out))
  inflater.on('end', () => {
    state = 'ended'
    wake()
  })
  inflater.on('error', () => {
    state = 'damaged'
    wake()
  })
  const isOpen = (): boolean => state === 'open'
  const inflate = (piece: Uint8Array | undefined): Promise<void> =>
    new Promise(resolve => {
      wake = resolve
      // Not called back where the member ends inside this piece, or is damaged there.
      if (piece === undefined) inflater.end()
      else inflater.write(piece, () => resolve())
    })
  let crc = 0
  let size = 0
  /** What the last piece gave: worked on while the next one is inflated, on another core. */
  let ready: Uint8Array[] = []
  try {
    while (isOpen()) {
      const chunk = await input.chunk()
      for (let from = 0; isOpen() && (chunk === undefined || from < chunk.length); from += PIECE_BYTES) {
        const consumed = inflater.bytesWritten
        const inflated = inflate(chunk?.subarray(from, from + PIECE_BYTES))
        yield* ready
        await inflated
        ready = outs
        outs = []
        for (const [i, out] of ready.entries()) {
          crc = crc32(out, crc)
          size += out.length
          if (size <= RATIO_FROM_BYTES || size <= inflater.bytesWritten * MAX_RATIO) continue
          yield* ready.slice(0, i)
          report('compression-bomb')
          return false
        }
        if (state === 'ended' && chunk !== undefined) input.unread(chunk.subarray(from + inflater.bytesWritten - consumed))
      }
    }
    yield* ready
  } finally {
    inflater.destroy()
  }
  if (state === 'damaged') {
    report('damaged-gzip')
    return false
  }
  const trailer = await input.take(8)
  if (trailer === undefined) {
    report('cut-gzip')
    return false
  }
  const view = new DataView(trailer.buffer, trailer.byteOffset, 8)
  if (view.getUint32(0, true) !== crc >>> 0 || view.getUint32(4, true) !== size % 2 ** 32) report('gzip-checksum')
  return true
}

/** What a damaged piece would have given is lost with it, so they are small: 8 KiB are some 200 KiB of log. */
const PIECE_BYTES = 8_192

/** RFC 1952, 2.3: ten bytes, then what the flags announce. */
async function readHeader(input: ByteReader): Promise<'member' | 'end' | 'cut' | 'other'> {
  const fixed = await input.take(10)
  if (fixed === undefined) {
    const rest = await input.rest(10)
    if (rest.length === 0) return 'end'
    input.unread(rest)
    return isGzip(rest) || (rest.length < 3 && rest[0] === 0x1f) ? 'cut' : 'other'
  }
  if (!isGzip(fixed)) {
    input.unread(fixed)
    return 'other'
  }
  const flags = fixed[3] as number
  if (flags & EXTRA) {
    const length = await input.take(2)
    if (length === undefined || (await input.take((length[0] as number) + (length[1] as number) * 256)) === undefined) return 'cut'
  }
  if (flags & NAME && !(await skipText(input))) return 'cut'
  if (flags & COMMENT && !(await skipText(input))) return 'cut'
  if (flags & HEADER_CRC && (await input.take(2)) === undefined) return 'cut'
  return 'member'
}

const HEADER_CRC = 2
const EXTRA = 4
const NAME = 8
const COMMENT = 16

/** A text that ends with NUL; endless ones are cut ones. */
async function skipText(input: ByteReader): Promise<boolean> {
  for (let length = 0; length < 65_536; length += 1) {
    const byte = await input.take(1)
    if (byte === undefined) return false
    if (byte[0] === 0) return true
  }
  return false
}

async function onlyZeros(input: ByteReader): Promise<boolean> {
  for (;;) {
    const chunk = await input.chunk()
    if (chunk === undefined) return true
    if (chunk.some(byte => byte !== 0)) return false
  }
}

interface ByteReader {
  /** The next bytes, as many as come; undefined at the end. */
  chunk(): Promise<Uint8Array | undefined>
  /** Exactly `count` bytes, copied; undefined where there are fewer. */
  take(count: number): Promise<Uint8Array | undefined>
  /** What is left, up to `count` bytes. */
  rest(count: number): Promise<Uint8Array>
  unread(bytes: Uint8Array): void
  close(): Promise<void>
}

function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]()
  let ahead: Uint8Array = EMPTY

  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const { value, done } = await iterator.next()
      if (done) return undefined
      if (value.length > 0) return value
    }
  }

  return {
    async chunk() {
      if (ahead.length === 0) return next()
      const bytes = ahead
      ahead = EMPTY
      return bytes
    },
    async take(count) {
      while (ahead.length < count) {
        // Copied before the source is asked again and may overwrite it.
        const before = Buffer.from(ahead)
        ahead = before
        const more = await next()
        if (more === undefined) return undefined
        ahead = before.length === 0 ? more : Buffer.concat([before, more])
      }
      const bytes = Uint8Array.from(ahead.subarray(0, count))
      ahead = ahead.subarray(count)
      return bytes
    },
    async rest(count) {
      const bytes = Uint8Array.from(ahead.subarray(0, count))
      ahead = ahead.subarray(bytes.length)
      return bytes
    },
    unread(bytes) {
      ahead = ahead.length === 0 ? bytes : Buffer.concat([bytes, ahead])
    },
    async close() {
      await iterator.return?.()
    },
  }
}

const EMPTY = new Uint8Array(0)
