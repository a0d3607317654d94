import type { State } from '../model/report.ts'
import type { ReporterOptions } from './reporter.ts'

export function terminalState(state: State, _options: Pick<ReporterOptions, 'columns' | 'color'>): string {
  return `${JSON.stringify(state)}\n`
}
