import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { Report, State } from '../../src/model/report.ts'
import { type Format, reporters, type Ticket, tickets } from '../../src/reporters/index.ts'
import { caseFile } from '../cases.ts'
import { corpusLogs } from '../support/fixtures.ts'
import { run } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const CASES = ['subnet-out-of-addresses', 'leaked-ips-no-del', 'branch-eni-annotation-not-ready', 'iam-permission-missing']
const logs = [
  ...corpusLogs,
  ...CASES.map(id => ({ name: id, path: caseFile(id, 'ipamd.log'), text: readFileSync(caseFile(id, 'ipamd.log'), 'utf8') })),
]

const PATTERNS = [
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  /\b(?:eni|i|subnet|vpc|sg|eni-attach)-[0-9a-f]{8,17}\b/g,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
  /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g,
  /\b[0-9a-f]{64}\b/g,
  /\bip-\d+-\d+-\d+-\d+\b/g,
  /\b(?:[0-9a-f]{1,4}:){2,7}:?[0-9a-f]{1,4}\b/g,
  /(?<=POD_NAME:\\")[a-z0-9.-]+(?=\\")/g,
  /(?<=, Pod )[a-z0-9.-]+(?=, )/g,
]
const PUBLIC = /^(?:127\.|169\.254\.|0\.|255\.)|^\d\d:\d\d:\d\d$/

/** Found without anything of what redacts. */
function identifiersOf(text: string): string[] {
  const found = new Set(PATTERNS.flatMap(pattern => text.match(pattern) ?? []))
  for (const id of found) if (/^[0-9a-f]{64}$/.test(id)) found.add(id.slice(0, 12))
  return [...found].filter(id => id.length > 3 && !PUBLIC.test(id))
}

function leaks(output: string, ids: readonly string[]): string[] {
  return ids.filter(id => {
    for (let at = output.indexOf(id); at >= 0; at = output.indexOf(id, at + 1)) {
      const around = `${output[at - 1] ?? ' '}${output[at + id.length] ?? ' '}`
      // part of another number, of a longer word
      if (!/[0-9A-Za-z]/.test(around)) return true
    }
    return false
  })
}

describe.each(logs)('the redacted report of $name', ({ name, path, text }) => {
  const ids = identifiersOf(text)

  it('is about a log that names something', () => {
    expect(ids.length).toBeGreaterThan(5)
  })

  it.each(Object.keys(reporters) as Format[])('has no identifier of the log as %s', async format => {
    const plain = await run(path, '--format', format, '--verbose')
    const { out, err } = await run(path, '--format', format, '--verbose', '--redact')
    expect(err).toBe('')
    expect(leaks(plain.out, ids)).not.toEqual([])
    expect(leaks(out, ids)).toEqual([])
  })

  it.each(Object.keys(tickets) as Ticket[])('has no identifier of the log for %s', async ticket => {
    const { out } = await run(path, '--format', 'markdown', '--for', ticket, '--redact')
    expect(leaks(out, ids)).toEqual([])
  })

  it('says the same of cause, counts and times', async () => {
    const [before, after] = await Promise.all([run(path, '--format', 'json'), run(path, '--format', 'json', '--redact')])
    expect(before.code).toBe(after.code)
    expect(essence(JSON.parse(after.out))).toEqual(essence(JSON.parse(before.out)))
  })

  it('keeps who shares what in the state', async () => {
    const at = ['state', path, '--at', String(JSON.parse((await run(path, '--format', 'json')).out).nodes[0].lastAt), '--format', 'json']
    const [before, after] = await Promise.all([run(...at), run(...at, '--redact')])
    expect(leaks(after.out, ids)).toEqual([])
    expect(shape(JSON.parse(after.out))).toEqual(shape(JSON.parse(before.out)))
  })

  it('has no identifier of the log in its answers: events, timeline, lines, the story of a pod', async () => {
    const { nodes } = JSON.parse((await run(path, '--format', 'json')).out) as Report
    const [pod] = nodes[0]?.incidents[0]?.pods ?? []
    for (const asked of [
      ['events', path],
      ['timeline', path],
      ['show', `${path}:${Math.floor((nodes[0]?.quality.lines ?? 2) / 2)}`, '-C', '100'],
      ...(pod === undefined ? [] : [['pod', `${pod.namespace}/${pod.name}`, path, '--format', 'json']]),
    ]) {
      const { out, err } = await run(...asked, '--redact')
      expect(err).toBe('')
      expect(out.length).toBeGreaterThan(200)
      expect(leaks(out, ids), asked[0]).toEqual([])
    }
  })

  it('has no identifier where it is made from an HTML report', async () => {
    const file = join(folder, `${name}.html`)
    writeFileSync(file, (await run(path, '--format', 'html')).out)
    expect(leaks((await run(file, '--format', 'json', '--redact')).out, ids)).toEqual([])
  })
})

function essence({ verdict, nodes }: Report) {
  return {
    verdict: [verdict.status, verdict.headline, verdict.cause?.id, verdict.cause?.confidence, verdict.cause?.contributing],
    nodes: nodes.map(node => ({
      counts: [node.requests, node.pool, node.quality.lines, node.quality.levels, node.enis.length, node.release],
      incidents: node.incidents.map(incident => [
        incident.id,
        incident.firstFailureAt,
        incident.lastFailureAt,
        incident.recoveredAt,
        incident.failedRequests,
        incident.pods.map(pod => [pod.attempts, pod.firstAttemptAt, pod.assignedAt, pod.waitMs]),
        incident.breakdown,
        incident.evidence.map(({ input, line, at }) => [input, line, at]),
      ]),
      findings: node.findings.map(({ id, confidence, severity, evidence }) => [id, confidence, severity, evidence.length]),
      happenings: node.happenings.map(({ at, kind, count }) => [at, kind, count]),
    })),
  }
}

/** Which fields are equal to which, not what they are. */
function shape({ at, nodes }: State) {
  const numbers = new Map<string, number>()
  const of = (value: string | null): number | null => {
    if (value === null) return null
    if (!numbers.has(value)) numbers.set(value, numbers.size)
    return numbers.get(value) as number
  }
  return {
    at,
    nodes: nodes.map(node => ({
      counts: [node.total, node.assigned, node.cooldown],
      held: node.addresses.map(held => [
        held.state,
        held.since,
        of(held.address),
        of(held.eni),
        of(held.sandbox),
        of(held.pod),
        of(held.namespace),
      ]),
    })),
  }
}

describe('the map of the tokens', () => {
  it('leads back, and only its owner may read it', async () => {
    const [{ path }] = corpusLogs as [(typeof corpusLogs)[0]]
    const map = join(folder, 'map.json')
    writeFileSync(map, 'of another day', { mode: 0o644 })
    const { out } = await run(path, '--format', 'json', '--redact-map', map)
    expect(statSync(map).mode & 0o777).toBe(0o600)
    const originals = JSON.parse(readFileSync(map, 'utf8')) as Record<string, string>
    const { instanceId } = (JSON.parse(out) as Report).nodes[0] as { instanceId: string }
    expect(originals[instanceId]).toBe((JSON.parse((await run(path, '--format', 'json')).out) as Report).nodes[0]?.instanceId)
  })
})

describe('events', () => {
  it('have no identifier as CSV either', async () => {
    const [{ path, text }] = corpusLogs as [(typeof corpusLogs)[0]]
    const asked = ['events', path, '--format', 'csv']
    expect(leaks((await run(...asked)).out, identifiersOf(text))).not.toEqual([])
    expect(leaks((await run(...asked, '--redact')).out, identifiersOf(text))).toEqual([])
  })

  it('of a pipe are not redacted: the log is read twice', async () => {
    const { code, err, out } = await run('events', '-', '--redact')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe('ipamd-trace: --redact reads the log twice here: name the file\n')
  })
})

describe('ids in the path of an input', () => {
  it('are tokens too', async () => {
    const [{ text }] = corpusLogs as [(typeof corpusLogs)[0]]
    const path = join(folder, 'i-0f3a9c27d81be4506.ip-10-77-1-2.log')
    writeFileSync(path, text)
    const { out } = await run(path, '--format', 'json', '--redact')
    expect(leaks(out, ['i-0f3a9c27d81be4506', 'ip-10-77-1-2'])).toEqual([])
  })
})

describe('a slice', () => {
  const slice = join(folder, 'slice.log.gz')
  const find = (report: Report, id: string) => report.nodes[0]?.incidents.find(incident => incident.id === id)
  const told = (incident: ReturnType<typeof find>) => [
    incident?.cause?.id,
    incident?.cause?.confidence,
    incident?.failedRequests,
    incident?.firstFailureAt,
    incident?.lastFailureAt,
    incident?.recoveredAt,
    incident?.poolAtFirstFailure,
    incident?.breakdown,
    incident?.pods.map(pod => [pod.attempts, pod.waitMs]),
  ]
  const struck = logs.filter(
    ({ name }) => !['v1.18.3-iam-missing-at-start', 'v1.21.2-ipv6-with-restart', 'iam-permission-missing'].includes(name),
  )

  it.each(struck)('of $name shows the same incidents, redacted or not', async ({ path, text }) => {
    const report = JSON.parse((await run(path, '--format', 'json')).out) as Report
    const incidents = report.nodes[0]?.incidents ?? []
    expect(incidents).not.toEqual([])
    for (const incident of incidents) {
      const begin = [incident.firstFailureAt, ...incident.pods.map(pod => pod.firstAttemptAt)].sort()[0] as string
      const last = report.nodes[0]?.lastAt as string
      const end = [incident.recoveredAt ?? last, ...incident.pods.map(pod => pod.assignedAt ?? last)].sort().at(-1) as string
      const window = ['--since', begin, '--until', end]
      for (const redact of [[], ['--redact']]) {
        const { code, err } = await run('cut', path, ...window, '-o', slice, ...redact)
        expect({ code, err }).toEqual({ code: 0, err: '' })
        const again = JSON.parse((await run(slice, '--format', 'json')).out) as Report
        expect(told(find(again, incident.id))).toEqual(told(incident))
        if (redact.length > 0) expect(leaks(gunzipSync(readFileSync(slice)).toString(), identifiersOf(text))).toEqual([])
      }
    }
  })

  it('is made of lines as ipamd wrote them, up to the end of its window', async () => {
    const path = caseFile('subnet-out-of-addresses', 'ipamd.log')
    const { out } = await run('cut', path, '--since', '2024-09-11T20:40:00Z', '--until', '2024-09-11T20:41:00Z')
    const lines = out.trimEnd().split('\n')
    const all = new Set(readFileSync(path, 'utf8').split('\n'))
    expect(lines.filter(line => !all.has(line))).toEqual([])
    expect(lines.length).toBeLessThan(all.size)
    expect(lines.some(line => line.includes('"ts":"2024-09-11T20:41:2'))).toBe(false)
  })

  it('needs an order of its instants, and a line in between', async () => {
    const path = caseFile('subnet-out-of-addresses', 'ipamd.log')
    expect((await run('cut', path, '--since', '2024-09-12', '--until', '2024-09-11')).err).toContain('--since is later')
    expect((await run('cut', path, '--since', '2020-01-01', '--until', '2020-01-02')).code).toBe(2)
  })
})
