import { brotliCompressSync, brotliDecompressSync, constants, gzipSync } from 'node:zlib'
import type { Report } from '../../model/report.ts'
import { type Markup, raw } from './markup.ts'
import { isReport } from './shape.ts'

/** How each HTML report begins: by these bytes it is known when it comes back as an argument. */
export const BEGINNING = '<!doctype html>\n<!-- ipamd-trace report 1 -->\n'

const opening = (id: string): string => `<script type="application/json" id="${id}"`
const PACKED = ' data-packed="brotli base64"'
const CLOSING = '</script>'

/** JSON longer than this is packed, so that a page can be attached to a ticket. */
const MOST_PLAIN = 12_000
/** What a packed report may unfold to: a hostile file must not fill the memory. */
const MOST_UNPACKED = 100_000_000

export function isHtmlReport(beginning: string): boolean {
  return beginning.startsWith(BEGINNING)
}

/** The report as a data block that `reportIn` reads back. */
export function embedReport(report: Report): Markup {
  return block('report', report, json => [PACKED, brotliCompressSync(json, { params: BROTLI })])
}

/** The text that the page's script copies. Browsers unpack gzip. */
export function embedMarkdown(text: string): Markup {
  return block('markdown', text, json => [' data-packed="gzip base64"', gzipSync(json, { level: 9 })])
}

/** With a window over megabytes: thousands of pods repeat one another from afar, and gzip looks back 32 kB. */
const BROTLI = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS }

function block(id: string, value: unknown, pack: (json: string) => readonly [attribute: string, packed: Buffer]): Markup {
  const json = JSON.stringify(value)
  if (json.length <= MOST_PLAIN) return raw(`${opening(id)}>${scriptSafe(json)}${CLOSING}`)
  const [attribute, packed] = pack(json)
  return raw(`${opening(id)}${attribute}>${JSON.stringify(packed.toString('base64'))}${CLOSING}`)
}

/** The report inside an HTML report, or undefined where the text is none or its data is not whole. The text may be hostile. */
export function reportIn(html: string): Report | undefined {
  if (!isHtmlReport(html)) return undefined
  const from = html.indexOf(opening('report'))
  const open = html.indexOf('>', from)
  const end = html.indexOf(CLOSING, open)
  if (from < 0 || open < 0 || end < 0) return undefined
  try {
    const found: unknown = JSON.parse(html.slice(open + 1, end))
    const report = html.slice(from + opening('report').length, open) === PACKED ? unpack(found) : found
    return isReport(report) ? report : undefined
  } catch {
    return undefined
  }
}

function unpack(base64: unknown): unknown {
  if (typeof base64 !== 'string') return undefined
  return JSON.parse(brotliDecompressSync(Buffer.from(base64, 'base64'), { maxOutputLength: MOST_UNPACKED }).toString())
}

/** JSON that can stand in a script element: no markup begins or ends in it, and nothing in it turns the direction of writing. */
function scriptSafe(json: string): string {
  return json.replace(
    /[<>&\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
