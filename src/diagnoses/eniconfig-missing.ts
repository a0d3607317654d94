import type { EventOf } from '../extractors/recognize.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, list, quote, time } from '../words.ts'
import { beforeFailure, crashLoop } from './crash-loop.ts'
import { type Clue, clue, type Diagnosis, type Opinion } from './diagnosis.ts'

/**
 * Custom networking, and the name that ipamd derives for this node (annotation, label or "default") has no ENIConfig: no ENI can be made. Up to
 * v1.12 ipamd serves with an empty pool, from v1.13.0 on it ends at start.
 */
export const eniconfigMissing: Diagnosis = {
  id: 'eniconfig-missing',
  title: "this node's ENIConfig does not exist",
  explain(episode, blame, timeline) {
    if (episode.reason !== 'no-address') return undefined
    const missed = blame.obstacles.map(({ at }) => missingAt(at, timeline)).filter(event => event !== undefined)
    const first = missed[0]
    if (first === undefined || missed.length < 0.3 * blame.size) return undefined
    const found = opinion(timeline, standsSince(first, timeline), episode.recoveredAt ?? episode.lastFailure.at)
    if (found === undefined) return undefined
    const { pool } = episode
    const size = pool?.total == null ? '' : ` The pool has ${pool.total} addresses.`
    return { ...found, summary: `${found.summary} Without one no interface for pods can be made.${size}` }
  },
  *notice(timeline) {
    const crashed = crashLoop(timeline, life => {
      const { from, to } = beforeFailure(life)
      return timeline.journal.between(from, to, 'eniconfig-missing').length > 0 && opinion(timeline, from, to) !== undefined
    })
    if (crashed !== undefined) {
      const { from, to } = beforeFailure(crashed.first)
      const found = opinion(timeline, from, to)
      if (found === undefined) return
      yield {
        ...found,
        severity: 'fail',
        summary: `ipamd could not start, since no interface for pods can be made: ${uncapitalized(found.summary)} ${crashed.said}`,
        clues: [...found.clues.slice(0, 3), ...crashed.clues],
        contributing: [...(found.contributing ?? []), 'ipamd-crash-loop'],
        fixed: crashed.over,
      }
      return
    }
    // it serves, has no address to give, and no pod came yet; a start may be faster than the watch on ENIConfigs
    const first = timeline.journal.first('eniconfig-missing')
    const last = timeline.journal.last('eniconfig-missing')
    if (first === undefined || last === undefined || timeline.episodes.all.length > 0 || last.at - first.at < 60_000) return
    if (usedSince(last.at, Number.POSITIVE_INFINITY, timeline)) return
    const found = opinion(timeline, first.at, last.at)
    if (found !== undefined) yield { ...found, severity: 'warn', summary: `${found.summary} No pod was refused yet; the next ones are.` }
  },
}

/** The line that says so, where it stands in the way at this instant. */
function missingAt(at: number, timeline: Timeline): EventOf<'eniconfig-missing'> | undefined {
  const event = timeline.journal.lastBefore(at + 8_000, 'eniconfig-missing')
  if (event === undefined || at - event.at > 30_000) return undefined
  return usedSince(event.at, at, timeline) ? undefined : event
}

function usedSince(from: number, to: number, timeline: Timeline): boolean {
  return timeline.journal.between(from, to, 'custom-network-used').length > 0
}

/** It stands in the way since ipamd started, or last found an ENIConfig. */
function standsSince(event: EventOf<'eniconfig-missing'>, timeline: Timeline): number {
  return (timeline.journal.lastBefore(event.at, 'custom-network-used', 'ipamd-started')?.at ?? event.at - 600_000) + 1
}

function opinion(timeline: Timeline, from: number, to: number): Opinion | undefined {
  const events = timeline.journal.between(from, to, 'eniconfig-missing')
  const reasons = events.filter(event => event.error !== undefined)
  const missing = reasons.filter(event => isMissing(event.error ?? ''))
  const first = missing[0] ?? events[0]
  // from v1.8.0 on the reason stands there; another one is trouble with the API server or with a role
  if (first === undefined || (reasons.length > 0 && missing.length < reasons.length / 2)) return undefined
  const named = timeline.journal.lastBefore(to, 'eniconfig-named')
  const name = nameIn(first.error ?? '') ?? named?.name
  const others = seen(timeline, events.at(-1)?.at ?? to).filter(other => other !== name)
  const clues: Clue[] = [
    ...missing.slice(0, 2).map(event => clue(event, 'the ENIConfig is not there')),
    ...events
      .filter(event => event.error === undefined)
      .slice(0, 2)
      .map(event => clue(event, 'ipamd cannot make an interface: no ENIConfig')),
    ...(named === undefined ? [] : [clue(named, 'the name that this node looks for')]),
  ]
  const times = Math.max(missing.length, events.length - reasons.length)
  return {
    confidence: 'certain',
    summary: `Custom networking is on, and the ENIConfig that this node looks for${name === undefined ? '' : ` ("${name}")`} does not exist (${count(times, 'time')} from ${time(first.at)}).${others.length === 0 ? '' : ` There ${others.length === 1 ? 'is' : 'are'} only ${list(others)}.`}`,
    clues,
    contributing: [
      'custom-networking',
      ...(timeline.journal.between(from, to, 'increase-succeeded').length > 0 && times > 0 && isFalse(timeline, events)
        ? ['false-success-line']
        : []),
    ],
    fixed: usedSince(to, Number.POSITIVE_INFINITY, timeline) || usedSince(events.at(-1)?.at ?? to, Number.POSITIVE_INFINITY, timeline),
    actions: [
      { text: 'See which ENIConfigs exist.', command: 'kubectl get eniconfigs.crd.k8s.amazonaws.com' },
      {
        text: 'See which name this node asks for: the annotation or label of ENI_CONFIG_ANNOTATION_DEF or ENI_CONFIG_LABEL_DEF, else "default". Create that ENIConfig, or label the node.',
        command: `kubectl get node ${quote(timeline.facts.node.get('node-name')?.value ?? 'NODE')} -o jsonpath='{.metadata.labels} {.metadata.annotations}'`,
      },
    ],
  }
}

/** v1.5 says "Successfully increased IP pool" right after the failure. */
function isFalse(timeline: Timeline, events: readonly EventOf<'eniconfig-missing'>[]): boolean {
  return events.slice(0, 20).some(event => timeline.journal.between(event.at, event.at + 1_000, 'increase-succeeded').length > 0)
}

/** `ENIConfig.crd.k8s.amazonaws.com "us-west-2a" not found`, or no such resource in the cluster at all. */
function isMissing(error: string): boolean {
  return error.includes('not found') || error.includes('no matches for kind') || error.includes('could not find the requested resource')
}

function nameIn(error: string): string | undefined {
  const from = error.indexOf('"')
  const to = error.indexOf('"', from + 1)
  return from < 0 || to < 0 || to === from + 1 || !error.includes('not found') ? undefined : error.slice(from + 1, to)
}

/** The ENIConfigs that the watch has named until then (up to v1.7.10). */
function seen(timeline: Timeline, until: number): string[] {
  const names = new Set<string>()
  for (const event of timeline.journal.all('eniconfig-seen')) {
    if (event.at > until) break
    if (event.change === 'added') names.add(event.name)
    else names.delete(event.name)
  }
  return [...names]
}

function uncapitalized(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
