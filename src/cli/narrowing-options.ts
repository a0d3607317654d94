import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import type { Narrowing } from '../model/narrowing.ts'
import { endOfLog } from '../trace.ts'
import { readAround, readInstant } from './instant-argument.ts'
import type { Io } from './io.ts'

/** What narrows a report, and every question to the log, to a stretch of time. */
export function withWindow<T>(command: Argv<T>) {
  return command
    .option('since', { type: 'string', describe: 'From this instant on: 2024-09-11T20:40Z, 20:40, "yesterday 20:40", -2h' })
    .option('until', { type: 'string', describe: 'Up to this instant' })
    .option('around', { type: 'string', describe: 'Around this instant: 20:43, 20:43±10m' })
    .conflicts('around', ['since', 'until'])
}

/** What narrows to some nodes and pods. */
export function withPods<T>(command: Argv<T>) {
  return command
    .option('node', { type: 'string', describe: 'This node alone' })
    .option('namespace', { type: 'string', describe: 'Pods of this namespace' })
    .option('pod', { type: 'string', describe: 'This pod: NAMESPACE/NAME' })
}

export interface NarrowingArguments {
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly around?: string | undefined
  readonly node?: string | undefined
  readonly namespace?: string | undefined
  readonly pod?: string | undefined
}

/** The narrowing asked for, and stdin to read from now on: times that count from the end of the log need that end first. */
export async function readNarrowing(
  argv: NarrowingArguments,
  paths: readonly string[],
  io: Pick<Io, 'stdin'>,
): Promise<{ readonly narrowing: Narrowing; readonly stdin: AsyncIterable<Uint8Array> }> {
  let { stdin }: { stdin: AsyncIterable<Uint8Array> } = io
  let window = readWindow(argv, null)
  if (window === null) {
    const ended = await endOfLog(paths, io.stdin)
    stdin = ended.stdin
    if (ended.at === null) throw new InputError('no line of these logs has a time: name the instant with its date')
    window = readWindow(argv, ended.at) ?? {}
  }
  const { since, until } = window
  if (since !== undefined && until !== undefined && since > until) throw new InputError('--since is later than --until')
  const { node, namespace, pod } = argv
  return {
    stdin,
    narrowing: {
      ...window,
      ...(node === undefined ? {} : { node }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(pod === undefined ? {} : { pod }),
    },
  }
}

/** Null: the end of the log is needed. */
function readWindow({ since, until, around }: NarrowingArguments, end: number | null): Pick<Narrowing, 'since' | 'until'> | null {
  if (around !== undefined) return readAround(around, end)
  const from = since === undefined ? undefined : readInstant(since, 'since', end)
  const to = until === undefined ? undefined : readInstant(until, 'until', end)
  if (from === null || to === null) return null
  return { ...(from === undefined ? {} : { since: from }), ...(to === undefined ? {} : { until: to }) }
}
