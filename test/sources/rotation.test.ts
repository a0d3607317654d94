import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { createWorld, reportOf, rotated, smallLog } from './world.ts'

const world = createWorld()
afterAll(world.remove)

/** A report without where things stand: what is left must not depend on how the log was cut. */
function withoutPlaces(report: Report): unknown {
  const { verdict, nodes } = report
  return strip({ verdict, nodes })
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (name === 'input' || name === 'line' ? [] : [[name, strip(one)]])),
  )
}

describe('a rotated set', () => {
  world.writeAll('set', { [rotated.backupName]: rotated.backup, 'ipamd.log': rotated.live, 'plugin.log': 'x\n' })

  it('is one log: the report is that of the whole', async () => {
    const set = await reportOf([world.at('set')])
    const whole = await reportOf([world.write('whole.log', rotated.backupText + rotated.live)])
    expect([set.code, set.stderr]).toEqual([0, ''])
    expect(set.report.problems).toEqual([])
    expect(withoutPlaces(set.report)).toEqual(withoutPlaces(whole.report))
  })

  it('is ordered by content: renamed files, and any order of the arguments, change nothing', async () => {
    const set = await reportOf([world.at('set')])
    const b = world.write('renamed/b.log', rotated.backupText)
    const z = world.write('renamed/a.log', rotated.live)
    for (const args of [
      [z, b],
      [b, z],
    ]) {
      const { code, report } = await reportOf(args)
      expect(code).toBe(0)
      expect(withoutPlaces(report)).toEqual(withoutPlaces(set.report))
    }
  })

  it('counts once what stands in it twice: the backup beside its half-written .gz, copies, the same path again', async () => {
    const set = await reportOf([world.at('set')])
    const stem = rotated.backupName.replace('.gz', '')
    world.writeAll('twice', {
      [stem]: rotated.backupText,
      [`${stem}.gz`]: rotated.backup.subarray(0, 9_000),
      'ipamd.log': rotated.live,
      'copy of/ipamd.log': rotated.live,
    })
    const { code, report, stderr } = await reportOf([world.at('twice'), world.at('twice/ipamd.log'), world.at('set')])
    expect([code, stderr]).toEqual([0, ''])
    expect(report.problems.map(problem => `${problem.severity} ${problem.kind}`)).not.toContain('damage cut-gzip')
    expect(withoutPlaces(report)).toEqual(withoutPlaces(set.report))
  })

  it('counts once where two copies of the live log overlap', async () => {
    const lines = rotated.live.split('\n')
    world.writeAll('overlap', { 'monday.log': lines.slice(0, 3_000).join('\n'), 'tuesday.log': lines.slice(2_000).join('\n') })
    const whole = await reportOf([world.write('live.log', rotated.live)])
    const { report } = await reportOf([world.at('overlap/tuesday.log'), world.at('overlap/monday.log')])
    expect(withoutPlaces(report)).toEqual(withoutPlaces(whole.report))
    expect(report.problems).toMatchObject([
      { kind: 'repeated-lines', severity: 'note', text: '1000 lines stand in an earlier file too and count once.' },
    ])
    for (const { lines, understood, known, unrecognized, repeated = 0, extra, joined, blank, foreign, unreadable } of report.inputs)
      expect(understood + known + unrecognized + repeated - extra + joined + blank + foreign + unreadable).toBe(lines)
  })

  it('shows the silence between two files as a gap', async () => {
    const later = rotated.live.replaceAll('2026-11-24T01:3', '2026-11-24T02:3')
    world.writeAll('silence', { 'a.log': rotated.backupText, 'b.log': later })
    const { report } = await reportOf([world.at('silence')])
    expect(report.nodes[0]?.quality.gaps).toMatchObject([{ from: '2026-11-24T01:31:37.126Z', to: '2026-11-24T02:31:38.285Z' }])
  })
})

describe('a log that split cut by size', () => {
  it('is one log again, with the lines that were cut in the middle', async () => {
    const path = world.write('split/whole.log', rotated.live)
    execFileSync('split', ['-b', '300000', path, world.at('split/ipamd.log.')])
    const whole = await reportOf([path])
    const { code, report } = await reportOf([world.at('split/ipamd.log.a*')])
    expect(code).toBe(0)
    expect(report.inputs).toHaveLength(3)
    expect(report.problems).toEqual([])
    expect(withoutPlaces(report)).toEqual(withoutPlaces(whole.report))
  })
})

/** One piece of a log in the wrapping of each shipper. */
const NODE = 'ip-10-0-7-42.us-west-2.compute.internal'
const STREAM = `${NODE}-dataplane.tail.var.log.containers.aws-node-x7k2p_kube-system_aws-node-0f.log`
const at = (line: string): string => JSON.parse(line).ts
const each = (wrap: (line: string) => string) => (lines: readonly string[]) => `${lines.map(wrap).join('\n')}\n`
const csv = (text: string): string => `"${text.replaceAll('"', '""')}"`
const FORMS: Readonly<Record<string, (lines: readonly string[]) => string>> = {
  'as ipamd wrote it': each(line => line),
  'container logs of containerd, long lines in parts': each(line => {
    const [stamp, half] = [at(line), line.length >> 1]
    return line.length < 300
      ? `${stamp} stdout F ${line}`
      : `${stamp} stdout P ${line.slice(0, half)}\n${stamp} stdout F ${line.slice(half)}`
  }),
  "Docker's json-file": each(line => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: at(line) })),
  'aws logs tail': each(line => `${at(line).replace('Z', '000+00:00')} ${STREAM} ${line}`),
  'aws logs filter-log-events': lines =>
    JSON.stringify({
      events: lines.map(message => ({
        logStreamName: STREAM,
        timestamp: Date.parse(at(message)),
        message,
        ingestionTime: 1,
        eventId: `${at(message)}${message}`,
      })),
    }),
  'CloudWatch Insights, CSV': lines =>
    [
      '@timestamp,@message,@logStream',
      ...lines.map(line => `${at(line).replace('T', ' ').replace('Z', '')},${csv(line)},${STREAM}`),
      '',
    ].join('\n'),
  'CloudWatch Insights, JSON': lines =>
    JSON.stringify(lines.map(line => ({ '@timestamp': at(line).replace('T', ' '), '@message': line, '@logStream': STREAM }))),
  'Fluent Bit': each(line => JSON.stringify({ date: Date.parse(at(line)) / 1_000, log: line, kubernetes: { host: NODE } })),
  'journalctl -o json': each(line =>
    JSON.stringify({ __REALTIME_TIMESTAMP: `${Date.parse(at(line))}000`, _HOSTNAME: NODE, SYSLOG_IDENTIFIER: 'aws-node', MESSAGE: line }),
  ),
  'kubectl logs --prefix --timestamps': each(line => `[pod/aws-node-x7k2p/aws-node] ${at(line)} ${line}`),
}

describe('however a log is cut, copied, compressed and given', () => {
  const lines = smallLog(7, Date.parse('2024-09-11T20:39:00Z'), { requests: 60 })
  const parts = fc.record({
    cuts: fc.array(fc.integer({ min: 1, max: lines.length - 1 }), { maxLength: 4 }),
    /** Lines that a part shares with the one before it. */
    overlap: fc.integer({ min: 0, max: 20 }),
    gzipped: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    copied: fc.integer({ min: 0, max: 4 }),
    order: fc.array(fc.integer(), { minLength: 6, maxLength: 6 }),
    asDirectory: fc.boolean(),
  })

  const wholeReport = reportOf([world.write('p/whole.log', `${lines.join('\n')}\n`)])

  it.each(Object.entries(FORMS))('the report is the same: %s', async (form, wrap) => {
    const whole = withoutPlaces((await wholeReport).report)
    let turn = 0
    await fc.assert(
      fc.asyncProperty(parts, async ({ cuts, overlap, gzipped, copied, order, asDirectory }) => {
        turn += 1
        const folder = `p/${Object.keys(FORMS).indexOf(form)}-${turn}`
        const edges = [0, ...new Set(cuts.sort((a, b) => a - b)), lines.length]
        const pieces = edges.slice(0, -1).map((from, i) => wrap(lines.slice(Math.max(0, from - overlap), edges[i + 1])))
        const paths = [...pieces, pieces[copied % pieces.length] as string].map((piece, i) =>
          world.write(
            `${folder}/${(order[i] as number) >>> 0}-${i}.log${gzipped[i % 5] ? '.gz' : ''}`,
            gzipped[i % 5] ? world.gzip(piece) : piece,
          ),
        )
        const shuffled = paths.map((path, i) => [order[i] as number, path] as const).sort((a, b) => a[0] - b[0])
        const { code, report } = await reportOf(asDirectory ? [world.at(folder)] : shuffled.map(([, path]) => path))
        expect(code).toBe(0)
        expect(withoutPlaces(report)).toEqual(whole)
      }),
      { numRuns: 3 },
    )
  })
})
