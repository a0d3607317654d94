import Table from 'cli-table3'
import stringWidth from 'string-width'

/** How many cells of a terminal a text takes: colors none, wide characters two. */
export function width(text: string): number {
  // nearly all text is plain, and need not be taken apart
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text)
}

/** Cut in the middle, so that both ends of a name can be recognized. */
export function clip(text: string, most: number): string {
  // a width is at most twice the number of code units, so what is far too long need not be measured
  if (text.length <= most && width(text) <= most) return text
  if (most < 2) return '…'.slice(0, most)
  const head = take(text, Math.ceil((most - 1) / 2))
  // not from the middle of a character
  const end = text.slice(-2 * most).replace(/^[\udc00-\udfff]/, '')
  const tail = [...take([...end].reverse().join(''), Math.floor((most - 1) / 2))].reverse().join('')
  return `${head}…${tail}`
}

/** The longest beginning that fits, at least one character. */
function take(text: string, most: number): string {
  let taken = ''
  let size = 0
  for (const character of text) {
    size += width(character)
    if (size > most && taken !== '') break
    taken += character
  }
  return taken
}

/** Words longer than this are cut in the middle: no id or name that matters is. */
const MOST_WORD = 200

/** Breaks a text at blanks: the first line after `first`, the others after as many blanks. No line is wider than `columns`. */
export function wrap(text: string, columns: number, first = ''): string[] {
  const indent = ' '.repeat(width(first))
  const room = Math.max(10, columns - indent.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap(word => pieces(word, room))) {
    if (line !== '' && width(line) + 1 + width(word) > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((line, i) => `${i === 0 ? first : indent}${line}`.trimEnd())
}

/** A word as it is, or cut into pieces that fit; a color code is never cut. */
function pieces(word: string, room: number): string[] {
  if (word.length <= room && width(word) <= room) return [word]
  const short = width(word) <= MOST_WORD ? word : clip(word, MOST_WORD)
  const parts: string[] = []
  let part = ''
  let size = 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: color codes begin with one
  for (const [token] of short.matchAll(/\u001b\[[0-9;]*m|./gsu)) {
    const add = width(token)
    if (size + add > room) {
      parts.push(part)
      part = ''
      size = 0
    }
    part += token
    size += add
  }
  return [...parts, part].filter(part => part !== '')
}

/** A text in one line, cut after a word. */
export function oneLine(text: string, columns: number, first = ''): string {
  const [line = '', ...more] = wrap(text, columns, first)
  return more.length === 0 ? line : `${(wrap(text, columns - 2, first)[0] ?? '').replace(/[,;:.–(]$/u, '')} …`
}

/**
 * A shell command, broken with `\` only at blanks outside quotes, so that it runs as it is copied. An option stays with its value
 * where that fits; a word that is longer than the line stays whole.
 */
export function command(text: string, columns: number, indent: string): string[] {
  const lines = broken(text, columns, indent)
  return lines.some(line => width(line) > columns) ? broken(text, columns, '    ') : lines
}

function broken(text: string, columns: number, indent: string): string[] {
  const room = columns - indent.length
  if (width(text) <= room) return [`${indent}${text}`]
  const lines: string[] = []
  let line = ''
  const put = (chunk: string): void => {
    const begin = lines.length === 0 ? '' : '  '
    if (line !== '' && width(line) + 1 + width(chunk) + 2 > room) {
      lines.push(line)
      line = `  ${chunk}`
    } else line = line === '' ? `${begin}${chunk}` : `${line} ${chunk}`
  }
  for (const group of groups(shellWords(text))) {
    if (width(group.join(' ')) + 4 <= room) put(group.join(' '))
    else {
      const [option = '', value = '', ...values] = group
      const pair = `${option} ${value}`.trimEnd()
      for (const word of width(pair) + 4 <= room ? [pair, ...values] : group) put(word)
    }
  }
  return [...lines.map(line => `${indent}${line} \\`), `${indent}${line}`]
}

/** Splits at blanks outside quotes; quotes and escapes stay as they are. */
function shellWords(text: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (c === '\\' && quote !== "'") {
      word += c + (text[++i] ?? '')
      continue
    }
    if (c === ' ' && quote === '') {
      if (word !== '') words.push(word)
      word = ''
      continue
    }
    if (quote === '' && (c === "'" || c === '"')) quote = c
    else if (c === quote) quote = ''
    word += c
  }
  return word === '' ? words : [...words, word]
}

/** Each option begins a group. */
function groups(words: readonly string[]): string[][] {
  const grouped: string[][] = []
  for (const word of words) {
    if (word.startsWith('-') || grouped.length === 0) grouped.push([word])
    else grouped.at(-1)?.push(word)
  }
  return grouped
}

export type Align = 'left' | 'right'

const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** An IPv6 address takes 39. */
const MOST_CELL = 44
/** cli-table3 looks at all rows for each row, so that a long table is drawn in parts. */
const ROWS_AT_ONCE = 20

/** A table without borders. The column `flexible` gives way where the terminal is narrow, cut in the middle. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
  columns: number,
  indent = 3,
  flexible = 0,
): string[] {
  const bounded = rows.map(row => row.map((cell, i) => (i === flexible ? cell : clip(cell, MOST_CELL))))
  const widest = (all: readonly (readonly string[])[], i: number): number =>
    all.reduce((most, row) => Math.max(most, width(row[i] ?? '')), width(head[i] ?? ''))
  const others = head.reduce((sum, _, i) => (i === flexible ? sum : sum + 2 + widest(bounded, i)), 0)
  const room = Math.max(8, columns - indent - others)
  const cells = bounded.map(row => row.map((cell, i) => (i === flexible ? clip(cell, room) : cell)))
  const colWidths = head.map((_, i) => widest(cells, i))
  const lines: string[] = []
  for (let from = 0; from === 0 || from < cells.length; from += ROWS_AT_ONCE) {
    const part = new Table({
      chars: NO_BORDER,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      colAligns: [...aligns],
      colWidths,
      head: from === 0 ? [...head] : [],
    })
    part.push(...cells.slice(from, from + ROWS_AT_ONCE))
    lines.push(...part.toString().split('\n'))
  }
  return lines
    .map(line => `${' '.repeat(indent)}${line}`.trimEnd())
    .map(line => (width(line) > columns ? `${take(line, columns - 1)}…` : line))
}
