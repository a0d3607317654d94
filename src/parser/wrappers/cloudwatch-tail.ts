/**
 * `aws logs tail`: `2024-09-11T20:39:00.478000+00:00 STREAM {…}` (detailed), `2024-09-11T20:39:00 {…}` (short), and the header of its json form,
 * whose message stands below (aws-cli customizations/logs/tail.py). A time and a line alone is also what S3 exports, `kubectl logs --timestamps`
 * and Grafana's text export write.
 */
import { parseInstant } from '../instant.ts'
import { nodeOfStream, type Wrapper } from './wrapper.ts'

export const cloudwatchTail: Wrapper = {
  form: 'cloudwatch-tail',
  ofText(text) {
    const first = instantEnd(text)
    if (first < 0) return undefined
    const at = parseInstant(text.slice(0, first))
    if (Number.isNaN(at)) return undefined
    const second = text.indexOf(' ', first + 1)
    const stream = text.slice(first + 1, second < 0 ? undefined : second)
    // The header of the json form: only this command writes an offset of this form.
    if (second < 0)
      return text.startsWith('+00:00', first - 6) && stream !== '' ? { at, header: true, ...named(stream), unordered: true } : undefined
    return beginsLine(text, second + 1) ? { text: text.slice(second + 1), at, ...named(stream), unordered: true } : undefined
  },
}

export const stamped: Wrapper = {
  form: 'timestamps',
  ofText(text) {
    const end = instantEnd(text)
    if (end < 0 || !beginsLine(text, end + 1)) return undefined
    const at = parseInstant(text.slice(0, end))
    return Number.isNaN(at) ? undefined : { text: text.slice(end + 1), at }
  },
}

function named(stream: string): { node?: string } {
  const node = nodeOfStream(stream)
  return node === undefined ? {} : { node }
}

/** Where an instant at the beginning ends, -1 where there is none. */
function instantEnd(text: string): number {
  if (text.charCodeAt(10) !== 0x54 || text.charCodeAt(4) !== 0x2d || text.charCodeAt(13) !== 0x3a) return -1
  for (let i = 19; i < 40 && i < text.length; i += 1) if (text.charCodeAt(i) === 0x20 || text.charCodeAt(i) === 0x09) return i
  return -1
}

/** A line of ipamd, or one more wrapper, may begin here: an object, or a time. */
function beginsLine(text: string, at: number): boolean {
  if (text.charCodeAt(at) === 0x7b) return text.charCodeAt(at + 1) === 0x22 || text.charCodeAt(at + 1) === 0x7d
  return (
    text.charCodeAt(at + 4) === 0x2d &&
    text.charCodeAt(at + 7) === 0x2d &&
    text.charCodeAt(at + 10) === 0x54 &&
    text.charCodeAt(at + 13) === 0x3a
  )
}
