import type { EventOf } from '../extractors/recognize.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, quote, time } from '../words.ts'
import { clue, clueAt, type Diagnosis } from './diagnosis.ts'

/** Each assign writes the whole table to a file first, and is undone when that fails (v1.7.0 and later). The addresses are there. */
export const checkpointWriteFailedNoSpace: Diagnosis = {
  id: 'checkpoint-write-failed-no-space',
  title: 'ipamd could not write its checkpoint file',
  explain(episode, _blame, timeline) {
    if (episode.reason !== 'checkpoint') return undefined
    const failed = timeline.journal.between(episode.firstFailure.at - 1_000, episode.lastFailure.at, 'checkpoint-failed')
    const first = failed[0]
    if (first === undefined) return undefined
    const { pool } = episode
    const free = pool?.total == null || pool.assigned === null ? null : pool.total - pool.assigned
    const undone = timeline.journal.between(first.at, episode.lastFailure.at, 'checkpoint-failed').length
    return {
      confidence: 'certain',
      summary: `${free === null || free <= 0 ? 'The pool is not the cause' : `No address was short (${free} of ${pool?.total} free)`}: ${written(first)} from ${time(first.at)}, so ipamd took each assignment back (${count(undone, 'time')}).`,
      clues: [
        ...failed.slice(0, 3).map(event => clue(event, 'the checkpoint cannot be written')),
        clueAt(episode.firstFailure.at, episode.firstFailure.place, 'the request is refused with the error of the file'),
        ...(episode.recoveredAt === null || episode.recovered === null
          ? []
          : [clueAt(episode.recoveredAt, episode.recovered, 'it can be written again')]),
      ],
      contributing: contributing(first),
      fixed: episode.recoveredAt !== null,
      actions: actions(timeline),
    }
  },
  *notice(timeline) {
    const failed = timeline.journal.all('checkpoint-failed')
    const first = failed[0]
    if (first === undefined || timeline.episodes.all.some(episode => episode.reason === 'checkpoint')) return
    yield {
      severity: 'warn',
      confidence: 'certain',
      summary: `${written(first)} at ${time(first.at)} (${count(timeline.journal.count('checkpoint-failed'), 'time')}). No assignment failed in this log; the next ones do while it lasts, and releases are taken back.`,
      clues: failed.slice(0, 3).map(event => clue(event, 'the checkpoint cannot be written')),
      contributing: contributing(first),
      actions: actions(timeline),
    }
  },
}

/** `write /var/run/aws-node/ipam.json.tmp317552140: no space left on device` */
function written(event: EventOf<'checkpoint-failed'>): string {
  const error = event.error.length > 200 ? `${event.error.slice(0, 200)}…` : event.error
  return `writing the file with the assignments failed (${error})`
}

function contributing(event: EventOf<'checkpoint-failed'>): string[] {
  return event.error.includes('no space left') || event.error.includes('quota exceeded') ? ['disk-full'] : []
}

function actions(timeline: Timeline) {
  const node = timeline.facts.node.get('node-name')?.value ?? 'NODE'
  return [
    {
      text: "See whether the node reports disk pressure; the file lies on the node's /var/run/aws-node.",
      command: `kubectl get node ${quote(node)} -o jsonpath='{.status.conditions[?(@.type=="DiskPressure")]}'`,
    },
    { text: 'Free space there (also inodes): ipamd needs no restart.' },
  ]
}
