import type { Io } from './io.ts'

/**
 * Ctrl-C once ends the reading and reports what is known so far; a second time ends the program. So does the first one until `listen`: while
 * nothing is read there is nothing to report.
 */
export function createInterrupt(io: Pick<Io, 'on' | 'off'>): { readonly signal: AbortSignal; listen(): void; off(): void } {
  const controller = new AbortController()
  let listening = false
  const off = (): void => {
    io.off('SIGINT', stop)
    io.off('SIGTERM', stop)
  }
  const stop = (): void => {
    controller.abort()
    off()
  }
  return {
    signal: controller.signal,
    listen() {
      if (listening) return
      listening = true
      io.on('SIGINT', stop)
      io.on('SIGTERM', stop)
    },
    off,
  }
}
