import type { Diagnosis } from '../diagnoses/diagnosis.ts'
import type { Checked, Finding } from '../model/report.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { toCause } from './incidents.ts'
import type { TextOf } from './instants.ts'

const MOST_FINDINGS = 100

/** Trouble without a failed request, as each diagnosis sees it; one that throws is reported and the others still run. */
export function findings(timeline: Timeline, diagnoses: readonly Diagnosis[], textOf: TextOf, threw: Map<string, string>): Finding[] {
  const found: Finding[] = []
  for (const diagnosis of diagnoses) {
    if (diagnosis.notice === undefined) continue
    try {
      for (const notice of diagnosis.notice(timeline)) {
        if (found.length >= MOST_FINDINGS) return found
        const { id, title, confidence, summary, contributing, evidence, actions } = toCause(diagnosis, notice, textOf)
        found.push({ id, title, confidence, severity: notice.severity, summary, contributing, evidence, actions })
      }
    } catch (error) {
      threw.set(diagnosis.id, error instanceof Error ? error.message : String(error))
    }
  }
  return found
}

/** Causes that were looked for: not it, or not to be judged with this log. */
export function checked(
  timeline: Timeline,
  diagnoses: readonly Diagnosis[],
  used: ReadonlySet<string>,
  threw: ReadonlyMap<string, string>,
  debug: boolean,
): Checked[] {
  return diagnoses
    .filter(diagnosis => !used.has(diagnosis.id))
    .map(diagnosis => {
      const error = threw.get(diagnosis.id)
      if (error !== undefined) return { id: diagnosis.id, outcome: 'failed', reason: `this check broke: ${error}` }
      const missing = missingFor(diagnosis, timeline, debug)
      if (missing !== undefined) return { id: diagnosis.id, outcome: 'not-judged', reason: missing }
      return { id: diagnosis.id, outcome: 'ruled-out', reason: 'no line of this log shows it' }
    })
}

/** What a diagnosis needs and this log does not have. */
export function missingFor(diagnosis: Diagnosis, timeline: Timeline, debug: boolean): string | undefined {
  if (diagnosis.needs?.includes('debug-lines') && !debug) return 'this log has no debug lines'
  if (diagnosis.needs?.includes('start-up') && timeline.lives.starts === 0) return 'this log does not show ipamd starting'
  return undefined
}
