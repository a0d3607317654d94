import { describe, expect, it } from 'vitest'
import type { NodeReport, Report } from '../../src/model/report.ts'
import { type Ticket, tickets } from '../../src/reporters/index.ts'
import { reportOf as caseReport } from '../cases.ts'
import { run } from '../support/run.ts'
import { HOSTILE, type MadeUp, madeUpNode, madeUpReport, reportOf } from './made-up-report.ts'
import { aFinding, aNode, anIncident, aReport } from './report-builder.ts'

const OPTIONS = { columns: 100, color: false, verbose: false, quiet: false }
const LIMITS: Readonly<Record<Ticket, number>> = { github: 60_000, jira: 30_000, slack: 2_800, 'aws-support': 7_500 }
const NAMES = Object.keys(tickets) as Ticket[]

const say = (ticket: Ticket, report: Report): string => tickets[ticket](report, OPTIONS)
const healthy: Report = { ...reportOf([{ ...madeUpNode({ pods: 0 }), incidents: [], findings: [] }]), problems: [] }

/** Lines outside of fences. Fails where a fence has no end. */
function prose(text: string): string[] {
  const lines: string[] = []
  let fence: string | undefined
  for (const line of text.split('\n')) {
    const mark = /^`{3,}/.exec(line)?.[0]
    if (fence === undefined && mark !== undefined) fence = mark
    else if (fence !== undefined && line === fence) fence = undefined
    else if (fence === undefined) lines.push(line)
  }
  expect(fence, 'a fence without an end').toBeUndefined()
  return lines
}

function nodes(n: number, of: MadeUp): NodeReport[] {
  return Array.from({ length: n }, (_, i) => madeUpNode({ ...of, node: `ip-10-20-${i >> 8}-${i & 255}.eu-west-1.compute.internal` }))
}

describe.each(NAMES)('a report for %s', ticket => {
  const sizes: readonly (readonly [string, Report])[] = [
    ['no trouble', healthy],
    ['nothing at all', { ...healthy, nodes: [], inputs: [] }],
    ...[0, 1, 50, 10_000].map(pods => [`${pods} pods`, madeUpReport({ pods })] as const),
    ['10,000 pods that still wait', madeUpReport({ pods: 10_000, recovered: false })],
    ['300 nodes', reportOf(nodes(300, { pods: 5 }))],
    ['300 nodes with 200 pods each', reportOf(nodes(300, { pods: 200 }))],
    ['names and lines of 10,000 characters', madeUpReport({ pods: 50, name: i => `${'x'.repeat(10_000)}${i}`, line: 'y'.repeat(10_000) })],
  ]

  it.each(sizes)('fits, whole: %s', (_, report) => {
    const text = say(ticket, report)
    expect(text.length).toBeLessThanOrEqual(LIMITS[ticket])
    expect(text.endsWith('\n')).toBe(true)
    expect(prose(text).length).toBeGreaterThan(0)
    expect(text).toContain(ticket === 'slack' ? report.verdict.headline.slice(0, 30) : report.verdict.headline)
  })

  const large = sizes.filter(([name]) => name.startsWith('300') || (name.startsWith('10,000') && ticket !== 'slack'))

  it.each(large)('says what was left out: %s', (_, report) => {
    const text = say(ticket, report)
    expect(text).toMatch(/Left out, so that this fits|\band [\d,]+ (?:more|others)|And [\d,]+ more/)
  })

  it('does not change what it has room for', () => {
    const text = say(ticket, madeUpReport({ pods: 1 }))
    expect(text).toContain('subnet-0b7e4d19c2a8f6350')
    expect(text).toContain('InsufficientFreeAddressesInSubnet')
    expect(text).toContain('aws ec2 describe-subnets --subnet-ids')
    expect(text).toContain('20:41:07')
    expect(text).not.toContain('Left out')
  })

  it.each(HOSTILE)('is not broken by %j', name => {
    const report = reportOf([madeUpNode({ pods: 3, name: i => `${name}${i}`, node: `${name}`, line: name })])
    const text = say(ticket, { ...report, verdict: { ...report.verdict, headline: name } })
    expect(text.length).toBeLessThanOrEqual(LIMITS[ticket])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff](?![\udc00-\udfff])/)
    prose(text)
  })

  it('says first that the log is damaged', () => {
    expect(say(ticket, madeUpReport())).toMatch(/damaged/)
    expect(say(ticket, healthy)).not.toMatch(/damaged/)
  })

  it('is about the finding where no request failed', () => {
    const report = aReport({ nodes: [aNode({ findings: [aFinding({ severity: 'fail' })] })] })
    const { title, confidence, evidence, summary, actions, contributing } = aFinding()
    const cause = { id: 'apiserver-unreachable', title, confidence, evidence, summary, actions, contributing }
    const text = say(ticket, { ...report, verdict: { status: 'fail', headline: 'The API server was not reached.', cause } })
    expect(text).toContain('ipamd asked 3 times and got no answer.')
    expect(text).toContain('Look at the API server.')
  })
})

describe('a report for jira', () => {
  it.each([...HOSTILE, 'plain'])('has no HTML around or of %j', name => {
    const report = reportOf([madeUpNode({ pods: 3, name: i => `${name}${i}` }), madeUpNode({ pods: 1, node: 'b' })])
    const marked = prose(say('jira', { ...report, verdict: { ...report.verdict, headline: `${name} <nil>` } }))
      .join('\n')
      .replace(/(`+)[^\n]*?[^`\n]\1(?!`)/g, '')
    expect(marked).not.toMatch(/<[a-z/!]|(?<!\\)&[a-z#]/i)
  })

  it('has no table of more than five columns', () => {
    for (const report of [madeUpReport({ pods: 3 }), reportOf(nodes(3, { pods: 2 }))])
      for (const line of prose(say('jira', report)))
        if (line.startsWith('|')) expect(line.replaceAll('\\|', '').split('|').length - 2, line).toBeLessThanOrEqual(5)
  })

  it('has its timeline in a code block', () => {
    const text = say('jira', madeUpReport())
    expect(text).toMatch(/```text\n[^`]*20:41:02\.871 {2}CreateNetworkInterface: InsufficientFreeAddressesInSubnet {2}ipamd\.log:184219\n/)
  })
})

describe('a report for slack', () => {
  it('has neither headings nor tables, and one fence with the pool', () => {
    const text = say('slack', madeUpReport({ pods: 5 }))
    const lines = prose(text)
    for (const line of lines) expect(line).not.toMatch(/^#|^\||\*\*|\[.*\]\(/)
    expect(text.match(/^```/gm)).toHaveLength(2)
    expect(text).toMatch(/^Pool {3}.*[█▇].* assigned of 29$/m)
  })

  it('is short enough to be read: verdict, why, who, how it ended, what next', async () => {
    const text = say('slack', await caseReport('subnet-out-of-addresses'))
    expect(text.length).toBeLessThan(1_800)
    for (const word of ['*Why:*', '*Hit:*', '*State:*', '*Where the 46 s went:* 39 s (84 %) ipamd waited', '*Next:*'])
      expect(text).toContain(word)
    expect(text).toMatch(/Recovered 20:40:55\. NOT FIXED\./)
  })

  it('cannot mention anybody or begin a format', () => {
    const text = say('slack', { ...healthy, verdict: { status: 'ok', headline: '<!channel> *x* `y` ~z~ & _w_', cause: null } })
    expect(text).toContain("&lt;!channel&gt; ∗x∗ 'y' ∼z∼ &amp; ‗w‗*")
  })
})

describe('a report for aws-support', () => {
  const text = say('aws-support', madeUpReport({ pods: 2 }))

  it('names what they look for: ids, region, release, calls with time and request id', () => {
    for (const fact of ['Instance: i-0f3a9c27d81be4506', 'Region: eu-west-1', 'Subnet: subnet-0b7e4d19c2a8f6350', 'Amazon VPC CNI v1.20.4'])
      expect(text).toContain(fact)
    expect(text).toContain(
      '2025-11-18 20:41:02.871  CreateNetworkInterface  InsufficientFreeAddressesInSubnet  HTTP 400  request id 3f6a1c52-8d1e-4b77-9c0e-6a2f5d1b7e90',
    )
    expect(text).toContain('[ ] Count what the subnet has left.')
    expect(text).toContain('Where the 5m went: 4m26s (89 %) EC2 had no address to give; 30 s (10 %) free addresses rested')
  })

  it('is plain text', () => {
    expect(text).not.toMatch(/[*`<>|]|^#/m)
  })

  it('has every refused call first where several nodes were refused', () => {
    const several = say('aws-support', reportOf(nodes(3, { pods: 1 })))
    expect(several.match(/request id 3f6a1c52/g)).toHaveLength(3)
  })

  it('does not say how it ended where the log does not', () => {
    const open = say('aws-support', aReport({ nodes: [aNode({ incidents: [anIncident({ recoveredAt: null, fixed: null })] })] }))
    expect(open).not.toMatch(/fixed/i)
  })
})

describe('--for', () => {
  const path = new URL('../../fixtures/cases/subnet-out-of-addresses/ipamd.log', import.meta.url).pathname

  it('is of github where it is not given', async () => {
    const plain = await run(path, '--format', 'markdown')
    expect((await run(path, '--format', 'markdown', '--for', 'github')).out).toBe(plain.out)
  })

  it.each(['terminal', 'html', 'json'])('does not go with --format %s', async format => {
    const { code, err, out } = await run(path, '--format', format, '--for', 'slack')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe('ipamd-trace: --for goes with --format markdown\n')
  })

  it('aws-support names the file with its sum', async () => {
    const { out } = await run(path, '--format', 'markdown', '--for', 'aws-support')
    expect(out).toContain('SHA-256 25286403255de9f061f23ac61f3f276ca708626e78bbb2a99cac5e85a1433ba7')
    expect((await run(path, '--format', 'json')).out).not.toContain('sha256')
  })
})
