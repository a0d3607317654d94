import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import { type NamedPod, namesPods } from '../model/narrowing.ts'
import { type EventFields, eventFields, isEventOf, kinds } from '../queries/events.ts'
import { nearest } from '../queries/names.ts'
import { csvHead, csvRow, jsonRow } from '../reporters/queries/events.ts'
import { streamEvents } from '../trace.ts'
import { list, printable } from '../words.ts'
import { createInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'
import { readNarrowing, withPods, withWindow } from './narrowing-options.ts'
import { exitCode, isForeign, tell } from './outcome.ts'
import { openDelivery } from './output.ts'
import { createRedaction, REDACT_OPTIONS } from './redaction.ts'

/** A request is named by the line after it. */
const NAMED_WITHIN_MS = 2_000
const MOST_HELD = 50_000

export function eventsCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    'events [paths..]',
    'What each line of the log says, one event a line: for jq, spreadsheets and data bases',
    command =>
      withPods(withWindow(command))
        .positional('paths', { type: 'string', array: true, describe: 'Logs, as for a report' })
        .option('format', { alias: 'F', choices: ['jsonl', 'csv'] as const, default: 'jsonl' as const, describe: 'Form of the events' })
        .option('kind', { type: 'string', describe: 'These kinds alone, with commas between (docs/events.md lists them)' })
        .option('eni', { type: 'string', describe: 'Events that name this interface' })
        .option('ip', { type: 'string', describe: 'Events that name this address' })
        .option('output', { alias: 'o', type: 'string', describe: 'Write the events to this file' })
        .options(REDACT_OPTIONS)
        .example('$0 events ipamd.log --kind add-replied,no-address-available', 'What ipamd answered')
        .example('$0 events ipamd.log --format csv -o events.csv', 'For a spreadsheet'),
    async argv => {
      const paths = argv.paths ?? []
      const wanted = argv.kind === undefined ? undefined : new Set(readKinds(argv.kind))
      const { narrowing, stdin } = await readNarrowing(argv, paths, io)
      const { since } = narrowing
      const { eni, ip } = argv
      const row = argv.format === 'csv' ? csvRow : jsonRow
      const redaction = createRedaction(argv.redact, argv['redact-map'])
      await redaction.learn(paths)
      const interrupt = createInterrupt(io)
      const delivery = await openDelivery(argv.output, io)
      const held: { readonly fields: EventFields; readonly pod: () => NamedPod | undefined; readonly at: number }[] = []
      let count = 0
      try {
        if (argv.format === 'csv') await delivery.write(csvHead())
        const traced = await streamEvents(
          paths,
          (event, node, pod) => {
            if (wanted !== undefined && !wanted.has(event.kind)) return
            if (since === undefined || event.at >= since) held.push({ fields: eventFields(event, node), pod, at: event.at })
          },
          async last => {
            const newest = held.at(-1)?.at ?? 0
            // the line that names the pod of these may be in the next chunk
            const unnamed =
              last || !namesPods(narrowing) ? -1 : held.findIndex(({ at, pod }) => at > newest - NAMED_WITHIN_MS && pod() === undefined)
            const ready = unnamed < 0 || held.length > MOST_HELD ? held.splice(0) : held.splice(0, unnamed)
            const asked = ready.filter(({ fields, pod }) => isEventOf(fields, pod(), { ...narrowing, eni, ip }))
            count += asked.length
            const text = asked.map(({ fields }) => row(redaction.redact(fields))).join('')
            if (text !== '') await delivery.write(text)
          },
          { ...narrowing, stdin, signal: interrupt.signal, onProgress: interrupt.listen },
        )
        await delivery.close()
        await redaction.end()
        tell(traced, io)
        if (isForeign(traced)) return done(exitCode(traced))
        if (count === 0) io.stderr.write('ipamd-trace: these logs have no such event\n')
        done(exitCode(traced))
      } catch (error) {
        await delivery.abandon()
        throw error
      } finally {
        interrupt.off()
      }
    },
  )
}

function readKinds(text: string): string[] {
  const named = text
    .split(',')
    .map(kind => kind.trim())
    .filter(kind => kind !== '')
  for (const kind of named) {
    if (kinds.includes(kind)) continue
    const like = nearest(kind, kinds)
    throw new InputError(
      `no kind of event is called ${printable(kind.slice(0, 60))}${like.length === 0 ? '' : `; there ${like.length === 1 ? 'is' : 'are'} ${list(like)}`}`,
    )
  }
  return named
}
