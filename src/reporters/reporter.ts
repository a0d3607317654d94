import type { Report } from '../model/report.ts'

/** How a form is drawn. What the report says never depends on it. */
export interface ReporterOptions {
  /** Width of the terminal. */
  readonly columns: number
  readonly color: boolean
  /** With the log lines themselves, and everything that the short form leaves out. */
  readonly verbose: boolean
  /** The verdict alone. */
  readonly quiet: boolean
  /** Another zone, to stand beside UTC where the terminal's report is about when. */
  readonly zone?: string
}

/** A report's form: a pure function of the report, ending with a newline. */
export type Reporter = (report: Report, options: ReporterOptions) => string
