/**
 * docs/events.md is written from the extractors: every kind of event, its fields, and one of ipamd's own wordings.
 * After a change of the extractors: `npx vitest run test/events-page.test.ts -u`.
 */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { extractors, recognize } from '../src/extractors/recognize.ts'
import { compile } from '../src/extractors/wording.ts'
import { eventFields, kinds } from '../src/queries/events.ts'
import { events } from '../src/trace.ts'
import { caseFile, cases } from './cases.ts'
import { fixture, sections } from './support/fixtures.ts'
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

/** The fields of each kind, as the real lines of fixtures/wordings have them: `address: string`. */
function fieldsByKind(): Map<string, Map<string, Set<string>>> {
  const found = new Map<string, Map<string, Set<string>>>()
  const files = readdirSync(new URL('../fixtures/wordings/', import.meta.url)).filter(name => name.endsWith('.log'))
  for (const { lines } of files.flatMap(name => sections(fixture(`wordings/${name}`)))) {
    for (const { record, line } of readLog(lines).records) {
      const event = recognize(record, { input: 0, line })
      if (typeof event === 'string') continue
      const fields = found.get(event.kind) ?? new Map<string, Set<string>>()
      found.set(event.kind, fields)
      for (const [name, value] of Object.entries(event))
        if (!COMMON.has(name)) fields.set(name, (fields.get(name) ?? new Set()).add(typeof value))
    }
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

  it('has every field of the events that the cases print', async () => {
    const unknown = new Set<string>()
    for (const id of cases)
      await events([caseFile(id, 'ipamd.log')], (event, node) => {
        const { kind, ...others } = eventFields(event, node)
        for (const name of Object.keys(others))
          if (name !== 'node' && !COMMON.has(name) && !fields.get(kind)?.has(name)) unknown.add(`${kind}.${name}`)
      })
    expect([...unknown]).toEqual([])
    expect(kinds.filter(kind => !fields.has(kind))).toEqual([])
  })
})
