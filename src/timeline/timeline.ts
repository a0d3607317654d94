import type { Event } from '../extractors/recognize.ts'
import { type Bounded, createBeyond } from './bounds.ts'
import { createDeletions, type Deletions } from './deletions.ts'
import { createMoments } from './ends.ts'
import { createEnis, type Enis } from './enis.ts'
import { createEpisodes, type Episodes } from './episodes.ts'
import { createFacts, type Facts } from './facts.ts'
import { createJournal, type Journal } from './journal.ts'
import { createLives, type Lives } from './lives.ts'
import { createManager, type Manager } from './manager.ts'
import { createPool, type Pool } from './pool.ts'
import { createRefusals, type Refusals } from './refusals.ts'
import { createRequests, type Requests } from './requests.ts'
import { createWaits, type Waits } from './waits.ts'

/** What happened on one node, valid after every event: all that diagnoses and reports see of a log. */
export interface Timeline {
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly journal: Journal
  readonly facts: Facts
  readonly lives: Lives
  readonly pool: Pool
  readonly requests: Requests
  readonly episodes: Episodes
  readonly deletions: Deletions
  readonly refusals: Refusals
  readonly manager: Manager
  readonly enis: Enis
  readonly waits: Waits
  /** Of what there was more than is kept, and how often it was left out. */
  readonly beyond: ReadonlyMap<Bounded, number>
}

/** The history of a pool is not thinned further. */
const FEW_ROWS = 500

/** One track per idea, each a closure over plain maps; the order below is the order in which they see an event. */
export function createTimeline() {
  const { counts: beyond, over } = createBeyond()
  const moments = createMoments()
  const { journal, apply: keep, size: kept } = createJournal(moments.isNear)
  const { facts, apply: note } = createFacts()
  const { lives, apply: live } = createLives()
  const { refusals, apply: refuse } = createRefusals(moments.isNear)
  const { manager, apply: manage } = createManager(moments.isNear)
  const { enis, apply: attach } = createEnis(address => requests.holderOf(address), over)
  const { waits, apply: wait } = createWaits()
  const {
    episodes,
    listener,
    apply: attempt,
    size: failed,
  } = createEpisodes(networkCard => {
    const now = pool.now()
    const step = now.find(step => step.networkCard === (networkCard ?? 0)) ?? now[0]
    return step === undefined ? null : { step, resting: pool.restingOn(step.networkCard) }
  }, over)
  const {
    requests,
    apply: match,
    size: asked,
    forgetNames,
  } = createRequests(
    {
      ...listener,
      failed(failure) {
        moments.mark(failure.at)
        listener.failed(failure)
      },
    },
    over,
  )
  const { deletions, apply: remove } = createDeletions(requests.podOf)
  const { pool, apply: count, pass, size: pooled, rows, thin } = createPool(requests.podOf, over)
  let firstAt: number | null = null
  let lastAt: number | null = null

  const timeline: Timeline = {
    get firstAt() {
      return firstAt
    },
    get lastAt() {
      return lastAt
    },
    journal,
    facts,
    lives,
    pool,
    requests,
    episodes,
    deletions,
    refusals,
    manager,
    enis,
    waits,
    beyond,
  }

  return {
    timeline,
    /** Entities that are kept, as `TOGETHER` counts them. */
    size: () =>
      pooled() + asked() + failed() + kept() + 2 * enis.all.size + 4 * refusals.all.length + manager.attempts.length + waits.all.length,
    /** Lets go what is least missed: every other row of the older half of the pool's history, and names of sandboxes that are gone. False: nothing. */
    thin(): boolean {
      forgetNames()
      if (rows() < FEW_ROWS) return false
      thin()
      return true
    },
    /** Time passes without a line: cooldowns end. */
    pass,
    apply(event: Event): void {
      firstAt = firstAt === null ? event.at : Math.min(firstAt, event.at)
      lastAt = lastAt === null ? event.at : Math.max(lastAt, event.at)
      keep(event)
      note(event)
      live(event)
      refuse(event)
      manage(event)
      attach(event)
      wait(event)
      attempt(event)
      remove(event)
      count(event)
      match(event)
    },
  }
}
