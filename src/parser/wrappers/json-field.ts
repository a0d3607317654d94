/**
 * Any other JSON around a line: Loki (`line`), Splunk (`_raw`, `result._raw`, `event`), Elastic and OpenSearch (`_source.message`), Datadog
 * (`content.message`, `attributes`), Vector, OpenTelemetry (`body.stringValue`), stern's json (`message`). The field is the one that holds a line of
 * ipamd, as text or parsed.
 */
import { instantOf } from '../instant.ts'
import { isObject, type JsonObject, parseSeelog, recordOf } from '../record.ts'
import { nodeOfFields, type Wrapped, type Wrapper } from './wrapper.ts'

export const jsonField: Wrapper = {
  form: 'json',
  ofObject(object, around) {
    const found = search(object, MAX_DEPTH, { fields: 0 })
    if (!found) return undefined
    const node = nodeOf(object, 3) ?? (around && nodeOf(around, 3))
    return { ...found, at: timeOf(object), unordered: true, ...(node === undefined ? {} : { node }) }
  },
}

const MAX_DEPTH = 4
const MAX_FIELDS = 256

function search(object: JsonObject, depth: number, looked: { fields: number }): Pick<Wrapped, 'text' | 'object'> | undefined {
  for (const value of Object.values(object)) {
    looked.fields += 1
    if (looked.fields > MAX_FIELDS) return undefined
    if (typeof value === 'string') {
      const text = value.trim()
      if (isLine(text)) return { text }
    } else if (depth > 0 && isObject(value)) {
      if (recordOf(value, 0)) return { object: value }
      const found = search(value, depth - 1, looked)
      if (found) return found
    }
  }
  return undefined
}

/** ipamd's own line, or one that another wrapper holds. */
function isLine(text: string): boolean {
  if (text.charCodeAt(0) === 0x7b) return text.includes('"msg"') || text.includes('\\"msg\\"')
  return text.charCodeAt(4) === 0x2d && parseSeelog(text) !== undefined
}

/** Wherever the shipper put it: beside the line, or in `labels`, `stream`, `_source`, `result`, `content`, `resource`. */
function nodeOf(object: JsonObject, depth: number): string | undefined {
  const own = nodeOfFields(object)
  if (own !== undefined || depth === 0) return own
  for (const key of HOLDERS) {
    const value = object[key]
    const node = isObject(value) ? nodeOf(value, depth - 1) : undefined
    if (node !== undefined) return node
  }
  return undefined
}

const HOLDERS = ['labels', 'stream', '_source', 'result', 'content', 'attributes', 'resource']

function timeOf(object: JsonObject): number {
  for (const key of ['timestamp', '@timestamp', 'time', '_time', 'date']) {
    const at = instantOf(object[key])
    if (!Number.isNaN(at)) return at
  }
  return Number.NaN
}
