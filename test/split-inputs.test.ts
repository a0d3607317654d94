import { describe, expect, it } from 'vitest'
import type { Event } from '../src/extractors/recognize.ts'
import type { NodeState, Report } from '../src/model/report.ts'
import { createParser } from '../src/parser/parser.ts'
import { createTracer } from '../src/tracer.ts'
import { said, say } from './support/timeline.ts'
import { traceText } from './support/trace-text.ts'

const ENI = 'eni-0a1b2c3d4e5f60718'
const ID = '5d1c3c2e-9b1a-4f7e-8c3d-0a1b2c3d4e5f'
const EMPTY = `operation error EC2: CreateNetworkInterface, https response error StatusCode: 400, RequestID: ${ID}, api error InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.`

const add = (second: number, container: string, pod: string): [number, string][] => [
  [second, say.add(container)],
  [second + 0.001, say.describe(container, pod)],
]
const served = (second: number, container: string, pod: string, address: string): [number, string][] => [
  ...add(second, container, pod),
  [second + 0.01, say.assign(address, container)],
  [second + 0.02, say.replied(address)],
]
const refused = (second: number, container: string, pod: string): [number, string][] => [
  ...add(second, container, pod),
  [second + 0.01, say.none],
  [second + 0.02, say.refused],
]
const gone = (second: number, container: string, address: string): [number, string][] => [
  [second, say.del(container)],
  [second + 0.01, say.unassign(address, container)],
  [second + 0.01, say.released(address, container)],
]

/** A node that starts, runs out of addresses in an empty subnet, recovers, is restarted and loses a pod's address. */
const story = said(
  [0, say.started],
  [0.1, 'Found instance-type: m5.large '],
  [0.2, 'Using WARM_ENI_TARGET 1'],
  [1, say.addEni(ENI)],
  ...[1, 2, 3].map((i): [number, string] => [1.1, say.added(ENI, `10.0.1.${i}/32`)]),
  [2, say.serving],
  ...served(5, 'c1', 'web-1', '10.0.1.1'),
  ...served(6, 'c2', 'web-2', '10.0.1.2'),
  ...served(6.01, 'c3', 'web-3', '10.0.1.3'),
  [8, say.stats(3, 3, 0), 'debug'],
  [8.1, 'IP pool is too low: available (0) < ENI target (1) * addrsPerENI (9)', 'debug'],
  [8.2, 'Starting to increase pool size', 'debug'],
  [8.4, `Failed to CreateNetworkInterface ${EMPTY} for subnet subnet-0a1b2c3d4e5f60718`, 'error'],
  [8.5, `Failed to increase pool size due to not able to allocate ENI AllocENI: failed to create ENI: ${EMPTY}`, 'error'],
  [
    8.6,
    "Unable to attach IPs/Prefixes for the ENI, subnet doesn't seem to have enough IPs/Prefixes. Consider using new subnet or carve a reserved range using create-subnet-cidr-reservation",
    'error',
  ],
  ...refused(9, 'c4', 'web-4'),
  ...add(10, 'c5', 'web-5'),
  ...add(10.005, 'c6', 'web-6'),
  [10.02, say.refused],
  ...gone(10.03, 'c1', '10.0.1.1'),
  [13, say.stats(3, 2, 1), 'debug'],
  [13.1, 'Starting to increase pool size', 'debug'],
  [13.2, 'Recently we had InsufficientCidr error hence will wait for 2m0s before retrying', 'debug'],
  ...refused(21, 'c7', 'web-4'),
  [30, 'leader election lost', 'error'],
  ...served(45, 'c8', 'web-4', '10.0.1.1'),
  [48, say.stats(3, 3, 0), 'debug'],
  ...gone(50, 'c2', '10.0.1.2'),
  [60, "Received shutdown signal, setting 'terminating' to true"],
  [70, say.started],
  [71, say.addEni(ENI)],
  ...[1, 2, 3].map((i): [number, string] => [71.1, say.added(ENI, `10.0.1.${i}/32`)]),
  [71.5, say.recovering],
  [71.6, say.assign('10.0.1.1', 'c8')],
  [71.6, say.recovered('c8', ENI, '10.0.1.1')],
  [71.7, say.recoveryDone],
  [72, say.serving],
  ...served(75, 'c9', 'web-9', '10.0.1.3'),
  [80, 'Reconciling ENI/IP pool info because time since last 1m2s > 1m0s', 'debug'],
  [80.1, say.unassign('10.0.1.1', 'c8'), 'warn'],
  [80.1, say.deleted(ENI, '10.0.1.1/32')],
  [80.2, 'Successfully Reconciled ENI/IP pool', 'debug'],
  [82, say.stats(2, 1, 0), 'debug'],
  [300, say.stats(2, 1, 0), 'debug'],
)

interface Traced {
  readonly events: (Event | string)[]
  readonly report: Report
  readonly states: NodeState[]
}

/** One node's log in several inputs; every place is given as a line of the whole. */
function traceInputs(texts: readonly string[]): Traced {
  const tracer = createTracer({ version: 'test' })
  const events: (Event | string)[] = []
  const before: number[] = []
  let lines = 0
  for (const [i, text] of texts.entries()) {
    const input = tracer.open(`ipamd-${i}.log`, 'node')
    const parser = createParser({
      record: (record, line, raw) => {
        events.push(tracer.record(record, input, line, raw))
      },
      problem: ({ kind, line, text }) => tracer.problem(kind, 'note', kind, { input, line, text }),
    })
    parser.write(Buffer.from(text))
    const result = parser.end()
    tracer.count(input, result)
    before.push(lines)
    lines += result.lines
  }
  const whole = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value), (_, part) =>
      part !== null && typeof part === 'object' && 'input' in part && 'line' in part
        ? { ...part, input: 0, line: part.line + before[part.input] }
        : part,
    )
  return { events: whole(events), report: whole({ ...tracer.report(), inputs: [] }), states: whole(tracer.states()) }
}

describe('a log in two inputs', () => {
  const lines = story.split(/(?<=\n)/)
  const one = traceInputs([story])

  it('is one that has something to tell', () => {
    const [node] = one.report.nodes
    expect(node?.incidents.length).toBeGreaterThan(0)
    expect(one.events.filter(event => event === 'unrecognized')).toHaveLength(1)
    expect(one.events.filter(event => typeof event === 'object').length).toBeGreaterThan(60)
    expect(traceText(story)).toMatchObject({ verdict: one.report.verdict })
  })

  it('gives the same events, the same report and the same state, wherever it is split', () => {
    for (let at = 1; at < lines.length; at++)
      expect(traceInputs([lines.slice(0, at).join(''), lines.slice(at).join('')]), `split after line ${at}`).toEqual(one)
  })

  it('or in an input for every line', () => {
    expect(traceInputs(lines)).toEqual(one)
  })
})
