import { countUntil } from './ends.ts'

/** One row of the pool as a step function; null where the log cannot tell. */
export interface Step {
  readonly at: number
  readonly networkCard: number
  readonly total: number | null
  readonly assigned: number | null
  readonly cooldown: number | null
  readonly prefixes: number | null
}

/** The pool's history per network card. */
export interface Steps {
  /** All rows in order of time. */
  rows(): readonly Step[]
  /** Rows that begin within a stretch of time, in no order between network cards. */
  between(from: number, to: number): Step[]
  /** The rows in force at an instant, one per network card that is known by then. */
  at(at: number): Step[]
  /** True when old rows were left out to stay within bounds. */
  readonly thinned: boolean
}

/** Rows kept at most; beyond, the older ones of the network card with the most are thinned so that any length of log fits. */
const MOST = 1 << 16

const atOf = (step: Step): number => step.at

export function createSteps() {
  const cards = new Map<number, Step[]>()
  let thinned = false
  let kept = 0

  const thin = (): void => {
    const [networkCard, rows] = [...cards].reduce((most, card) => (card[1].length > most[1].length ? card : most))
    const half = rows.length >> 1
    const thinner = rows.filter((_, i) => i >= half || i % 2 === 0)
    kept -= rows.length - thinner.length
    cards.set(networkCard, thinner)
    thinned = true
  }

  const steps: Steps = {
    get thinned() {
      return thinned
    },
    rows: () => (cards.size === 1 ? ([...cards.values()][0] as Step[]) : [...cards.values()].flat().sort((a, b) => a.at - b.at)),
    between: (from, to) => [...cards.values()].flatMap(rows => rows.slice(countUntil(rows, from - 1, atOf), countUntil(rows, to, atOf))),
    at: at => [...cards.values()].map(rows => rows[countUntil(rows, at, atOf) - 1]).filter(step => step !== undefined),
  }

  return {
    steps,
    push(step: Step): void {
      let rows = cards.get(step.networkCard)
      if (rows === undefined) {
        rows = []
        cards.set(step.networkCard, rows)
      }
      const before = rows.at(-1)
      if (before !== undefined && same(before, step)) return
      // several changes in one millisecond are one step: what counts is the state when the instant is over
      if (before?.at === step.at) {
        rows.pop()
        kept--
      }
      const last = rows.at(-1)
      if (last === undefined || !same(last, step)) {
        rows.push(step)
        kept++
      }
      if (kept > MOST) thin()
    },
  }
}

function same(a: Step, b: Step): boolean {
  return a.total === b.total && a.assigned === b.assigned && a.cooldown === b.cooldown && a.prefixes === b.prefixes
}
