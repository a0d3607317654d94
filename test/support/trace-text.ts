import type { Report } from '../../src/model/report.ts'
import { createParser } from '../../src/parser/parser.ts'
import { createTracer } from '../../src/tracer.ts'

/** The report of a log that is given as text. */
export function traceText(text: string): Report {
  const tracer = createTracer({ version: '0.0.0' })
  const input = tracer.open('ipamd.log', 'node')
  const parser = createParser({
    record(record, line, raw) {
      tracer.record(record, input, line, raw)
    },
    problem() {},
  })
  parser.write(Buffer.from(text))
  parser.end()
  return tracer.report()
}
