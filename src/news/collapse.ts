import type { News } from '../model/news.ts'
import { instant } from '../report/instants.ts'
import { duration } from '../words.ts'

/** Repetition is counted for this long, then said in one line; while it goes on, twice as long, up to the longest. */
const FIRST_MS = 30_000
const LONGEST_MS = 600_000
/** Keys hold text of the log: what comes beyond these counts as one. */
const MOST_WINDOWS = 200

interface Window {
  readonly noun: string
  readonly last: News
  from: number
  length: number
  shown: number
  held: number
}

/** Says the first of a kind at once and counts the rest: "… 14 more in 30 s". Time is the log's. */
export function createCollapse() {
  const windows = new Map<string, Window>()

  const settle = (key: string, window: Window, at: number): News[] => {
    if (window.held === 0) {
      windows.delete(key)
      return []
    }
    const said = repeated(window, at)
    window.from = at
    window.held = 0
    window.length = Math.min(window.length * 2, LONGEST_MS)
    return [said]
  }

  return {
    /** `noun`: what the repeats are called. `most`: so many are said one by one in a window. */
    offer(news: News, wanted: string, noun: string, most = 1): News[] {
      const key = windows.has(wanted) || windows.size < MOST_WINDOWS ? wanted : 'others'
      const at = Date.parse(news.at)
      const window = windows.get(key)
      if (window !== undefined && at - window.from < window.length) {
        if (window.shown < most) {
          window.shown++
          return [news]
        }
        window.held++
        return []
      }
      const before = window === undefined ? [] : settle(key, window, at)
      const open = windows.get(key)
      if (open !== undefined) {
        open.held++
        return before
      }
      windows.set(key, { noun: key === wanted ? noun : 'other things', last: news, from: at, length: FIRST_MS, shown: 1, held: 0 })
      return [...before, news]
    },
    /** Time passes: windows that are over say what they held. */
    tick(at: number): News[] {
      const said: News[] = []
      for (const [key, window] of windows) if (at - window.from >= window.length) said.push(...settle(key, window, at))
      return said
    },
    /** Says now what these windows hold and closes them. */
    close(at: number, ofKey: (key: string) => boolean = () => true): News[] {
      const said: News[] = []
      for (const [key, window] of windows) {
        if (!ofKey(key)) continue
        if (window.held > 0) said.push(repeated(window, at))
        windows.delete(key)
      }
      return said
    },
  }
}

function repeated({ held, noun, from, last }: Window, at: number): News {
  const ms = Math.max(0, at - from)
  return {
    at: instant(at),
    kind: 'repeated',
    severity: 'info',
    node: last.node,
    text: `… ${held} more in ${duration(ms)}: ${noun}`,
    count: held,
    of: last.kind,
    ms,
  }
}
