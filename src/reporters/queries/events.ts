/** An event as plain data: what all have, and its own fields. */
type Fields = Readonly<Record<string, unknown>>

export function jsonRow(event: Fields): string {
  return `${JSON.stringify(event)}\n`
}

/** What all events have, and what many have; the rest stands as JSON in the last column. */
const COLUMNS = [
  'at',
  'node',
  'kind',
  'input',
  'line',
  'level',
  'namespace',
  'pod',
  'sandbox',
  'address',
  'eni',
  'networkCard',
  'error',
] as const
const NAMED: ReadonlySet<string> = new Set([...COLUMNS, 'caller', 'container'])

export function csvHead(): string {
  return `${[...COLUMNS, 'more'].join(',')}\r\n`
}

export function csvRow(event: Fields): string {
  const more = Object.fromEntries(Object.entries(event).filter(([name]) => !NAMED.has(name)))
  const cells = [...COLUMNS.map(name => event[name]), Object.keys(more).length === 0 ? undefined : JSON.stringify(more)]
  return `${cells.map(cell).join(',')}\r\n`
}

/** RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe: the log is not ours. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
