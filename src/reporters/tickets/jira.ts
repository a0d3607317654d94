import { printable } from '../../words.ts'
import { leftOut } from '../markdown.ts'
import { sections } from '../markdown-sections.ts'
import { clip, github, type Markup } from '../markdown-text.ts'
import type { Reporter } from '../reporter.ts'
import { fill } from './room.ts'

/** Jira takes 32,767 characters, and its own form of a text may be longer than the Markdown that was pasted. */
const BUDGET = 30_000

/** For an issue of Jira, whose editor understands Markdown when it is pasted: nothing folds there, and HTML shows as it is written. */
export const jira: Reporter = report => fill(sections(markup, report), { budget: BUDGET, gap: '\n\n', note: leftOut })

/** As for GitHub, so that nothing becomes a link; as itself, because entities do not hold. */
const BREAK = '\u200b'

const text: Markup['text'] = (raw, most = 1_000) =>
  printable(clip(raw, most))
    .trim()
    .replace(/[\\`*[\]~|{}!&]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    // no escape of theirs holds in each of Jira's editors
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('@', `@${BREAK}`)
    .replaceAll('://', `:${BREAK}//`)
    .replace(/(?<![A-Za-z0-9])w(?=ww\.)/gi, `$&${BREAK}`)
    .replace(/^[-+=#]/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')

const cell: Markup['cell'] = (raw, most = 120) => text(raw, most)

const markup: Markup = {
  text,
  cell,
  code: github.code,
  cellCode: (raw, most = 120) => (raw.slice(0, most).includes('|') ? cell(raw, most) : github.code(raw, most)),
  fence: github.fence,
  details: (summary, body) => `### ${summary}\n\n${body}`,
  timeline: entries =>
    github.fence(entries.map(({ stamp, text, places }) => `${stamp.padStart(LONGEST_STAMP)}  ${clip(text, 300)}  ${places.join(', ')}`)),
  marker: () => [],
  small: text => text,
  mostColumns: 5,
}

const LONGEST_STAMP = '2024-09-11 20:38:17.920'.length
