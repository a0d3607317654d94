import type { Reporter } from './reporter.ts'

export const terminal: Reporter = report => `${report.verdict.headline}\n`
