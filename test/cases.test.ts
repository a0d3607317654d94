/**
 * What the report must say of each worked case, and the reports themselves beside each log: fixtures/cases/<id>/report.{json,md,txt}.
 * After a change that is meant to change them: `npx vitest run test/cases.test.ts -u`, and read the difference before committing it.
 */
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Report, Status } from '../src/model/report.ts'
import { reporters } from '../src/reporters/index.ts'
import { trace } from '../src/trace.ts'
import { caseFile, cases, reportOf } from './cases.ts'

interface Expected {
  readonly status: Status
  readonly cause: string | null
  readonly contributing?: readonly string[]
  /** Lines of which the cause must cite one. */
  readonly evidence?: readonly number[]
  readonly add: number
  readonly failed: number
  readonly pods?: readonly string[]
  readonly firstFailureAt?: string
  readonly pool?: { readonly total: number; readonly assigned: number; readonly cooldown: number }
  readonly recoveredAt?: string | null
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  'all-free-ips-in-cooldown': {
    status: 'fail',
    cause: 'all-free-ips-in-cooldown',
    contributing: ['cooldown-counted-as-available', 'pool-decreased-before-burst'],
    evidence: [1, 16, 21, 27, 46, 47, 83],
    add: 3,
    failed: 2,
    pods: ['batch/report-28576480-b2tq8'],
    firstFailureAt: '2024-05-02T22:40:12.111Z',
    pool: { total: 6, assigned: 4, cooldown: 2 },
    recoveredAt: '2024-05-02T22:40:35.539Z',
  },
  'attached-enis-not-registered': {
    status: 'fail',
    cause: 'attached-enis-not-registered',
    contributing: ['instance-eni-limit-reached', 'create-attach-delete-loop'],
    evidence: [6, 14, 16, 75, 77],
    add: 3,
    failed: 2,
    pods: ['fin/report-7f9f4-w8vvn'],
    firstFailureAt: '2026-08-20T07:20:36.082Z',
    pool: { total: 9, assigned: 9, cooldown: 0 },
    recoveredAt: null,
  },
  'branch-eni-annotation-not-ready': {
    status: 'warn',
    cause: 'branch-eni-annotation-not-ready',
    contributing: ['security-groups-for-pods'],
    evidence: [5, 17, 31],
    add: 3,
    failed: 1,
    pods: ['pay/billing-7c4dd6cbb8-fz8m2'],
    firstFailureAt: '2024-10-10T21:51:34.299Z',
    pool: { total: 18, assigned: 2, cooldown: 0 },
    recoveredAt: '2024-10-10T21:51:34.984Z',
  },
  'checkpoint-write-failed-no-space': {
    status: 'fail',
    cause: 'checkpoint-write-failed-no-space',
    contributing: ['disk-full'],
    evidence: [27, 28, 29, 30, 53, 75],
    add: 4,
    failed: 2,
    pods: ['default/web-1', 'default/web-2'],
    firstFailureAt: '2023-01-23T02:12:01.118Z',
    pool: { total: 6, assigned: 3, cooldown: 0 },
    recoveredAt: '2023-01-23T02:19:03.411Z',
  },
  'ec2-api-throttling': {
    status: 'fail',
    cause: 'ec2-api-throttling',
    contributing: ['prefix-delegation', 'mass-node-recycle'],
    evidence: [12, 68, 69],
    add: 5,
    failed: 2,
    pods: ['default/web-6f7c8d9b54-lmw7q'],
    firstFailureAt: '2023-12-28T11:05:52.557Z',
    pool: { total: 16, assigned: 16, cooldown: 0 },
    recoveredAt: null,
  },
  'eni-detached-outside-ipamd': {
    status: 'fail',
    cause: 'eni-detached-outside-ipamd',
    contributing: ['node-reboot'],
    evidence: [2, 10, 11, 18, 39],
    add: 3,
    failed: 0,
  },
  'iam-permission-missing': {
    status: 'fail',
    cause: 'iam-permission-missing',
    contributing: ['ipamd-crash-loop'],
    evidence: [1, 23, 35, 36],
    add: 0,
    failed: 0,
  },
  'ipamd-max-pods-cap': {
    status: 'fail',
    cause: 'ipamd-max-pods-cap',
    contributing: ['kubelet-max-pods-higher'],
    evidence: [81, 107, 126, 129],
    add: 3,
    failed: 2,
    pods: ['shop/web-6'],
    firstFailureAt: '2026-05-11T03:12:29.668Z',
    pool: { total: 6, assigned: 6, cooldown: 0 },
    recoveredAt: null,
  },
  'leaked-ips-no-del': {
    status: 'fail',
    cause: 'leaked-ips-no-del',
    contributing: ['node-full-instance-limit'],
    evidence: [9, 22, 78, 99, 100],
    add: 6,
    failed: 1,
    pods: ['web/api-65c9d8bd7-wz5nl'],
    firstFailureAt: '2022-03-25T08:20:09.668Z',
    pool: { total: 5, assigned: 5, cooldown: 0 },
    recoveredAt: null,
  },
  'node-full-instance-limit': {
    status: 'fail',
    cause: 'node-full-instance-limit',
    contributing: ['trunk-eni-takes-slot', 'max-pods-too-high'],
    evidence: [6, 7, 37, 53, 54],
    add: 3,
    failed: 2,
    pods: ['default/web-9d7c-8zq'],
    firstFailureAt: '2024-05-02T14:31:13.319Z',
    pool: { total: 6, assigned: 6, cooldown: 0 },
    recoveredAt: null,
  },
  'node-non-schedulable': {
    status: 'fail',
    cause: 'node-non-schedulable',
    contributing: ['daemonset-pods-ignore-cordon'],
    evidence: [5, 34, 35],
    add: 3,
    failed: 2,
    pods: ['logging/log-agent-zzc4d'],
    firstFailureAt: '2023-02-12T06:40:18.740Z',
    pool: { total: 3, assigned: 3, cooldown: 0 },
    recoveredAt: null,
  },
  'none-benign-del-unknown-pod': { status: 'ok', cause: null, add: 2, failed: 0 },
  'subnet-fragmented-no-free-28': {
    status: 'fail',
    cause: 'subnet-fragmented-no-free-28',
    contributing: ['prefix-delegation', 'two-minute-backoff'],
    evidence: [3, 6, 14, 17, 34],
    add: 3,
    failed: 3,
    pods: ['monitoring/node-exporter-4xk2b', 'logging/fluent-bit-7rk9z'],
    firstFailureAt: '2022-07-27T13:08:38.702Z',
    pool: { total: 0, assigned: 0, cooldown: 0 },
    recoveredAt: null,
  },
  'subnet-out-of-addresses': {
    status: 'fail',
    cause: 'subnet-out-of-addresses',
    contributing: ['two-minute-backoff'],
    evidence: [207, 1335],
    add: 46,
    failed: 12,
    pods: [
      'shop/checkout-7b5f9c6d84-9926c',
      'shop/checkout-7b5f9c6d84-rs4rt',
      'shop/cart-68c7d5b9f4-tsnmg',
      'shop/cart-68c7d5b9f4-vz665',
      'batch/report-28768120-56gxr',
    ],
    firstFailureAt: '2024-09-11T20:40:08.912Z',
    pool: { total: 29, assigned: 29, cooldown: 0 },
    recoveredAt: '2024-09-11T20:40:55.127Z',
  },
  'subnet-out-of-addresses-not-recovered': {
    status: 'fail',
    cause: 'subnet-out-of-addresses',
    contributing: ['two-minute-backoff'],
    evidence: [20, 26, 30, 64, 65],
    add: 4,
    failed: 2,
    pods: ['shop/cart-5b6f7d9c6-9m2tz'],
    firstFailureAt: '2022-02-03T09:14:15.732Z',
    pool: { total: 4, assigned: 4, cooldown: 0 },
    recoveredAt: null,
  },
  'two-minute-backoff-after-insufficient-cidr': {
    status: 'fail',
    cause: 'two-minute-backoff-after-insufficient-cidr',
    contributing: ['subnet-fragmented-no-free-28'],
    evidence: [5, 12, 52],
    add: 3,
    failed: 2,
    pods: ['jobs/etl-27811121-ddk4p'],
    firstFailureAt: '2022-11-17T16:41:35.009Z',
    pool: { total: 16, assigned: 16, cooldown: 0 },
    recoveredAt: '2022-11-17T16:42:01.077Z',
  },
  'warm-pool-too-small-for-burst': {
    status: 'fail',
    cause: 'warm-pool-too-small-for-burst',
    contributing: ['warm-ip-target-low'],
    evidence: [1, 51, 52, 69, 77],
    add: 6,
    failed: 2,
    pods: ['ci/burst-2', 'ci/burst-3'],
    firstFailureAt: '2022-08-04T18:02:14.199Z',
    pool: { total: 5, assigned: 5, cooldown: 0 },
    recoveredAt: '2022-08-04T18:02:25.475Z',
  },
}

const OPTIONS = { columns: 100, color: false, verbose: false, quiet: false } as const

describe('every worked case', () => {
  it('is in the table of what must be said', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(cases)
  })
})

describe.each(Object.entries(EXPECTED))('the case %s', (id, expected) => {
  it('has its cause, its numbers and its pods in the report', async () => {
    const report = await reportOf(id)
    const incidents = report.nodes.flatMap(node => node.incidents).sort((a, b) => a.firstFailureAt.localeCompare(b.firstFailureAt))
    expect(said(report)).toEqual({
      status: expected.status,
      cause: expected.cause,
      add: expected.add,
      failed: expected.failed,
      pods: [...(expected.pods ?? [])].sort(),
      firstFailureAt: expected.firstFailureAt ?? null,
      recoveredAt: expected.recoveredAt ?? null,
    })
    if (expected.pool !== undefined) expect(incidents[0]?.poolAtFirstFailure).toMatchObject(expected.pool)
    if (expected.contributing !== undefined)
      expect(report.verdict.cause?.contributing).toEqual(expect.arrayContaining([...expected.contributing]))
    const { evidence } = expected
    if (evidence !== undefined)
      expect(cited(report)).toSatisfy(
        (lines: number[]) => lines.some(line => evidence.includes(line)),
        `cites one of the lines ${evidence}`,
      )
  })

  it('is recognized line by line, and the rebuilt pool agrees with ipamd', async () => {
    const report = await reportOf(id)
    expect(report.problems).toEqual([])
    expect(report.nodes[0]?.quality).toMatchObject({ unrecognizedInAll: 0, statistics: { drifted: 0 } })
  })

  it('has the reports that stand beside it', async () => {
    const report = await reportOf(id)
    await expect(`${JSON.stringify(report, null, 2)}\n`).toMatchFileSnapshot(caseFile(id, 'report.json'))
    await expect(reporters.markdown(report, OPTIONS)).toMatchFileSnapshot(caseFile(id, 'report.md'))
    await expect(reporters.terminal(report, OPTIONS)).toMatchFileSnapshot(caseFile(id, 'report.txt'))
  })

  it('is read alike on a machine without SIMD', async () => {
    expect(await trace([caseFile(id, 'ipamd.log')], { simd: false })).toEqual(await trace([caseFile(id, 'ipamd.log')]))
  })

  it('is said alike from the report and from its JSON', async () => {
    const report = await reportOf(id)
    for (const reporter of Object.values(reporters))
      expect(reporter(JSON.parse(reporters.json(report, OPTIONS)), OPTIONS)).toBe(reporter(report, OPTIONS))
  })
})

describe('the flagship, cut in the middle of its outage', () => {
  it('is still failing when the log ends, and says first that it is cut', async () => {
    const lines = readFileSync(caseFile('subnet-out-of-addresses', 'ipamd.log'), 'utf8').split('\n')
    const cut = `${lines.slice(0, 1_500).join('\n')}\n${(lines[1_500] as string).slice(0, 40)}`
    const report = await trace(['-'], { stdin: Readable.from([Buffer.from(cut)]) })
    expect(said(report)).toMatchObject({ status: 'fail', cause: 'subnet-out-of-addresses', recoveredAt: null })
    const markdown = reporters.markdown(report, OPTIONS)
    expect(markdown.split('\n')[3]).toMatch(/^\*\*The input is damaged/)
    expect(markdown).toContain('**Not recovered** when the log ends (20:40:')
  })
})

/** The whole report in the words of the table. */
function said(report: Report) {
  const incidents = report.nodes.flatMap(node => node.incidents)
  const ends = incidents.map(incident => incident.recoveredAt)
  return {
    status: report.verdict.status,
    cause: report.verdict.cause?.id ?? null,
    add: report.nodes.reduce((sum, node) => sum + node.requests.add, 0),
    failed: report.nodes.reduce((sum, node) => sum + node.requests.failed, 0),
    pods: [...new Set(incidents.flatMap(incident => incident.pods.map(pod => `${pod.namespace}/${pod.name}`)))].sort(),
    firstFailureAt: incidents.map(incident => incident.firstFailureAt).sort()[0] ?? null,
    recoveredAt: ends.includes(null) ? null : (ends.sort().at(-1) ?? null),
  }
}

function cited(report: Report): number[] {
  return (report.verdict.cause?.evidence ?? []).map(line => line.line)
}
