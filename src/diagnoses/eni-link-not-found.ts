import type { EventOf } from '../extractors/recognize.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { time } from '../words.ts'
import { type Clue, clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { describeInstanceInterfaces } from './ec2.ts'
import { idIn } from './ids.ts'

/** ipamd looks for the link of a new ENI five times in 13 s and gives the set-up up. A look or two in vain is normal. */
export const eniLinkNotFound: Diagnosis = {
  id: 'eni-link-not-found',
  title: 'the kernel showed no link for a new interface',
  explain(episode, _blame, timeline) {
    if (episode.reason !== 'no-address') return undefined
    const trouble = missedLinks(timeline, episode.firstFailure.at - TWO_RECONCILES_MS, episode.lastFailure.at + GIVING_UP_MS).filter(
      missed => missed.from <= episode.lastFailure.at && missed.to >= episode.firstFailure.at,
    )
    const within = episode.failedAt.filter(at => trouble.some(missed => at >= missed.from && at <= missed.to)).length
    const missed = trouble[0]
    if (missed === undefined || (within < 0.3 * episode.failedAt.length && episode.firstFailure.at < missed.from)) return undefined
    return opinion(missed, timeline)
  },
  *notice(timeline) {
    const missed = missedLinks(timeline, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)[0]
    if (missed === undefined || timeline.episodes.all.length > 0) return
    yield { ...opinion(missed, timeline), severity: missed.adoptedAt === null ? 'warn' : 'info' }
  },
}

interface MissedLink {
  readonly event: EventOf<'eni-setup-failed'> | EventOf<'increase-failed'>
  readonly eni: string | null
  readonly mac: string | null
  /** From the attach until the ENI is in the pool, or two reconciles where it never is. */
  readonly from: number
  readonly to: number
  readonly adoptedAt: number | null
}

/** The reconcile comes once a minute, and looks again. */
const TWO_RECONCILES_MS = 120_000
/** From the attach to the last look. */
const GIVING_UP_MS = 60_000

/** One set-up that was given up is printed in up to three lines, the last of which names the MAC. */
function missedLinks(timeline: Timeline, from: number, to: number): MissedLink[] {
  const found: MissedLink[] = []
  for (const event of timeline.journal.between(from, to, 'eni-setup-failed', 'increase-failed')) {
    const error = 'error' in event ? event.error : undefined
    if (error === undefined || !isLink(error)) continue
    const eni = ('eni' in event ? event.eni : undefined) ?? idIn(error, 'eni-') ?? null
    const last = found.at(-1)
    if (last !== undefined && event.at - last.event.at < 2_000) continue
    const known = eni === null ? undefined : timeline.enis.all.get(eni)
    const looks = timeline.journal.between(event.at - 20_000, event.at, 'link-awaited')[0]
    // the data store has it before its network is set up; what counts is that it comes again
    const addressed = timeline.journal.between(event.at, Number.POSITIVE_INFINITY, 'cidr-added').find(added => added.eni === eni)
    const adoptedAt = known?.addedAt != null && known.addedAt > event.at ? known.addedAt : (addressed?.at ?? null)
    found.push({
      event,
      eni,
      mac: macIn(error),
      from: known?.attachedAt ?? looks?.at ?? event.at - 13_000,
      to: adoptedAt ?? event.at + TWO_RECONCILES_MS,
      adoptedAt,
    })
  }
  return found
}

function opinion(missed: MissedLink, timeline: Timeline) {
  const { event, eni, mac, adoptedAt } = missed
  const known = eni === null ? undefined : timeline.enis.all.get(eni)
  const looks = timeline.journal.between(missed.from, event.at, 'link-awaited')
  const attached: Clue[] =
    known?.attached != null && known.attachedAt !== null ? [clueAt(known.attachedAt, known.attached, `${eni} attached`)] : []
  return {
    confidence: 'certain' as const,
    summary: `${eni ?? 'A new interface'} was attached${known?.attachedAt == null ? '' : ` at ${time(known.attachedAt)}`}, but the kernel showed no link for its MAC${mac === null ? '' : ` ${mac}`} until ipamd gave the set-up up at ${time(event.at)}. ${
      adoptedAt === null ? 'It is not in the pool when this log ends.' : `A reconcile took it into the pool at ${time(adoptedAt)}.`
    } EC2 and the instance metadata are fine: something on the node renames or configures the link at the same time.`,
    clues: [
      clue(event, 'the set-up is given up: no link with this MAC'),
      ...looks.slice(-2).map(look => clue(look, 'no link with this MAC yet')),
      ...attached,
      ...(known?.added != null && adoptedAt !== null && known.addedAt === adoptedAt
        ? [clueAt(adoptedAt, known.added, 'the reconcile takes it in')]
        : []),
    ],
    contributing: ['os-network-race'],
    fixed: adoptedAt !== null,
    actions: [
      {
        text: 'See on the node whether the link is there and who manages it (systemd-networkd, NetworkManager, ec2-net-utils must leave ENIs alone).',
        command: 'ip -br link; networkctl list',
      },
      ...(adoptedAt === null
        ? [
            describeInstanceInterfaces(timeline),
            { text: 'Restart aws-node on this node if the interface does not come into the pool within two minutes.' },
          ]
        : []),
    ],
  }
}

/** `setupENINetwork: failed to find the link which uses MAC address 02:…: no interface found which uses mac address 02:… (attempt 5/5)` */
function isLink(error: string): boolean {
  return error.includes('no interface found which uses mac address') || error.includes('failed to find the link which uses MAC address')
}

function macIn(error: string): string | null {
  const at = error.toLowerCase().lastIndexOf('mac address ')
  const mac = at < 0 ? '' : error.slice(at + 12, at + 29)
  return mac.length === 17 && mac[2] === ':' && mac[14] === ':' && !mac.includes(' ') ? mac : null
}
