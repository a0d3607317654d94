import { readFile } from 'node:fs/promises'
import type { Position } from '../follow.ts'
import { InputError } from '../model/input-error.ts'
import { printable } from '../words.ts'
import type { Io } from './io.ts'
import { deliver } from './output.ts'

/** What `--state FILE` holds: where reading stopped. What was understood by then is not in it; it comes from the log again. */
interface State {
  readonly schema: 'ipamd-trace/follow-state'
  readonly schemaVersion: 1
  readonly path: string
  readonly position: Position
}

/** Undefined where there is no such file yet. */
export async function readState(file: string, path: string): Promise<Position | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new InputError(`--state: ${printable(file)} cannot be read (${code ?? 'unknown error'})`)
  }
  const state = parse(text)
  if (state === undefined) throw new InputError(`--state: ${printable(file)} is no state of ipamd-trace: remove it to begin anew`)
  if (state.path !== path) throw new InputError(`--state: ${printable(file)} is of another log (${printable(state.path)})`)
  return state.position
}

export function writeState(file: string, path: string, position: Position, io: Pick<Io, 'stdout' | 'on' | 'off'>): Promise<void> {
  const state: State = { schema: 'ipamd-trace/follow-state', schemaVersion: 1, path, position }
  return deliver(`${JSON.stringify(state)}\n`, file, io)
}

function parse(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as Partial<State> | null
    if (state?.schema !== 'ipamd-trace/follow-state' || state.schemaVersion !== 1 || typeof state.path !== 'string') return undefined
    const { fingerprint, offset, at } = state.position ?? {}
    const sound =
      isCount(fingerprint?.bytes) && typeof fingerprint?.sha256 === 'string' && isCount(offset) && (at === null || Number.isFinite(at))
    return sound ? (state as State) : undefined
  } catch {
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
