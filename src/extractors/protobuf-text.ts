/**
 * Scalar fields of a protobuf message in Go's text form: `K8S_POD_NAME:"web-1"  DeviceNumber:1`. Blanks between fields vary by build
 * (families 0.7). Of a field that repeats, the first counts; nested messages are read into. At most 256 fields are looked at, in one pass.
 *
 * Gives the values of these names, in their order. Every request has such a line, so that nothing is made of the other fields.
 */
export function readProtobufText(text: string, names: readonly string[]): (string | undefined)[] {
  const values: (string | undefined)[] = new Array(names.length).fill(undefined)
  const escapes = text.includes('\\')
  let at = 0
  for (let fields = 0; at < text.length && fields < MOST_FIELDS; ) {
    const colon = text.indexOf(':', at)
    if (colon < 0) break
    const next = text[colon + 1]
    if (next === '{' || next === ' ') {
      at = colon + 2
      continue
    }
    fields++
    const isQuoted = next === '"'
    const from = isQuoted ? colon + 2 : colon + 1
    const end = isQuoted ? endOfQuoted(text, from, escapes) : endOfBare(text, from)
    const wanted = names.indexOf(text.slice(nameStart(text, at, colon), colon))
    if (wanted >= 0) values[wanted] ??= escapes && isQuoted ? unescaped(text.slice(from, end)) : text.slice(from, end)
    at = isQuoted ? end + 1 : end
  }
  return values
}

const MOST_FIELDS = 256

function nameStart(text: string, from: number, colon: number): number {
  let start = colon
  while (start > from && isWord(text.charCodeAt(start - 1))) start--
  return start
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
}

/** Where the closing quote stands; the end of the text where it was cut. */
function endOfQuoted(text: string, from: number, escapes: boolean): number {
  if (!escapes) {
    const close = text.indexOf('"', from)
    return close < 0 ? text.length : close
  }
  let i = from
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return Math.min(i, text.length)
}

function unescaped(text: string): string {
  return text.replace(/\\(.?)/gs, '$1')
}

function endOfBare(text: string, from: number): number {
  let end = from
  while (end < text.length && text[end] !== ' ' && text[end] !== '}' && text[end] !== ']') end++
  return end
}
