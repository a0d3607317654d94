import type { News, Severity } from '../model/news.ts'
import { printable } from '../words.ts'

export interface NewsLineOptions {
  readonly columns: number
  readonly color: boolean
  /** The date in every line: for output that is kept. */
  readonly dated: boolean
}

/** One item: `09:14:15 ✗ shop/cart-9m2tz got no address …`, further lines indented. Instants in UTC. */
export function newsLine(news: News, { columns, color, dated }: NewsLineOptions): string {
  const at = dated ? `${news.at.slice(0, 19)}Z` : news.at.slice(11, 19)
  const mark = MARKS[news.severity]
  const indent = at.length + 3
  const [first = '', ...rest] = dated ? [printable(news.text)] : wrap(printable(news.text), Math.max(20, columns - indent))
  const tone = (text: string): string => (color && TONES[news.severity] !== '' ? `\x1b[${TONES[news.severity]}m${text}\x1b[0m` : text)
  const faint = color ? `\x1b[2m${at}\x1b[0m` : at
  return [`${faint} ${tone(mark)} ${tone(first)}`, ...rest.map(line => `${' '.repeat(indent)}${tone(line)}`)].join('\n').concat('\n')
}

const MARKS: Readonly<Record<Severity, string>> = { fail: '✗', warn: '!', good: '✓', info: '·' }
const TONES: Readonly<Record<Severity, string>> = { fail: '31', warn: '33', good: '32', info: '' }

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines
}
