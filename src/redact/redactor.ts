import { createNames, type NameKind } from './names.ts'
import { createShapeRedactor } from './shapes.ts'
import { createTokens } from './tokens.ts'

/** Replaces what tells who somebody is by tokens. The same original has the same token in everything that one redactor is given. */
export interface Redactor {
  /** A name of a pod, a namespace, a node: it has no shape by which it could be found. */
  know(kind: 'pod' | 'namespace' | 'node', name: string): void
  /** A report, or any plain data of ours, with every string redacted. */
  redact<T>(value: T): T
  /** A text, such as a line of the log. */
  text(text: string): string
  /** Token → original. */
  readonly originals: ReadonlyMap<string, string>
}

export function createRedactor(): Redactor {
  const tokens = createTokens()
  const shaped = createShapeRedactor(tokens)
  const names = createNames(tokens)

  /** What is found by its shape needs not to be known; a path or a host name with an address in it is no name. */
  const hasShape = (kind: NameKind, name: string): boolean =>
    kind === 'pod' || kind === 'namespace' ? /^[\d.:]+$/.test(name) : name.includes('/') || shaped(name) !== name
  const know = (kind: NameKind, name: string): void => {
    if (!hasShape(kind, name)) names.know(kind, name)
  }
  const text = (raw: string): string => {
    if (INSTANT.test(raw)) return raw
    return names.tooMany && !PLAIN.test(raw) ? LEFT_OUT : names.replace(raw, shaped)
  }

  const learn = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      const kind = KINDS[key]
      if (kind !== undefined) know(kind, value)
      else if (SENTENCES.has(key))
        for (const [, namespace, pod] of value.matchAll(PAIR)) {
          know('namespace', namespace as string)
          know('pod', pod as string)
        }
      else if (!OURS.has(key))
        for (const [pattern, kind] of CONTEXTS) for (const [, name] of value.matchAll(pattern)) know(kind, name as string)
      return
    }
    if (Array.isArray(value)) for (const inner of value) learn(inner, key)
    else if (isObject(value) && key !== 'tool') for (const [name, inner] of Object.entries(value)) learn(inner, fieldIn(key, name))
  }

  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') {
      if (OURS.has(key)) return value
      const kind = KINDS[key]
      if (kind !== undefined && !hasShape(kind, value)) return value === '' ? value : names.tokenOf(kind, value)
      return text(key === 'text' ? whole(value) : value)
    }
    if (Array.isArray(value)) return value.map(inner => walk(inner, key))
    if (!isObject(value) || key === 'tool') return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [/^\w+$/.test(name) ? name : text(name), walk(inner, fieldIn(key, name))]),
    )
  }

  return {
    know,
    redact<T>(value: T): T {
      learn(value, '')
      return walk(value, '') as T
    },
    text,
    originals: tokens.originals,
  }
}

/** A pod is called by its name in a list of pods, and in its own story. */
function fieldIn(key: string, name: string): string {
  return name === 'name' && (key === 'pods' || key === 'stories') ? 'pod' : name
}

/** Fields that hold one name and nothing else. */
const KINDS: Readonly<Record<string, NameKind>> = {
  pod: 'pod',
  namespace: 'namespace',
  node: 'node',
  eni: 'name',
  subnetId: 'name',
  vpcId: 'name',
  instanceId: 'name',
  requestId: 'name',
  sandbox: 'name',
  CLUSTER_NAME: 'name',
}

/** Fields whose words are ours, from published lists. */
const OURS = new Set([
  'schema',
  'id',
  'kind',
  'part',
  'status',
  'severity',
  'confidence',
  'outcome',
  'contributing',
  'columns',
  'failures',
  'sha256',
])

/** Our sentences name a pod with its namespace. */
const SENTENCES = new Set(['summary', 'note'])
const PAIR = /(?<=^|[ (])([a-z0-9][a-z0-9-]{0,62})\/([a-z][a-z0-9.-]{0,252}[a-z0-9])(?=[ ,;:).]|$)/g

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Where lines of ipamd name a pod that no request in the report has. */
const CONTEXTS: readonly (readonly [RegExp, NameKind])[] = [
  [/POD_NAMESPACE:[\\"]{1,4}([A-Za-z0-9.-]{1,253})/g, 'namespace'],
  [/POD_NAME:[\\"]{1,4}([A-Za-z0-9.-]{1,253})/g, 'pod'],
  [/K8SPodNamespace:([A-Za-z0-9.-]{1,253})/gi, 'namespace'],
  [/K8SPodName:([A-Za-z0-9.-]{1,253})/gi, 'pod'],
  [/[Nn]ame(?:space[:=]?|Space) ([a-z0-9-]{1,63})[ ,)]/g, 'namespace'],
  [/(?:Pod|[Nn]ame:?|podName:|Failed to find pod) ([a-z0-9][a-z0-9.-]{0,252}),? [Nn]ame/g, 'pod'],
  [/\bfor pod ([a-z0-9-]{1,63})\/[a-z0-9]/g, 'namespace'],
  [/\bfor pod [a-z0-9-]{1,63}\/([a-z0-9][a-z0-9.-]{0,252})/g, 'pod'],
  [/(?:Node found "|Get Node Info for: |\/nodes\/)([a-z0-9][a-z0-9.-]{0,252})/g, 'node'],
]

/** What no odd name can be part of, and what stands for the rest where there are too many of them to be found. */
const PLAIN = /^[A-Za-z0-9.-]*$/
const LEFT_OUT = '(left out: this log has too many names that Kubernetes does not allow)'

/** A line that was cut off may end in half a name, which nothing finds. */
function whole(line: string): string {
  const isCut = line.endsWith('…') || (line.startsWith('{') ? !line.endsWith('}') : line.length >= LONG && !/[.!?)]$/.test(line))
  if (!isCut) return line
  let end = line.length
  while (end > 0 && !SEPARATORS.includes(line[end - 1] as string)) end--
  return `${line.slice(0, end)}…`
}

const SEPARATORS = ' \t\n"\'()[]{},'
/** Shorter lines are not cut by anything that keeps them. */
const LONG = 200

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
