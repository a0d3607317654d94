import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diagnoses } from '../src/diagnoses/index.ts'

const root = new URL('../src/', import.meta.url)

interface Import {
  /** Path under src of the file that imports. */
  readonly from: string
  /** Path under src of what it imports, or the name of a package. */
  readonly to: string
  readonly isPackage: boolean
  /** Gone once the types are stripped. */
  readonly isType: boolean
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => path.endsWith('.ts'))

const imports: readonly Import[] = files.flatMap(from => {
  const text = readFileSync(new URL(from, root), 'utf8')
  return [...text.matchAll(/^(?:import|export)\b([^'"]*?)from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    ([, clause = '', named, bare, dynamic]) => {
      const target = (named ?? bare ?? dynamic) as string
      const isPackage = !target.startsWith('.')
      return { from, to: isPackage ? target : posix.join(posix.dirname(from), target), isPackage, isType: /^\s*type\b/.test(clause) }
    },
  )
})

/** A folder of src, or a file that stands in src itself. */
const roomOf = (path: string): string => path.split('/')[0] as string

/** What each room may import, besides itself. */
const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  'words.ts': ['model'],
  'version.ts': [],
  sources: ['model', 'words.ts'],
  parser: ['model', 'words.ts'],
  extractors: ['parser', 'model', 'words.ts'],
  timeline: ['extractors', 'model', 'words.ts'],
  diagnoses: ['timeline', 'extractors', 'model', 'words.ts'],
  report: ['diagnoses', 'timeline', 'model', 'words.ts'],
  queries: ['timeline', 'extractors', 'model', 'words.ts'],
  'what-if': ['timeline', 'extractors', 'model', 'words.ts'],
  reporters: ['model', 'words.ts'],
  'tracer.ts': ['extractors', 'timeline', 'diagnoses', 'report', 'model', 'words.ts'],
  'trace.ts': ['tracer.ts', 'what-if', 'queries', 'sources', 'parser', 'extractors', 'report', 'model', 'words.ts', 'version.ts'],
  'follow.ts': ['tracer.ts', 'trace.ts', 'sources', 'parser', 'news', 'report', 'model', 'version.ts'],
  news: ['diagnoses', 'timeline', 'extractors', 'report', 'model', 'words.ts'],
  redact: [],
  'cut.ts': ['trace.ts', 'model'],
  cli: ['trace.ts', 'follow.ts', 'cut.ts', 'queries', 'redact', 'reporters', 'model', 'words.ts', 'version.ts'],
  'index.ts': ['trace.ts', 'tracer.ts', 'reporters', 'extractors', 'model'],
}

/** From these only types come: what the other room does is not called. */
const TYPES_ONLY: readonly (readonly [from: string, to: string])[] = [
  ['diagnoses', 'extractors'],
  ['what-if', 'extractors'],
  ['trace.ts', 'extractors'],
  ['news', 'extractors'],
  ['index.ts', 'extractors'],
]

/** Where each package is needed, and nowhere else. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  split2: ['parser'],
  yargs: ['cli'],
  'cli-table3': ['reporters', 'cli'],
  'pino-pretty': ['reporters', 'cli'],
  'string-width': ['reporters'],
  'ipaddr.js': ['timeline', 'redact'],
  'modern-tar': ['sources'],
}

/** Rooms that touch the world. `node:buffer` is not the world, and the version is read from package.json. */
const NODE: Readonly<Record<string, readonly string[]>> = {
  sources: [
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:zlib',
    'node:stream',
    'node:stream/promises',
    'node:timers/promises',
    'node:crypto',
    'node:os',
    'node:url',
  ],
  cli: [
    'node:child_process',
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:stream',
    'node:stream/promises',
    'node:crypto',
    'node:os',
    'node:process',
    'node:tty',
    'node:util',
    'node:url',
    'node:zlib',
  ],
  parser: ['node:buffer', 'node:string_decoder'],
  // computes, and touches nothing; a package that few reports need is loaded when it is
  reporters: ['node:zlib', 'node:crypto', 'node:module'],
  'version.ts': ['node:module'],
}

describe('the rooms of src', () => {
  it('are all in the list of directions', () => {
    expect([...new Set(files.map(roomOf))].filter(room => !(room in DIRECTIONS))).toEqual([])
  })

  it.each(Object.entries(DIRECTIONS))('%s imports nothing but %j', (room, allowed) => {
    const others = imports.filter(({ from, to, isPackage }) => !isPackage && roomOf(from) === room && roomOf(to) !== room)
    expect(others.filter(({ to }) => !allowed.includes(roomOf(to))).map(told)).toEqual([])
  })

  it.each(TYPES_ONLY)('%s takes types alone from %s', (room, other) => {
    expect(imports.filter(({ from, to, isType }) => roomOf(from) === room && roomOf(to) === other && !isType).map(told)).toEqual([])
  })

  it('have no ring: each is above all that it imports', () => {
    const rank = (room: string, above: readonly string[] = []): number => {
      expect(above, `${room} is in a ring`).not.toContain(room)
      return 1 + Math.max(0, ...(DIRECTIONS[room] as readonly string[]).map(other => rank(other, [...above, room])))
    }
    for (const room of Object.keys(DIRECTIONS)) expect(rank(room)).toBeGreaterThan(0)
  })
})

describe('the files of src', () => {
  it('are imported by paths that exist', () => {
    expect(imports.filter(({ to, isPackage }) => !isPackage && !files.includes(to)).map(told)).toEqual([])
  })

  it('have no ring', () => {
    const needs = new Map(
      files.map(file => [
        file,
        imports.filter(({ from, isPackage, isType }) => from === file && !isPackage && !isType).map(({ to }) => to),
      ]),
    )
    const done = new Set<string>()
    const visit = (file: string, above: readonly string[]): void => {
      expect(above.includes(file) ? [...above, file] : [], 'files that import each other').toEqual([])
      if (done.has(file)) return
      for (const other of needs.get(file) ?? []) visit(other, [...above, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(done.size).toBe(files.length)
  })

  it('are named in kebab case', () => {
    expect(files.filter(file => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file))).toEqual([])
  })
})

describe('packages', () => {
  const used = imports.filter(({ isPackage }) => isPackage)
  const isNode = (name: string) => name.startsWith('node:') || builtinModules.includes(name)

  it('stay in the rooms that need them', () => {
    const strays = used.filter(({ from, to }) => !isNode(to) && !PACKAGES[packageOf(to)]?.includes(roomOf(from)))
    expect(strays.map(told)).toEqual([])
  })

  it('are those that package.json names, and all of them are used', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      dependencies: Record<string, string>
    }
    for (const { to } of used) if (!isNode(to)) expect(Object.keys(dependencies)).toContain(packageOf(to))
    expect(Object.keys(dependencies).sort()).toEqual(Object.keys(PACKAGES).sort())
  })

  it('of Node that touch the world are in the rooms that read and write', () => {
    const strays = used.filter(({ from, to }) => isNode(to) && !NODE[roomOf(from)]?.includes(to))
    expect(strays.map(told)).toEqual([])
  })
})

describe('the analysis', () => {
  it.each(['tracer.ts', 'timeline', 'what-if', 'diagnoses', 'report', 'queries', 'reporters', 'redact', 'extractors', 'model'])(
    'has no clock, no console and no process: %s',
    room => {
      // the script of the page runs in a browser
      for (const file of files.filter(file => roomOf(file) === room && file !== 'reporters/html/script.ts')) {
        const text = readFileSync(new URL(file, root), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        expect(
          text.match(
            /(?<![./'\w])(?:Date\.now|new Date\(\)|console\.|process\.|setTimeout|setInterval|await\b|Math\.random|performance\.)/g,
          ),
          file,
        ).toBeNull()
      }
    },
  )
})

describe('diagnoses', () => {
  const named = files.filter(file => roomOf(file) === 'diagnoses').map(file => file.slice('diagnoses/'.length))
  const ids = diagnoses.map(({ id }) => id)

  it('are each in a file named after its id', () => {
    expect(ids.filter(id => !named.includes(`${id}.ts`))).toEqual([])
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  })

  it('are all in the registry', () => {
    const defined = named.filter(file => /:\s*Diagnosis\s*=\s*\{/.test(readFileSync(new URL(`diagnoses/${file}`, root), 'utf8')))
    expect(defined.map(file => file.slice(0, -'.ts'.length)).sort()).toEqual([...ids].sort())
  })

  it('share only what one of them needs', () => {
    const shared = named.filter(file => file !== 'index.ts' && !ids.includes(file.slice(0, -'.ts'.length)))
    expect(shared.filter(file => !imports.some(({ to }) => to === `diagnoses/${file}`))).toEqual([])
  })
})

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

function told({ from, to }: Import): string {
  return `${from} imports ${to}`
}
