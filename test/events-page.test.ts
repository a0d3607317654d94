/**
 * docs/events.md is written from the extractors: every kind of event, its fields, and one of ipamd's own wordings.
 * After a change of the extractors: `npx vitest run test/events-page.test.ts -u`.
 */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { extractors, recognize } from '../src/extractors/recognize.ts'
import { compile } from '../src/extractors/wording.ts'
import { kinds } from '../src/queries/events.ts'
import { cases } from './cases.ts'
import { fixture, sections } from './support/fixtures.ts'
import { zap } from './support/lines.ts'
import { readLog } from './support/read-log.ts'

const HEAD = `# Events

\`ipamd-trace events PATH...\` prints one event a line: what a line of ipamd's log says. Every event has \`at\` (ISO 8601, UTC), \`node\`, \`kind\`, \`input\` and
\`line\` (where it stands) and \`level\`, and from v1.6.1 of the CNI on \`caller\`. What else it may have stands below; a field that its line does not tell
is absent. \`container\` is the bare id in \`sandbox\`. Kinds and fields are added over time; those that are here keep their names.

Each row shows the newest of ipamd's wordings that become this event, and the first release that prints one of them.

| Kind | Fields | ipamd says | Since |
|---|---|---|---|
`

const COMMON: ReadonlySet<string> = new Set(['at', 'kind', 'level', 'input', 'line', 'caller'])

/** Lines of IPv6 nodes, of which the worked cases have none. */
const IPV6 = [
  'Send AddNetworkReply: IPv4Addr: , IPv6Addr: 2001:db8::7, DeviceNumber: 0, err: <nil>',
  'Send DelNetworkReply: IPv4Addr: , IPv6Addr: 2001:db8::7, DeviceNumber: 0, err: <nil>',
  'Assigned IP from network card: 0 -> IPv4: , IPv6: 2001:db8::7, device number: 0, ',
]

/** The fields of each kind, as real lines have them: those of fixtures/wordings and of the cases. */
function fieldsByKind(): Map<string, Map<string, Set<string>>> {
  const found = new Map<string, Map<string, Set<string>>>()
  const wordings = readdirSync(new URL('../fixtures/wordings/', import.meta.url)).filter(name => name.endsWith('.log'))
  const logs = [
    ...wordings.flatMap(name => sections(fixture(`wordings/${name}`)).map(({ lines }) => lines)),
    ...cases.map(id => fixture(`cases/${id}/ipamd.log`)),
    IPV6.map(message => `${zap(message, '2024-09-11T20:00:00.000Z')}\n`).join(''),
  ]
  for (const { record, line } of logs.flatMap(log => readLog(log).records)) {
    const event = recognize(record, { input: 0, line })
    if (typeof event === 'string') continue
    const fields = found.get(event.kind) ?? new Map<string, Set<string>>()
    found.set(event.kind, fields)
    for (const [name, value] of Object.entries(event))
      if (!COMMON.has(name)) fields.set(name, (fields.get(name) ?? new Set()).add(typeof value))
  }
  return found
}

const fields = fieldsByKind()

function row({ kind, rows }: (typeof extractors)[number]): string {
  const [since = ''] = rows.map(([since]) => since).sort(byRelease)
  const newest = [...rows].sort((a, b) => byRelease(b[0], a[0]))[0]
  const { literals, verbs } = compile(newest?.[1] ?? '')
  const text = literals.map((literal, i) => `${literal}${verbs[i] === undefined ? '' : '…'}`).join('')
  const own = [...(fields.get(kind) ?? [])].map(([name, types]) => `\`${name}\` ${[...types].join(' or ')}`).join(', ')
  return `| \`${kind}\` | ${own} | ${text.trim().replaceAll('|', '\\|').replaceAll('<', '&lt;')} | ${since} |\n`
}

function byRelease(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

describe('docs/events.md', () => {
  it('has every kind of event', async () => {
    await expect(`${HEAD}${extractors.map(row).join('')}`).toMatchFileSnapshot('../docs/events.md')
  })

  it('has a real line behind every kind', () => {
    expect(kinds.filter(kind => !fields.has(kind))).toEqual([])
  })
})
