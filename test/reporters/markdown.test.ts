import { describe, expect, it } from 'vitest'
import type { Happening, Report } from '../../src/model/report.ts'
import { markdown as reporter } from '../../src/reporters/markdown.ts'
import { aFinding, aNode, anIncident, aPod, aReport } from './report-builder.ts'

const markdown = (report: Report): string => reporter(report, { columns: 100, color: false, verbose: false, quiet: false })

describe('the verdict', () => {
  it('opens the ticket: what, how many, when, why, and how it ended', () => {
    const lines = markdown(aReport({ nodes: [aNode({ incidents: [anIncident({ recovery: 'Other pods were deleted.' })] })] })).split('\n')
    expect(lines.slice(0, 8)).toEqual([
      '<!-- ipamd-trace report v1 -->',
      '## ❌ Pods could not get an IP address: the subnet had no free address.',
      '',
      '**1 AddNetwork request of 1 pod failed** between **20:40:00** and **20:41:00 UTC** on 2024-09-11. At the first failure the pool had 29 addresses: 29 assigned, 0 in cooldown.',
      '',
      '**Cause (certain):** EC2 refused CreateNetworkInterface in subnet-1. Contributing: `two-minute-backoff`.',
      '',
      '**Recovered at 20:41:10, not fixed.** Other pods were deleted. What caused it was still there, so it can happen again.',
    ])
  })

  it.each([
    [{ fixed: true }, '**Recovered at 20:41:10 and fixed**, as far as this log says.'],
    [{ fixed: null }, '**Recovered at 20:41:10.** Whether its cause is gone, this log does not say.'],
    [{ recoveredAt: null, fixed: null }, '**No later success** before the log ends (20:50:00).'],
    [{ recoveredAt: null, fixed: null, lastFailureAt: '2024-09-11T20:49:50.000Z' }, '**Not recovered** when the log ends (20:50:00).'],
    [{ pods: [aPod(), aPod({ assignedAt: null, waitMs: null })] }, '**Recovered at 20:41:10 (1 pod never served), not fixed.**'],
    [{ recoveredAt: '2024-09-12T00:10:00.000Z' }, '**Recovered at 2024-09-12 00:10:00, not fixed.**'],
    [{ cause: null }, '**Cause:** this log does not show one.'],
    [{ poolAtFirstFailure: null }, 'between **20:40:00** and **20:41:00 UTC** on 2024-09-11.\n'],
    [
      { poolAtFirstFailure: { total: 6, assigned: null, cooldown: null, networkCard: 1 } },
      'the pool of network card 1 had 6 addresses: an unknown number assigned.',
    ],
  ])('of %j says: %s', (incident, expected) => {
    expect(markdown(aReport({ nodes: [aNode({ incidents: [anIncident(incident)] })] }))).toContain(expected)
  })

  it('says first that the input is damaged', () => {
    const problem = {
      kind: 'torn-line',
      severity: 'damage',
      text: 'Lines that were torn',
      count: 3,
      places: [{ input: 0, line: 4, at: null }],
    } as const
    const lines = markdown(aReport({ problems: [problem], nodes: [aNode({ incidents: [anIncident()] })] })).split('\n')
    expect(lines[3]).toBe('**The input is damaged, so this report may be incomplete:** Lines that were torn. (3 times)')
    expect(lines.filter(line => line.includes('See `ipamd.log:4`.'))).toHaveLength(1)
  })

  it('is about the finding where no request failed, with what to do', () => {
    const finding = aFinding({ severity: 'fail' })
    const said = markdown(
      aReport({
        verdict: { status: 'fail', headline: 'The API server was not reached.', cause: finding },
        nodes: [aNode({ findings: [finding] })],
      }),
    )
    expect(said).toContain(
      '## ❌ The API server was not reached.\n\n**Cause (certain):** ipamd asked 3 times and got no answer.\n\n### Do next\n\n1. Look at the API server.',
    )
    expect(said).not.toContain('Also found')
  })
})

describe('a healthy log', () => {
  const said = markdown(aReport())

  it('is said shortly, with how near it came', () => {
    expect(said.split('\n').slice(1, 4)).toEqual([
      '## ✅ No pod waited for an IP address.',
      '',
      '10 AddNetwork requests, all served. Fewest addresses to give: 6, at 20:40:00 UTC.',
    ])
    expect(said.length).toBeLessThan(1_500)
  })

  it('says what was looked for and how good the log is', () => {
    expect(said).toContain('<summary>Looked for and not found (1)</summary>\n\n- No line of this log shows it: `eni-quota-exceeded`.')
    expect(said).toContain('- 1,000 records (900 debug, 100 info). No gap. All 12 statistics lines agree with the rebuilt pool.')
  })

  it('still lists what is worth knowing', () => {
    expect(markdown(aReport({ nodes: [aNode({ findings: [aFinding({ severity: 'info' })] })] }))).toContain(
      '### Also found\n\n- **The API server was not reached** (certain): ipamd asked 3 times and got no answer. See `ipamd.log:9`. Look at the API server.',
    )
  })
})

describe('where the time went', () => {
  it('has shares that add to 100', () => {
    const breakdown = [1, 1, 1].map((ms, i) => ({ part: 'cooldown', text: `part ${i}`, ms: ms * 10_000 }))
    const said = markdown(aReport({ nodes: [aNode({ incidents: [anIncident({ breakdown })] })] }))
    expect(said).toContain(
      '### Where the 30 s went\n\n| Part | Time | Share |\n|---|--:|--:|\n| Part 0 | 10 s | 34 % |\n| Part 1 | 10 s | 33 % |\n| Part 2 | 10 s | 33 % |',
    )
  })
})

describe('the pods', () => {
  it('are those that still wait, then the longest waits, then the sum', () => {
    const pods = [
      aPod({ name: 'short', waitMs: 5_000 }),
      aPod({ name: 'long', waitMs: 60_000 }),
      aPod({ name: 'waiting', assignedAt: null, address: null, waitMs: null }),
    ]
    const rows = tables(markdown(aReport({ nodes: [aNode({ incidents: [anIncident({ pods })] })] }))).find(rows =>
      rows[0]?.includes('Tries'),
    )
    expect(rows?.slice(2)).toEqual([
      '| `shop/waiting` | 2 | 20:40:00 | not in this log |  |',
      '| `shop/long` | 2 | 20:40:00 | 20:41:10 (10.0.0.7) | 1m |',
      '| `shop/short` | 2 | 20:40:00 | 20:41:10 (10.0.0.7) | 5.0 s |',
      '| **3 pods** | **6** |  |  | **1m05s** in sum |',
    ])
  })
})

describe('the timeline', () => {
  it('has a line that is cited and happened as one row, and the date once a day', () => {
    const happenings: Happening[] = [
      {
        at: '2024-09-11T20:40:00.000Z',
        until: '2024-09-11T20:41:00.000Z',
        kind: 'request-failed',
        text: '4 failed',
        count: 4,
        input: 0,
        line: 7,
      },
      {
        at: '2024-09-12T00:00:01.500Z',
        until: '2024-09-12T00:02:00.000Z',
        kind: 'wait',
        text: 'ipamd waits',
        count: 9,
        input: 0,
        line: 20,
      },
      { at: '2024-09-12T00:05:00.000Z', kind: 'cordoned', text: 'cordoned', count: 1, input: 0, line: 30 },
    ]
    const rows = tables(markdown(aReport({ nodes: [aNode({ incidents: [anIncident()], happenings })] }))).find(rows =>
      rows[0]?.includes('Where'),
    )
    expect(rows?.slice(2)).toEqual([
      '| 2024-09-11 20:40:00.000 | first of 4 failed requests | `ipamd.log:7` |',
      '| 2024-09-12 00:00:01.500 | ipamd waits (9 times, until 00:02:00) | `ipamd.log:20` |',
      '| 00:05:00.000 | cordoned | `ipamd.log:30` |',
    ])
  })
})

describe('what is said of several lines in a row', () => {
  it('is one row with all of them', () => {
    const evidence = [7, 8, 9, 12].map(line => ({
      input: 0,
      line,
      at: `2024-09-11T20:40:00.0${line + 10}Z`,
      note: line === 12 ? 'something else' : 'a device in use',
    }))
    const happenings: Happening[] = [
      { at: '2024-09-11T20:40:00.017Z', until: '2024-09-11T20:40:00.018Z', kind: 'device', text: 'device', count: 2, input: 0, line: 7 },
    ]
    const rows = tables(markdown(aReport({ nodes: [aNode({ incidents: [anIncident({ evidence })], happenings })] }))).find(rows =>
      rows[0]?.includes('Where'),
    )
    expect(rows?.slice(2)).toEqual([
      '| 2024-09-11 20:40:00.017 | a device in use (2 times) | `ipamd.log:7`, `ipamd.log:8` |',
      '| 20:40:00.019 | a device in use | `ipamd.log:9` |',
      '| 20:40:00.022 | something else | `ipamd.log:12` |',
    ])
  })
})

describe('for AWS Support', () => {
  it('the ids, the release, and each refusal with its time and request id', () => {
    const node = aNode({ instanceId: 'i-1', region: 'eu-central-1', incidents: [anIncident()] })
    const said = markdown(aReport({ nodes: [node] }))
    expect(said).toContain(
      '- Instance: `i-1`\n- Region: `eu-central-1`\n- Subnet: `subnet-1`\n- Settings: `WARM_ENI_TARGET=1`\n- CNI: v1.18.3 (by its wordings)',
    )
    expect(said).toContain(
      '| 2024-09-11 20:39:00.123 | `CreateNetworkInterface` | `InsufficientFreeAddressesInSubnet` | 400 | `aa3be586-51cb-4269-a89f-1c13c3034781` |',
    )
  })

  it('nothing where EC2 refused nothing', () => {
    expect(markdown(aReport({ nodes: [aNode({ incidents: [anIncident({ apiErrors: [] })] })] }))).not.toContain('For AWS Support')
  })
})

describe('log quality', () => {
  it('tells what is missing', () => {
    const quality = {
      lines: 10,
      levels: { info: 10 },
      debug: false,
      gaps: [{ from: '2024-09-11T20:35:00.000Z', to: '2024-09-11T20:45:00.000Z', ms: 600_000 }],
      statistics: { compared: 5, drifted: 2, largestDrift: 7 },
      unrecognized: [{ level: 'warn', text: 'a `new` message', count: 3, first: { input: 0, line: 8, at: null } }],
      unrecognizedInAll: 3,
    }
    expect(markdown(aReport({ nodes: [aNode({ quality })] }))).toContain(
      [
        '- 10 records (10 info), so without the debug lines that tell pool sizes and decisions. 1 gap: 10m from 20:35:00. 3 of 5 statistics lines agree with the rebuilt pool; the largest difference is 7. 3 lines have messages that ipamd-trace does not know:',
        '  - 3 × ``a `new` message`` (warn, first at `ipamd.log:8`)',
      ].join('\n'),
    )
  })
})

describe('several incidents', () => {
  const said = markdown(
    aReport({
      nodes: [
        aNode({
          incidents: [
            anIncident({ id: 'small', failedRequests: 1, cause: null, recoveredAt: '2024-09-11T20:42:00.000Z' }),
            anIncident({ id: 'large', failedRequests: 40, recoveredAt: null, fixed: null }),
          ],
        }),
      ],
    }),
  )

  it('are told worst first', () => {
    expect(said).toContain('**40 AddNetwork requests of 1 pod failed**')
    expect(said).toContain('This is the worst of 2 incidents on this node.')
    expect(said.indexOf('### Incident 2 of 2: Cause unknown')).toBeGreaterThan(said.indexOf('### Pods hit'))
  })

  it('say advice that they share once', () => {
    expect(said.split('Count what the subnet has left').length - 1).toBe(1)
  })
})

describe('several nodes', () => {
  const nodes = [
    aNode({ node: 'healthy' }),
    aNode({ node: 'mild', incidents: [anIncident({ failedRequests: 1 })] }),
    aNode({ node: 'worst', incidents: [anIncident({ failedRequests: 9 })] }),
  ]
  const said = markdown(aReport({ nodes }))

  it('stand in a table, worst first, and the troubled ones have a section each', () => {
    const rows = tables(said).find(rows => rows[0]?.includes('Trouble'))
    expect(rows?.slice(2).map(row => row.split(' ')[1])).toEqual(['`worst`', '`mild`', '`healthy`'])
    expect(said.split('\n').filter(line => line.startsWith('## `'))).toEqual(['## `worst`', '## `mild`'])
  })
})

describe('causes that were looked for', () => {
  const ruledOut = { outcome: 'ruled-out', reason: 'no line of this log shows it' } as const
  const notJudged = { outcome: 'not-judged', reason: 'this log has no debug lines' } as const

  it('are grouped by reason', () => {
    const checked = [
      { id: 'a', ...ruledOut },
      { id: 'b', ...notJudged },
      { id: 'c', ...ruledOut },
    ]
    expect(markdown(aReport({ nodes: [aNode({ checked, incidents: [anIncident()] })] }))).toContain(
      '<summary>Checked and not the cause (2; 1 not judged)</summary>\n\n- No line of this log shows it: `a`, `c`.\n- This log has no debug lines: `b`.',
    )
  })

  it('are of several nodes those that hold for all', () => {
    const one = aNode({
      checked: [
        { id: 'a', ...ruledOut },
        { id: 'b', ...ruledOut },
      ],
      incidents: [anIncident()],
    })
    const two = aNode({
      checked: [
        { id: 'b', ...ruledOut },
        { id: 'a', ...notJudged },
      ],
    })
    expect(markdown(aReport({ nodes: [one, two] }))).toContain(
      '<summary>Checked and not the cause on any node (1)</summary>\n\n- No line of this log shows it: `b`.\n',
    )
  })
})

const HOSTILE = [
  '|',
  '`',
  '``` \n```',
  '</details>',
  '</summary><script>alert(1)</script>',
  '<!--',
  '-->',
  '@octocat @org/team',
  'fixes #123 GH-4',
  '[a](https://evil.example) ![b](//evil.example/x.png)',
  'https://evil.example www.evil.example _www.evil.example a@evil.example mailto:a@evil.example',
  '\n\n# a heading\n\n- a list\n\n| a | b |\n|---|---|',
  '\r\n\u2028\u2029',
  '\u001b[31mred\u001b]8;;https://evil.example\u0007',
  '\u202egnirts\u2066\u200f',
  '$x$ **b** _i_ ~~s~~ &lt; &#64;octocat \\',
  '\ud800',
] as const

/** Every text of a report, as a log may have made it. */
function hostileReport(name: string, pods = 3): Report {
  const evidence = [{ input: 0, line: 3, at: '2024-09-11T20:40:00.000Z', note: name, text: name }]
  const cause = {
    id: name,
    title: name,
    confidence: 'likely',
    contributing: [name],
    evidence,
    summary: name,
    actions: [{ text: name, command: name }],
  } as const
  const node = aNode({
    node: name,
    instanceId: name,
    instanceType: name,
    region: name,
    availabilityZone: name,
    subnetId: name,
    vpcId: name,
    release: { value: null, candidates: [name, `${name}2`, name], from: 'fingerprint' },
    settings: { [name]: name },
    enis: [{ eni: name, networkCard: 0, primary: true, addedAt: null, removedAt: null, addresses: 1 }],
    incidents: [0, 1].map(i =>
      anIncident({
        failedRequests: 5 - i,
        pods: Array.from({ length: pods }, () => aPod({ namespace: name, name, address: name })),
        cause,
        recovery: name,
        breakdown: [{ part: name, text: name, ms: 5 }],
        evidence,
        apiErrors: [
          {
            at: '2024-09-11T20:39:00.123Z',
            api: name,
            code: name,
            status: 400,
            requestId: name,
            subnetId: name,
            eni: name,
            input: 0,
            line: 5,
          },
        ],
      }),
    ),
    findings: [aFinding({ ...cause, severity: 'warn' })],
    checked: [{ id: name, outcome: 'failed', reason: name }],
    happenings: [{ at: '2024-09-11T20:40:00.000Z', kind: name, text: name, count: 2, input: 0, line: 4 }],
    quality: {
      ...aNode().quality,
      levels: { [name]: 3 },
      unrecognized: [{ level: name, text: name, count: 1, first: evidence[0] as never }],
      unrecognizedInAll: 1,
    },
    unknowns: [name],
  })
  return aReport({
    inputs: [{ ...(aReport().inputs[0] as Report['inputs'][number]), path: name }],
    verdict: { status: 'fail', headline: name, cause },
    nodes: [node, { ...node, node: `${name}2` }],
    problems: [{ kind: name, severity: 'damage', text: name, count: 2, places: evidence }],
  })
}

describe('a log that wants to break out', () => {
  it.each([...HOSTILE, HOSTILE.join(' '), HOSTILE.join('').repeat(40), '`'.repeat(10_000), '@a|'.repeat(4_000)].map(name => [name]))(
    'cannot with %j',
    name => {
      expectSound(markdown(hostileReport(name)))
    },
  )
})

describe('the room of a ticket', () => {
  it.each([0, 1, 50, 10_000])('is enough for %d pods', n => {
    const pods = Array.from({ length: n }, (_, i) => aPod({ name: `checkout-7b5f9c6d84-${i}`, waitMs: i * 1_000 }))
    const said = markdown(aReport({ nodes: [aNode({ incidents: [anIncident({ pods, failedRequests: n + 1 })] })] }))
    expectSound(said)
    const shown = Math.min(n, 50)
    expect(said.split('`shop/checkout').length - 1).toBe(shown)
    expect(said.includes('more pods.')).toBe(n > 50)
    if (n > 50) expect(said).toContain('And 9,950 more pods.')
  })

  it.each([
    [1, 300],
    [40, 3],
    [500, 1],
    [3_000, 2],
  ])('is enough for %d nodes with %d incidents each, and the rest is counted', (nodes, incidents) => {
    const pods = Array.from({ length: 60 }, (_, i) => aPod({ name: `checkout-7b5f9c6d84-${i}` }))
    const said = markdown(
      aReport({
        nodes: Array.from({ length: nodes }, (_, i) =>
          aNode({
            node: `node-${i}`,
            incidents: Array.from({ length: incidents }, (_, j) => anIncident({ pods, failedRequests: 1_000 - i - j })),
          }),
        ),
      }),
    )
    expectSound(said)
    expect(said).toMatch(/\*\*Left out, so that this fits a ticket:\*\* .*\d (?:incident|node section)s?/)
    expect(said.length).toBeGreaterThan(50_000)
    for (const [i, line] of said.split('\n').entries()) if (line.startsWith('## `')) expect(said.split('\n')[i + 2]).toMatch(/^###/)
  })

  it('is given to the worst first', () => {
    const pods = Array.from({ length: 60 }, (_, i) => aPod({ name: `checkout-7b5f9c6d84-${i}` }))
    const said = markdown(
      aReport({
        nodes: Array.from({ length: 100 }, (_, i) =>
          aNode({ node: `node-${i}`, incidents: [anIncident({ pods, failedRequests: 1_000 + i })] }),
        ),
      }),
    )
    expect(said.split('\n').find(line => line.startsWith('## `'))).toBe('## `node-99`')
    expect(said).toContain('<summary>Log quality</summary>')
    expect(said.trimEnd().endsWith('</sub>')).toBe(true)
  })

  it('is enough for names of 10,000 characters everywhere', () => {
    expectSound(markdown(hostileReport('@|<'.repeat(3_400), 500)))
  })
})

/** Holds for every report: it fits, and what GitHub makes of it is what was meant. */
function expectSound(said: string): void {
  expect(said.length).toBeLessThanOrEqual(60_000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/)
  const prose = outsideFences(said).map(outsideCode)
  const tags = prose.flatMap(line => line.match(/<[^ ]*?>|<|>/g) ?? [])
  expect(
    tags.filter(tag => !['<details>', '</details>', '<summary>', '</summary>', '<sub>', '</sub>', '<!--', '-->', '>'].includes(tag)),
  ).toEqual(prose[0]?.startsWith('<!--') ? ['<'] : [])
  expect(tags.filter(tag => tag === '<details>')).toHaveLength(tags.filter(tag => tag === '</details>').length)
  for (const line of prose) {
    expect(line).not.toMatch(/@\w/)
    expect(line).not.toMatch(/(?<!&)#\d/)
    expect(line).not.toMatch(/gh-\d/i)
    expect(line).not.toMatch(/(?<!\\)\]\(|:\/\/|www\./i)
  }
  for (const [i, line] of prose.entries()) if (line.includes('</summary>')) expect(prose[i + 1]).toBe('')
  for (const rows of tables(said)) expect(new Set(rows.map(row => row.split('|').length)).size).toBe(1)
}

/** Fails where a fence is not closed. */
function outsideFences(said: string): string[] {
  const lines: string[] = []
  let fence: string | undefined
  for (const line of said.split('\n')) {
    const mark = /^(`{3,})(json|text)?$/.exec(line)?.[1]
    if (fence === undefined && mark !== undefined) fence = mark
    else if (fence === undefined) lines.push(line)
    else if (mark !== undefined && line === mark && mark.length >= fence.length) fence = undefined
  }
  expect(fence).toBeUndefined()
  return lines
}

/** As CommonMark finds code spans: a run of backticks to the next run of the same length, unless it is escaped. */
function outsideCode(line: string): string {
  let outside = ''
  for (let i = 0; i < line.length; ) {
    if (line[i] === '\\') {
      outside += line.slice(i, i + 2)
      i += 2
    } else if (line[i] === '`') {
      const run = /^`+/.exec(line.slice(i))?.[0] ?? ''
      const end = closing(line, i + run.length, run.length)
      expect(end).toBeGreaterThan(0)
      i = end
    } else outside += line[i++]
  }
  return outside
}

function closing(line: string, from: number, length: number): number {
  for (const match of line.slice(from).matchAll(/`+/g)) if (match[0].length === length) return from + match.index + length
  return -1
}

/** The tables outside fences, row by row. */
function tables(said: string): string[][] {
  const found: string[][] = [[]]
  for (const line of outsideFences(said)) {
    if (line.startsWith('|')) found.at(-1)?.push(line)
    else if (found.at(-1)?.length) found.push([])
  }
  return found.filter(rows => rows.length > 0)
}
