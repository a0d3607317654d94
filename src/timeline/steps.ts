import { MOST, type Over } from './bounds.ts'
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
}

/** Without every other row of the older half. */
function thinner<T>(rows: readonly T[]): T[] {
  const half = rows.length >> 1
  return rows.filter((_, i) => i >= half || i % 2 === 0)
}

const atOf = (step: Step): number => step.at

/** Beyond the bound the older rows of the network card with the most are thinned, so that any length of log fits. */
export function createSteps(over: Over) {
  const cards = new Map<number, Step[]>()
  let kept = 0

  const thin = (): number => {
    const [networkCard, rows] = [...cards].reduce((most, card) => (card[1].length > most[1].length ? card : most))
    const fewer = thinner(rows)
    kept -= rows.length - fewer.length
    cards.set(networkCard, fewer)
    return rows.length - fewer.length
  }

  const steps: Steps = {
    rows: () => (cards.size === 1 ? ([...cards.values()][0] as Step[]) : [...cards.values()].flat().sort((a, b) => a.at - b.at)),
    between: (from, to) => [...cards.values()].flatMap(rows => rows.slice(countUntil(rows, from - 1, atOf), countUntil(rows, to, atOf))),
    at: at => [...cards.values()].map(rows => rows[countUntil(rows, at, atOf) - 1]).filter(step => step !== undefined),
  }

  return {
    steps,
    /** Every other row of the older half goes. */
    thin,
    get size() {
      return kept
    },
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
      if (kept > MOST['rows of its pool']) over('rows of its pool', thin())
    },
  }
}

function same(a: Step, b: Step): boolean {
  return a.total === b.total && a.assigned === b.assigned && a.cooldown === b.cooldown && a.prefixes === b.prefixes
}
