import type { LogRecord } from '../../src/model/event.ts'
import { createParser, type LineProblem, type ParserResult } from '../../src/parser/parser.ts'

export interface ReadLog {
  readonly records: { readonly record: LogRecord; readonly line: number; readonly raw: string; readonly node: string | undefined }[]
  readonly problems: LineProblem[]
  readonly result: ParserResult
}

/** Everything the parser makes of these bytes, given in these pieces. */
export function readLog(log: string | Uint8Array | readonly Uint8Array[]): ReadLog {
  const records: ReadLog['records'] = []
  const problems: LineProblem[] = []
  const parser = createParser({
    record: (record, line, raw, node) => records.push({ record, line, raw: raw(), node }),
    problem: problem => problems.push(problem),
  })
  for (const chunk of typeof log === 'string' || log instanceof Uint8Array ? [bytesOf(log)] : log) parser.write(chunk)
  return { records, problems, result: parser.end() }
}

export function bytesOf(log: string | Uint8Array): Uint8Array {
  return typeof log === 'string' ? Buffer.from(log) : log
}
