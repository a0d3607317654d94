/** The same analysis by the slow way, split2 and JSON.parse for every line: what the scanner is held against. `node slow.js LOG` */
import { createReadStream } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { createParser } from '../../dist/parser/parser.js'
import { terminal } from '../../dist/reporters/terminal.js'
import { createTracer } from '../../dist/tracer.js'

setFlagsFromString('--heap-growing-percent=40')
const path = process.argv[2]
const tracer = createTracer({ version: '0' })
const input = tracer.open(path, path)
const parser = createParser(
  { record: (record, line, raw, node) => tracer.record(record, input, line, raw, node), problem() {} },
  { way: 'slow' },
)
for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) parser.write(chunk)
tracer.count(input, parser.end())
const report = tracer.report()
process.stdout.write(terminal(report, { columns: 100, color: false, verbose: false, quiet: false }))
const { lines, understood, known } = report.inputs[0]
process.stderr.write(`${JSON.stringify({ lines, understood, known, failed: report.nodes[0].requests.failed })}\n`)
