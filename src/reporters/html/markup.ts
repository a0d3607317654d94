import { printable } from '../../words.ts'

/** Text that is HTML already. Nothing outside this file can make one but through `html`, `join` and `raw`. */
export class Markup {
  readonly #text: string

  private constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }

  static of(text: string): Markup {
    return new Markup(text)
  }
}

/** What a template takes: text is escaped, markup stands as it is, nothing is nothing. */
export type Value = string | number | Markup | readonly Markup[] | null | undefined | false

/** HTML with every interpolation escaped. A value may stand as text or between double quotes; anywhere else the template itself is refused. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let quoted = sound.get(strings)
  if (quoted === undefined) {
    quoted = quotedIn(strings)
    sound.set(strings, quoted)
  }
  let text = strings[0] as string
  for (const [i, value] of values.entries()) text += (quoted[i] ? attribute(value) : toText(value)) + strings[i + 1]
  return Markup.of(text)
}

/** Pieces of markup side by side. */
export function join(pieces: readonly Markup[], between = ''): Markup {
  return Markup.of(pieces.join(between))
}

/** Takes text for HTML. Only for what this program wrote itself: the style, the script, and data that `embed` has escaped. */
export function raw(text: string): Markup {
  return Markup.of(text)
}

/** Text for an element; control characters, marks that turn the direction of writing and halves of characters made visible. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replace(/[&<>]/g, c => ENTITIES[c] as string)
    .replace(/\p{Cs}/gu, c => `\\u${c.charCodeAt(0).toString(16)}`)
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function toText(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Markup) return value.toString()
  if (Array.isArray(value)) return value.map(toText).join('')
  return escapeHtml(String(value))
}

/** Markup has quotes of its own and would end an attribute. */
function attribute(value: Value): string {
  if (value instanceof Markup || Array.isArray(value)) throw new Error('markup may not stand in an attribute')
  return toText(value).replaceAll('"', '&quot;')
}

/** Of the templates that were looked at, which of their values stand between double quotes. */
const sound = new WeakMap<TemplateStringsArray, readonly boolean[]>()

/** Escaping protects text and double-quoted attributes. A tag name, an unquoted attribute, a script or a style it does not. */
function quotedIn(strings: TemplateStringsArray): boolean[] {
  let before = ''
  const found: boolean[] = []
  for (const part of strings.slice(0, -1)) {
    before += part
    const tag = before.lastIndexOf('<')
    const inTag = tag > before.lastIndexOf('>')
    const quoted = before.slice(Math.max(0, tag)).split('"').length % 2 === 0
    const inCode = /<(?:script|style)\b[^>]*>(?![\s\S]*<\/(?:script|style)>)/.test(before)
    if ((inTag && !quoted) || inCode || before.includes('<!--')) throw new Error(`a value may not stand here: ${before.slice(-60)}`)
    found.push(inTag)
    before += 'v'
  }
  return found
}
