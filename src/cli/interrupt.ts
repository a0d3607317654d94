import type { Io } from './io.ts'

/** Ctrl-C once ends the reading and reports what is known so far; a second time ends the program. */
export function onInterrupt(io: Pick<Io, 'on' | 'off'>): { readonly signal: AbortSignal; off(): void } {
  const controller = new AbortController()
  const off = (): void => {
    io.off('SIGINT', stop)
    io.off('SIGTERM', stop)
  }
  const stop = (): void => {
    controller.abort()
    off()
  }
  io.on('SIGINT', stop)
  io.on('SIGTERM', stop)
  return { signal: controller.signal, off }
}
