/** What the sources give: per node the logs in their order, as bytes. */
import type { BundleFacts } from '../model/bundle.ts'
import type { InputError } from '../model/input-error.ts'

export interface Sources {
  /** In the order in which they were named; the logs of each in the order of their content. */
  readonly nodes: readonly NodeSource[]
  /** One per argument that could not be used; the others are read all the same. */
  readonly errors: readonly InputError[]
  /** What is known before reading: copies left out, archives with damage … */
  readonly problems: readonly SourceProblem[]
}

/** The logs of one node, as far as names and the beginnings of the files tell. */
export interface NodeSource {
  /** Where it came from: bundle, directory or file. What to call the node where nothing better is known. Unique. */
  readonly name: string
  /** Its name or instance id, where a bundle or the beginning of a log says it. */
  readonly node: string | undefined
  /** Lines of several nodes stand in its logs. */
  readonly several: boolean
  readonly inputs: readonly LogInput[]
  readonly bundles: readonly BundleFacts[]
}

/** One log. */
export interface LogInput {
  /** As shown to people: `bundle.tar.gz:var_log/aws-routed-eni/ipamd.log`. */
  readonly path: string
  /** Named by the user; otherwise found in a directory or an archive, where foreign files are passed over in silence. */
  readonly named: boolean
  /** What the bytes went through, outermost first: `tar`, `gzip`. */
  readonly form: readonly string[]
  /** Bytes on disk, null where that is not known (a pipe). */
  readonly size: number | null
  /** Bytes of `size` that were read: for progress. */
  readonly bytesRead: number
  /** Time of its first record, null where its beginning has none. */
  readonly firstAt: number | null
  /** The node that its lines' wrapping names. */
  readonly wrappedNode: string | undefined
  /** It begins with the rest of a line: of the log before it, where that has no end. */
  readonly midLine: boolean
  /** Its records may come in any order. */
  readonly unordered: boolean
  /** Time of its last record, where its end could be looked at. */
  readonly lastAt: number | null
  /** The content, once. A chunk is valid until the next one is asked for. Never throws: what goes wrong is a problem. */
  chunks(): AsyncIterable<Uint8Array>
  /** Grows while it is read. */
  readonly problems: readonly SourceProblem[]
}

export interface SourceProblem {
  /** kebab-case: `cut-gzip`, `damaged-gzip`, `cut-archive`, `copy-left-out`, `file-changed` … */
  readonly kind: string
  readonly severity: 'damage' | 'note'
  /** One sentence, without the path. */
  readonly text: string
  readonly path: string
}

/** What the beginning (or the end) of a log tells. The parser looks (parser/look.ts); sources know bytes, not lines. */
export interface Look {
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** Lines of ipamd were found. */
  readonly ipamd: boolean
  readonly instanceId?: string
  readonly node?: string
  readonly primaryEni?: string
  readonly enis: readonly string[]
  /** The one node that a shipper's wrapping names. */
  readonly wrappedNode?: string
  /** Lines of several nodes: the file belongs to none of them. */
  readonly several: boolean
  /** The first line is the rest of one. */
  readonly midLine: boolean
  /** The first record need not be the oldest one. */
  readonly unordered: boolean
}

export interface SourcesIo {
  readonly stdin: AsyncIterable<Uint8Array>
  /** Reads the beginning of a log. */
  readonly look: (bytes: Uint8Array) => Look
  /** What is read without an argument; the path on a node by default. */
  readonly defaultLog?: string
}
