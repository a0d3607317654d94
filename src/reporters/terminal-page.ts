import { palette } from './color.ts'
import { wrap } from './layout.ts'
import type { ReporterOptions } from './reporter.ts'

/** A page of our own, written in plain Markdown: headings, paragraphs, lists, code in a line, links. Nothing else is drawn. */
export function terminalPage(page: string, { columns, color }: Pick<ReporterOptions, 'columns' | 'color'>): string {
  const paint = palette(color)
  const room = Math.min(columns, MOST_COLUMNS)
  const all = blocks(page)
  const lines = all.flatMap((block, i) => {
    if (block.startsWith('#')) return wrap(plain(block.replace(/^#+ /, '')), room).map(paint.bold)
    if (block.startsWith('- ')) return wrap(plain(block.slice(2)), room, ' - ')
    // a heading of a section stands close to its text
    if (block === '') return all[i - 1]?.startsWith('## ') === true ? [] : ['']
    return wrap(plain(block), room, ' ')
  })
  return `${lines.join('\n')}\n`
}

/** Longer lines are hard to read. */
const MOST_COLUMNS = 100

/** One block a heading, a paragraph, an item of a list, or an empty line. */
function blocks(page: string): string[] {
  const found: string[] = []
  for (const line of page.trimEnd().split('\n')) {
    const last = found.at(-1)
    const begins = line === '' || line.startsWith('#') || line.startsWith('- ')
    if (begins || last === undefined || last === '' || last.startsWith('#')) found.push(line.trim())
    else found[found.length - 1] = `${last} ${line.trim()}`
  }
  return found
}

/** Without the marks of code and links. */
function plain(text: string): string {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
}
