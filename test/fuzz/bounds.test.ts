import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../src/model/report.ts'
import { openSources } from '../../src/sources/sources.ts'
import { MOST } from '../../src/timeline/bounds.ts'
import { TOGETHER } from '../../src/timeline/together.ts'
import { traceAll } from '../../src/trace.ts'
import { zap } from '../support/lines.ts'
import { START, say } from '../support/timeline.ts'

/** A log that is made while it is read, so that no test holds it. `stepMs`: from one of its parts to the next. */
async function traced(parts: number, part: (i: number) => readonly string[], stepMs = 1) {
  async function* chunks(): AsyncIterable<Uint8Array> {
    let text = ''
    for (let i = 0; i < parts; i++) {
      const at = new Date(START + i * stepMs).toISOString()
      for (const message of part(i)) text += `${zap(message, at)}\n`
      if (text.length < 100_000 && i < parts - 1) continue
      yield Buffer.from(text)
      text = ''
    }
  }
  const { report } = await traceAll(['-'], { stdin: chunks() })
  return { report, node: report.nodes[0], left: leftOut(report.problems) }
}

/** Lines of several nodes, as `kubectl logs --prefix` gives them. */
async function tracedWrapped(lines: number, node: (i: number) => string, message: (i: number) => string) {
  async function* chunks(): AsyncIterable<Uint8Array> {
    for (let from = 0; from < lines; from += 1_000) {
      let text = ''
      for (let i = from; i < Math.min(from + 1_000, lines); i++)
        text += `[pod/${node(i)}/aws-node] ${zap(message(i), new Date(START + i).toISOString())}\n`
      yield Buffer.from(text)
    }
  }
  return traceAll(['-'], { stdin: chunks() })
}

const leftOut = (problems: readonly Problem[]): string =>
  problems
    .filter(({ kind, severity }) => kind === 'more-than-kept' && severity === 'note')
    .map(({ text, count }) => `${text} ${count}`)
    .join('\n')

const address = (i: number): string => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`
const hex = (i: number, length: number): string => i.toString(16).padStart(length, '0')
const eni = (i: number): string => `eni-${hex(i, 17)}`
const sandbox = (i: number): string => hex(i, 64)

/** What takes longer costs more for each line than for the one before: these took minutes before they were mended. */
const TIMEOUT = 90_000

describe('more than any node has', () => {
  it('of ENIs is counted and not kept', { timeout: TIMEOUT }, async () => {
    const { node, left } = await traced(300_000, i => [say.addEni(eni(i))])
    expect(node?.enis).toHaveLength(MOST.ENIs)
    expect(left).toContain(`more ENIs than are kept (20,000): the others were only counted. ${300_000 - MOST.ENIs}`)
  })

  it('of sandboxes is counted, and the requests all the same', { timeout: TIMEOUT }, async () => {
    const { node, left } = await traced(300_000, i => [say.add(sandbox(i))], 0)
    expect(node?.requests).toMatchObject({ add: 300_000, unanswered: 300_000 })
    expect(left).toContain('more open requests than are kept')
  })

  it('of addresses with pods is counted', { timeout: TIMEOUT }, async () => {
    const { left } = await traced(100_000, i => [say.assign(address(i), sandbox(i))])
    expect(left).toContain(`more addresses than are kept (20,000): the others were only counted. ${100_000 - MOST.addresses}`)
    expect(left).toContain('more sandboxes with an address than are kept')
  })

  it('of network cards is counted', { timeout: TIMEOUT }, async () => {
    const { node, left } = await traced(60_000, i => [say.cardStats(i * 7, i % 20, i % 10, 0)])
    expect(new Set(node?.pool.rows.map(row => row[1])).size).toBe(MOST['network cards'])
    expect(left).toContain('more network cards than are kept (64)')
  })

  it('of incidents keeps the worst and the last', { timeout: TIMEOUT }, async () => {
    const worst = 1_500
    const { node, left } = await traced(
      6_000,
      i => Array.from({ length: i === worst ? 30 : 1 }, (_, k) => [say.add(sandbox(i * 100 + k)), say.none, say.refused]).flat(),
      400_000,
    )
    expect(node?.incidents.length).toBeLessThanOrEqual(2 * MOST.incidents)
    expect(Math.max(...(node?.incidents.map(({ failedRequests }) => failedRequests) ?? []))).toBe(30)
    expect(node?.incidents.at(-1)?.firstFailureAt).toBe(new Date(START + 5_999 * 400_000).toISOString())
    expect(node?.requests.failed).toBe(6_029)
    expect(left).toContain('more incidents than are kept (1,000)')
  })

  it('of pods that wait is counted', { timeout: TIMEOUT }, async () => {
    const { node, left } = await traced(30_000, i => [say.add(sandbox(i)), say.describe(sandbox(i), `p${i}`), say.none, say.refused])
    expect(node?.incidents.reduce((sum, { pods }) => sum + pods.length, 0)).toBeLessThanOrEqual(20_000)
    expect(node?.requests.failed).toBe(30_000)
    expect(left).toContain('more waiting pods than are kept')
  })

  it('of characters in a text is cut', async () => {
    const { left, report } = await traced(500, i => [
      `Failed to CreateNetworkInterface ${'x'.repeat(100_000)}${i}`,
      say.add('z'.repeat(5_000) + i),
    ])
    expect(left).toContain('Texts longer than any of ipamd were cut.')
    expect(JSON.stringify(report).length).toBeLessThan(3_000_000)
  })

  it('of nodes counts the lines of the others', { timeout: TIMEOUT }, async () => {
    const more = 4_200
    const { report } = await tracedWrapped(
      2 * more,
      i => `n${i % more}`,
      i => say.add(sandbox(i)),
    )
    // the log could have lines of its own
    const kept = TOGETHER.nodes - 1
    expect(report.nodes).toHaveLength(kept)
    expect(report.inputs[0]).toMatchObject({ lines: 2 * more, understood: 2 * more })
    expect(report.nodes.every(({ requests }) => requests.add === 2)).toBe(true)
    expect(report.problems).toMatchObject([
      { severity: 'damage', text: expect.stringContaining('more nodes than are kept'), count: 2 * (more - kept) },
    ])
  })

  it('of things in all nodes together counts the lines of those that have the most, and follows the others', {
    timeout: TIMEOUT,
  }, async () => {
    const lines = 200_000
    const { report } = await tracedWrapped(
      lines,
      i => (i % 1_000 === 999 ? 'small' : `big${i % 50}`),
      i => (i % 1_000 === 999 ? say.add(sandbox(i)) : say.addEni(eni(i))),
    )
    const kept = report.nodes.reduce((sum, { enis }) => sum + enis.length, 0)
    expect(kept).toBeGreaterThan(TOGETHER.entities / 4)
    expect(kept).toBeLessThan(TOGETHER.entities)
    expect(report.nodes.find(({ node }) => node === 'small')?.requests.add).toBe(lines / 1_000)
    expect(report.inputs[0]).toMatchObject({ lines, understood: lines })
    const counted = report.nodes.reduce((sum, { quality }) => sum + quality.lines, 0)
    expect(report.problems.filter(({ severity }) => severity === 'damage')).toMatchObject([
      {
        text: expect.stringMatching(/^All nodes together have more than is kept: further lines of big\d+, .* were only counted\.$/),
        count: lines - counted,
      },
    ])
  })

  it('of logs leaves the rest out, which is damage', { timeout: TIMEOUT }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'logs-'))
    try {
      for (let i = 0; i < 4_100; i++) {
        mkdirSync(join(folder, `n${i}`))
        writeFileSync(join(folder, `n${i}`, 'ipamd.log'), `${zap(`Found instance-id: i-${hex(i, 17)} `)}\n`)
      }
      const { nodes, problems } = await openSources([folder], {
        stdin: [][Symbol.iterator]() as unknown as AsyncIterable<Uint8Array>,
        look: () => ({ firstAt: null, lastAt: null, ipamd: true, enis: [], several: false, midLine: false, unordered: false }),
      })
      expect(nodes.reduce((sum, { inputs }) => sum + inputs.length, 0)).toBe(4_000)
      expect(problems.filter(({ kind }) => kind === 'too-many-logs')).toMatchObject([
        { severity: 'damage', text: expect.stringContaining('100 left out') },
      ])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('lines that would make each other dear', () => {
  it.each<[string, (i: number) => readonly string[], number]>([
    [
      'prefixes that come and go',
      i => [
        say.added('eni-1', `${address(i * 16)}/28`),
        say.assign(address(i * 16 + 1), sandbox(i)),
        say.deleted('eni-1', `${address((i >> 1) * 16)}/28`),
      ],
      1,
    ],
    ['prefixes that nobody added', i => [say.assign(address(i), sandbox(i)), say.deleted('eni-1', `${address(i * 16)}/28`)], 1],
    ['ENIs that are excluded', i => [say.added(eni(i), `${address(i)}/32`), `ENI ${eni(i)} marked as excluded from pod IP allocation`], 1],
    [
      'restarts while many pods live',
      i => (i % 2 === 0 ? [say.assign(address(i), sandbox(i)), say.assign(address(i + 1), sandbox(i + 1))] : [say.started, say.serving]),
      1,
    ],
    [
      'modes that change',
      i =>
        i < 10_000 ? [say.added(eni(i % 40), `${address(i)}/32`)] : ['Prefix Delegation enabled true', 'Prefix Delegation enabled false'],
      1,
    ],
    [
      'statistics that contradict what rests',
      i => [
        say.added('eni-1', `${address(i)}/32`),
        say.assign(address(i), sandbox(i)),
        say.released(address(i), sandbox(i)),
        say.stats(i + 1, 0, i % 2 === 0 ? i >> 1 : i),
      ],
      0,
    ],
    ['requests of which none is answered', i => [say.add(sandbox(2 * i)), say.add(sandbox(2 * i + 1)), say.none, say.refused], 0],
    [
      'ENIs that nobody knows, taken out by force',
      i => [
        say.assign(address(i), sandbox(i)),
        say.unassign(address(i), sandbox(i)),
        `RemoveENIFromDataStore ${eni(i)}: IP/Prefix address pool stats: free 2 addresses, total: 0, assigned: 0, total prefixes: 0`,
      ],
      0,
    ],
    [
      'a pod that never gets its address',
      i => [say.add(sandbox(i)), say.describe(sandbox(i), `p${i % 20_000}`), say.none, say.refused],
      40_000,
    ],
  ])('%s', { timeout: TIMEOUT }, async (_, part, stepMs) => {
    const { report } = await traced(25_000, part, stepMs)
    expect(report.inputs[0]).toMatchObject({ unreadable: 0, unrecognized: 0, foreign: 0 })
    expect(report.nodes[0]?.quality.lines).toBe(report.inputs[0]?.lines)
  })

  it('parts of a line without an end', { timeout: TIMEOUT }, async () => {
    async function* parts(): AsyncIterable<Uint8Array> {
      yield Buffer.from(`${zap(say.started)}\n`)
      for (let i = 0; i < 100; i++) yield Buffer.from('2024-09-11T20:39:00.478123456Z stdout P x\n'.repeat(10_000))
    }
    const { report } = await traceAll(['-'], { stdin: parts() })
    expect(report.inputs[0]).toMatchObject({ lines: 1_000_001, joined: 1_000_000, truncated: true })
  })

  it('a line of 60 MB', { timeout: TIMEOUT }, async () => {
    async function* long(): AsyncIterable<Uint8Array> {
      yield Buffer.from('{"level":"info","msg":"')
      for (let i = 0; i < 600; i++) yield Buffer.alloc(100_000, 0x78)
      yield Buffer.from(`"}\n${zap(say.started)}\n`)
    }
    const { report } = await traceAll(['-'], { stdin: long() })
    expect(report.inputs[0]).toMatchObject({ lines: 2, unreadable: 1, understood: 1 })
  })

  it.each([
    ['[', '400,000 brackets'],
    ['{"a":', '400,000 braces'],
    ['{"log":', 'a wrapper in a wrapper'],
    ['{"level":"', 'beginnings of records'],
  ])('%s without an end', { timeout: TIMEOUT }, async text => {
    async function* deep(): AsyncIterable<Uint8Array> {
      yield Buffer.from(`${zap(say.started)}\n${text.repeat(400_000)}\n${text.repeat(90_000)}\n${zap(say.serving)}\n`)
    }
    const { report } = await traceAll(['-'], { stdin: deep() })
    expect(report.inputs[0]).toMatchObject({ lines: 4, understood: 2 })
  })
})
