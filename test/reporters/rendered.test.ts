import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import type { NodeReport, Report } from '../../src/model/report.ts'
import { tickets } from '../../src/reporters/index.ts'
import { printable } from '../../src/words.ts'
import { HOSTILE, madeUpNode, madeUpReport, reportOf } from './made-up-report.ts'

/** The tickets as their readers see them: by the grammar of CommonMark and GitHub, then by that of HTML. */

const OPTIONS = { columns: 100, color: false, verbose: false, quiet: false }
type Flavor = 'github' | 'jira'

interface Element {
  readonly name: string
  readonly attributes: readonly string[]
  readonly text: string
}

interface Rendered {
  readonly elements: readonly Element[]
  readonly text: string
  readonly errors: readonly string[]
}

/** GitHub shows the HTML that stands in a text. Jira shows it as it is written. */
function render(flavor: Flavor, report: Report): Rendered & { readonly source: string } {
  const source = tickets[flavor](report, OPTIONS)
  const markup = micromark(source, { allowDangerousHtml: flavor === 'github', extensions: [gfm()], htmlExtensions: [gfmHtml()] })
  const errors: string[] = []
  const root = parseFragment(markup, { onParseError: ({ code }) => void errors.push(code), sourceCodeLocationInfo: true })
  const elements: Element[] = []
  const walk = (node: DefaultTreeAdapterTypes.ChildNode): string => {
    if ('value' in node) return node.value
    if (!('childNodes' in node)) return ''
    const at = 'tagName' in node ? elements.push({ name: node.tagName, attributes: [], text: '' }) - 1 : -1
    const text = node.childNodes.map(walk).join('')
    if ('tagName' in node) elements[at] = { name: node.tagName, attributes: node.attrs.map(({ name, value }) => `${name}=${value}`), text }
    return text
  }
  return { source, elements, text: root.childNodes.map(walk).join(''), errors }
}

/** What our own templates write. A link, a picture, a task, a mention or a footnote would be another's. */
const OURS: Readonly<Record<Flavor, ReadonlySet<string>>> = {
  github: new Set('h2 h3 h4 p strong code pre table thead tbody tr th td ul ol li details summary sub'.split(' ')),
  jira: new Set('h2 h3 h4 p strong code pre table thead tbody tr th td ul ol li'.split(' ')),
}
const ATTRIBUTES = /^(?:align=right|class=language-(?:json|text))$/

function expectOurs(flavor: Flavor, { elements, errors }: Rendered): void {
  expect(elements.filter(({ name }) => !OURS[flavor].has(name))).toEqual([])
  expect(elements.flatMap(({ attributes }) => attributes).filter(attribute => !ATTRIBUTES.test(attribute))).toEqual([])
  expect(errors).toEqual([])
}

/** Whether a name stands as code or as text depends on its characters; all else does not. */
function structure({ elements }: Rendered): string {
  return elements
    .map(({ name }) => name)
    .filter(name => name !== 'code')
    .join(' ')
}

/** Every string of a log in a report is `text`. */
function named(text: string): Report {
  const node = madeUpNode({ pods: 3, name: i => `${text}${i}`, node: text, line: text })
  const report = reportOf([
    {
      ...node,
      findings: node.findings.map(finding => ({ ...finding, summary: text })),
      happenings: node.happenings.map(happening => ({ ...happening, text })),
      unknowns: [text],
      settings: { [text]: text },
      quality: { ...node.quality, unrecognized: node.quality.unrecognized.map(one => ({ ...one, text, level: text })) },
    },
    madeUpNode({ node: `${text}2`, pods: 1, line: text }),
  ])
  return {
    ...report,
    verdict: { ...report.verdict, headline: text },
    inputs: report.inputs.map(input => ({ ...input, path: `/${text}` })),
    problems: report.problems.map(problem => ({ ...problem, text })),
  }
}

function nodes(n: number, pods: number): NodeReport[] {
  return Array.from({ length: n }, (_, i) => madeUpNode({ pods, node: `ip-10-20-${i >> 8}-${i & 255}.eu-west-1.compute.internal` }))
}

const LIMITS: Readonly<Record<Flavor, number>> = { github: 60_000, jira: 30_000 }
const SIZES: readonly (readonly [string, Report])[] = [
  ...[0, 1, 50, 10_000].map(pods => [`${pods} pods`, madeUpReport({ pods })] as const),
  ...[1, 3, 300].map(n => [`${n} nodes`, reportOf(nodes(n, 20))] as const),
]

describe.each(['github', 'jira'] as const)('a ticket for %s, rendered', flavor => {
  it.each(SIZES)('has the elements that we write, and all of its tables: %s', (_, report) => {
    const rendered = render(flavor, report)
    expect(rendered.source.length).toBeLessThanOrEqual(LIMITS[flavor])
    expectOurs(flavor, rendered)
    const count = (wanted: string): number => rendered.elements.filter(({ name }) => name === wanted).length
    expect(rendered.elements[0]).toMatchObject({ name: 'h2', text: expect.stringContaining(report.verdict.headline) })
    expect(count('table')).toBeGreaterThan(0)
    expect(rendered.source.match(/^\|(?:-+:?\|)+$/gm)).toHaveLength(count('table'))
    expect(rendered.source.match(/^\| /gm)).toHaveLength(count('tr'))
    expect(count('details')).toBe(count('summary'))
  })

  const plain = structure(render(flavor, named('harmless')))

  it.each(HOSTILE.map(text => [JSON.stringify(text).slice(0, 50), text]))('has no other structure because of %s', (_, text) => {
    const rendered = render(flavor, named(text))
    expectOurs(flavor, rendered)
    expect(structure(rendered)).toBe(plain)
  })

  it('has no other structure whatever names are made of', () => {
    const pieces = [
      '`',
      '``',
      '|',
      '\\',
      '*',
      '_',
      '~',
      '[',
      ']',
      '(',
      ')',
      '<',
      '>',
      '!',
      '#',
      '@a',
      '&lt;',
      '&#96;',
      '$',
      '-',
      '1.',
      ' ',
      '\n',
      '\t',
    ]
    const blocks = [
      '---',
      '```',
      '~~~',
      '> ',
      '</details>',
      '<!--',
      '-->',
      '[^1]',
      '[x]',
      'https://a.b',
      'www.a.b',
      '![a](b)',
      '\u00a0',
      '\u202e',
      'a',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...blocks), { minLength: 1, maxLength: 12 }), parts => {
        const rendered = render(flavor, named(parts.join('')))
        expectOurs(flavor, rendered)
        expect(structure(rendered)).toBe(plain)
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 12), seed: Number(process.env.FUZZ_SEED ?? 7) },
    )
  })
})

describe('a name in a ticket for github', () => {
  it.each(HOSTILE.filter(text => text.length < 100))('is read as it is written: %j', text => {
    const { elements } = render('github', named(text))
    const shown = elements.filter(({ name }) => name === 'td').map(({ text }) => text.replaceAll('\u200b', ''))
    expect(shown).toContainEqual(expect.stringContaining(`${printable(text).trim()}0`))
  })
})

describe('a message for slack', () => {
  const messages = [
    ...SIZES.map(([name, report]) => [name, report] as const),
    ...HOSTILE.map(text => [JSON.stringify(text).slice(0, 50), named(text)] as const),
  ]

  it.each(messages)('closes each mark on its own line: %s', (_, report) => {
    const source = tickets.slack(report, OPTIONS)
    expect(source.length).toBeLessThanOrEqual(2_800)
    // Slack makes links, mentions and commands of what stands between angle brackets
    expect(source).not.toMatch(/[<>]/)
    const [before = '', ...rest] = source.split(/^```$/m)
    expect(rest.length % 2, 'a fence without an end').toBe(0)
    for (const line of [before, ...rest.filter((_, i) => i % 2 === 1)].join('').split('\n')) {
      const marked = line.replace(/`[^`]+`/g, '')
      expect(marked).not.toContain('`')
      expect((marked.match(/\*/g) ?? []).length % 2, line).toBe(0)
    }
  })
})
