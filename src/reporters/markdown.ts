import { count, list } from '../words.ts'
import { type Section, sections } from './markdown-sections.ts'
import type { Reporter } from './reporter.ts'

/** A GitHub issue or comment takes 65,536 characters; the rest is for what people write around it. */
const BUDGET = 60_000
/** What the note about things left out may take. */
const NOTE = 400

/**
 * For an issue, a comment or an incident ticket: the verdict first, and what only some readers want folded away. It fits a GitHub comment
 * whatever the report holds: the most important sections get their room first, and it says what it left out.
 */
export const markdown: Reporter = report => `${fill(sections(report), BUDGET - NOTE).join('\n\n')}\n`

function fill(all: readonly Section[], budget: number): string[] {
  const chosen = new Map<Section, string>()
  const leftOut = new Map<string, number>()
  let room = budget
  for (const section of [...all].sort((a, b) => a.rank - b.rank)) {
    if (section.within !== undefined && !chosen.has(section.within)) continue
    const form = section.forms.find(form => form.length + 2 <= room)
    if (form === undefined) leftOut.set(section.what, (leftOut.get(section.what) ?? 0) + 1)
    else {
      chosen.set(section, form)
      room -= form.length + 2
    }
  }
  // a heading above nothing
  for (const section of all) {
    const inside = all.filter(other => other.within === section)
    if (inside.length > 0 && !inside.some(other => chosen.has(other)) && chosen.delete(section))
      leftOut.set(section.what, (leftOut.get(section.what) ?? 0) + 1)
  }
  const texts = all.map(section => chosen.get(section)).filter(text => text !== undefined)
  return leftOut.size === 0 ? texts : [...texts.slice(0, -1), note(leftOut), ...texts.slice(-1)]
}

function note(leftOut: ReadonlyMap<string, number>): string {
  const said = [...leftOut].map(([what, n]) => count(n, what))
  return `**Left out, so that this fits a ticket:** ${list(said, said.length)}. The report with \`--format json\` has everything.`
}
