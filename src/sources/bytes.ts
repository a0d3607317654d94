/** Bytes that can be opened: a file, a pipe, a part of memory, a member of an archive. */
import { open } from 'node:fs/promises'
import { CHUNK_BYTES } from './limits.ts'

export interface Bytes {
  /** Null where it is not known. */
  readonly size: number | null
  /** How far the furthest reader got. */
  readonly read: number
  /** From the beginning. A chunk is valid until the next one is asked for. */
  open(): AsyncIterable<Uint8Array>
  /** Where bytes can be read anywhere. */
  readonly at?: (offset: number, length: number) => Promise<Uint8Array>
}

/** The next chunk is read while the last one is worked on: two buffers in turn. */
export function fileBytes(path: string, size: number): Bytes {
  let read = 0
  return {
    size,
    get read() {
      return read
    },
    async *open() {
      const file = await open(path, 'r')
      let reading: Promise<number> | undefined
      try {
        // Hundreds of small files must not cost hundreds of large buffers; one byte more than there is, so that the end shows.
        const chunk = Math.min(CHUNK_BYTES, Math.max(size, 4_095) + 1)
        const buffers = [Buffer.allocUnsafeSlow(chunk), Buffer.allocUnsafeSlow(chunk)] as const
        const fill = async (buffer: Buffer): Promise<number> => (await file.read(buffer, 0, chunk, null)).bytesRead
        let offset = 0
        reading = fill(buffers[0])
        for (let turn = 0; ; turn += 1) {
          const length = await reading
          reading = undefined
          if (length === 0) return
          reading = fill(buffers[turn % 2 === 0 ? 1 : 0])
          // Its failure is met where it is awaited.
          reading.catch(() => {})
          offset += length
          read = Math.max(read, offset)
          yield buffers[turn % 2 === 0 ? 0 : 1].subarray(0, length)
        }
      } finally {
        await reading?.catch(() => {})
        await file.close()
      }
    },
    async at(offset, length) {
      const file = await open(path, 'r')
      try {
        const buffer = Buffer.alloc(length)
        let filled = 0
        while (filled < length) {
          const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return buffer.subarray(0, filled)
      } finally {
        await file.close()
      }
    },
  }
}

/**
 * A pipe: it can be read once, but its beginning is looked at before. Opening it again is possible as long as no reader got past `keepBytes`.
 */
export function pipeBytes(pipe: AsyncIterable<Uint8Array>, keepBytes: number): Bytes {
  let source: AsyncIterator<Uint8Array> | undefined
  let kept: Uint8Array[] | undefined = []
  let read = 0
  return {
    size: null,
    get read() {
      return read
    },
    async *open() {
      source ??= pipe[Symbol.asyncIterator]()
      for (let i = 0; kept !== undefined && i < kept.length; i += 1) yield kept[i] as Uint8Array
      for (;;) {
        const { value, done } = await source.next()
        if (done) return
        const chunk = typeof value === 'string' ? Buffer.from(value) : value
        read += chunk.length
        if (read - chunk.length < keepBytes) kept?.push(Uint8Array.from(chunk))
        else kept = undefined
        yield chunk
      }
    },
  }
}

export function memoryBytes(content: Uint8Array): Bytes {
  return {
    size: content.length,
    read: content.length,
    async *open() {
      for (let from = 0; from < content.length; from += CHUNK_BYTES) yield content.subarray(from, from + CHUNK_BYTES)
    },
    async at(offset, length) {
      return content.subarray(offset, offset + length)
    },
  }
}

/** The first bytes, copied; fewer where there are no more. */
export async function firstBytes(chunks: AsyncIterable<Uint8Array>, count: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(Uint8Array.from(chunk.subarray(0, count - length)))
    length += chunk.length
    if (length >= count) break
  }
  return Buffer.concat(parts)
}
