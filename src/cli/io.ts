import type { Readable, Writable } from 'node:stream'

/** A terminal, a pipe or a file. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** What the program has of the world: `process`, or what a test gives. */
export interface Io {
  readonly stdin: Readable
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/** Colors where a person looks: on a terminal, never with NO_COLOR, always with FORCE_COLOR; `--color` and `--no-color` decide before all. */
export function wantsColor(asked: boolean | undefined, { stdout, env }: Pick<Io, 'stdout' | 'env'>): boolean {
  if (asked !== undefined) return asked
  if (isSet(env.NO_COLOR)) return false
  if (isSet(env.FORCE_COLOR)) return true
  return stdout.isTTY === true && env.TERM !== 'dumb'
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

export function widthOf({ stdout, env }: Pick<Io, 'stdout' | 'env'>): number {
  const columns = stdout.columns ?? Number(env.COLUMNS)
  return Number.isInteger(columns) && columns >= 40 ? Math.min(columns, 200) : 100
}

/** How text is drawn: for the terminal where it goes there, else for a file that anyone may open. */
export interface Look {
  readonly columns: number
  readonly color: boolean
}

export function lookOf({ output, color }: { readonly output?: string | undefined; readonly color?: boolean | undefined }, io: Io): Look {
  if (output === undefined || output === '-') return { columns: widthOf(io), color: wantsColor(color, io) }
  return { columns: 100, color: color === true }
}
