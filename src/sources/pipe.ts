import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './discover.ts'

const PIECE = 65_536
const LONGEST_PAUSE_MS = 20

/**
 * What comes through a named pipe. A thread that waits in a read can't be called back, and keeps even a program that ends: so the pipe is
 * asked whether it has something, where the system lets it be opened once more (Linux). The first opening waits for a writer.
 */
export async function* readPipe(path: string): AsyncIterable<Uint8Array> {
  const handle = await open(path)
  let asked: FileHandle | undefined
  try {
    asked = await open(`/proc/self/fd/${handle.fd}`, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
    const buffer = new Uint8Array(PIECE)
    for (let pause = 0; ; ) {
      const bytes = await (asked ?? handle)
        .read(buffer, 0, PIECE, null)
        .then(({ bytesRead }) => bytesRead)
        .catch(error => {
          if (codeOf(error) === 'EAGAIN') return undefined
          throw error
        })
      if (bytes === 0) return
      if (bytes === undefined) {
        await sleep(pause)
        pause = Math.min(LONGEST_PAUSE_MS, pause + 1)
        continue
      }
      pause = 0
      yield buffer.slice(0, bytes)
    }
  } finally {
    await asked?.close()
    await handle.close()
  }
}
