import { printable } from '../words.ts'

/**
 * Text of a log, which anybody may have written, made harmless for each place in a ticket where it can stand. Nothing of it may end a table,
 * a fence or a `<details>`, become a link, or mention somebody: GitHub resolves mentions in the rendered text, so a backslash does not stop them.
 */

export interface Markup {
  /** In a sentence, a heading, a list item or a table cell. */
  text(raw: string, most?: number): string
  /** Like `text`, cut to what a column can hold. */
  cell(raw: string, most?: number): string
  code(raw: string, most?: number): string
  /** Code in a table cell. */
  cellCode(raw: string, most?: number): string
  fence(lines: readonly string[]): string
  /** A part that not everybody reads. `summary` is ours, never of a log. */
  details(summary: string, body: string): string
  timeline(entries: readonly Entry[]): string
  /** What a program finds the ticket by, invisible to people. */
  marker(text: string): string[]
  small(text: string): string
  readonly mostColumns: number
}

/** A row of the timeline, as the report has it. */
export interface Entry {
  readonly stamp: string
  readonly text: string
  readonly places: readonly string[]
}

/** An invisible break: what stands on both sides is no longer one mention, reference or link. */
const BREAK = '&#8203;'

/** In a sentence, a heading, a list item or a table cell. */
export function text(raw: string, most = 1_000): string {
  return printable(clip(raw, most))
    .trim()
    .replaceAll('&', '&amp;')
    .replace(/[\\`*[\]~]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('|', '&#124;')
    .replaceAll('$', '&#36;')
    .replaceAll('@', `@${BREAK}`)
    .replaceAll('://', `:${BREAK}//`)
    .replace(/(?<!&)#(?=\d)/g, `#${BREAK}`)
    .replace(/(?<![A-Za-z0-9])gh-(?=\d)/gi, `$&${BREAK}`)
    .replace(/(?<![A-Za-z0-9])w(?=ww\.)/gi, `$&${BREAK}`)
    .replace(/^[-+=#]/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
}

/** Like `text`, cut to what a column can hold. */
export function cell(raw: string, most = 120): string {
  return text(raw, most)
}

/** A name or a command as code. The fence is longer than any run of backticks inside, and nothing inside has a meaning. */
export function code(raw: string, most = 200): string {
  const shown = printable(clip(raw, most))
  if (shown === '') return ''
  const fence = '`'.repeat(longestRun(shown) + 1)
  // one space on each side is taken away again, and keeps a backtick apart from the fence
  const pad = /^`|`$|^ .* $/.test(shown) ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}

/** Code in a table cell. A `|` ends a cell even inside a code span, and no escape for it holds in every renderer. */
export function cellCode(raw: string, most = 120): string {
  return raw.slice(0, most).includes('|') ? cell(raw, most) : code(raw, most)
}

/** Lines of a log, each on a line of its own. */
export function fence(lines: readonly string[], most = 1_200): string {
  const shown = lines.map(line => printable(clip(line, most)))
  const longest = shown.reduce((most, line) => Math.max(most, longestRun(line)), 2)
  const mark = '`'.repeat(longest + 1)
  return [`${mark}${shown.every(line => line.startsWith('{')) ? 'json' : 'text'}`, ...shown, mark].join('\n')
}

/** A part that opens on demand. GitHub reads Markdown inside only after a blank line. `summary` is ours, never of a log. */
export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`
}

export function table(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map((_, i) => (right.includes(i) ? '--:' : '---')).join('|')}|`, ...rows.map(line)].join('\n')
}

/** At most so many characters, never half of one. */
export function clip(raw: string, most: number): string {
  if (raw.length <= most) return raw
  const end = isHighSurrogate(raw.charCodeAt(most - 2)) ? most - 2 : most - 1
  return `${raw.slice(0, end)}…`
}

/** At most so many characters, in whole sentences where there is one that short. */
export function sentences(raw: string, most: number): string {
  if (raw.length <= most) return raw
  const end = raw.lastIndexOf('. ', most - 1)
  return end > 0 ? raw.slice(0, end + 1) : clip(raw, most)
}

function longestRun(shown: string): number {
  let longest = 0
  let run = 0
  for (const character of shown) {
    run = character === '`' ? run + 1 : 0
    if (run > longest) longest = run
  }
  return longest
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

export const github: Markup = {
  text,
  cell,
  code,
  cellCode,
  fence,
  details,
  timeline: entries =>
    table(
      ['UTC', 'What', 'Where'],
      entries.map(entry => [entry.stamp, cell(entry.text, 300), entry.places.map(place => cellCode(place)).join(', ')]),
    ),
  marker: text => [`<!-- ${text} -->`],
  small: text => `<sub>${text}</sub>`,
  mostColumns: 6,
}
