import { readFileSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { expect } from 'vitest'
import type { Io } from '../../src/cli/io.ts'
import { main } from '../../src/cli/main.ts'
import type { Input, Report } from '../../src/model/report.ts'
import { reportIn } from '../../src/reporters/html/embedded.ts'
import { reporters } from '../../src/reporters/index.ts'
import { madeUpReport } from '../reporters/made-up-report.ts'

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
addFormats.default(ajv)
const isReport = ajv.compile(JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8')))

const isState = ajv.compile(JSON.parse(readFileSync(new URL('../../docs/state.schema.json', import.meta.url), 'utf8')))

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The program, with these bytes as its stdin. */
export async function run(bytes: Uint8Array, ...args: string[]): Promise<Ran> {
  const out = { stdout: '', stderr: '' }
  const to = (name: 'stdout' | 'stderr') =>
    new Writable({
      decodeStrings: false,
      write(text, _encoding, done) {
        out[name] += text
        done()
      },
    })
  const none = () => undefined
  const io: Io = { stdin: Readable.from([bytes]), stdout: to('stdout'), stderr: to('stderr'), env: {}, on: none, off: none }
  return { code: await main(args, io), ...out }
}

/** What holds for every input: returns the report, undefined where the input is none of ipamd's. */
export async function expectSound(bytes: Uint8Array): Promise<Report | undefined> {
  const { code, stdout, stderr } = await run(bytes, '-', '--format', 'json')
  expect([0, 3, 4], `exit code ${code}: ${stderr}`).toContain(code)
  expectQuiet(stderr)
  if (code === 3) {
    expect(stdout).toBe('')
    return undefined
  }
  const report = JSON.parse(stdout) as Report
  isReport(report)
  expect(isReport.errors).toBeNull()
  for (const input of report.inputs) expectAddsUp(input)
  for (const { checked } of report.nodes) expect(checked.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  for (const { failures, failureLines = [], pods } of report.nodes.flatMap(({ incidents }) => incidents)) {
    expect(failureLines.length).toBeLessThanOrEqual(failures.length)
    for (const { podIndex } of failureLines) expect(podIndex ?? 0).toBeLessThan(Math.max(1, pods.length))
  }
  for (const verbose of [false, true]) {
    const options = { columns: 80, color: true, verbose, quiet: false }
    expectQuiet(reporters.terminal(report, options))
    expectClosed(reporters.markdown(report, options))
  }
  const page = reporters.html(report, { columns: 80, color: false, verbose: true, quiet: false })
  expectOurElements(page)
  expect(reportIn(page)).toBeDefined()
  return report
}

/** The same of the pool at an instant. */
export async function expectSoundState(bytes: Uint8Array, at: string): Promise<void> {
  const json = await run(bytes, 'state', '-', '--at', at, '--format', 'json')
  expect([0, 3, 4], `exit code ${json.code}: ${json.stderr}`).toContain(json.code)
  if (json.code === 3) return
  isState(JSON.parse(json.stdout))
  expect(isState.errors).toBeNull()
  const shown = await run(bytes, 'state', '-', '--at', at, '--color')
  expect(shown.code).toBe(json.code)
  expectQuiet(shown.stdout)
  expectQuiet(shown.stderr)
}

/** Every physical line is in exactly one count. */
function expectAddsUp(input: Input): void {
  const { lines, understood, known, unrecognized, extra, joined, blank, foreign, unreadable } = input
  const repeated = lines - (understood + known + unrecognized - extra + joined + blank + foreign + unreadable)
  expect(repeated, JSON.stringify(input)).toBe(0)
}

/** A terminal is told nothing but text, newlines and our own colors. */
export function expectQuiet(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const plain = text.replace(/\u001b\[[0-9;]*m/g, '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(plain.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/)).toBeNull()
  expect(plain).not.toMatch(/\p{Cs}/u)
  expect(plain).not.toMatch(/^ {4}at .*:\d+:\d+\)?$/m)
}

/** Fences and details are balanced, and no other element stands in the prose. */
export function expectClosed(markdown: string): void {
  let fence: string | undefined
  const prose: string[] = []
  for (const line of markdown.split('\n')) {
    const mark = /^(`{3,})\w*$/.exec(line)?.[1]
    if (fence === undefined && mark !== undefined) fence = mark
    else if (fence === undefined) prose.push(line)
    else if (mark === line && mark.length >= fence.length) fence = undefined
  }
  expect(fence).toBeUndefined()
  const tags = prose.slice(1).flatMap(
    line =>
      line
        .replace(/\\./g, '')
        .replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
        .match(/<\/?\w*/g) ?? [],
  )
  const ours = ['<details', '</details', '<summary', '</summary', '<sub', '</sub', '<br']
  expect(tags.filter(tag => !ours.includes(tag))).toEqual([])
  for (const name of ['details', 'summary', 'sub'])
    expect(tags.filter(tag => tag === `<${name}`)).toHaveLength(tags.filter(tag => tag === `</${name}`).length)
}

interface Seen {
  readonly names: Set<string>
  readonly attributes: Set<string>
  readonly scripts: number
}

function elementsOf(page: string): Seen {
  const seen = { names: new Set<string>(), attributes: new Set<string>(), scripts: 0 }
  const walk = (node: DefaultTreeAdapterTypes.ParentNode | DefaultTreeAdapterTypes.ChildNode): void => {
    if ('tagName' in node) {
      seen.names.add(node.tagName)
      if (node.tagName === 'script') seen.scripts++
      for (const { name } of node.attrs) seen.attributes.add(name)
    }
    if ('childNodes' in node) node.childNodes.forEach(walk)
  }
  walk(parse(page))
  return seen
}

/** Of a page are all elements that our pages have, and the attributes that they may have. */
const OUR_ELEMENTS = new Set(
  `html head meta title style script body header main footer section nav h1 h2 h3 h4 p a b i em strong code pre span div small time sub
  ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th td details summary figure figcaption button label input
  svg g path rect line circle polyline polygon text tspan desc defs pattern clippath clipPath use`.split(/\s+/),
)

export function expectOurElements(page: string): void {
  const { names, attributes, scripts } = elementsOf(page)
  expect([...names].filter(name => !OUR_ELEMENTS.has(name))).toEqual([])
  expect([...attributes].filter(name => name.startsWith('on') || name === 'src' || name === 'srcdoc' || name === 'style')).toEqual([])
  expect(scripts).toBe(SCRIPTS)
}

const SCRIPTS = elementsOf(reporters.html(madeUpReport({ pods: 3 }), { columns: 80, color: false, verbose: true, quiet: false })).scripts
