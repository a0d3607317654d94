import { keep } from '../parser/keep.ts'
import type { Event } from './recognize.ts'

/** Longer than any name: a pod's has 253 characters at most, a sandbox's id 64. */
const NAME = 300
/** Errors and lists of addresses, beyond a name's length, over all events that may be kept. */
const MOST_TEXT = 12_000_000
/** An error of the AWS SDK has some hundred characters; a list of all addresses of an ENI some thousand. */
const TEXT = 16_384
/** What comes with every request stays with it; the longest error there is EC2's. */
const OF_A_REQUEST = 1_000

/**
 * Shortens the texts of events, in place: what is kept of a log must not grow with what strangers write into it. Each text is a copy,
 * since a part of a long message would keep the whole of it.
 */
export function createTrimmer(isFrequent: (kind: string) => boolean) {
  let size = 0
  let cut = 0
  return {
    /** Texts that were cut. */
    get cut() {
      return cut
    },
    trim(event: Event, message: string): void {
      if (message.length <= NAME && (event.caller?.length ?? 0) <= NAME) return
      const fields = event as unknown as Record<string, unknown>
      const long = isFrequent(event.kind) ? OF_A_REQUEST : TEXT
      for (const name of Object.keys(fields)) {
        const text = fields[name]
        if (typeof text !== 'string' || name === 'kind' || name === 'level') continue
        const room = name === 'error' || long === TEXT ? Math.max(NAME, Math.min(long, MOST_TEXT - size)) : NAME
        if (text.length > room) cut++
        if (name === 'caller' && text.length <= room) continue
        const kept = text.length > room ? `${text.slice(0, room)}…` : text
        if (long === TEXT && kept.length > NAME) size += kept.length
        fields[name] = keep(kept)
      }
    },
  }
}
