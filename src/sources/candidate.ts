/** A log before its place is known: what it is, when it begins, whose it is. */
import type { BundleFacts } from '../model/bundle.ts'
import type { Look, SourceProblem } from './source.ts'

export interface Candidate {
  readonly path: string
  /** Named by the user; otherwise found in a directory or an archive. */
  readonly named: boolean
  /** The directory or the archive it lies in. */
  readonly folder: string
  readonly name: string
  readonly form: readonly string[]
  readonly size: number | null
  /** How many bytes its content has, null where that is only known after inflating it. */
  readonly contentSize: number | null
  /** The first bytes of its content. */
  readonly head: Uint8Array
  /** What its beginning tells; `lastAt` of its end, where that could be looked at. */
  readonly look: Look
  readonly lastAt: number | null
  /** Instance id or name of the node, where its bundle says it. */
  readonly nodeHint: string | undefined
  readonly bundle: BundleFacts | undefined
  readonly problems: SourceProblem[]
  bytesRead(): number
  /** Content at an offset, where it can be read there. */
  readonly at: ((offset: number, length: number) => Promise<Uint8Array>) | undefined
  open(): AsyncIterable<Uint8Array>
  /** It will not be opened (any more). */
  close(): void
}
