import { gzipSync } from 'node:zlib'
import type { Argv } from 'yargs'
import { cut } from '../cut.ts'
import { InputError } from '../model/input-error.ts'
import type { Io } from './io.ts'
import { readNarrowing } from './narrowing-options.ts'
import { exitCode, isForeign, tell } from './outcome.ts'
import { deliver } from './output.ts'
import { createRedaction, REDACT_OPTIONS } from './redaction.ts'

export function cutCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    'cut <paths..>',
    'The piece of a log to attach: a window, and what stands before it that it rests on',
    command =>
      command
        .positional('paths', { type: 'string', array: true, demandOption: true, describe: 'The logs of one node, as for a report' })
        .option('since', { type: 'string', demandOption: true, describe: 'Begin of the window; ten minutes before it come along' })
        .option('until', { type: 'string', demandOption: true, describe: 'End of the window' })
        .option('output', { alias: 'o', type: 'string', describe: 'Write to this file, compressed where its name ends in .gz' })
        .options(REDACT_OPTIONS)
        .example('$0 cut ipamd.log --since 2024-09-11T20:39Z --until 2024-09-11T20:42Z -o slice.log.gz', 'For a ticket'),
    async argv => {
      const { narrowing } = await readNarrowing(argv, argv.paths, io)
      const [since, until] = [narrowing.since as number, narrowing.until as number]
      const redaction = createRedaction(argv.redact, argv['redact-map'])
      const slice = createSlice(argv.output?.endsWith('.gz') === true)
      const traced = await cut(argv.paths, { since, until, onEvent: redaction.onEvent }, raw => slice.add(redaction.text(raw)))
      tell(traced, io)
      if (isForeign(traced)) return done(exitCode(traced))
      if (slice.lines === 0) throw new InputError('no line of the log is in this window')
      await deliver(slice.end(), argv.output, io)
      await redaction.end()
      done(exitCode(traced))
    },
  )
}

const PART = 4_000_000

/** Lines become bytes part by part: a long window is text only for a moment. */
function createSlice(compressed: boolean) {
  const parts: Uint8Array[] = []
  let pending: string[] = []
  let size = 0
  let lines = 0
  const flush = (): void => {
    const bytes = Buffer.from(pending.join(''))
    if (bytes.length > 0) parts.push(compressed ? gzipSync(bytes) : bytes)
    pending = []
    size = 0
  }
  return {
    get lines() {
      return lines
    },
    add(line: string): void {
      lines++
      pending.push(`${line}\n`)
      size += line.length
      if (size > PART) flush()
    },
    end(): Uint8Array {
      flush()
      return Buffer.concat(parts)
    },
  }
}
