import { sections } from './markdown-sections.ts'
import { github } from './markdown-text.ts'
import type { Reporter } from './reporter.ts'
import { fill } from './tickets/room.ts'

/** A GitHub issue or comment takes 65,536 characters; the rest is for what people write around it. */
const BUDGET = 60_000

/**
 * For an issue, a comment or an incident ticket: the verdict first, and what only some readers want folded away. It fits a GitHub comment
 * whatever the report holds: the most important sections get their room first, and it says what it left out.
 */
export const markdown: Reporter = report => fill(sections(github, report), { budget: BUDGET, gap: '\n\n', note: leftOut })

/** For every ticket in Markdown. */
export function leftOut(what: string): string {
  return `**Left out, so that this fits a ticket:** ${what}. The report with \`--format json\` has everything.`
}
