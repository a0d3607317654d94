import type { Event, EventOf } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'
import { forgetOldest, MOST, type Over } from './bounds.ts'

/** One "Received AddNetwork": a kubelet retry is a request of its own, with a new sandbox. */
export interface Request {
  readonly container: string
  readonly receivedAt: number
  readonly place: Place
  namespace: string | null
  pod: string | null
  outcome: 'open' | 'assigned' | 'failed' | 'unanswered'
  answeredAt: number | null
  answer: Place | null
  /** What the data store gave it, also where no reply followed. */
  address: string | null
  /** When the data store gave it. */
  pickedAt: number | null
  error: string | null
  /** What kind of no it was. */
  reason: FailureReason | null
  /** How the reply was matched: by sandbox or address, or as the only one left. `ambiguous`: others could have been meant. */
  matched: 'named' | 'elimination' | 'ambiguous' | null
}

/** A request that ipamd refused. */
export interface Failure {
  /** Another one, once a later line shows that it was another's. */
  request: Request
  readonly at: number
  readonly place: Place
  readonly error: string | null
  /** What kind of no: `no-address`, `checkpoint`, `branch-eni`, `trunk`, `pod-unknown`, `vpc-cidrs`, `rejected`, `other`. */
  readonly reason: FailureReason
  readonly networkCard: number | null
}

export type FailureReason = 'no-address' | 'checkpoint' | 'branch-eni' | 'trunk' | 'pod-unknown' | 'vpc-cidrs' | 'rejected' | 'other'

export interface Counts {
  add: number
  assigned: number
  failed: number
  del: number
  ambiguous: number
}

export interface Requests {
  readonly counts: Readonly<Counts>
  /** Requests without an outcome so far. */
  readonly unanswered: number
  /** Requests that ended without a reply, at most 1,000: an address was picked and the handler gave up, or ipamd died. */
  readonly abandoned: readonly Request[]
  /** Open now. */
  readonly open: ReadonlyMap<string, Request>
  podOf(container: string): { namespace: string; pod: string } | undefined
  /** The container that has this address, as far as Assign lines tell. */
  holderOf(address: string): string | undefined
}

/** What the track tells its listener, in order. A failure may be taken back when a later line names whom it was. */
export interface Listener {
  failed(failure: Failure): void
  assigned(request: Request, at: number, place: Place): void
  /** The failure was another's: same moment, other request. */
  moved(from: Request, to: Request): void
}

const MOST_LISTED = 1_000
/** Requests that are looked at where one of them must have been meant. */
const MOST_LOOKED_AT = 1_000
/** An open request this old is not what a reply answers: handlers end within kubelet's and gRPC's time-outs. */
const PATIENCE_MS = 300_000

/**
 * Matches requests with their outcome. A success names its address, and the Assign line names the sandbox of that address. A failure
 * names nobody before v1.20 and since: it belongs to one of the requests that are open and got no address, the oldest unless a later line
 * (its Assign) says otherwise (families 0.9).
 */
export function createRequests(listener: Listener, over: Over) {
  const open = new Map<string, Request>()
  /** Requests whose failure was matched by order alone and which may still turn out to be others'. */
  const guessed = new Map<string, Failure>()
  /** Who holds each address now, and the reverse. */
  const holders = new Map<string, string>()
  const holding = new Map<string, string>()
  const names = new Map<string, { namespace: string; pod: string }>()
  const abandoned: Request[] = []
  let abandonedInAll = 0
  const counts: Counts = { add: 0, assigned: 0, failed: 0, del: 0, ambiguous: 0 }
  let refusedCard: number | null = null
  let checkpointFailedAt: number | null = null

  const name = (container: string, namespace: string | undefined, pod: string | undefined): void => {
    if (namespace === undefined || pod === undefined || names.has(container)) return
    names.set(container, { namespace, pod })
    forgetOldest(names, MOST['sandboxes known by name'], oldest => {
      if (!held(oldest)) names.delete(oldest)
    })
    const request = open.get(container)
    if (request !== undefined) {
      request.namespace = namespace
      request.pod = pod
    }
  }

  const held = (container: string): boolean => open.has(container) || holding.has(container)

  const abandon = (request: Request): void => {
    open.delete(request.container)
    request.outcome = 'unanswered'
    abandonedInAll++
    if (abandoned.length < MOST_LISTED) abandoned.push(request)
  }

  const receive = (event: EventOf<'add-received'>): void => {
    counts.add++
    const earlier = open.get(event.sandbox)
    if (earlier !== undefined) abandon(earlier)
    const known = names.get(event.sandbox)
    const request: Request = {
      container: event.sandbox,
      receivedAt: event.at,
      place: { input: event.input, line: event.line },
      namespace: event.namespace ?? known?.namespace ?? null,
      pod: event.pod ?? known?.pod ?? null,
      outcome: 'open',
      answeredAt: null,
      answer: null,
      address: null,
      pickedAt: null,
      error: null,
      reason: null,
      matched: null,
    }
    open.set(event.sandbox, request)
    name(event.sandbox, event.namespace, event.pod)
    const lost = forgetOldest(open, MOST['open requests'], oldest => abandon(open.get(oldest) as Request))
    if (lost > 0) over('open requests', lost)
  }

  const pick = (container: string, address: string | null, at: number): void => {
    const request = open.get(container)
    if (request !== undefined) {
      request.address = address
      request.pickedAt = at
      return
    }
    // its failure had been guessed, and now the data store gives it an address: the failure was another's
    const failure = guessed.get(container)
    if (failure === undefined) return
    const wrong = failure.request
    const others = candidates(at, failure.at)
    const other = others[0]
    guessed.delete(container)
    if (other === undefined) return
    other.outcome = 'failed'
    other.answeredAt = wrong.answeredAt
    other.answer = wrong.answer
    other.error = wrong.error
    other.reason = wrong.reason
    other.matched = others.length === 1 ? 'elimination' : 'ambiguous'
    open.delete(other.container)
    failure.request = other
    if (others.length === 1) counts.ambiguous--
    else guessed.set(other.container, failure)
    listener.moved(wrong, other)
    wrong.outcome = 'open'
    wrong.answeredAt = null
    wrong.answer = null
    wrong.error = null
    wrong.reason = null
    wrong.matched = null
    wrong.address = address
    wrong.pickedAt = at
    open.set(container, wrong)
  }

  /** The requests that may be meant, received by `until`: the oldest, and whether it is the only one is all that counts, so two at most. */
  const candidates = (at: number, until = Number.POSITIVE_INFINITY): Request[] => {
    const found: Request[] = []
    let late = 0
    for (const request of open.values()) {
      if (request.pickedAt !== null || at - request.receivedAt >= PATIENCE_MS) continue
      if (request.receivedAt <= until) found.push(request)
      else late++
      if (found.length === 2 || late > MOST_LOOKED_AT) break
    }
    return found
  }

  /** The sandbox has this address from now on. */
  const hold = (address: string, container: string): void => {
    const before = holders.get(address)
    if (before !== undefined) holding.delete(before)
    holders.delete(address)
    holders.set(address, container)
    holding.set(container, address)
    const lost = forgetOldest(holders, MOST['sandboxes with an address'], oldest => {
      const holder = holders.get(oldest) as string
      holders.delete(oldest)
      if (holding.get(holder) === oldest) holding.delete(holder)
    })
    if (lost > 0) over('sandboxes with an address', lost)
  }

  const settle = (request: Request, at: number, place: Place, outcome: 'assigned' | 'failed', matched: Request['matched']): void => {
    open.delete(request.container)
    request.outcome = outcome
    request.answeredAt = at
    request.answer = place
    request.matched = matched
    if (matched === 'ambiguous') counts.ambiguous++
  }

  const succeed = (event: EventOf<'add-replied'>): void => {
    counts.assigned++
    const address = event.address ?? event.addressV6
    const container = address === undefined ? undefined : holders.get(address)
    const byAddress = container === undefined ? undefined : open.get(container)
    const place = { input: event.input, line: event.line }
    if (byAddress !== undefined) {
      settle(byAddress, event.at, place, 'assigned', 'named')
      listener.assigned(byAddress, event.at, place)
      return
    }
    // a branch ENI's address is not of the pool: the oldest open request without an address
    const possible = candidates(event.at)
    const request = possible[0]
    if (request === undefined) return
    settle(request, event.at, place, 'assigned', possible.length === 1 ? 'elimination' : 'ambiguous')
    request.address = address ?? null
    listener.assigned(request, event.at, place)
  }

  const fail = (event: EventOf<'add-replied'> | EventOf<'add-rejected'>, reason: FailureReason): void => {
    counts.failed++
    const place = { input: event.input, line: event.line }
    const possible = candidates(event.at)
    const request = possible[0] ?? nobody(event)
    settle(request, event.at, place, 'failed', possible.length === 0 ? null : possible.length === 1 ? 'elimination' : 'ambiguous')
    request.error = event.error ?? null
    request.reason = reason
    const failure: Failure = { request, at: event.at, place, error: event.error ?? null, reason, networkCard: refusedCard }
    if (possible.length > 1) {
      guessed.set(request.container, failure)
      forgetOldest(guessed, MOST['open requests'])
    }
    listener.failed(failure)
    refusedCard = null
  }

  /** A refusal whose request stands before this log began. */
  const nobody = (event: Event): Request => ({
    container: '',
    receivedAt: event.at,
    place: { input: event.input, line: event.line },
    namespace: null,
    pod: null,
    outcome: 'open',
    answeredAt: null,
    answer: null,
    address: null,
    pickedAt: null,
    error: null,
    reason: null,
    matched: null,
  })

  const reasonOf = (event: EventOf<'add-replied'>): FailureReason => {
    switch (event.reason) {
      case 'branch-eni-missing':
        return 'branch-eni'
      case 'trunk-missing':
        return 'trunk'
      case 'pod-unknown':
        return 'pod-unknown'
      case 'vpc-cidrs':
        return 'vpc-cidrs'
      default:
    }
    if (
      checkpointFailedAt !== null &&
      event.at - checkpointFailedAt < 1_000 &&
      (event.error === undefined || !event.error.includes('no available IP'))
    )
      return 'checkpoint'
    // up to v1.7 the reply's own error is the data store's; from v1.20 it may be empty or another call's
    return event.error === undefined || event.error.includes('no available IP') || event.error === '<nil>' || event.error === ''
      ? 'no-address'
      : 'other'
  }

  const requests: Requests = {
    counts,
    get unanswered() {
      return open.size + abandonedInAll
    },
    abandoned,
    open,
    podOf: container => names.get(container),
    holderOf: address => holders.get(address),
  }

  return {
    requests,
    size: () => 2 * open.size + holders.size + Math.ceil(names.size / 2),
    /** Forgets the names of sandboxes that have neither an address nor an open request. */
    forgetNames(): void {
      for (const container of names.keys()) if (!held(container)) names.delete(container)
    },
    apply(event: Event): void {
      switch (event.kind) {
        case 'add-received':
          return receive(event)
        case 'add-described':
          return name(event.sandbox, event.namespace, event.pod)
        case 'del-described':
          return name(event.sandbox, event.namespace, event.pod)
        case 'address-assigned': {
          name(event.container, event.namespace, event.pod)
          hold(event.address, event.container)
          return pick(event.container, event.address, event.at)
        }
        case 'duplicate-assign':
          return pick(event.container, event.address ?? holding.get(event.container) ?? null, event.at)
        case 'address-unassigned': {
          // a roll-back: the request has no address again and its failure follows
          const request = open.get(event.container)
          if (request !== undefined) {
            request.address = null
            request.pickedAt = null
          }
          return
        }
        case 'address-released':
          if (holders.get(event.address) === event.container) holders.delete(event.address)
          holding.delete(event.container)
          return
        case 'checkpoint-failed':
          checkpointFailedAt = event.at
          return
        case 'card-refused':
          refusedCard = event.networkCard
          return
        case 'add-rejected':
          return fail(event, 'rejected')
        case 'add-replied':
          return event.success ? succeed(event) : fail(event, reasonOf(event))
        case 'del-received': {
          counts.del++
          name(event.sandbox, event.namespace, event.pod)
          const request = open.get(event.sandbox)
          if (request !== undefined) abandon(request)
          return
        }
        case 'ipamd-started':
          for (const request of [...open.values()]) abandon(request)
          guessed.clear()
          return
        default:
      }
    },
  }
}
