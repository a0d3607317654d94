import type { Report } from '../../src/model/report.ts'
import { createParser } from '../../src/parser/parser.ts'
import { createTracer } from '../../src/tracer.ts'

/** The report on one log, given as text. */
export function traceText(text: string): Report {
  const tracer = createTracer({ version: 'test' })
  const input = tracer.open('ipamd.log', 'node')
  const parser = createParser({
    record: (record, line, raw) => {
      tracer.record(record, input, line, raw)
    },
    problem: ({ kind, line, text }) => tracer.problem(kind, 'note', kind, { input, line, text }),
  })
  parser.write(Buffer.from(text))
  tracer.count(input, parser.end())
  return tracer.report()
}
