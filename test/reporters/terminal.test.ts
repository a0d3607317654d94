import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { verdict } from '../../src/report/verdict.ts'
import type { ReporterOptions } from '../../src/reporters/reporter.ts'
import { terminal } from '../../src/reporters/terminal.ts'
import { duration, number, percentages, time } from '../../src/words.ts'
import { poolLog } from '../support/pool-log.ts'
import { traceText } from '../support/trace-text.ts'

const PLAIN: ReporterOptions = { columns: 100, color: false, verbose: false, quiet: false }

const shop = ['checkout-6d9f7c8b54-2xkqp', 'cart-7b5c9d6f48-hn4tz', 'search-5f8d7b9c6-qv2mj']
const recovered = traceText(poolLog({ pods: shop, tries: 3, recovers: true }))
const failing = traceText(poolLog({ pods: shop.slice(0, 1) }))
const many = traceText(poolLog({ pods: Array.from({ length: 120 }, (_, i) => `burst-${i}`), recovers: true }))
const healthy = traceText(poolLog({ pods: [] }))
const empty = traceText('')
const all: readonly [string, Report][] = [
  ['an outage that ended', recovered],
  ['an outage at the end of the log', failing],
  ['120 pods', many],
  ['a healthy log', healthy],
  ['no log at all', empty],
]

const draw = (report: Report, options: Partial<ReporterOptions> = {}): string => terminal(report, { ...PLAIN, ...options })
const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n')
/** A command's lines end in a backslash or follow one; a word of it that is longer than the terminal stays whole. */
const isCommand = (lines: readonly string[], i: number): boolean =>
  /^ +(aws|kubectl) /.test(lines[i] ?? '') || lines[i - 1]?.endsWith('\\') === true
const tooWide = (text: string, columns: number): string[] =>
  linesOf(text).filter((line, i, lines) => stringWidth(line) > columns && !isCommand(lines, i))
// biome-ignore lint/suspicious/noControlCharactersInRegex: color codes begin with one
const uncolored = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, '')

/** The same words, wherever lines break. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('the terminal report', () => {
  it.each(all)('ends with one newline and has no trailing blank: %s', (_, report) => {
    for (const options of [{}, { verbose: true }, { quiet: true }, { columns: 60 }]) {
      const text = draw(report, options)
      expect(text).toMatch(/[^\n]\n$/)
      expect(linesOf(text).filter(line => line !== line.trimEnd())).toEqual([])
    }
  })

  it.each(all)('is no wider than the terminal: %s', (_, report) => {
    for (const columns of [60, 80, 100, 120])
      for (const options of [{}, { verbose: true }, { quiet: true }, { color: true }])
        expect(tooWide(draw(report, { columns, ...options }), columns)).toEqual([])
  })

  it.each(all)('fits one screen: %s', (_, report) => {
    expect(linesOf(draw(report)).length).toBeLessThanOrEqual(34)
  })

  it.each(all)('says the same with and without color: %s', (_, report) => {
    for (const verbose of [false, true]) {
      expect(draw(report, { verbose })).not.toContain('\u001b')
      expect(uncolored(draw(report, { verbose, color: true }))).toBe(draw(report, { verbose }))
    }
  })

  it.each(all)('is a function of the JSON alone: %s', (_, report) => {
    expect(draw(JSON.parse(JSON.stringify(report)), { verbose: true })).toBe(draw(report, { verbose: true }))
  })

  it.each(all)('is at most five lines when quiet, the verdict among them: %s', (_, report) => {
    for (const columns of [40, 80, 100]) {
      const text = draw(report, { quiet: true, columns })
      expect(linesOf(text).length).toBeLessThanOrEqual(5)
      expect(flat(text)).toMatch(/ (FAIL|WARN|OK|UNKNOWN) /)
      expect(flat(text)).toContain(report.verdict.headline.slice(0, 40))
    }
  })
})

describe('an outage', () => {
  const text = flat(draw(recovered))
  const incident = recovered.nodes[0]?.incidents[0]
  if (incident === undefined) throw new Error('no incident')

  it('states the numbers of the report', () => {
    expect(text).toContain(recovered.verdict.headline)
    expect(text).toContain(
      `${number(incident.failedRequests)} requests of ${incident.pods.length} pods failed, ${time(Date.parse(incident.firstFailureAt))} – ${time(Date.parse(incident.lastFailureAt))}`,
    )
    expect(text).toContain(`Recovered ${time(Date.parse(incident.recoveredAt ?? ''))}`)
    for (const pod of incident.pods) expect(text).toContain(`shop/${pod.name} ${pod.attempts} `)
    for (const [i, share] of percentages(incident.breakdown.map(part => part.ms)).entries())
      expect(text).toContain(`${duration(incident.breakdown[i]?.ms ?? -1)} ${share === 0 ? '<1' : share} %`)
  })

  it.each([
    [true, 'FIXED.', 'NOT FIXED'],
    [false, 'NOT FIXED.', 'does not say'],
    [null, 'Fixed or not: this log does not say.', 'NOT FIXED'],
  ] as const)('tells recovered from fixed: %s', (fixed, said, unsaid) => {
    const changed = {
      ...recovered,
      nodes: recovered.nodes.map(node => ({ ...node, incidents: node.incidents.map(incident => ({ ...incident, fixed })) })),
    }
    expect(flat(draw(changed))).toContain(` ${said}`)
    expect(flat(draw(changed))).not.toContain(unsaid)
    expect(flat(draw(changed))).toContain('Recovered ')
  })

  it('says that it is not over when the log ends in it', () => {
    const text = flat(draw(failing))
    expect(text).toContain('still cannot when the log ends')
    expect(text).toContain('Not recovered (the log ends ')
    expect(text).toContain(' so far')
    expect(text).not.toContain('Recovered ')
  })

  it('does not claim that pods wait on where nobody asks any more', () => {
    const later = JSON.stringify({
      level: 'debug',
      ts: '2024-09-11T22:00:00.000Z',
      caller: 'ipamd/ipamd.go:660',
      msg: 'IP stats - total IPs: 18, assigned IPs: 18, cooldown IPs: 0',
    })
    const text = flat(draw(traceText(`${poolLog({ pods: ['cart-1'] })}${later}\n`)))
    expect(text).toContain(
      'A pod could not get an IP address for 15 s, and the log shows no later success: the subnet had no free address.',
    )
    expect(text).toContain('No later success (the log ends 22:00:00).')
    expect(text).toContain('Where the 15 s went')
    expect(text).toContain('never served')
  })

  it('draws every failed request and the full pool under it', () => {
    const lines = linesOf(draw(recovered))
    const lane = (name: string): string => lines.find(line => line.startsWith(` ${name} `)) ?? ''
    const digits = [...(lane('Failed').slice(20).split('  ')[0]?.matchAll(/[1-9]/g) ?? [])].map(Number)
    expect(digits.reduce((sum, n) => sum + n, 0)).toBe(incident.failedRequests)
    expect(lane('Pool')).toMatch(/█.*assigned of 18 to 21$/)
    expect(lane('EC2')).toMatch(/R *─+.*R refused ─ waits$/)
    // a full block stands over every failure
    const pool = lane('Pool').slice(20)
    for (const [i, mark] of [...(lane('Failed').slice(20).split('  ')[0] ?? '')].entries()) if (mark !== '·') expect(pool[i]).toBe('█')
  })

  it('names those first that waited longest, and counts the others', () => {
    const text = draw(many)
    const shown = [...text.matchAll(/shop\/burst-/g)].length
    expect(text).toContain(`and ${120 - shown} more with ${(120 - shown) * 3} tries`)
    expect([...draw(many, { verbose: true }).matchAll(/^ {3}shop\/burst-/gm)].length).toBe(120)
  })

  it('puts damage before the verdict', () => {
    const damaged: Report = {
      ...recovered,
      problems: [{ kind: 'unreadable-line', severity: 'damage', text: 'Lines that cannot be read.', count: 12, places: [] }],
    }
    for (const quiet of [false, true]) {
      const text = draw(damaged, { quiet })
      expect(text).toContain(' DAMAGED  Lines that cannot be read (12).')
      expect(text.indexOf('DAMAGED')).toBeLessThan(text.indexOf('FAIL'))
    }
    expect(draw(recovered)).not.toContain('DAMAGED')
  })

  it('says where the log is silent inside the incident', () => {
    const gap = { from: incident.firstFailureAt, to: incident.lastFailureAt, ms: 30_000 }
    const outside = { from: '2024-09-11T19:00:00.000Z', to: '2024-09-11T20:00:00.000Z', ms: 3_600_000 }
    const withGap = (gaps: readonly (typeof gap)[]): Report => ({
      ...recovered,
      nodes: recovered.nodes.map(node => ({ ...node, quality: { ...node.quality, gaps } })),
    })
    expect(flat(draw(withGap([gap])))).toContain('GAP The log says nothing for 30 s inside this incident')
    expect(draw(withGap([outside]))).not.toContain('inside this incident')
  })
})

describe('a command in the report', () => {
  const command =
    "aws ec2 describe-network-interfaces --filters Name=subnet-id,Values=subnet-09d3fb64afebede10 'Name=description,Values=aws-K8S-i-0f3a  two  blanks' --query 'NetworkInterfaces[].[NetworkInterfaceId, Description]' --region us-west-2"
  const cause = recovered.verdict.cause
  const report: Report = {
    ...recovered,
    nodes: recovered.nodes.map(node => ({
      ...node,
      incidents: node.incidents.map(incident => ({ ...incident, cause: cause && { ...cause, actions: [{ text: 'Look.', command }] } })),
    })),
  }

  it.each([40, 60, 80, 100, 120, 200])('is complete, and broken only at blanks outside quotes: %i columns', columns => {
    const lines = linesOf(draw(report, { columns }))
    const first = lines.findIndex(line => line.trimStart().startsWith('aws '))
    const count = lines.slice(first).findIndex(line => !line.endsWith(' \\')) + 1
    const joined = lines
      .slice(first, first + count)
      .map(line => line.trimStart().replace(/\\$/, ''))
      .join('')
    expect(joined).toBe(command)
  })

  it('says what must be put in where the log does not name it', () => {
    const text = flat(
      draw({
        ...report,
        nodes: report.nodes.map(node => ({
          ...node,
          incidents: node.incidents.map(incident => ({
            ...incident,
            cause: cause && { ...cause, actions: [{ text: 'Look.', command: 'kubectl get node NODE' }] },
          })),
        })),
      }),
    )
    expect(text).toContain('Look (put in NODE: this log does not name it).')
  })
})

describe('a healthy log', () => {
  it('gets a short report with the lowest point of the pool and what was checked', () => {
    const text = draw(healthy)
    expect(linesOf(text).length).toBeLessThanOrEqual(12)
    expect(text).toContain(' OK       No pod waited for an IP address.')
    expect(text).toContain('1 request, and it got an address. Lowest: 0 assignable of 18 at 20:40:01.')
    expect(text).toMatch(/\d+ causes looked for and not found/)
  })
})

describe('a log that cannot tell', () => {
  it('says so', () => {
    expect(draw(empty)).toContain(' UNKNOWN  No line of ipamd was found, so this log cannot tell.')
  })
})

describe('several nodes', () => {
  const named = (report: Report, node: string): Report['nodes'] => report.nodes.map(one => ({ ...one, node }))
  const nodes = [
    ...named(healthy, 'ip-10-0-0-1.ec2.internal'),
    ...named(recovered, 'ip-10-0-0-2.ec2.internal'),
    ...named(failing, 'ip-10-0-0-3.ec2.internal'),
  ]
  const report: Report = { ...recovered, nodes, verdict: verdict(nodes, []) }

  it('are listed worst first, then the worst is told in full', () => {
    const text = draw(report)
    const [third, second, first] = ['ip-10-0-0-3 ', 'ip-10-0-0-2 ', 'ip-10-0-0-1 '].map(name => text.indexOf(` ${name}`))
    expect(third).toBeGreaterThan(0)
    expect(second).toBeGreaterThan(third ?? 0)
    expect(first).toBeGreaterThan(second ?? 0)
    expect(flat(text)).toContain(report.verdict.headline)
    expect(flat(text)).toContain('on ip-10-0-0-3.ec2.internal')
    expect(text).toContain('ip-10-0-0-2.ec2.internal: The subnet had no free address (20:40:11')
  })

  it('that are many are counted', () => {
    const nodes = Array.from({ length: 50 }, (_, i) => named(recovered, `ip-10-0-0-${i}.ec2.internal`)).flat()
    const text = draw({ ...recovered, nodes, verdict: verdict(nodes, []) })
    expect(text).toMatch(/and \d\d more/)
    expect(tooWide(text, 100)).toEqual([])
  })
})

describe('a verbose report', () => {
  const text = draw(recovered, { verbose: true })

  it('shows the lines that it rests on, in the zone of the log', () => {
    expect(flat(text)).toContain('[2024-09-11T20:40:05.000Z] ERROR: Failed to CreateNetworkInterface InsufficientFreeAddressesInSubnet')
    expect(flat(text)).toContain(
      'status code: 400, request id: aa3be586-51cb-4269-a89f-1c13c3034781 for subnet subnet-09d3fb64afebede10 (awsutils/awsutils.go:894)',
    )
  })

  it('lists what was checked, and how good the log is', () => {
    for (const { id } of recovered.nodes[0]?.checked ?? []) expect(flat(text)).toContain(id)
    expect(text).toContain('Log quality')
    expect(text).toContain('lines by level')
  })

  it('shows lines that are not JSON as they are', () => {
    const seelog = '2019-09-11T20:39:00.478Z [INFO]\tReceived\u0007 AddNetwork'
    const changed = {
      ...recovered,
      nodes: recovered.nodes.map(node => ({
        ...node,
        incidents: node.incidents.map(incident => ({ ...incident, evidence: incident.evidence.map(line => ({ ...line, text: seelog })) })),
      })),
    }
    expect(draw(changed, { verbose: true })).toContain('2019-09-11T20:39:00.478Z [INFO]\\u0009Received\\u0007 AddNetwork')
  })
})

describe('hostile text', () => {
  const HOSTILE = '\u001b[31m\u001b]0;title\u0007\u202eevil\u200b\u0000\r\n\u009b2J\u{e0041}|`</script>'
  /** Fields that only the tool writes. */
  const OWN = /^(schema|at|from|to|until|.*At|status|severity|confidence|outcome|kind|part|columns|rows|failures|count|level|line)$/
  const poison = (value: unknown, bad: string): unknown => {
    if (typeof value === 'string') return `${value}${bad}`
    if (Array.isArray(value)) return value.map(inner => poison(inner, bad))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, OWN.test(key) ? inner : poison(inner, bad)]))
  }

  it.each(all)('commands no terminal, wherever it stands: %s', (_, report) => {
    const poisoned = poison(report, HOSTILE) as Report
    for (const options of [{}, { verbose: true }, { quiet: true }]) {
      const text = draw(poisoned, options)
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      expect(tooWide(text, 100)).toEqual([])
      // color codes are the report's own
      expect(uncolored(draw(poisoned, { ...options, color: true })).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    }
  })

  it.each([
    ['10,000 characters', 'x'.repeat(10_000)],
    ['wide characters', '字'.repeat(300)],
    ['emoji', '👩‍👩‍👧‍👦'.repeat(80)],
    ['blanks', ' '.repeat(500)],
    ['combining marks', `a${'\u0301'.repeat(500)}`],
  ])('as a pod name keeps the table in its width: %s', (_, name) => {
    const report = traceText(poolLog({ pods: [name, 'cart-1'] }))
    for (const columns of [60, 80, 100]) {
      const text = draw(report, { columns })
      expect(tooWide(text, columns)).toEqual([])
      expect(text).toContain('shop/cart-1')
      expect(linesOf(text).length).toBeLessThanOrEqual(40)
    }
  })
})
