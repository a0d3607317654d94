import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type FollowOptions, followFile, type Loss } from '../../src/sources/follow.ts'

/** A folder that goes when the test is over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const WRITER = fileURLToPath(new URL('rotating-writer.mjs', import.meta.url))

export interface Writing {
  readonly lines: number
  readonly perSecond: number
  readonly maxBytes: number
  readonly mode?: 'rename' | 'copytruncate'
}

/** Another process writes to the log; resolves when it is done, with its compressing. */
export function write(path: string, { lines, perSecond, maxBytes, mode = 'rename' }: Writing): Promise<void> {
  const writer = spawn(process.execPath, [WRITER, path, ...[lines, perSecond, maxBytes, mode].map(String)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve, reject) =>
    writer.on('exit', code => (code === 0 ? resolve() : reject(new Error(`the writer exited with ${code}`)))),
  )
}

export interface Followed {
  /** Lines in the order in which they came, and since the position where one was given. */
  readonly lines: string[]
  readonly fresh: string[]
  readonly files: string[]
  readonly ends: (string | undefined)[]
  readonly losses: Loss[]
  readonly quiet: number
}

/** Follows while `during` goes on, then to the end of what is there. */
export async function following(
  path: string,
  options: Omit<FollowOptions, 'signal'>,
  during: (followed: Followed, stop: () => void) => Promise<void>,
): Promise<Followed> {
  const stop = new AbortController()
  const followed = {
    lines: [] as string[],
    fresh: [] as string[],
    files: [] as string[],
    ends: [] as (string | undefined)[],
    losses: [] as Loss[],
    quiet: 0,
  }
  let rest = ''
  let resumed = options.from === undefined
  const work = (async () => {
    for await (const piece of followFile(path, { pollMs: 100, ...options, signal: stop.signal })) {
      if (piece.kind === 'begin') followed.files.push(piece.path)
      else if (piece.kind === 'lost') followed.losses.push(piece.loss)
      else if (piece.kind === 'resumed') resumed = true
      else if (piece.kind === 'quiet') followed.quiet++
      else {
        const parts = (rest + (piece.kind === 'bytes' ? Buffer.from(piece.bytes).toString('latin1') : '')).split('\n')
        rest = parts.pop() as string
        if (piece.kind === 'end') {
          followed.ends.push(piece.path)
          if (rest !== '') parts.push(rest)
          rest = ''
        }
        followed.lines.push(...parts)
        if (resumed) followed.fresh.push(...parts)
      }
    }
  })()
  await during(followed, () => stop.abort())
  stop.abort()
  await work
  return followed
}

/** Waits until it is so; a test that waits in vain fails by its own time-out. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 10))
}

/** The numbers of the writer's lines. */
export function numbers(lines: readonly string[]): number[] {
  return lines.map(line => Number(/"msg":"line (\d+)"\}$/.exec(line)?.[1] ?? Number.NaN))
}
