import type { Progress } from '../trace.ts'
import type { Io } from './io.ts'

/** Silent for this long: most logs are read by then. */
const SILENT_MS = 2_000
const EVERY_MS = 200

/** One line on stderr that rewrites itself, on a terminal alone. `clear` takes it away. */
export function createProgressLine({ stderr }: Pick<Io, 'stderr'>, now: () => number = Date.now) {
  const startedAt = now()
  let shownAt = Number.NEGATIVE_INFINITY
  let shown = false
  return {
    update(progress: Progress): void {
      const at = now()
      if (stderr.isTTY !== true || at - startedAt < SILENT_MS || at - shownAt < EVERY_MS) return
      shownAt = at
      shown = true
      stderr.write(`\r\x1b[K${line(progress, at - startedAt)}`)
    },
    clear(): void {
      if (shown) stderr.write('\r\x1b[K')
      shown = false
    },
  }
}

function line({ bytesRead, bytesInAll, filesRead, files }: Progress, ms: number): string {
  const rate = (bytesRead / ms) * 1_000
  const parts = [
    bytesInAll === null ? mega(bytesRead) : `${Math.floor((100 * bytesRead) / Math.max(1, bytesInAll))} % of ${mega(bytesInAll)}`,
    `${mega(rate)}/s`,
  ]
  if (files > 1) parts.push(`file ${Math.min(files, filesRead + 1)} of ${files}`)
  if (bytesInAll !== null && rate > 0) parts.push(`${Math.ceil((bytesInAll - bytesRead) / rate)} s left`)
  return parts.join(', ')
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
}
