import type { Finding, Incident, NodeReport, PodWait, Report } from '../../src/model/report.ts'

/** Reports for tests, as small as can be; each test says what matters to it. */

export function aReport(parts: Partial<Report> = {}): Report {
  const nodes = parts.nodes ?? [aNode()]
  const worst = nodes.flatMap(node => node.incidents)[0]
  return {
    schema: 'ipamd-trace/report',
    schemaVersion: 1,
    tool: { name: 'ipamd-trace', version: '0.0.0' },
    inputs: [
      {
        path: 'ipamd.log',
        lines: 1_000,
        bytes: 100_000,
        understood: 600,
        known: 400,
        unrecognized: 0,
        unreadable: 0,
        blank: 0,
        joined: 0,
        extra: 0,
        foreign: 0,
        truncated: false,
        firstAt: '2024-09-11T20:30:00.000Z',
        lastAt: '2024-09-11T20:50:00.000Z',
      },
    ],
    verdict: {
      status: worst === undefined ? 'ok' : 'fail',
      headline:
        worst === undefined ? 'No pod waited for an IP address.' : 'Pods could not get an IP address: the subnet had no free address.',
      cause: worst?.cause ?? null,
    },
    nodes,
    problems: [],
    ...parts,
  }
}

export function aNode(parts: Partial<NodeReport> = {}): NodeReport {
  return {
    node: 'ip-10-0-0-1.ec2.internal',
    release: { value: 'v1.18.3', candidates: ['v1.18.3'], from: 'fingerprint' },
    firstAt: '2024-09-11T20:30:00.000Z',
    lastAt: '2024-09-11T20:50:00.000Z',
    settings: { WARM_ENI_TARGET: '1' },
    limits: {},
    requests: { add: 10, assigned: 10, failed: 0, unanswered: 0, del: 3 },
    pool: {
      columns: ['at', 'networkCard', 'total', 'assigned', 'cooldown', 'prefixes'],
      rows: [
        ['2024-09-11T20:30:00.000Z', 0, 0, 0, 0, 0],
        ['2024-09-11T20:31:00.000Z', 0, 29, 3, 0, 0],
        ['2024-09-11T20:40:00.000Z', 0, 29, 20, 3, 0],
        ['2024-09-11T20:41:00.000Z', 0, 29, 20, 0, 0],
      ],
    },
    enis: [],
    incidents: [],
    findings: [],
    checked: [{ id: 'eni-quota-exceeded', outcome: 'ruled-out', reason: 'no line of this log shows it' }],
    happenings: [],
    quality: {
      lines: 1_000,
      levels: { debug: 900, info: 100 },
      debug: true,
      gaps: [],
      statistics: { compared: 12, drifted: 0, largestDrift: 0 },
      unrecognized: [],
      unrecognizedInAll: 0,
    },
    unknowns: [],
    ...parts,
  }
}

export function anIncident(parts: Partial<Incident> = {}): Incident {
  const pods = parts.pods ?? [aPod()]
  const evidence = [
    { input: 0, line: 7, at: '2024-09-11T20:40:00.000Z', note: 'first failure', text: '{"level":"info","msg":"Send AddNetworkReply"}' },
  ]
  return {
    id: 'subnet-out-of-addresses@2024-09-11T20:40:00.000Z',
    firstFailureAt: '2024-09-11T20:40:00.000Z',
    lastFailureAt: '2024-09-11T20:41:00.000Z',
    recoveredAt: '2024-09-11T20:41:10.000Z',
    fixed: false,
    failedRequests: pods.length,
    failures: ['2024-09-11T20:40:00.000Z'],
    pods,
    poolAtFirstFailure: { total: 29, assigned: 29, cooldown: 0, networkCard: 0 },
    cause: {
      id: 'subnet-out-of-addresses',
      title: 'the subnet had no free address',
      confidence: 'certain',
      contributing: ['two-minute-backoff'],
      evidence,
      summary: 'EC2 refused CreateNetworkInterface in subnet-1.',
      actions: [{ text: 'Count what the subnet has left.', command: 'aws ec2 describe-subnets --subnet-ids subnet-1' }],
    },
    breakdown: [
      { part: 'two-minute-wait', text: 'ipamd waited two minutes before asking EC2 again', ms: 40_000 },
      { part: 'cooldown', text: 'free addresses rested in their cooldown', ms: 30_000 },
    ],
    evidence,
    apiErrors: [
      {
        at: '2024-09-11T20:39:00.123Z',
        api: 'CreateNetworkInterface',
        code: 'InsufficientFreeAddressesInSubnet',
        status: 400,
        requestId: 'aa3be586-51cb-4269-a89f-1c13c3034781',
        subnetId: 'subnet-1',
        input: 0,
        line: 5,
      },
    ],
    ...parts,
  }
}

export function aPod(parts: Partial<PodWait> = {}): PodWait {
  return {
    namespace: 'shop',
    name: 'cart-1',
    attempts: 2,
    firstAttemptAt: '2024-09-11T20:40:00.000Z',
    assignedAt: '2024-09-11T20:41:10.000Z',
    address: '10.0.0.7',
    waitMs: 70_000,
    ...parts,
  }
}

export function aFinding(parts: Partial<Finding> = {}): Finding {
  return {
    id: 'apiserver-unreachable',
    title: 'the API server was not reached',
    confidence: 'certain',
    severity: 'warn',
    summary: 'ipamd asked 3 times and got no answer.',
    contributing: [],
    evidence: [{ input: 0, line: 9, at: '2024-09-11T20:35:00.000Z', note: 'no answer' }],
    actions: [{ text: 'Look at the API server.' }],
    ...parts,
  }
}
