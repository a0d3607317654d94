import type { Settings } from '../model/what-if.ts'
import type { CallKind, Calls, Outcome, Refusal } from './calls.ts'
import type { Wish } from './demand.ts'
import { createRandom } from './random.ts'
import type { Recording } from './recording.ts'
import {
  afterRefusal,
  armsWait,
  asksAllEnis,
  busyEniEndsDecrease,
  DECREASE_MS,
  decreaseClock,
  FIRST_PASS_MS,
  hasRoomForEni,
  isRequired,
  isTooLow,
  mayRemoveEni,
  type Node,
  needed,
  overTarget,
  PERIOD_MS,
  PREFIX,
  startsWith,
  surplusLeft,
  targetState,
  WAIT_MS,
  warmIpDefined,
  YOUNG_MS,
} from './rules.ts'
import { eniOf } from './starts.ts'
import { createStore, type Hold, type StoredEni } from './store.ts'

/** The pool from this instant on. */
export interface Moment {
  readonly at: number
  readonly total: number
  readonly assigned: number
  readonly enis: number
}

/** What would have come of the same demand. */
export interface Replay {
  readonly moments: readonly Moment[]
  readonly refusedAt: readonly number[]
  readonly refusedPods: number
  /** From a pod's first attempt to its address; of those that waited at all. */
  readonly longestWaitMs: number
  readonly calls: Readonly<Record<CallKind, number>>
}

/** Where the log has no call of a kind: what such calls take as a rule. */
const USUAL_MS: Readonly<Record<CallKind, number>> = { assign: 500, create: 4_200, unassign: 400, free: 3_200 }
/** kubelet comes again within 10 to 15 s. */
const RETRY_MS = 10_000
const RETRY_SPREAD_MS = 5_001
/** Then nobody comes again: a setting under which pods starve for weeks needs no exact figure. */
export const MOST_REFUSED = 1_000_000
/** A pass this near to one of the log's is that one: EC2 and the reconcile shift passes by some 0.1 s. */
const SAME_PASS_MS = 1_500

/**
 * Replays a node's demand against ipamd's rules. The pool manager is one loop, as in ipamd: it yields the instants until which it sleeps or waits
 * for EC2, and requests are served from the data store meanwhile. `seed` stands for the chance in Go's maps and kubelet's retries.
 */
export function replay(recording: Recording, settings: Settings, seed: number, node: Node = recording.node): Replay {
  const store = createStore(() => settings.cooldownMs, seed)
  const retry = createRandom(seed + 1_000)
  const answer = answers(recording.calls)
  const queue = createQueue()
  const moments: Moment[] = []
  const refusedAt: number[] = []
  const refused = new Set<Wish>()
  const calls: Record<CallKind, number> = { assign: 0, create: 0, unassign: 0, free: 0 }
  const size = settings.prefixDelegation ? PREFIX : 1
  let longestWaitMs = 0
  let now = recording.from
  let servesAt: number | null = null
  let waitUntil = Number.NEGATIVE_INFINITY
  let decreasedAt = Number.NEGATIVE_INFINITY

  const note = (): void => {
    const last = moments.at(-1)
    const { total, assigned } = store
    const enis = store.count
    if (last !== undefined && last.total === total && last.assigned === assigned && last.enis === enis) return
    if (last?.at === now) moments.pop()
    moments.push({ at: now, total, assigned, enis })
  }

  // Pods

  const ask = (wish: Wish, i: number): void => {
    if (servesAt === null || now < servesAt) {
      // no process answers: kubelet comes again
      const next = nextServing(now)
      if (next !== undefined) queue.add(next + retry(RETRY_SPREAD_MS), () => ask(wish, i))
      return
    }
    if (wish.endAt !== null && now >= wish.endAt) return
    const logged = wish.attempts[i]
    const elsewhere = logged !== undefined && logged.at === now && logged.elsewhere
    const hold = elsewhere ? undefined : store.assign(now)
    if (hold !== undefined) {
      const firstAt = wish.attempts[0]?.at ?? now
      if (refused.has(wish)) longestWaitMs = Math.max(longestWaitMs, now - firstAt)
      return keep(wish, hold)
    }
    if (!elsewhere) {
      refusedAt.push(now)
      refused.add(wish)
    }
    if (refusedAt.length >= MOST_REFUSED) return
    const next = wish.attempts[i + 1]
    queue.add(next === undefined ? now + RETRY_MS + retry(RETRY_SPREAD_MS) : next.at, () => ask(wish, i + 1))
  }

  const keep = (wish: Wish, hold: Hold): void => {
    if (wish.endAt === null) return
    queue.add(Math.max(now, wish.endAt), () => store.release(hold, now))
  }

  const nextServing = (at: number): number | undefined =>
    recording.starts.find(start => start.servesAt !== null && start.servesAt > at)?.servesAt ?? undefined

  // The pool manager

  function* call(kind: CallKind): Generator<number, Outcome> {
    calls[kind]++
    const { ms, outcome } = answer.of(kind, now)
    yield now + ms
    return outcome
  }

  const room = (eni: StoredEni): number => node.addressesPerEni - store.blocksOf(eni).length

  function* assignToExisting(): Generator<number, 'grew' | 'nothing' | 'insufficient' | 'refused'> {
    if (warmIpDefined(settings) && targetState(settings, store.sums()).short === 0) return 'nothing'
    const want = needed(settings, node, store.sums(), 'existing')
    if (want === 0) return 'nothing'
    let last: 'nothing' | 'insufficient' | 'refused' = 'nothing'
    for (const eni of store.ordered()) {
      if (room(eni) <= 0 || (eni.primary && node.customNetworking)) continue
      for (const count of [Math.min(room(eni), want), 1]) {
        const outcome = yield* call('assign')
        if (outcome === 'ok') {
          for (let i = 0; i < count; i++) store.grow(eni, size)
          return 'grew'
        }
        if (outcome === 'limit') return 'grew'
        last = outcome
      }
      if (last === 'insufficient' && asksAllEnis(node) && node.subnetDiscovery) continue
      return last
    }
    return last
  }

  function* newEni(): Generator<number, void> {
    const want = needed(settings, node, store.sums(), 'new')
    if (want === 0) return
    const outcome = yield* call('create')
    if (outcome === 'insufficient' && armsWait(settings, node, 'create')) waitUntil = now + WAIT_MS
    if (outcome !== 'ok') return
    const eni = store.add(`new ${calls.create}`, false, now)
    for (let i = 0; i < Math.min(want, node.addressesPerEni); i++) store.grow(eni, size)
  }

  function* increase(): Generator<number, void> {
    if (answer.refusal(now) !== null || now < waitUntil) return
    const grown = yield* assignToExisting()
    if (grown === 'grew') return
    if (grown === 'insufficient' && armsWait(settings, node, 'assign')) waitUntil = now + WAIT_MS
    if (grown !== 'nothing' && afterRefusal(settings, node, grown) === 'end') return
    if (hasRoomForEni(settings, node, store.count)) yield* newEni()
  }

  function* decrease(): Generator<number, boolean> {
    let over = overTarget(settings, store.sums())
    if (over <= 0 || now - decreasedAt <= DECREASE_MS) return false
    decreasedAt = now
    for (const eni of store.ordered()) {
      const free = store.blocksOf(eni).filter(block => block.taken === 0)
      if (free.length === 0 && busyEniEndsDecrease(node)) break
      const given = free.slice(0, over)
      if (given.length === 0) continue
      for (const block of given) store.shrink(eni, block)
      yield* call('unassign')
      over = surplusLeft(node, over, given.length)
      if (over <= 0) break
    }
    return true
  }

  function* freeEni(): Generator<number, void> {
    if (answer.refusal(now) !== null) return
    for (const eni of store.ordered()) {
      if (eni.primary || now - eni.addedAt < YOUNG_MS || store.isCooling(eni, now) || !store.isIdle(eni)) continue
      if (isRequired(settings, store.others(eni))) continue
      store.remove(eni)
      yield* call('free')
      return
    }
  }

  const idleEni = (): boolean => store.list().some(eni => !eni.primary && store.isIdle(eni))

  function* pass(): Generator<number, void> {
    let decreased = false
    if (isTooLow(settings, node, store.sums())) yield* increase()
    else decreased = yield* decrease()
    if (mayRemoveEni(settings, node, store.sums(), idleEni)) yield* freeEni()
    if (decreased && decreaseClock(node) === 'pass-ended') decreasedAt = now
  }

  function* manager(start: Recording['starts'][number]): Generator<number, void> {
    const how = start.settings.size === 0 && recording.guessedEnis && start === recording.starts[0] ? 'nothing' : startsWith(node)
    if (how === 'increase' && isTooLow(settings, node, store.sums())) yield* increase()
    else if (how === 'existing') {
      const grown = yield* assignToExisting()
      if (grown === 'insufficient' && armsWait(settings, node, 'assign')) waitUntil = now + WAIT_MS
    }
    if (start.servesAt === null) return
    yield Math.max(now, start.servesAt) + FIRST_PASS_MS
    for (;;) {
      yield* pass()
      yield answer.pass(now + PERIOD_MS)
    }
  }

  // The clock

  let running: Generator<number, void> | null = null
  let wakeAt = Number.POSITIVE_INFINITY
  const step = (): void => {
    const { value, done } = (running as Generator<number, void>).next()
    wakeAt = done ? Number.POSITIVE_INFINITY : value
  }

  for (const [i, start] of recording.starts.entries()) {
    queue.add(start.startedAt, () => {
      running = null
      wakeAt = Number.POSITIVE_INFINITY
      servesAt = null
      waitUntil = i === 0 && recording.calls.waitsAt !== null ? recording.calls.waitsAt + 1 : Number.NEGATIVE_INFINITY
      decreasedAt = Number.NEGATIVE_INFINITY
    })
    const { growsAt } = start
    if (growsAt === null) continue
    queue.add(growsAt, () => {
      // the first that comes so far finds what is attached; a later one finds what the replay has
      if (store.count > 0) store.restart(now)
      else store.attach(start.enis, size, i === 0 && recording.guessedEnis ? Number.NEGATIVE_INFINITY : now)
      servesAt = start.servesAt
      running = manager(start)
      wakeAt = now
    })
  }
  const first = recording.starts.find(start => start.growsAt !== null)
  for (const wish of recording.demand.wishes) {
    if (wish.held !== null)
      queue.add(Math.max(first?.growsAt ?? recording.from, wish.held.at), () => {
        const where = wish.held?.address == null ? undefined : eniOf(wish.held.address, first?.enis ?? [])
        const hold = store.restore(where, now)
        if (hold !== undefined) keep(wish, hold)
      })
    else if (wish.attempts[0] !== undefined) queue.add(wish.attempts[0].at, () => ask(wish, 0))
  }

  for (;;) {
    const at = Math.min(queue.nextAt, wakeAt)
    if (at > recording.to) break
    // a clock that was set back does not turn the replay back
    now = Math.max(now, at)
    if (queue.nextAt <= wakeAt) queue.take()()
    else step()
    note()
  }
  return { moments, refusedAt, refusedPods: refused.size, longestWaitMs, calls }
}

/** EC2 as the log shows it: a call is answered like the log's nearest of its kind, and what another kind nearer says of the subnet counts. */
function answers({ calls, refusals, passes }: Calls) {
  const kinds: Record<CallKind, typeof calls> = { assign: [], create: [], unassign: [], free: [] }
  for (const kind of Object.keys(kinds) as CallKind[]) kinds[kind] = calls.filter(call => call.kind === kind)
  const usual = (kind: CallKind): number => {
    const known = kinds[kind].filter(call => call.outcome === 'ok').map(call => call.ms)
    return known.length === 0 ? USUAL_MS[kind] : (known.sort((a, b) => a - b)[known.length >> 1] as number)
  }
  const usually: Record<CallKind, number> = {
    assign: usual('assign'),
    create: usual('create'),
    unassign: usual('unassign'),
    free: usual('free'),
  }
  const marks = passes.map(at => ({ at }))
  return {
    of(kind: CallKind, at: number): { ms: number; outcome: Outcome } {
      const own = nearest(kinds[kind], at)
      const twin = kind === 'assign' ? nearest(kinds.create, at) : kind === 'create' ? nearest(kinds.assign, at) : undefined
      const nearer = twin !== undefined && (own === undefined || Math.abs(twin.at - at) < Math.abs(own.at - at))
      if (nearer && twin.outcome === 'insufficient')
        return { ms: own?.outcome === 'insufficient' ? own.ms : usually[kind], outcome: 'insufficient' }
      if (nearer && twin.outcome === 'ok' && own?.outcome === 'insufficient') return { ms: usually[kind], outcome: 'ok' }
      return own ?? { ms: usually[kind], outcome: 'ok' }
    },
    refusal: (at: number): Refusal['reason'] => nearest(refusals, at)?.reason ?? null,
    /** The log's own pass where one is near. */
    pass(at: number): number {
      const near = nearest(marks, at)
      return near !== undefined && Math.abs(near.at - at) <= SAME_PASS_MS ? near.at : at
    },
  }
}

function nearest<T extends { readonly at: number }>(sorted: readonly T[], at: number): T | undefined {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as T).at < at) low = middle + 1
    else high = middle
  }
  const after = sorted[low]
  const before = sorted[low - 1]
  if (after === undefined || before === undefined) return after ?? before
  return after.at - at < at - before.at ? after : before
}

/** What is to happen, by instant; of one instant what was added first. */
function createQueue() {
  const heap: { at: number; order: number; run: () => void }[] = []
  let added = 0
  const before = (a: number, b: number): boolean => {
    const [x, y] = [heap[a] as (typeof heap)[number], heap[b] as (typeof heap)[number]]
    return x.at < y.at || (x.at === y.at && x.order < y.order)
  }
  const swap = (a: number, b: number): void => {
    const kept = heap[a] as (typeof heap)[number]
    heap[a] = heap[b] as (typeof heap)[number]
    heap[b] = kept
  }
  return {
    get nextAt() {
      return heap[0]?.at ?? Number.POSITIVE_INFINITY
    },
    add(at: number, run: () => void): void {
      heap.push({ at, order: added++, run })
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1
        if (!before(i, parent)) return
        swap(i, parent)
        i = parent
      }
    },
    take(): () => void {
      const top = heap[0] as (typeof heap)[number]
      const last = heap.pop() as (typeof heap)[number]
      if (heap.length > 0) {
        heap[0] = last
        for (let i = 0; ; ) {
          const [left, right] = [2 * i + 1, 2 * i + 2]
          let least = i
          if (left < heap.length && before(left, least)) least = left
          if (right < heap.length && before(right, least)) least = right
          if (least === i) break
          swap(i, least)
          i = least
        }
      }
      return top.run
    },
  }
}
