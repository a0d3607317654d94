import type { Report, Status } from '../model/report.ts'
import type { Traced } from '../trace.ts'
import { printable } from '../words.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'

/** What `--fail-on` takes, lowest first. */
export const LEVELS: readonly Status[] = ['warn', 'fail']

/** What could not be used, one line each. */
export function tell({ errors, foreign }: Pick<Traced, 'errors' | 'foreign'>, { stderr }: Io): void {
  for (const error of errors) stderr.write(`ipamd-trace: ${error.message}\n`)
  for (const [path, what] of foreign) stderr.write(`ipamd-trace: ${printable(path)}: ${what}\n`)
}

/** Nothing that was read is ipamd's log. */
export function isForeign({ report, foreign }: Traced): boolean {
  return foreign.size > 0 && report.inputs.every(input => foreign.has(input.path))
}

/** The worst that holds, in the order of the table in `--help`. */
export function exitCode(traced: Traced, failOn?: Status): number {
  const { report, errors } = traced
  if (errors.length > 0) return EXIT.usage
  if (isForeign(traced)) return EXIT.foreign
  if (isDamaged(report)) return EXIT.damaged
  if (failOn !== undefined && LEVELS.indexOf(report.verdict.status) >= LEVELS.indexOf(failOn)) return EXIT.verdict
  return EXIT.sound
}

export function isDamaged(report: Pick<Report, 'problems'>): boolean {
  return report.problems.some(problem => problem.severity === 'damage')
}
