import type { Event, EventOf } from '../extractors/recognize.ts'
import { createRequests, type Failure, type Request } from '../timeline/requests.ts'

/** What one pod asked of the pool: from its first attempt to the DEL of the sandbox that had its address. */
export interface Wish {
  /** In the order of time, retries included. `elsewhere`: it failed for a reason that is not the pool's, and would fail under any setting. */
  readonly attempts: readonly { readonly at: number; readonly elsewhere: boolean }[]
  /** When it no longer wants an address; null: beyond this log. */
  readonly endAt: number | null
  /** It had this address when ipamd started, or before this log began. */
  readonly held: { readonly at: number; readonly address: string | null } | null
}

/** A refusal for want of an address, as the log has it. */
export interface Demand {
  readonly wishes: readonly Wish[]
  readonly refusedAt: readonly number[]
  readonly refusedPods: number
  /** Requests that no line names: their retries cannot be told from other pods. */
  readonly unnamed: number
  /** More than are replayed. */
  readonly tooMany: boolean
}

/** The most pods that wanted an address at one time. */
export function peakOf({ wishes }: Pick<Demand, 'wishes'>): number {
  const changes = wishes.flatMap(wish => [
    { at: beginOf(wish), by: 1 },
    { at: wish.endAt ?? Number.POSITIVE_INFINITY, by: -1 },
  ])
  let now = 0
  let most = 0
  // who goes at an instant goes before who comes
  for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
    now += by
    most = Math.max(most, now)
  }
  return most
}

interface Draft {
  attempts: { at: number; elsewhere: boolean; request: Request }[]
  container: string | null
  assigned: boolean
  /** The pod has an address that is not of the pool: a branch ENI's. */
  outside: boolean
  lastDelAt: number | null
  endAt: number | null
  held: { at: number; address: string | null } | null
}

/** kubelet comes again within seconds, at worst after five minutes; a pod of the same name later than this is another wish. */
const ANOTHER_MS = 330_000
/** A pod refused this short before the end of the log still waits. */
const WAITS_MS = 30_000
/** Attempts of one log that are replayed at most. */
const MOST = 1_000_000

/** Collects the demand from events, in order. */
export function createDemand() {
  const drafts: Draft[] = []
  const waiting = new Map<string, Draft>()
  /** By the sandbox of an attempt that was refused, to find whose DEL it is. */
  const refusedSandboxes = new Map<string, Draft>()
  const holding = new Map<string, Draft>()
  /** Given by the data store, and the reply has not come. */
  const given = new Map<string, { at: number; address: string; endAt: number | null }>()
  const refusals = new Map<Request, Failure>()
  let starting: number | null = null
  let readBack = new Set<string>()
  let firstAt: number | null = null
  let attempts = 0

  const draft = (key: string, at: number): Draft => {
    const known = waiting.get(key)
    const last = known?.attempts.at(-1)
    if (known !== undefined && (last === undefined || at - last.at < ANOTHER_MS)) return known
    const fresh: Draft = { attempts: [], container: null, assigned: false, outside: false, lastDelAt: null, endAt: null, held: null }
    drafts.push(fresh)
    waiting.set(key, fresh)
    return fresh
  }

  const attempt = (request: Request, elsewhere: boolean): void => {
    if (++attempts > MOST) return
    const wish = draft(keyOf(request), request.receivedAt)
    wish.attempts.push({ at: request.receivedAt, elsewhere, request })
    refusedSandboxes.set(request.container, wish)
  }

  const held = (container: string, at: number, address: string | null): Draft => {
    attempts++
    const wish: Draft = {
      attempts: [],
      container,
      assigned: true,
      outside: false,
      lastDelAt: null,
      endAt: null,
      held: { at, address },
    }
    drafts.push(wish)
    holding.set(container, wish)
    return wish
  }

  const { apply: match } = createRequests(
    {
      failed(failure) {
        const { request } = failure
        attempt(request, failure.reason !== 'no-address')
        given.delete(request.container)
        if (failure.reason === 'no-address') refusals.set(request, failure)
      },
      assigned(request) {
        const key = keyOf(request)
        if (++attempts > MOST) return
        const wish = draft(key, request.receivedAt)
        const pickedAt = request.pickedAt ?? given.get(request.container)?.at ?? null
        wish.attempts.push({ at: pickedAt ?? request.receivedAt, elsewhere: false, request })
        wish.assigned = true
        wish.outside = pickedAt === null
        wish.container = request.container
        waiting.delete(key)
        given.delete(request.container)
        holding.set(request.container, wish)
      },
      moved(from, to) {
        const wrong = waiting.get(keyOf(from))
        const failure = refusals.get(from)
        if (wrong !== undefined) wrong.attempts = wrong.attempts.filter(attempt => attempt.request !== from)
        attempt(to, failure === undefined)
        if (failure === undefined) return
        refusals.delete(from)
        refusals.set(to, failure)
      },
    },
    () => {},
  )

  const serve = (): void => {
    if (starting === null) return
    // what a start does not read back is free again in the data store, whether or not the pod lives
    for (const [container, wish] of holding) if (!readBack.has(container)) end(container, wish, starting)
    starting = null
  }

  const end = (container: string, wish: Draft, at: number): void => {
    wish.endAt ??= at
    holding.delete(container)
  }

  const assign = (event: EventOf<'address-assigned'>): void => {
    if (starting === null) {
      given.set(event.container, { at: event.at, address: event.address, endAt: null })
      return
    }
    readBack.add(event.container)
    if (!holding.has(event.container)) held(event.container, event.at, event.address)
  }

  const release = (event: EventOf<'address-released'>): void => {
    const wish = holding.get(event.container)
    if (wish !== undefined) return end(event.container, wish, event.at)
    const pending = given.get(event.container)
    if (pending !== undefined) pending.endAt ??= event.at
    else {
      const before = held(event.container, firstAt ?? event.at, event.address)
      end(event.container, before, event.at)
    }
  }

  return {
    apply(event: Event): void {
      firstAt ??= event.at
      match(event)
      switch (event.kind) {
        case 'ipamd-started':
          starting = event.at
          readBack = new Set()
          return
        case 'rpc-serving':
        case 'add-received':
          return serve()
        case 'address-assigned':
          return assign(event)
        case 'address-released':
          return release(event)
        case 'del-received':
          {
            const wish = refusedSandboxes.get(event.sandbox)
            if (wish !== undefined) wish.lastDelAt = event.at
            refusedSandboxes.delete(event.sandbox)
          }
          return
        default:
      }
    },
    demand(lastAt: number): Demand {
      const wishes = drafts.filter(wish => !wish.outside).map(wish => finished(wish, lastAt))
      // a handler that gave up after the data store had chosen: no reply, but an address that is taken
      for (const { at, endAt } of given.values()) wishes.push({ attempts: [{ at, elsewhere: false }], endAt, held: null })
      const pods = new Set([...refusals.keys()].map(keyOf))
      return {
        wishes: wishes.filter(wish => wish.held !== null || wish.attempts.length > 0).sort((a, b) => beginOf(a) - beginOf(b)),
        refusedAt: [...refusals.values()].map(failure => failure.at).sort((a, b) => a - b),
        refusedPods: pods.size,
        tooMany: attempts > MOST || drafts.length > MOST,
        unnamed: [...refusals.keys()].filter(request => request.pod === null).length,
      }
    },
  }
}

function finished(wish: Draft, lastAt: number): Wish {
  const attempts = wish.attempts.map(({ at, elsewhere }) => ({ at, elsewhere })).sort((a, b) => a.at - b.at)
  const last = attempts.at(-1)?.at ?? lastAt
  const gone = wish.assigned || lastAt - last < WAITS_MS ? null : Math.max(last, wish.lastDelAt ?? last) + 1
  return { attempts, endAt: wish.endAt ?? gone, held: wish.held }
}

function beginOf(wish: Wish): number {
  return wish.held?.at ?? (wish.attempts[0]?.at as number)
}

/** The pod where it is known, else the sandbox: then retries cannot be linked. */
function keyOf(request: Request): string {
  return request.pod === null ? request.container : `${request.namespace}/${request.pod}`
}
