/** What the beginning, or the end, of a log tells: when, and whose it is. */
import { createParser } from './parser.ts'

export interface Look {
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** Lines of ipamd were found. */
  readonly ipamd: boolean
  readonly instanceId?: string
  readonly node?: string
  readonly primaryEni?: string
  /** Interfaces named, at most 64. */
  readonly enis: readonly string[]
  /** The one node that wrappers name. */
  readonly wrappedNode?: string
  /** Lines of several nodes: the file belongs to none of them. */
  readonly several: boolean
  /** The first line is the rest of one. */
  readonly midLine: boolean
  /** The first record need not be the oldest one. */
  readonly unordered: boolean
}

export function look(bytes: Uint8Array): Look {
  let firstAt: number | null = null
  let lastAt: number | null = null
  let midLine = false
  const enis = new Set<string>()
  const nodes = new Set<string>()
  const found: { instanceId?: string; node?: string; primaryEni?: string } = {}
  const parser = createParser({
    record({ at, message }, _line, _raw, node) {
      firstAt = firstAt === null || at < firstAt ? at : firstAt
      lastAt = lastAt === null || at > lastAt ? at : lastAt
      if (node !== undefined && nodes.size < 2) nodes.add(node)
      found.instanceId ??= after(message, 'Found instance-id: ', INSTANCE)
      found.node ??= after(message, 'Get Node Info for: ', NAME) ?? after(message, 'Node found "', NAME)
      found.primaryEni ??= primaryEni(message)
      if (enis.size < MAX_ENIS && message.includes('eni-')) for (const [eni] of message.matchAll(ENI)) enis.add(eni)
    },
    problem({ kind, line }) {
      if (line === 1 && (kind === 'unreadable-line' || kind === 'foreign-text')) midLine = true
    },
  })
  parser.write(bytes)
  const { kind } = parser.end()
  const { unordered } = parser
  const common = { firstAt, lastAt, ipamd: kind === 'ipamd', unordered, midLine }
  if (nodes.size > 1) return { ...common, enis: [], several: true }
  const [wrappedNode] = nodes
  if (wrappedNode !== undefined) {
    if (INSTANCE.test(wrappedNode)) found.instanceId ??= wrappedNode
    else found.node ??= wrappedNode
  }
  return { ...common, ...found, enis: [...enis], several: false, ...(wrappedNode === undefined ? {} : { wrappedNode }) }
}

const MAX_ENIS = 64
const ENI = /\beni-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g
const INSTANCE = /^i-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![0-9a-z])/
const NAME = /^[a-z0-9][a-z0-9.-]{0,252}/

function after(message: string, words: string, pattern: RegExp): string | undefined {
  return message.startsWith(words) ? pattern.exec(message.slice(words.length))?.[0] : undefined
}

/** `eni-0aa is the primary ENI of this instance` (v1.6.1 and later), `Found ENI eni-0aa is a primary ENI` (before). */
function primaryEni(message: string): string | undefined {
  if (!message.includes(' primary ENI')) return undefined
  if (message.includes(' is the primary ENI of this instance')) return message.match(/^eni-[0-9a-f]{8,17}/)?.[0]
  return message.endsWith(' is a primary ENI') ? message.match(/^Found ENI (eni-[0-9a-f]{8,17}) /)?.[1] : undefined
}
