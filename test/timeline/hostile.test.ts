import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recognize } from '../../src/extractors/recognize.ts'
import { createTimeline } from '../../src/timeline/timeline.ts'
import { fixture, sections } from '../support/fixtures.ts'
import { zap } from '../support/lines.ts'
import { readLog } from '../support/read-log.ts'
import { START, say } from '../support/timeline.ts'
import { traceText } from '../support/trace-text.ts'

const enis = ['eni-0a', 'eni-0b']
const containers = ['c1', 'c2', 'c3']
const blocks = ['10.0.1.1/32', '10.0.1.2', '10.0.1.16/28', '10.0.1.17/32', '2600:1f14::/80', 'nonsense']
const addresses = ['10.0.1.1', '10.0.1.2', '10.0.1.17', '2600:1f14::5', 'nonsense']

const eni = fc.constantFrom(...enis)
const container = fc.constantFrom(...containers)
const block = fc.constantFrom(...blocks)
const address = fc.constantFrom(...addresses)
const count = fc.integer({ min: 0, max: 20 })

/** Lines that move the pool, in no order that makes sense. */
const line = fc.oneof(
  fc.constantFrom(
    say.started,
    say.serving,
    say.recovering,
    say.none,
    say.refused,
    'Prefix Delegation enabled true',
    'Prefix Delegation enabled false',
  ),
  fc.tuple(eni, block).map(([a, b]) => say.added(a, b)),
  fc.tuple(eni, block).map(([a, b]) => say.deleted(a, b)),
  fc.tuple(address, container).map(([a, b]) => say.assign(a, b)),
  fc.tuple(address, container).map(([a, b]) => say.unassign(a, b)),
  fc.tuple(address, container).map(([a, b]) => say.released(a, b)),
  fc.tuple(count, count, count).map(([a, b, c]) => say.stats(a, b, c)),
  fc.tuple(fc.integer({ min: 0, max: 2 }), count, count, count).map(([card, a, b, c]) => say.cardStats(card, a, b, c)),
  fc.tuple(count, count).map(([a, b]) => `AssignPodIPv4Address: IP address pool stats: total ${a}, assigned ${b}`),
  fc
    .tuple(eni, count)
    .map(
      ([a, b]) =>
        `RemoveENIFromDataStore ${a}: IP/Prefix address pool stats: free ${b} addresses, total: 0, assigned: 0, total prefixes: 0`,
    ),
  eni.map(a => `ENI ${a} marked as excluded from pod IP allocation`),
  eni.map(a => `ENI ${a} marked as available for pod IP allocation`),
  eni.map(a => `Successfully created and attached a new ENI ${a} to instance on network card 1`),
  fc.tuple(container).map(([a]) => say.add(a)),
  fc.tuple(container).map(([a]) => say.del(a)),
  address.map(say.replied),
)

const log = fc.array(fc.tuple(line, fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -5_000, max: 60_000 }))), { maxLength: 60 })

it('a line of a network card below zero says nothing', () => {
  const read = (message: string) => recognize({ at: 0, level: 'info', caller: 'ipamd/ipamd.go:423', message }, { input: 0, line: 1 })
  expect(read('Got network card index -5 for ENI eni-0c41b7a8d2e95f306')).toBe('known')
  expect(read('Got network card index 1 for ENI eni-0c41b7a8d2e95f307')).toMatchObject({ networkCard: 1 })
})

describe('a log whose lines contradict each other', () => {
  it('leaves figures that can be: none below zero, and no others than numbers or null', () => {
    fc.assert(
      fc.property(log, lines => {
        const { timeline, apply, pass } = createTimeline()
        let at = START
        for (const [i, [message, later]] of lines.entries()) {
          at += later
          const event = recognize({ at, level: 'info', message }, { input: 0, line: i + 1 })
          if (typeof event === 'object') apply(event)
        }
        pass(at + 1_000)
        for (const { total, assigned, cooldown, prefixes } of timeline.pool.steps.rows())
          for (const figure of [total, assigned, cooldown, prefixes])
            expect(figure === null || (Number.isSafeInteger(figure) && figure >= 0), String(figure)).toBe(true)
        const states = [...timeline.pool.addresses.values()].map(({ state }) => state)
        const resting = timeline.pool.now().reduce((sum, { networkCard }) => sum + timeline.pool.restingOn(networkCard), 0)
        expect(resting).toBe(states.filter(state => state === 'cooldown').length)
        const { counts } = timeline.requests
        expect(Math.min(...Object.values(counts), timeline.requests.unanswered)).toBeGreaterThanOrEqual(0)
        for (const { failedRequests, pods, firstFailure, lastFailure } of timeline.episodes.all) {
          expect(failedRequests).toBeGreaterThan(0)
          expect(pods.size).toBeGreaterThan(0)
          expect(lastFailure.place.line).toBeGreaterThanOrEqual(firstFailure.place.line)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('every line that ipamd can write', () => {
  const linesOf = (family: string) =>
    sections(fixture(`wordings/${family}.log`)).flatMap(({ lines }) => readLog(lines).records.map(({ record }) => record))
  const any = ['data-store', 'ec2', 'interfaces', 'node', 'pool-manager', 'process', 'reconcile', 'requests'].flatMap(linesOf)
  // half of them ADDs and DELs, so that there is something to report
  const record = fc.oneof(fc.constantFrom(...any), fc.constantFrom(...linesOf('requests')))

  it('may come at any moment, and a report is made of it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(record, fc.integer({ min: -100, max: 30_000 })), { maxLength: 150 }), said => {
        let at = START
        const lines = said.map(([{ level, message, caller }, later]) => {
          at += later
          return `${zap(message, new Date(at).toISOString(), level, caller)}\n`
        })
        const report = traceText(lines.join(''))
        expect(report.inputs[0]?.lines).toBe(lines.length)
        expect(JSON.parse(JSON.stringify(report))).toEqual(report)
        for (const { input, line } of placesIn(report)) expect(input === 0 && line >= 1 && line <= lines.length, `line ${line}`).toBe(true)
        for (const incident of report.nodes.flatMap(({ incidents }) => incidents)) {
          expect(incident.evidence).not.toEqual([])
          expect(Math.min(0, ...incident.breakdown.map(({ ms }) => ms), ...incident.pods.map(({ waitMs }) => waitMs ?? 0))).toBe(0)
        }
        for (const diagnosis of report.nodes.flatMap(({ checked }) => checked)) expect(diagnosis.outcome).not.toBe('failed')
      }),
      { numRuns: 200 },
    )
  })
})

/** Every line that something in the report rests on. */
function placesIn(value: unknown): { input: number; line: number }[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'input' in value && 'line' in value ? [value as { input: number; line: number }] : []
  return own.concat(Object.values(value).flatMap(placesIn))
}
