/** Exports as CSV (CloudWatch Logs Insights, Splunk, Kibana, Datadog): RFC 4180, one record may take several lines. */
import type { JsonObject } from './record.ts'

/** The columns, where a line is the head of an export that holds log lines. */
export function csvColumns(line: string): readonly string[] | undefined {
  if (!line.includes(',') || line.length > 4_096) return undefined
  const columns = splitCsv(line)
  return columns.some(column => LINE_COLUMNS.has(column)) ? columns : undefined
}

/** The fields of one record; quotes inside quotes are doubled. */
export function splitCsv(record: string): string[] {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (record.charCodeAt(at) === QUOTE) {
      let field = ''
      for (at += 1; ; ) {
        const quote = record.indexOf('"', at)
        field += record.slice(at, quote < 0 ? undefined : quote)
        at = quote < 0 ? record.length : quote + 1
        if (record.charCodeAt(at) !== QUOTE) break
        field += '"'
        at += 1
      }
      fields.push(field)
      at = record.indexOf(',', at)
    } else {
      const comma = record.indexOf(',', at)
      fields.push(record.slice(at, comma < 0 ? undefined : comma))
      at = comma
    }
    if (at < 0 || fields.length >= MAX_COLUMNS) return fields
    at += 1
  }
}

export function csvObject(columns: readonly string[], record: string): JsonObject {
  return Object.fromEntries(splitCsv(record).map((field, i) => [columns[i] ?? `column${i}`, field]))
}

/** Quotes of a line that open or close: a record is complete when their number is even. */
export function quotesIn(line: string): number {
  let quotes = 0
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) quotes += 1
  return quotes
}

const QUOTE = 0x22
const MAX_COLUMNS = 512
const LINE_COLUMNS: ReadonlySet<string> = new Set([
  '@message',
  'message',
  'Message',
  '_raw',
  'log',
  'line',
  'Line',
  'content',
  'Content',
  '_source.message',
  '_source',
  'body',
])
