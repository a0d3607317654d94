import type { Finding } from '../../src/model/report.ts'
import { traceText } from './trace-text.ts'

/** What one diagnosis says of this log. */
export function findingsOf(id: string, text: string): readonly Finding[] {
  return (traceText(text).nodes[0]?.findings ?? []).filter(finding => finding.id === id)
}
