import type { Reporter } from './reporter.ts'

export const markdown: Reporter = report => `## ${report.verdict.headline}\n`
