import type { Evidence, FailureLine, Happening, Incident, NodeReport, PodWait, PoolRow, Report } from '../../src/model/report.ts'
import { aReport } from './report-builder.ts'

/** An outage on one node: `pods` pods wait for five minutes because EC2 has no address to give. Everything that comes from a log is `named` by the test. */
export interface MadeUp {
  readonly pods?: number
  readonly name?: (i: number) => string
  readonly node?: string
  /** Steps of the pool beside those of the outage. */
  readonly steps?: number
  readonly line?: string
  readonly recovered?: boolean
}

const START = Date.UTC(2025, 10, 18, 20, 40)

export function at(seconds: number): string {
  return new Date(START + Math.round(seconds * 1_000)).toISOString()
}

export function madeUpReport(madeUp: MadeUp = {}): Report {
  return reportOf([madeUpNode(madeUp)])
}

export function reportOf(nodes: readonly NodeReport[]): Report {
  const incident = nodes.flatMap(node => node.incidents)[0]
  return aReport({
    tool: { name: 'ipamd-trace', version: '0.1.0' },
    inputs: [
      {
        path: '/var/log/aws-routed-eni/ipamd.log',
        lines: 612_408,
        bytes: 43_190_022,
        understood: 300_000,
        known: 312_396,
        unrecognized: 0,
        unreadable: 12,
        blank: 0,
        joined: 0,
        extra: 0,
        foreign: 0,
        truncated: false,
        firstAt: at(0),
        lastAt: at(600),
      },
    ],
    verdict: {
      status: incident === undefined ? 'ok' : 'fail',
      headline:
        incident === undefined
          ? 'No pod waited for an IP address.'
          : 'Pods could not get an IP address for 5m: the subnet had no free address.',
      cause: incident?.cause ?? null,
    },
    nodes,
    problems: [
      {
        kind: 'unreadable-line',
        severity: 'damage',
        text: 'Lines that cannot be read.',
        count: 12,
        places: [{ input: 0, line: 9, at: null }],
      },
    ],
  })
}

export function madeUpNode({
  pods = 1,
  name = i => `cart-6d9f7c8b54-${i}`,
  node = 'ip-10-20-31-17.eu-west-1.compute.internal',
  steps = 20,
  line = LINE,
  recovered = true,
}: MadeUp = {}): NodeReport {
  const waits = Array.from(
    { length: pods },
    (_, i): PodWait => ({
      namespace: 'shop',
      name: name(i),
      attempts: 1 + (i % 5),
      firstAttemptAt: at(67 + (i % 200)),
      assignedAt: recovered ? at(367 + (i % 40) / 10) : null,
      address: recovered ? `10.20.${31 + (i >> 8)}.${i % 256}` : null,
      waitMs: recovered ? 300_000 - (i % 200) * 1_000 + (i % 40) * 100 : null,
      ...(recovered ? { input: 0, line: 185_431 + i } : {}),
    }),
  )
  const evidence: Evidence[] = [
    { input: 0, line: 184_219, at: at(62.871), note: 'CreateNetworkInterface: InsufficientFreeAddressesInSubnet', text: line },
    { input: 0, line: 184_236, at: at(67), note: 'first failure', text: line },
  ]
  const lastFailed = recovered ? 360 : 590
  const listed = Math.min(2_000, Math.max(14, pods * 2))
  const incident: Incident = {
    id: `subnet-out-of-addresses@${at(67)}`,
    firstFailureAt: at(67),
    lastFailureAt: at(lastFailed),
    recoveredAt: recovered ? at(367) : null,
    fixed: false,
    failedRequests: Math.max(14, pods * 2),
    failures: Array.from({ length: listed }, (_, i) => at(67 + ((lastFailed - 67) * i) / (listed - 1))),
    failureLines: Array.from(
      { length: listed },
      (_, i): FailureLine => ({ podIndex: pods === 0 ? null : i % pods, input: 0, line: 184_236 + i }),
    ),
    pods: waits,
    poolAtFirstFailure: { total: 29, assigned: 29, cooldown: 0, networkCard: 0 },
    cause: {
      id: 'subnet-out-of-addresses',
      title: 'the subnet had no free address',
      confidence: 'certain',
      contributing: ['two-minute-backoff'],
      evidence,
      summary: 'EC2 refused CreateNetworkInterface in subnet-0b7e4d19c2a8f6350 at 20:41:02: InsufficientFreeAddressesInSubnet.',
      actions: [
        { text: 'Count what the subnet has left.', command: 'aws ec2 describe-subnets --subnet-ids subnet-0b7e4d19c2a8f6350' },
        { text: 'Give the CNI another subnet.' },
      ],
    },
    recovery: 'Addresses that deleted pods had released left their cooldown.',
    breakdown: [
      { part: 'ec2-had-nothing', text: 'EC2 had no address to give', ms: 266_000 },
      { part: 'cooldown', text: 'free addresses rested in their cooldown', ms: 30_000 },
      { part: 'kubelet-retry', text: 'addresses were free and kubelet had not retried yet', ms: 4_000 },
    ],
    evidence,
    apiErrors: [
      {
        at: at(62.871),
        api: 'CreateNetworkInterface',
        code: 'InsufficientFreeAddressesInSubnet',
        status: 400,
        requestId: '3f6a1c52-8d1e-4b77-9c0e-6a2f5d1b7e90',
        subnetId: 'subnet-0b7e4d19c2a8f6350',
        input: 0,
        line: 184_219,
      },
    ],
  }
  const happenings: Happening[] = [
    { at: at(0), kind: 'ipamd-started', text: 'ipamd started', count: 1, input: 0, line: 3 },
    { at: at(20), kind: 'eni-attached', text: 'eni-0a1b2c3d4e5f60718 attached', count: 1, input: 0, line: 120 },
    {
      at: at(62.871),
      kind: 'ec2-refused',
      text: 'CreateNetworkInterface refused: InsufficientFreeAddressesInSubnet',
      count: 1,
      input: 0,
      line: 184_219,
    },
    {
      at: at(68),
      until: at(180),
      kind: 'wait',
      text: 'ipamd waits two minutes after an Insufficient error',
      count: 23,
      input: 0,
      line: 184_240,
    },
  ]
  const before = Array.from({ length: steps }, (_, i): PoolRow => [at((58 * i) / steps), 0, 29, Math.min(28, i % 29), 0, 0])
  return {
    node,
    instanceId: 'i-0f3a9c27d81be4506',
    instanceType: 'm5.4xlarge',
    region: 'eu-west-1',
    release: { value: 'v1.20.4', candidates: ['v1.20.4'], from: 'log' },
    firstAt: at(0),
    lastAt: at(600),
    settings: { WARM_IP_TARGET: '1' },
    limits: { enis: 8, addressesPerEni: 29, from: 'log' },
    requests: { add: 40 + pods, assigned: 40, failed: incident.failedRequests, unanswered: 0, del: 8 },
    pool: {
      columns: ['at', 'networkCard', 'total', 'assigned', 'cooldown', 'prefixes'],
      rows: [...before, [at(58), 0, 29, 29, 0, 0], [at(364), 0, 29, 21, 8, 0], [at(365), 0, 29, 21, 0, 0], [at(370), 0, 29, 26, 0, 0]],
    },
    enis: [{ eni: 'eni-0a1b2c3d4e5f60718', networkCard: 0, primary: true, addedAt: at(20), removedAt: null, addresses: 29 }],
    incidents: [incident],
    findings: [
      {
        id: 'iam-permission-missing',
        title: "the node's role lacks a permission",
        confidence: 'likely',
        severity: 'warn',
        summary: 'ipamd may not call ec2:DescribeSubnets.',
        contributing: [],
        evidence: evidence.slice(0, 1),
        actions: [],
      },
    ],
    checked: [
      { id: 'ec2-api-throttling', outcome: 'ruled-out', reason: 'no line of this log shows it' },
      { id: 'imds-unreachable', outcome: 'not-judged', reason: 'this log does not show ipamd starting' },
    ],
    deletions: [
      { at: at(330), count: 1, namespace: 'batch', pod: name(1), input: 0, line: 185_230 },
      { at: at(333), until: at(334.5), count: 7, namespace: 'batch', pod: name(2), input: 0, line: 185_238 },
    ],
    happenings,
    quality: {
      lines: 612_408,
      levels: { debug: 600_000, info: 12_000, error: 408 },
      debug: true,
      gaps: [{ from: at(400), to: at(590), ms: 190_000 }],
      statistics: { compared: 661, drifted: 0, largestDrift: 0 },
      unrecognized: [{ level: 'warn', text: 'something new', count: 3, first: { input: 0, line: 77, at: at(5) } }],
      unrecognizedInAll: 3,
    },
    unknowns: ['How many addresses the subnet had left, and who holds them: EC2 does not say so when it refuses.'],
  }
}

const LINE =
  '{"level":"error","ts":"2025-11-18T20:41:02.871Z","caller":"ipamd/ipamd.go:1073","msg":"Failed to increase pool size due to not able to allocate ENI AllocENI: failed to create ENI: api error InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request."}'

/** Text as it may stand in a log of somebody who means ill. */
export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '</title></style></textarea></svg><img src=x onerror=alert(1)>',
  '<!-- <script>',
  ']]><b>',
  `" onload="alert(1)" x='`,
  '&lt;b&gt;',
  '\u202egnirts\u202c',
  '\u001b[31mred\u0000\u0007\r\n',
  '\ud800',
  `${'x'.repeat(10_000)}`,
  `\`$\{alert(1)}\``,
  'javascript:alert(1)',
  '__proto__',
]
