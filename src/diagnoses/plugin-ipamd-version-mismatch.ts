import { readVersions } from '../timeline/facts.ts'
import { count, time } from '../words.ts'
import { clue, clueAt, type Diagnosis } from './diagnosis.ts'

/** ipamd refuses a CNI plugin binary of another release (v1.7.0 to v1.9.3; later builds know no version of their own, so the check never fires). */
export const pluginIpamdVersionMismatch: Diagnosis = {
  id: 'plugin-ipamd-version-mismatch',
  title: 'the CNI plugin on the node is of another release than ipamd',
  explain(episode, _blame, timeline) {
    if (episode.reason !== 'rejected') return undefined
    const { firstFailure, lastFailure } = episode
    const versions = readVersions(firstFailure.error ?? '')
    if (versions === undefined) return undefined
    const started = timeline.journal.lastBefore(firstFailure.at, 'ipamd-started')
    const recovered = episode.recoveredAt !== null && episode.recovered !== null
    return {
      confidence: 'certain',
      summary: `The plugin binary on this node is ${release(versions.plugin)}, ipamd is ${release(versions.ipamd)}: it refused ${count(episode.failedRequests, 'request')} from ${time(firstFailure.at)} to ${time(lastFailure.at)}.${recovered ? ` From ${time(episode.recoveredAt ?? 0)} on the right binary was in place.` : ' The right binary was not in place when this log ends.'}`,
      clues: [
        clueAt(firstFailure.at, firstFailure.place, 'rejected: another release'),
        ...(episode.failedRequests > 1 ? [clueAt(lastFailure.at, lastFailure.place, 'the last one rejected')] : []),
        ...(started === undefined ? [] : [clue(started, 'this ipamd starts')]),
        ...(recovered
          ? [
              clueAt(
                episode.recoveredAt ?? 0,
                episode.recovered as { input: number; line: number },
                'the first request that is served again',
              ),
            ]
          : []),
      ],
      contributing: ['upgrade-in-progress'],
      fixed: recovered,
      actions: [
        {
          text: 'See which release aws-node and its init container have; the init container copies the plugin to the node.',
          command: "kubectl -n kube-system get daemonset aws-node -o jsonpath='{..image}'",
        },
        {
          text: recovered
            ? 'Nothing more: an upgrade does this for some seconds.'
            : 'Restart aws-node on this node so that the plugin is copied again, and see why the copy failed: a full or read-only /opt/cni/bin.',
        },
      ],
    }
  },
  *notice(timeline) {
    // only releases were refused: their addresses stay assigned
    const first = timeline.journal.first('del-rejected')
    if (first === undefined || timeline.journal.count('add-rejected') > 0) return
    const versions = readVersions(first.error)
    if (versions === undefined) return
    yield {
      severity: 'warn',
      confidence: 'certain',
      summary: `The plugin binary on this node is ${release(versions.plugin)}, ipamd is ${release(versions.ipamd)}: it refused to release addresses (${count(timeline.journal.count('del-rejected'), 'request')} from ${time(first.at)}).`,
      clues: timeline.journal
        .all('del-rejected')
        .slice(0, 3)
        .map(event => clue(event, 'a release is rejected: another release')),
      contributing: ['upgrade-in-progress'],
      actions: [
        {
          text: 'See which release aws-node and its init container have.',
          command: "kubectl -n kube-system get daemonset aws-node -o jsonpath='{..image}'",
        },
      ],
    }
  },
}

function release(version: string): string {
  return version === '' ? 'of an unnamed release' : version
}
