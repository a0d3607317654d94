import { page } from './html/page.ts'
import { markdown } from './markdown.ts'
import type { Reporter } from './reporter.ts'

/** One file for a ticket or a post-mortem: it loads nothing, works without scripts, and carries the report itself. */
export const html: Reporter = (report, options) =>
  page(report, markdown(report, { ...options, color: false, quiet: false, verbose: false }))
