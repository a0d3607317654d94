import { open, rename, stat, unlink } from 'node:fs/promises'
import { InputError } from '../model/input-error.ts'
import type { Io, Output } from './io.ts'

/** A reader that has seen enough (`| head`) is no error. */
export class ClosedPipe extends Error {}

/** Writes to `--output`, else to stdout. Throws ClosedPipe where nobody reads any more. */
export async function deliver(text: string | Uint8Array, file: string | undefined, io: Pick<Io, 'stdout' | 'on' | 'off'>): Promise<void> {
  if (file === undefined || file === '-') await write(io.stdout, text)
  else if (await isWrittenAsItIs(file)) {
    // nobody may ever read from a pipe: a signal must end the wait
    await replace(file, text)
  } else {
    // half a report beside the old one is worth less than the moment that a whole one takes
    const wait = (): void => {}
    io.on('SIGINT', wait)
    io.on('SIGTERM', wait)
    try {
      await replace(file, text)
    } finally {
      io.off('SIGINT', wait)
      io.off('SIGTERM', wait)
    }
  }
}

export function write(output: Output, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(
        error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
          ? new ClosedPipe()
          : new InputError(`cannot write the report: ${error.code ?? error.message}`),
      )
    }
    output.once('error', onError)
    output.write(text, error => {
      // the error event follows and would have no listener otherwise
      if (error) onError(error)
      else {
        output.off('error', onError)
        resolve()
      }
    })
  })
}

/** Writes a file as `deliver` does, with these permissions. */
export async function replace(file: string, text: string | Uint8Array, mode?: number): Promise<void> {
  const delivery = await openFile(file, mode)
  try {
    await delivery.write(text)
    await delivery.close()
  } catch (error) {
    await delivery.abandon()
    throw error
  }
}

/** Text that comes in pieces. */
export interface Delivery {
  write(text: string | Uint8Array): Promise<void>
  close(): Promise<void>
  /** Leaves nothing behind. */
  abandon(): Promise<void>
}

/** As `deliver`, piece by piece: beside the file and then renamed, so that nobody reads half; devices and pipes are written as they are. */
export async function openDelivery(file: string | undefined, io: Pick<Io, 'stdout'>): Promise<Delivery> {
  if (file !== undefined && file !== '-') return openFile(file)
  return { write: text => write(io.stdout, text), async close() {}, async abandon() {} }
}

/** Devices and pipes are. */
async function isWrittenAsItIs(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => undefined)
  return facts !== undefined && !facts.isFile()
}

async function openFile(file: string, mode?: number): Promise<Delivery> {
  const facts = await stat(file).catch(() => undefined)
  const direct = await isWrittenAsItIs(file)
  const path = direct ? file : `${file}.${(await import('node:crypto')).randomBytes(4).toString('hex')}.tmp`
  const failed = (error: unknown): InputError =>
    new InputError(`cannot write ${file}: ${error instanceof Error && 'code' in error ? error.code : String(error)}`)
  const handle = await open(path, direct ? 'w' : 'wx', mode).catch(error => {
    throw failed(error)
  })
  const guarded = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      throw failed(error)
    }
  }
  return {
    write: text => guarded(() => handle.writeFile(text)),
    close: () =>
      guarded(async () => {
        if (!direct && facts !== undefined) await handle.chmod(mode ?? facts.mode)
        await handle.close()
        if (!direct) await rename(path, file)
      }),
    async abandon() {
      await handle.close().catch(() => {})
      if (!direct) await unlink(path).catch(() => {})
    },
  }
}
