import { describe, expect, it } from 'vitest'
import * as dataStore from '../../src/extractors/data-store.ts'
import * as ec2 from '../../src/extractors/ec2.ts'
import * as interfaces from '../../src/extractors/interfaces.ts'
import { known } from '../../src/extractors/known.ts'
import * as node from '../../src/extractors/node.ts'
import * as poolManager from '../../src/extractors/pool-manager.ts'
import { RELEASES } from '../../src/extractors/printed-callers.ts'
import * as processes from '../../src/extractors/process.ts'
import { claims, recognize } from '../../src/extractors/recognize.ts'
import * as reconcile from '../../src/extractors/reconcile.ts'
import * as requests from '../../src/extractors/requests.ts'
import { compile, type Extractor, type Row } from '../../src/extractors/wording.ts'
import { fixture, sections } from '../support/fixtures.ts'
import { readLog } from '../support/read-log.ts'

const families: Readonly<Record<string, Readonly<Record<string, Extractor>>>> = {
  'data-store': dataStore,
  ec2,
  interfaces,
  node,
  'pool-manager': poolManager,
  process: processes,
  reconcile,
  requests,
}

const place = { input: 0, line: 1 }

describe.each(Object.entries(families))('the lines of fixtures/wordings/%s.log', (family, extractors) => {
  const found = sections(fixture(`wordings/${family}.log`)).map(({ heading, lines }) => ({ heading, log: readLog(lines) }))

  it.each(Object.values(extractors).map(extractor => [extractor.kind, extractor.rows] as const))(
    'show every wording of %s',
    (kind, rows) => {
      const lines = found.filter(({ heading }) => heading === kind).flatMap(({ log }) => log.records)
      expect(withoutLine(rows, lines), `add a line of ipamd for each under "# ${kind}" in fixtures/wordings/${family}.log`).toEqual([])
    },
  )

  it('are read whole', () => {
    for (const { log } of found) expect(log.problems).toEqual([])
  })

  it('become the event that stands above them, with every field filled', () => {
    for (const { heading, log } of found) {
      for (const { record } of log.records) {
        const event = recognize(record, place)
        expect(event, record.message).toMatchObject({ kind: heading, at: record.at, level: record.level })
        for (const value of Object.values(event as object)) {
          expect(value, record.message).not.toBe('')
          expect(value, record.message).not.toBe(Number.NaN)
          expect(value, record.message).not.toBe(undefined)
        }
      }
    }
  })
})

describe('the lines of fixtures/wordings/known.log', () => {
  const log = readLog(
    sections(fixture('wordings/known.log'))
      .map(({ lines }) => lines)
      .join('\n'),
  )

  it('show every wording of known.ts', () => {
    expect(withoutLine(known, log.records), 'add a line of ipamd for each to fixtures/wordings/known.log').toEqual([])
  })

  it('say nothing about addresses', () => {
    for (const { record } of log.records) expect(recognize(record, place), record.message).toBe('known')
  })
})

describe('every line of fixtures/wordings', () => {
  it.each([...Object.keys(families), 'known'])('is of one wording alone: %s.log', family => {
    for (const { lines } of sections(fixture(`wordings/${family}.log`)))
      for (const { record } of readLog(lines).records) expect(claims(record.message), record.message).toHaveLength(1)
  })
})

describe('the tables', () => {
  const rows = [...Object.values(families).flatMap(extractors => Object.values(extractors).flatMap(({ rows }) => rows)), ...known]

  it('have no wording twice', () => {
    const texts = rows.map(row => row[1])
    expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([])
  })

  it('never have two verbs side by side, which nothing could tell apart', () => {
    expect(rows.map(row => compile(row[1])).filter(({ literals }) => literals.slice(1, -1).includes(''))).toEqual([])
  })
})

/** `after v1.23.0`: the development branch. */
const wordings = fixture('wordings/catalogue.tsv')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map(line => line.split('\t') as [first: string, last: string, level: string, template: string, values: string])

describe('the catalogue of all that ipamd writes, v1.5.0 to v1.23.0', () => {
  it('has the wordings of every release', () => {
    expect(wordings.length).toBeGreaterThan(990)
    expect(new Set(wordings.map(([first]) => first)).size).toBeGreaterThan(50)
  })

  it('has every row of the tables, and its first release', () => {
    const first = new Map<string, string>()
    for (const [release, , , template, values] of wordings)
      for (const text of claims(expand(template, values, VALUES['short values'] as Values)))
        if (RELEASES.indexOf(release) < RELEASES.indexOf(first.get(text) ?? 'after v1.23.0') || !first.has(text)) first.set(text, release)
    const all = [...Object.values(families).flatMap(extractors => Object.values(extractors).flatMap(({ rows }) => rows)), ...known]
    expect(all.filter(([since, text]) => first.get(text) !== since).map(([since, text]) => [text, since, first.get(text)])).toEqual([])
  })

  it.each(Object.keys(VALUES))('has no wording that is not recognized, with %s', style => {
    const unrecognized = wordings.filter(([, , , template, values]) => {
      const message = expand(template, values, VALUES[style] as Values)
      return recognize({ at: 0, level: 'info', message }, place) === 'unrecognized'
    })
    expect(unrecognized, 'add a row for each to an extractor or to known.ts').toEqual([])
  })
})

/** By what an argument is: a word, an error, a list, an integer, a boolean, a quoted word, a duration. */
type Values = Readonly<Record<string, string>>

const VALUES: Readonly<Record<string, Values>> = {
  'short values': { w: 'eni-0a1b2c3d4e5f60718', e: 'EOF', l: '[]', d: '0', b: 'false', q: '"web-1"', t: '1s' },
  'errors of several lines': {
    w: '10.0.1.23',
    e: 'UnauthorizedOperation: You are not authorized to perform this operation.\n\tstatus code: 403, request id: 5d1c3c2e',
    l: '[10.0.1.2 10.0.1.3]',
    d: '-1',
    b: 'true',
    q: '"ip-10-0-1-10.us-west-2.compute.internal"',
    t: '1m2.000000512s',
  },
  'errors that look like other lines': {
    w: 'aws-cni/4f2c9d0e7a61b35c/eth0',
    e: 'failed to allocate one IP addresses on ENI eni-0a, err: Failed to get node: IP stats - total IPs: 3 (attempt 1/5)',
    l: '[eni-0a eni-0b on ENI eni-0c]',
    d: '1024',
    b: 'true',
    q: '"a/b"',
    t: '2562047h47m16.854775807s',
  },
  'nothing at all': { w: '', e: '', l: '', d: '0', b: 'false', q: '""', t: '0s' },
}

function expand(template: string, values: string, by: Values): string {
  let i = 0
  return template
    .replace(/\\([nt\\])/g, (_, c: string) => ({ n: '\n', t: '\t', '\\': '\\' })[c] ?? c)
    .replace(/%[-+#0-9.]*[svdtq]|\$\{[^}]*\}/g, () => by[values[i++] as string] as string)
}

function withoutLine(rows: readonly Row[], lines: readonly { readonly record: { readonly message: string } }[]): string[] {
  const claimed = new Set(lines.map(({ record }) => claims(record.message)).flatMap(texts => (texts.length === 1 ? texts : [])))
  return rows.map(row => row[1]).filter(text => !claimed.has(text))
}
