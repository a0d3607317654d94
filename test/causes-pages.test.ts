import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diagnoses } from '../src/diagnoses/index.ts'
import { cases, reportOf } from './cases.ts'

const root = new URL('../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const ids = diagnoses.map(({ id }) => id)
const SECTIONS = ['What it means', 'How it is decided', 'What looks like it and is not', 'What to do', 'Shown by']

/** The files that a page names under "Shown by": the first shows the cause, the other one what it is not. */
function shownBy(page: string): { shows: string; looksLikeIt: string } {
  const [shows = '', looksLikeIt = ''] = [...(page.split('## Shown by')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path as string)
  return { shows, looksLikeIt }
}

/** All that a report names: causes of incidents, and findings. */
async function namedIn(id: string): Promise<string[]> {
  const { nodes } = await reportOf(id)
  return nodes.flatMap(node => [...node.incidents.map(({ cause }) => cause?.id ?? ''), ...node.findings.map(finding => finding.id)])
}

const caseOf = (path: string): string | undefined => /^fixtures\/cases\/([^/]+)\/ipamd\.log$/.exec(path)?.[1]

describe('the pages of causes', () => {
  it('are one for each diagnosis, and no more', () => {
    const pages = readdirSync(new URL('docs/causes/', root)).filter(name => name !== 'README.md')
    expect(pages.sort()).toEqual(ids.map(id => `${id}.md`).sort())
  })

  it('are listed in order of precedence, with their titles', () => {
    const listed = [...read('docs/causes/README.md').matchAll(/^- \[(.+?)\]\((.+?)\): (.+)$/gm)].map(([, id, file, title]) => ({
      id,
      file,
      title,
    }))
    expect(listed).toEqual(diagnoses.map(({ id, title }) => ({ id, file: `${id}.md`, title })))
  })

  it('are in the package', () => {
    expect((JSON.parse(read('package.json')) as { files: string[] }).files).toContain('docs')
  })
})

describe.each(diagnoses.map(({ id, title }) => [id, title] as const))('the page of %s', (id, title) => {
  const page = read(`docs/causes/${id}.md`)

  it('has the title of the diagnosis, and all sections', () => {
    expect(page.split('\n')[0]).toBe(`# ${id}: ${title}`)
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, section]) => section)).toEqual(SECTIONS)
    for (const section of page.split(/^## .+$/m).slice(1)) expect(section.trim().length).toBeGreaterThan(60)
  })

  it('fits a screen, and names no cause that there is not', () => {
    expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(46)
    expect(Math.max(...page.split('\n').map(line => line.length))).toBeLessThanOrEqual(130)
    const named = [...page.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+)`/g)].map(([, name]) => name as string)
    expect(named.filter(name => !ids.includes(name))).toEqual([])
  })

  it('says how sure the diagnosis can be, and nothing more', () => {
    const decided = page.split('## How it is decided')[1]?.split('\n## ')[0] ?? ''
    const code = read(`src/diagnoses/${id}.ts`)
    for (const confidence of ['certain', 'likely', 'possible'])
      expect(new RegExp(`\\b${confidence}\\b`, 'i').test(affirmed(decided)), confidence).toBe(code.includes(`'${confidence}'`))
  })

  it('names a log that shows it, and one that looks like it', async () => {
    const { shows, looksLikeIt } = shownBy(page)
    for (const path of [shows, looksLikeIt]) {
      expect(existsSync(new URL(path, root)), path).toBe(true)
      if (caseOf(path) === undefined) expect(path).toMatch(/^test\/diagnoses\/.+\.test\.ts$/)
      else expect(cases).toContain(caseOf(path))
    }
    const showing = caseOf(shows)
    if (showing === undefined) expect(shows).toBe(`test/diagnoses/${id}.test.ts`)
    else expect(await namedIn(showing)).toContain(id)
    const other = caseOf(looksLikeIt)
    if (other !== undefined) expect(await namedIn(other)).not.toContain(id)
  })
})

/** What a page says in the affirmative: without "Never certain" and "for certain". */
function affirmed(text: string): string {
  return text.replaceAll(/Never\s+certain|not\s+known\s+for\s+certain/g, '')
}
