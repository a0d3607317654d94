import type { Timeline } from '../timeline/timeline.ts'
import { podName } from '../words.ts'

interface Holder {
  readonly namespace: string | null
  readonly pod: string | null
  readonly container: string | null
}

/** The pod that has or had an address, by name where any line of the log names its sandbox. */
export function holderName(held: Holder, timeline: Timeline): string {
  const known = held.pod === null && held.container !== null ? timeline.requests.podOf(held.container) : undefined
  return podName(known === undefined ? held : { ...known, container: held.container })
}

/** By the sandbox alone. */
export function sandboxName(container: string | null, timeline: Timeline): string {
  return holderName({ namespace: null, pod: null, container }, timeline)
}
