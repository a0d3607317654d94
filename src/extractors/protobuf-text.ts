/**
 * The scalar fields of a protobuf message in Go's text form: `K8S_POD_NAME:"web-1"  DeviceNumber:1`. Blanks between fields vary by build
 * (families 0.7). Of a field that repeats, the first counts; nested messages are read into. At most 64 fields, in one pass.
 */
export function readProtobufText(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let at = 0
  while (at < text.length && fields.size < 64) {
    const colon = text.indexOf(':', at)
    if (colon < 0) break
    const name = text.slice(nameStart(text, at, colon), colon)
    const next = text[colon + 1]
    if (next === '{' || next === ' ') {
      at = colon + 2
      continue
    }
    const [value, end] = next === '"' ? quoted(text, colon + 2) : bare(text, colon + 1)
    if (name !== '' && !fields.has(name)) fields.set(name, value)
    at = end
  }
  return fields
}

function nameStart(text: string, from: number, colon: number): number {
  let start = colon
  while (start > from && isWord(text.charCodeAt(start - 1))) start--
  return start
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
}

function quoted(text: string, from: number): [string, number] {
  let value = ''
  let start = from
  for (let i = from; i < text.length; i++) {
    if (text[i] === '"') return [value + text.slice(start, i), i + 1]
    if (text[i] === '\\') {
      value += text.slice(start, i) + (text[i + 1] ?? '')
      i++
      start = i + 1
    }
  }
  return [value + text.slice(start), text.length]
}

function bare(text: string, from: number): [string, number] {
  let end = from
  while (end < text.length && text[end] !== ' ' && text[end] !== '}' && text[end] !== ']') end++
  return [text.slice(from, end), end]
}
