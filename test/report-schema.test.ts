import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { stateAt, trace } from '../src/trace.ts'
import { caseFile, cases, reportOf } from './cases.ts'
import { aFinding, aNode, anIncident, aReport } from './reporters/report-builder.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const schemas = { report: JSON.parse(read('docs/report.schema.json')), state: JSON.parse(read('docs/state.schema.json')) }

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
addFormats.default(ajv)
const isReport = ajv.compile(schemas.report)
const isState = ajv.compile(schemas.state)

const FLAGSHIP = 'subnet-out-of-addresses'

describe('the published schema of the report', () => {
  it.each(cases)('holds for the case %s', async id => {
    isReport(await reportOf(id))
    expect(isReport.errors).toBeNull()
  })

  it('holds for a narrowed report', async () => {
    const at = Date.parse('2024-09-11T20:40:30Z')
    const narrowed = {
      since: at - 60_000,
      until: at + 60_000,
      node: 'ip-10-4-129-144',
      namespace: 'shop',
      pod: 'shop/cart-68c7d5b9f4-tsnmg',
    }
    const report = await trace([caseFile(FLAGSHIP, 'ipamd.log')], narrowed)
    isReport(report)
    expect(isReport.errors).toBeNull()
    expect(report.window).toMatchObject({ node: 'ip-10-4-129-144', namespace: 'shop', pod: 'shop/cart-68c7d5b9f4-tsnmg' })
    expect(report.nodes[0]?.incidents).toHaveLength(1)
  })

  it('holds for a report with everything that a case may lack', () => {
    const incident = anIncident({
      poolAtFirstFailure: { total: null, assigned: null, cooldown: null, networkCard: 1, enis: 2 },
      cause: null,
      recovery: 'Pods were deleted.',
    })
    isReport(
      aReport({
        window: { since: '2024-09-11T20:00:00.000Z', until: '2024-09-11T21:00:00.000Z' },
        nodes: [
          aNode({
            incidents: [incident],
            findings: [aFinding()],
            deletions: [
              {
                at: '2024-09-11T20:40:00.000Z',
                until: '2024-09-11T20:41:00.000Z',
                count: 2,
                namespace: null,
                pod: null,
                input: 0,
                line: 4,
              },
            ],
            limits: { enis: 8, addressesPerEni: 29, maxPods: 234, from: 'table' },
            happenings: [
              {
                at: '2024-09-11T20:40:00.000Z',
                until: '2024-09-11T20:41:00.000Z',
                kind: 'wait',
                text: 'a wait',
                count: 2,
                input: 0,
                line: 4,
              },
            ],
          }),
        ],
        problems: [
          {
            kind: 'cut-line',
            severity: 'damage',
            text: 'The last line has no end.',
            count: 1,
            places: [{ input: 0, line: 9, at: null, text: '{"lev' }],
          },
        ],
      }),
    )
    expect(isReport.errors).toBeNull()
  })

  it.each<[string, (report: Any) => void]>([
    ['a missing field', report => delete report.nodes[0].incidents[0].recoveredAt],
    ['a missing part', report => delete report.nodes[0].quality],
    ['a field nobody knows', report => (report.nodes[0].incidents[0].severity = 'high')],
    ['a status nobody knows', report => (report.verdict.status = 'bad')],
    ['a confidence nobody knows', report => (report.verdict.cause.confidence = 'sure')],
    ['a number as text', report => (report.nodes[0].requests.failed = '12')],
    ['a fraction of a millisecond', report => (report.nodes[0].incidents[0].breakdown[0].ms = 0.5)],
    ['a line before the first', report => (report.nodes[0].incidents[0].evidence[0].line = 0)],
    ['an instant without milliseconds', report => (report.nodes[0].firstAt = '2024-09-11T20:30:00Z')],
    ['an instant that is none', report => (report.nodes[0].firstAt = '2024-09-31T20:30:00.000Z')],
    ['a failure without a line', report => delete report.nodes[0].incidents[0].failureLines[0].line],
    ['a pool row that is too short', report => report.nodes[0].pool.rows[0].pop()],
    ['a pool row that is too long', report => report.nodes[0].pool.rows[0].push(1)],
    ['another version', report => (report.schemaVersion = 2)],
  ])('does not hold with %s', async (_, change) => {
    const report: Any = structuredClone(await reportOf(FLAGSHIP))
    expect(isReport(report)).toBe(true)
    change(report)
    expect(isReport(report)).toBe(false)
  })

  it('names the fields that the model names, and no others', () => {
    const declared = [...read('src/model/report.ts').matchAll(/(?<=[\s{;]readonly )(\w+)\??:/g)].map(match => match[1] as string)
    const published = new Set([...propertiesOf(schemas.report), ...propertiesOf(schemas.state)])
    expect([...published].sort()).toEqual([...new Set(declared)].sort())
  })
})

describe('the published schema of the state', () => {
  it.each([
    ['before the incident', '2024-09-11T20:39:00.478Z'],
    ['while addresses are in their cooldown', '2024-09-11T20:40:40.000Z'],
  ])('holds %s', async (_, at) => {
    const { state } = await stateAt([caseFile(FLAGSHIP, 'ipamd.log')], Date.parse(at))
    isState(JSON.parse(JSON.stringify(state)))
    expect(isState.errors).toBeNull()
  })

  it('does not hold with a state that no address has', async () => {
    const { state } = await stateAt([caseFile(FLAGSHIP, 'ipamd.log')], Date.parse('2024-09-11T20:39:00.478Z'))
    const changed: Any = structuredClone(state)
    changed.nodes[0].addresses[0].state = 'leaked'
    expect(isState(changed)).toBe(false)
  })
})

// biome-ignore lint/suspicious/noExplicitAny: a report that is wrong on purpose has no type
type Any = any

function propertiesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : []
  return [...own, ...Object.values(schema).flatMap(propertiesOf)]
}
