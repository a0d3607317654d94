import { createHash } from 'node:crypto'
import { brotliCompressSync } from 'node:zlib'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { BEGINNING, reportIn } from '../../src/reporters/html/embedded.ts'
import { escapeHtml, join, Markup, html as markup, raw } from '../../src/reporters/html/markup.ts'
import { html } from '../../src/reporters/html.ts'
import { reportOf as caseReport, cases } from '../cases.ts'
import { at, HOSTILE, madeUpNode, madeUpReport, reportOf } from './made-up-report.ts'

const OPTIONS = { columns: 100, color: false, verbose: false, quiet: false }

function pageOf(report: Report): string {
  return html(report, OPTIONS)
}

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
}

/** The elements that a real parser sees. */
function elementsOf(page: string): Element[] {
  const found: Element[] = []
  const textOf = (node: DefaultTreeAdapterTypes.ChildNode): string =>
    'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
  const walk = (node: DefaultTreeAdapterTypes.ParentNode | DefaultTreeAdapterTypes.ChildNode): void => {
    if ('tagName' in node)
      found.push({
        name: node.tagName,
        attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
        text: node.childNodes.map(textOf).join(''),
      })
    if ('childNodes' in node) node.childNodes.forEach(walk)
  }
  walk(parse(page))
  return found
}

/** Every string of a log in a report made hostile. */
function hostileReport(text: string): Report {
  const keep = new Set(['schema', 'status', 'confidence', 'severity', 'outcome', 'from', 'to', 'kind', 'part'])
  const poison = (value: unknown, key: string): unknown => {
    if (key === 'columns' || key === 'tool') return value
    if (typeof value === 'string') return keep.has(key) || /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/.test(value) ? value : text
    if (Array.isArray(value)) return value.map(item => poison(item, key))
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name)]))
    return value
  }
  return poison(madeUpReport({ pods: 3 }), '') as Report
}

describe('the page', () => {
  it('says status, length, node and time in its title', () => {
    const title = elementsOf(pageOf(madeUpReport())).find(({ name }) => name === 'title')
    expect(title?.text).toBe('FAIL 5m without an address · ip-10-20-31-17.eu-west-1.compute.internal · 2025-11-18 20:41 UTC · ipamd-trace')
  })

  it('begins with the verdict, then shows the pool, the time, the pods, what to do, the evidence', () => {
    const headings = elementsOf(pageOf(madeUpReport({ pods: 5 }))).filter(({ name }) => /^h[1-3]$/.test(name))
    expect(headings.map(({ name, text }) => `${name} ${text}`)).toEqual([
      'h1 Pods could not get an IP address for 5m: the subnet had no free address.',
      'h2 The pool over time',
      'h2 Where the 5m went',
      'h2 Pods hit',
      'h2 Do next',
      'h2 Evidence: 2 lines of the log',
      'h2 Also worth knowing',
      'h2 How sure this is',
    ])
  })

  it('says before anything else that the log is damaged', () => {
    const page = pageOf(madeUpReport())
    expect(page.indexOf('The log is damaged')).toBeGreaterThan(page.indexOf('<h1>'))
    expect(page.indexOf('The log is damaged')).toBeLessThan(page.indexOf('14 requests for 1 pod failed.'))
  })

  it.each([
    [{ recovered: true, fixed: true }, 'Recovered at 20:46:07, and what caused it is gone.'],
    [{ recovered: true, fixed: false }, 'Recovered at 20:46:07, not fixed.'],
    [{ recovered: true, fixed: null }, 'Recovered at 20:46:07; whether the cause is gone, this log does not say.'],
    [{ recovered: false, fixed: false }, 'Not recovered when the log ends at 20:50:00.'],
  ])('tells recovered from fixed: %j', ({ recovered, fixed }, said) => {
    const node = madeUpNode({ recovered })
    expect(pageOf(reportOf([{ ...node, incidents: node.incidents.map(incident => ({ ...incident, fixed })) }]))).toContain(said)
  })

  it('does not say that pods wait on where nobody asked any more', () => {
    const node = madeUpNode({ recovered: false })
    const incidents = node.incidents.map(incident => ({ ...incident, lastFailureAt: at(360) }))
    const page = pageOf(reportOf([{ ...node, incidents }]))
    expect(page).toContain('No later success; the log ends at 20:50:00.')
    expect(page).toContain('never served')
    expect(page).not.toMatch(/still waiting|longest wait/)
    expect(pageOf(reportOf([node]))).toContain('still waiting')
  })

  it('is short where nothing happened', () => {
    const node = { ...madeUpNode(), incidents: [], findings: [], happenings: [] }
    const page = pageOf({ ...reportOf([node]), problems: [] })
    const text = elementsOf(page).find(({ name }) => name === 'main')?.text ?? ''
    expect(text).toContain('No pod waited for an IP address.')
    expect(text).not.toMatch(/Pods hit|Do next|Evidence|damaged|What happened/)
    expect(text).toContain('Log quality')
  })

  it('leaves out what the log cannot tell instead of showing 0', () => {
    const node = madeUpNode()
    const page = pageOf(
      reportOf([
        {
          ...node,
          pool: { ...node.pool, rows: [[at(0), 0, null, null, null, null]] },
          incidents: node.incidents.map(incident => ({ ...incident, poolAtFirstFailure: null })),
        },
      ]),
    )
    expect(page).toContain('The log does not tell the size of the pool.')
    expect(page).not.toContain('assigned at first failure')
    expect(elementsOf(page).find(({ name }) => name === 'main')?.text).not.toMatch(/null|undefined|NaN/)
  })

  it('tells of a report without nodes', () => {
    const report: Report = {
      ...reportOf([]),
      verdict: { status: 'unknown', headline: 'No line of ipamd was found, so this log cannot tell.', cause: null },
    }
    expect(elementsOf(pageOf(report)).find(({ name }) => name === 'h1')?.text).toBe(report.verdict.headline)
  })

  it('gives each node a row on one axis and the worst its section first', () => {
    const report = reportOf([
      madeUpNode({ node: 'quiet', pods: 1 }),
      madeUpNode({ node: 'worst', pods: 40 }),
      { ...madeUpNode({ node: 'well' }), incidents: [], findings: [] },
    ])
    const elements = elementsOf(pageOf(report))
    const rows = elements
      .filter(({ name, attributes }) => name === 'text' && attributes.class === 'label')
      .map(({ text }) => text.split(' ')[0])
    expect(rows.slice(0, 3)).toEqual(['worst', 'quiet', 'well'])
    expect(elements.filter(({ name }) => name === 'h2').map(({ text }) => text)).toEqual([
      'The pools over time, worst first',
      'Nodes',
      'Do next',
      'worst',
      'quiet',
      'How sure this is',
    ])
  })

  it('draws each of several incidents that stand far apart', () => {
    const node = madeUpNode()
    const later = node.incidents.map(incident => ({
      ...incident,
      firstFailureAt: at(80_000),
      lastFailureAt: at(80_100),
      recoveredAt: at(80_110),
      failures: [at(80_000), at(80_100)],
      pods: [],
    }))
    const page = pageOf(reportOf([{ ...node, lastAt: at(86_000), incidents: [...node.incidents, ...later] }]))
    expect(
      elementsOf(page)
        .filter(({ name }) => name === 'figure')
        .map(({ attributes }) => attributes.id),
    ).toEqual(['pool', 'incidents-1', 'incidents-2'])
    expect(page).toContain('2025-11-19 18:53:20.000')
  })

  it('is the same for a report and for its JSON', () => {
    const report = madeUpReport({ pods: 7 })
    expect(pageOf(JSON.parse(JSON.stringify(report)))).toBe(pageOf(report))
  })
})

describe('the chart', () => {
  const paths = (report: Report): string[] =>
    elementsOf(pageOf(report))
      .filter(({ name, attributes }) => name === 'path' && attributes.class === 'assigned')
      .map(({ attributes }) => attributes.d as string)

  it('draws steps: every line runs level or upright', () => {
    expect(paths(madeUpReport())[0]).toMatch(/^(?:M[\d.]+ [\d.]+(?:[HV]-?[\d.]+)+Z)+$/)
  })

  it('leaves a hole where the log cannot tell', () => {
    const node = madeUpNode()
    const rows = [
      [at(0), 0, 29, 5, 0, 0],
      [at(100), 0, null, null, null, null],
      [at(200), 0, 29, 7, 0, 0],
    ] as const
    expect(paths(reportOf([{ ...node, pool: { ...node.pool, rows } }]))[0]?.match(/M/g)).toHaveLength(2)
  })

  it('says how many failed requests it cannot draw', () => {
    expect(pageOf(madeUpReport({ pods: 1_500 }))).toContain('Not drawn: 1,000 failed requests')
    expect(pageOf(madeUpReport({ pods: 15 }))).not.toContain('Not drawn')
  })

  it('gives each network card a pool of its own', () => {
    const node = madeUpNode()
    const rows = [
      [at(0), 0, 29, 5, 0, 0],
      [at(0), 1, 14, 14, 0, 0],
      [at(90), 1, 14, 13, 1, 0],
    ] as const
    const report = reportOf([{ ...node, pool: { ...node.pool, rows } }])
    expect(paths(report)).toHaveLength(2)
    expect(pageOf(report)).toContain('network card 1')
  })

  it('says what the instance can hold where the scale has room for it', () => {
    const node = madeUpNode()
    const limits = (enis: number): string => pageOf(reportOf([{ ...node, limits: { enis, addressesPerEni: 29 } }]))
    expect(limits(2)).toContain('class="limit" x1="0" x2="100%"')
    expect(limits(8)).not.toContain('class="limit" x1="0" x2="100%"')
    expect(limits(8)).toContain('the instance can hold 232')
  })

  it('says of each mark what it is, when, and which line', () => {
    const titles = elementsOf(pageOf(madeUpReport({ pods: 2 })))
      .filter(({ name }) => name === 'title')
      .map(({ text }) => text)
    for (const said of [
      '20:41:07.000 a request of shop/cart-6d9f7c8b54-0 failed (line 184236)',
      '20:41:02.871 CreateNetworkInterface: InsufficientFreeAddressesInSubnet, request ID 3f6a1c52-8d1e-4b77-9c0e-6a2f5d1b7e90 (line 184219)',
      '20:41:08.000 – 20:43:00.000 ipamd waits two minutes after an Insufficient error, 23 lines (line 184240)',
      '20:45:30.000 batch/cart-6d9f7c8b54-1 gave its address back (line 185230)',
      '20:45:33.000 – 20:45:34.500 batch/cart-6d9f7c8b54-2 and 6 more gave their addresses back (line 185238)',
      '20:46:07.000 – 20:46:07.100 2 pods served: shop/cart-6d9f7c8b54-0 (line 185431) and shop/cart-6d9f7c8b54-1 (line 185432)',
      '29 total, 21 assigned, 8 in cooldown, 0 assignable since 20:46:04.000',
    ])
      expect(titles).toContain(said)
  })

  it('keeps the extremes of a long log and says what it merged', () => {
    const page = pageOf(madeUpReport({ steps: 30_000 }))
    expect(page).toMatch(/Merged in this drawing: 2\d,\d{3} steps of the pool/)
    expect(paths(madeUpReport({ steps: 30_000 }))[0]?.length).toBeLessThan(40_000)
    expect(page).toContain('28 assigned, 1 assignable')
  })
})

describe('what the page may do', () => {
  const page = pageOf(madeUpReport({ pods: 3 }))
  const elements = elementsOf(page)

  it('forbids everything but its own style and script, named by their hashes', () => {
    const policy = elements.find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')?.attributes.content
    const hash = (name: string): string[] =>
      elements
        .filter(element => element.name === name && element.attributes.type === undefined)
        .map(({ text }) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    expect(hash('style')).toHaveLength(1)
    expect(hash('script')).toHaveLength(1)
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; img-src 'none'; base-uri 'none'; form-action 'none'`,
    )
  })

  it('names no address to load from, and no element has a style or a handler of its own', () => {
    for (const { name, attributes } of elements) {
      expect(['img', 'link', 'iframe', 'object', 'embed', 'form', 'base', 'audio', 'video']).not.toContain(name)
      for (const [key, value] of Object.entries(attributes)) {
        expect(key).not.toMatch(/^on|^style$|^src/)
        if (key === 'href') expect(value).toMatch(/^#/)
      }
    }
  })

  it('points only to places that it has', () => {
    const ids = elements.map(({ attributes }) => attributes.id).filter(id => id !== undefined)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { attributes } of elements) if (attributes.href !== undefined) expect(ids).toContain(attributes.href.slice(1))
  })
})

describe('hostile text', () => {
  const known = new Set(elementsOf(pageOf(hostileReport('harmless'))).map(({ name }) => name))
  const counted = (page: string): number => elementsOf(page).length

  it.each(HOSTILE.map(text => [JSON.stringify(text).slice(0, 50), text]))('stays text: %s', (_, text) => {
    const page = pageOf(hostileReport(text))
    const elements = elementsOf(page)
    expect(elements.filter(({ name }) => !known.has(name))).toEqual([])
    expect(elements.length).toBe(counted(pageOf(hostileReport('harmless'))))
    expect(elements.filter(({ name, attributes }) => name === 'script' && attributes.type === undefined)).toHaveLength(1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  })

  it('is balanced: what is opened is closed by its own name', () => {
    for (const text of HOSTILE) {
      const errors: string[] = []
      parse(pageOf(hostileReport(text)), { onParseError: ({ code }) => void errors.push(code) })
      expect(errors).toEqual([])
    }
  })
})

describe('the size', () => {
  it.each([
    [1, 100_000],
    [50, 100_000],
    [20_000, 1_000_000],
  ])('of a report with %i pods stays below %i bytes', (pods, most) => {
    const page = pageOf(madeUpReport({ pods, name: i => `checkout-${(i * 2_654_435_761).toString(36)}-${(i * 40_503).toString(36)}` }))
    expect(Buffer.byteLength(page)).toBeLessThan(most)
  })

  it.each(cases)('of a usual incident stays below 100 kB: %s', async id => {
    expect(Buffer.byteLength(pageOf(await caseReport(id)))).toBeLessThan(100_000)
  })

  it('of hundreds of nodes stays below a megabyte', () => {
    const nodes = Array.from({ length: 300 }, (_, i) => madeUpNode({ node: `ip-10-0-${i}-1`, pods: 30 }))
    const page = pageOf(reportOf(nodes))
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000)
    expect(page).toContain('The 24 worst of 300 nodes are drawn.')
    expect(page).toContain('And 100 more nodes.')
  })

  it('is kept by leaving pods out of the table, and the page says so', () => {
    const page = pageOf(madeUpReport({ pods: 10_000 }))
    expect(page).toContain('And 9,500 more pods')
    expect(reportIn(page)?.nodes[0]?.incidents[0]?.pods).toHaveLength(10_000)
  })
})

describe('the report inside the page', () => {
  it.each([1, 50, 2_000])('is the report, with %i pods', pods => {
    const report = madeUpReport({ pods })
    expect(reportIn(pageOf(report))).toEqual(report)
  })

  it.each(HOSTILE.filter(text => text !== '__proto__').map(text => [JSON.stringify(text).slice(0, 50), text]))(
    'comes back whole: %s',
    (_, text) => {
      const report = hostileReport(text)
      expect(reportIn(pageOf(report))).toEqual(report)
    },
  )

  const plain = pageOf(madeUpReport())
  const change = (from: string, to: string): string => {
    expect(plain).toContain(from)
    return plain.replace(from, to)
  }

  it.each<[string, () => string]>([
    ['another page', () => plain.slice(BEGINNING.length)],
    ['a page that was cut', () => plain.slice(0, plain.indexOf('"nodes":') + 50)],
    ['another schema', () => change('"schema":"ipamd-trace/report"', '"schema":"other"')],
    ['a newer version', () => change('"schemaVersion":1', '"schemaVersion":2')],
    ['a missing part', () => change('"verdict":', '"verdikt":')],
    ['a number for a text', () => change('"headline":"', '"headline":1,"x":"')],
    ['a text for a list', () => change('"problems":[', '"problems":"","x":[')],
    ['null for a node', () => change('"nodes":[', '"nodes":[null,')],
    ['an instant that is none', () => change('"firstFailureAt":"2025-11-18', '"firstFailureAt":"2025-99-18')],
    ['a place in a file that is not there', () => change('"input":0', '"input":7')],
    ['a negative line', () => change('"line":184219', '"line":-1')],
    ['a status that is none', () => change('"status":"fail"', '"status":"<b>"')],
    [
      'data that is packed and is no report',
      () =>
        `${BEGINNING}<script type="application/json" id="report" data-packed="brotli base64">"${brotliCompressSync('[1]').toString('base64')}"</script>`,
    ],
    [
      'data that says to be packed and is not',
      () => `${BEGINNING}<script type="application/json" id="report" data-packed="brotli base64">{}</script>`,
    ],
    [
      'data that unfolds without end',
      () =>
        `${BEGINNING}<script type="application/json" id="report" data-packed="brotli base64">"${brotliCompressSync(Buffer.alloc(101_000_000)).toString('base64')}"</script>`,
    ],
    ['JSON nested without end', () => `${BEGINNING}<script type="application/json" id="report">${'['.repeat(200_000)}</script>`],
    [
      'an inherited key',
      () => `${BEGINNING}<script type="application/json" id="report">{"__proto__":{"schema":"ipamd-trace/report"}}</script>`,
    ],
    ['nothing', () => ''],
  ])('is not taken from %s', (_, page) => {
    expect(reportIn(page())).toBeUndefined()
  })

  it('may carry keys of a later release', () => {
    expect(reportIn(change('"schemaVersion":1', '"schemaVersion":1,"weather":"fine"'))?.verdict.status).toBe('fail')
  })
})

describe('the template', () => {
  it('escapes every interpolation', () => {
    expect(String(markup`<p title="${'"<&>\''}">${'<b>"'}${3}${null}${undefined}${false}</p>`)).toBe(
      `<p title="&quot;&lt;&amp;&gt;'">&lt;b&gt;"3</p>`,
    )
  })

  it('takes markup as it is, and nothing that only looks like it', () => {
    expect(String(markup`${markup`<i>${'&'}</i>`}${[raw('<b>'), raw('</b>')]}${join([raw('1'), raw('2')], ', ')}`)).toBe(
      '<i>&amp;</i><b></b>1, 2',
    )
    const forged = JSON.parse('{"toString":"<script>"}')
    expect(() => String(markup`${forged}`)).toThrow()
    expect(forged instanceof Markup).toBe(false)
    expect(() => markup`<p title="${markup`"`}">`).toThrow('markup may not stand in an attribute')
  })

  it('makes control characters and marks of direction visible', () => {
    expect(escapeHtml('a\u0000\u202eb\n')).toBe('a\\u0000\\u202eb\\u000a')
  })

  it.each<[string, () => unknown]>([
    ['as the name of an element', () => markup`<${'b'}>`],
    ['as an attribute', () => markup`<p ${'onclick'}>`],
    ['as a value without quotes', () => markup`<p title=${'a b'}>`],
    ['between single quotes', () => markup`<p title='${'a'}'>`],
    ['in a script', () => markup`<script>${'alert(1)'}</script>`],
    ['in a style', () => markup`<style>${'a'}</style>`],
    ['in a comment', () => markup`<!-- ${'a'} -->`],
  ])('refuses a value %s', (_, write) => {
    expect(write).toThrow('a value may not stand here')
  })
})
