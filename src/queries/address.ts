import type { Event } from '../extractors/recognize.ts'
import { type Place, placeOf } from '../model/event.ts'
import type { AddressStory, Holder } from '../model/story.ts'
import { blocksAround, readBlock } from '../timeline/address.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { podName, shortSandbox, time } from '../words.ts'
import { createHoldings, endOf, type Held, keyOf } from './holdings.ts'
import { createNames } from './names.ts'
import { type Draft, entriesOf, iso, isoOrNull, type Query } from './story.ts'

/** An address's story: when it came and went, and who had it. */
export function addressQuery(asked: string): Query<AddressStory> {
  const address = keyOf(asked)
  const blocks = blocksAround(address)
  return timeline => {
    const holdings = createHoldings(timeline, held => held.address === address)
    const names = createNames()
    const drafts: Draft[] = []
    let here: { eni: string; block: string; at: number; place: Place } | null = null
    let wentAt: number | null = null
    let named = false

    const came = (event: Event & { eni: string }, block: string): void => {
      wentAt = null
      const before = here
      here = { eni: event.eni, block, at: before?.eni === event.eni ? before.at : event.at, place: placeOf(event) }
      // what a start reads back was never away
      if (before?.eni === event.eni) return
      const how = block === address ? '' : ` with ${block}`
      drafts.push({ at: event.at, kind: 'came', text: `comes into the pool on ${event.eni}${how}`, count: 1, place: placeOf(event) })
    }

    const went = (event: Event): void => {
      if (here === null) return
      drafts.push({
        at: event.at,
        kind: 'went',
        text: `leaves the pool with ${event.kind === 'eni-removed' ? `its interface ${here.eni}` : here.block}`,
        count: 1,
        place: placeOf(event),
      })
      wentAt = event.at
      here = null
    }

    return {
      see(event) {
        if ('address' in event && typeof event.address === 'string') {
          names.add(event.address)
          if (keyOf(event.address) === address) named = true
        }
        holdings.see(event)
        if (event.kind === 'cidr-added' || event.kind === 'cidr-deleted') {
          const block = readBlock(event.cidr)
          if (block?.kind === 'address') names.add(block.key)
          if (block !== undefined && blocks.includes(block.key)) {
            if (event.kind === 'cidr-added') came(event, block.key)
            else went(event)
          }
        } else if (event.kind === 'eni-removed' && here?.eni === event.eni) went(event)
      },
      story(node) {
        if (here === null && wentAt === null && !named && holdings.all.length === 0) return undefined
        const { pool } = timeline
        const now = pool.addresses.get(address)
        const eni = here?.eni ?? now?.eni ?? holdings.all.at(-1)?.eni ?? null
        const doubles = pool.doubleAssignments.filter(double => double.address === address && !double.cameAgain)
        const lines = [
          ...drafts,
          ...holdings.all.flatMap((held, i) => [...holdingDrafts(held, holdings.all[i + 1], timeline)]),
          ...doubles.map(double => ({
            at: double.at,
            kind: 'two-pods',
            text: `two pods at once: ${podName(double.after)} gets it while ${podName(double.before)} ${double.acrossRestart ? 'had it before ipamd restarted and was never seen to give it back' : 'has it'}`,
            count: 1,
            place: holdings.all.find(held => held.from === double.at && held.container === double.after.container)?.place ?? {
              input: 0,
              line: 1,
            },
          })),
        ]
        const { entries, omitted } = entriesOf(lines)
        return {
          of: 'address',
          node: node.node,
          firstAt: node.firstAt,
          lastAt: node.lastAt,
          address,
          eni,
          networkCard: eni === null ? null : pool.cardOf(eni),
          block: here?.block ?? null,
          cameAt: isoOrNull(here?.at ?? null),
          wentAt: isoOrNull(wentAt),
          state: now?.state ?? (here !== null ? 'free' : wentAt !== null ? 'not-in-pool' : null),
          holders: holdings.told(),
          overlaps: doubles.map(({ at, before, after, acrossRestart }) => ({
            at: iso(at),
            before: toHolder(before),
            after: toHolder(after),
            acrossRestart,
          })),
          entries,
          omitted: omitted + holdings.omitted,
        }
      },
      known: names.all,
    }
  }
}

function toHolder({ container, namespace, pod }: { container: string | null; namespace: string | null; pod: string | null }): Holder {
  return { sandbox: container, namespace, pod }
}

function* holdingDrafts(held: Held, next: Held | undefined, timeline: Timeline): Iterable<Draft> {
  const known = held.container === null ? undefined : timeline.requests.podOf(held.container)
  const who = podName({ namespace: known?.namespace ?? null, pod: known?.pod ?? null, container: held.container })
  const sandbox = known === undefined || held.container === null ? '' : ` (sandbox ${shortSandbox(held.container)})`
  if (held.from !== null) yield { at: held.from, kind: 'given', text: `given to ${who}${sandbox}`, count: 1, place: held.place }
  for (const { at, place, readBack } of held.restarts)
    yield { at, kind: 'restart', text: `ipamd starts again and ${readBack ? 'reads it back' : 'does not read it back'}`, count: 1, place }
  if (held.until === null || held.untilPlace === null) return
  const rests = held.restsUntil === null || held.restsUntil <= held.until ? '' : `; rests until ${time(held.restsUntil)}`
  const text = {
    released: `given back by ${who}${rests}`,
    'rolled-back': `taken back from ${who}`,
    'left-pool': `taken out of the pool while ${who} has it`,
    replaced: `given to another pod while ${who} has it`,
    dropped: `dropped by a start of ipamd, with the sandbox of ${who}`,
    'not-read-back': `not read back by a start of ipamd`,
  }[endOf(held, timeline) ?? 'released']
  yield { at: held.until, kind: held.end ?? 'released', text, count: 1, place: held.untilPlace }
  if (
    held.restsUntil !== null &&
    held.restsUntil > held.until &&
    held.restsUntil <= (timeline.lastAt ?? 0) &&
    (next?.from ?? Number.POSITIVE_INFINITY) >= held.restsUntil
  )
    yield { at: held.restsUntil, kind: 'cooldown-ended', text: 'its cooldown is over', count: 1, place: held.untilPlace }
}
