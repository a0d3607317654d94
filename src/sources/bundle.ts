/**
 * Support bundles: archives of a node's logs and facts, read as a stream. Nothing of them is ever written to disk, and a member's name is never
 * used as a path.
 *
 * Layouts: the eks-log-collector's (`./var_log/aws-routed-eni/…`), the node monitoring agent's (`var_log/aws-routed-eni/…`), aws-cni-support.sh's up
 * to v1.6.0 (`var/log/aws-routed-eni/…`), Bottlerocket's logdog (`bottlerocket-logs/ipamd.log`), and trees that somebody packed again. So members
 * are known by the end of their path.
 *
 * The archive is read through once, for its list, the beginnings of its logs and its facts. Each log is then read by going through it again, in
 * one pass as long as the logs lie in the archive in the order in which they are wanted.
 */

import { printable } from '../words.ts'
import { type Member, membersOf } from './archive.ts'
import { createFactCollector, type FactCollector } from './bundle-facts.ts'
import { type Bytes, firstBytes, memoryBytes } from './bytes.ts'
import type { Candidate } from './candidate.ts'
import type { Container } from './containers.ts'
import { type SourceProblemKind, sourceProblem } from './damage.ts'
import { inflate, lookThrough } from './layers.ts'
import { HEAD_BYTES, MAX_FACT_BYTES, MAX_LOGS, MAX_PASSED_BYTES } from './limits.ts'
import { isContainerLog, isLogName, isNeighbor } from './names.ts'
import type { Look, SourceProblem } from './source.ts'

export interface BundleFile {
  /** As shown to people. */
  readonly path: string
  readonly bytes: Bytes
  /** The compression around the archive. */
  readonly form: readonly Container[]
  readonly look: (bytes: Uint8Array) => Look
}

export async function openBundle(bundle: BundleFile): Promise<{ logs: Candidate[]; problems: SourceProblem[] }> {
  const { path, bytes, form } = bundle
  const collector = createFactCollector(path)
  const { logs, problems } = await survey(bundle, collector)
  const facts = collector.facts()
  const reader = createMemberReader(() => inflate(bytes.open(), form), new Set(logs.map(log => log.index)))
  const candidates = logs.map((log): Candidate => {
    // What reads it later must not keep its beginning.
    const { index, form: layers } = log
    const memberPath = `${path}:${printable(log.name)}`
    const own: SourceProblem[] = []
    return {
      path: memberPath,
      named: false,
      folder: path,
      name: baseName(log.name),
      form: [...form, 'tar', ...log.form],
      size: log.size,
      contentSize: log.form.length === 0 ? log.size : null,
      head: log.head,
      look: log.look,
      lastAt: log.whole ? log.look.lastAt : null,
      nodeHint: facts.instanceId ?? facts.hostName,
      bundle: facts,
      problems: own,
      at: undefined,
      bytesRead: () => reader.read(index),
      open: () =>
        inflate(
          reader.open(index, () => own.push(sourceProblem('archive-too-often', memberPath))),
          layers,
          damage => own.push(sourceProblem(damage, memberPath)),
        ),
      close: () => reader.close(index),
    }
  })
  return { logs: candidates, problems }
}

interface BundledLog {
  readonly index: number
  readonly name: string
  readonly size: number
  readonly form: readonly Container[]
  /** The beginning of its content: a copy, since there may be thousands. */
  readonly head: Uint8Array
  readonly look: Look
  /** All of it was looked at. */
  readonly whole: boolean
}

/** Reads through the whole archive once. */
async function survey(
  { path, bytes, form, look }: BundleFile,
  collector: FactCollector,
): Promise<{ logs: BundledLog[]; problems: SourceProblem[] }> {
  const troubles = new Map<SourceProblemKind, string[]>()
  const trouble = (kind: SourceProblemKind, member: string): void => {
    const names = troubles.get(kind) ?? []
    if (names.length < 3 && member !== '') names.push(printable(member).slice(0, 100))
    troubles.set(kind, names)
  }
  const logs = new Map<string, BundledLog>()
  const chunks = inflate(bytes.open(), form, damage => trouble(damage, ''))
  for await (const member of membersOf(chunks, trouble)) {
    const { index, name, size } = member
    const base = baseName(name)
    const container = isContainerLog(name)
    if ((container || isLogName(base)) && !isNeighbor(base) && !name.includes('__MACOSX/')) {
      const raw = await headOf(member)
      try {
        const layers = await lookThrough(memoryBytes(raw), name)
        // As tar does: of two members with one name the later one counts.
        if (layers.inner !== 'plain' || (container && !look(layers.head).ipamd)) continue
        if (logs.has(name)) trouble('replaced-member', name)
        if (logs.size >= MAX_LOGS && !logs.has(name)) {
          trouble('too-many-logs', name)
          continue
        }
        const { head, form } = layers
        logs.set(name, {
          index,
          name,
          size,
          form,
          head: Uint8Array.from(head.subarray(0, 4_096)),
          look: look(head),
          whole: head.length < HEAD_BYTES,
        })
      } catch {
        trouble('not-inflated', name)
      }
    } else if (collector.wants(name) && size <= MAX_FACT_BYTES) collector.add(name, await allOf(member))
    else await drain(member)
  }
  const problems = [...troubles].map(([kind, names]) => sourceProblem(kind, path, names.join(', ')))
  return { logs: [...logs.values()].filter(log => log.size > 0), problems }
}

/** The beginning; the rest passes by, so that a member that ends too early is noticed. */
async function headOf(member: Member): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of member.body()) {
    if (length < HEAD_BYTES) parts.push(Uint8Array.from(chunk.subarray(0, HEAD_BYTES - length)))
    length += chunk.length
  }
  return Buffer.concat(parts)
}

function allOf(member: Member): Promise<Uint8Array> {
  return firstBytes(member.body(), member.size + 1)
}

async function drain(member: Member): Promise<void> {
  for await (const _ of member.body()) {
    // Only its length matters.
  }
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

interface MemberReader {
  /** `refused`: the archive was gone through so often that it is not begun once more. */
  open(index: number, refused: () => void): AsyncIterable<Uint8Array>
  /** It will not be opened any more. */
  close(index: number): void
  /** Bytes of the member that were read. */
  read(index: number): number
}

/** Goes on from where the last member ended, or begins anew where the wanted one lies before that. */
function createMemberReader(open: () => AsyncIterable<Uint8Array>, indexes: ReadonlySet<number>): MemberReader {
  const wanted = new Set(indexes)
  const counts = new Map<number, number>()
  let passed = 0

  async function* counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of open()) {
      passed += chunk.length
      yield chunk
    }
  }

  let cursor: { readonly members: AsyncGenerator<Member, void>; at: number; busy: boolean } | undefined

  async function find(index: number): Promise<{ member: Member; release: () => void } | 'refused' | undefined> {
    if (cursor === undefined || cursor.at >= index || cursor.busy) {
      if (passed > MAX_PASSED_BYTES) return 'refused'
      if (cursor && !cursor.busy) await cursor.members.return()
      cursor = { members: membersOf(counted(), () => {}), at: -1, busy: false }
    }
    const own = cursor
    own.busy = true
    for (;;) {
      const { value: member, done } = await own.members.next()
      if (done) return undefined
      own.at = member.index
      if (member.index === index) {
        return {
          member,
          release() {
            own.busy = false
            if (own !== cursor) own.members.return()
          },
        }
      }
    }
  }

  return {
    async *open(index, refused) {
      const found = await find(index)
      if (found === 'refused') return refused()
      if (!found) return
      let count = 0
      try {
        for await (const chunk of found.member.body()) {
          count += chunk.length
          counts.set(index, count)
          yield chunk
        }
      } finally {
        found.release()
      }
    },
    close(index) {
      wanted.delete(index)
      if (wanted.size > 0 || cursor === undefined) return
      cursor.members.return()
      cursor = undefined
    },
    read: index => counts.get(index) ?? 0,
  }
}
