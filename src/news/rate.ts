import type { Event } from '../extractors/recognize.ts'

const MINUTE_MS = 60_000
const MOST = 50_000

/** Requests for an address in the last minute of the log. */
export function createRate() {
  let times: number[] = []
  let from = 0

  const forget = (at: number): void => {
    while (from < times.length && (times[from] as number) <= at - MINUTE_MS) from++
    if (from > 1_000) {
      times = times.slice(from)
      from = 0
    }
  }

  return {
    see(event: Event): void {
      if (event.kind !== 'add-received') return
      forget(event.at)
      if (times.length - from < MOST) times.push(event.at)
    },
    perMinute(at: number): number {
      forget(at)
      return times.length - from
    },
  }
}
