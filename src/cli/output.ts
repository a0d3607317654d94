import { randomBytes } from 'node:crypto'
import { open, rename, stat, unlink } from 'node:fs/promises'
import { InputError } from '../model/input-error.ts'
import type { Io, Output } from './io.ts'

/** A reader that has seen enough (`| head`) is no error. */
export class ClosedPipe extends Error {}

/** Writes to `--output`, else to stdout. Throws ClosedPipe where nobody reads any more. */
export async function deliver(text: string, file: string | undefined, io: Pick<Io, 'stdout' | 'on' | 'off'>): Promise<void> {
  if (file === undefined || file === '-') await write(io.stdout, text)
  else {
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

export function write(output: Output, text: string): Promise<void> {
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

/** Beside the file and then renamed, so that nobody reads half a report; devices and pipes are written as they are. */
async function replace(file: string, text: string): Promise<void> {
  const facts = await stat(file).catch(() => undefined)
  const direct = facts !== undefined && !facts.isFile()
  const path = direct ? file : `${file}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const handle = await open(path, direct ? 'w' : 'wx')
    try {
      await handle.writeFile(text)
      if (!direct && facts !== undefined) await handle.chmod(facts.mode)
    } finally {
      await handle.close()
    }
    if (!direct) await rename(path, file)
  } catch (error) {
    if (!direct) await unlink(path).catch(() => {})
    const code = error instanceof Error && 'code' in error ? error.code : String(error)
    throw new InputError(`cannot write ${file}: ${code}`)
  }
}
