import type { Reporter } from './reporter.ts'

/** The report as it is: `docs/report.schema.json`. */
export const json: Reporter = report => `${JSON.stringify(report)}\n`
