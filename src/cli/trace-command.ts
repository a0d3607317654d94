import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import type { Format, Ticket } from '../reporters/index.ts'
import { events, type Progress, type Traced, traceAll } from '../trace.ts'
import { followOptions, refuseWithoutFollow } from './follow-options.ts'
import { forms, ticketForms } from './forms.ts'
import { createInterrupt } from './interrupt.ts'
import { type Io, lookOf } from './io.ts'
import { madeReport } from './made-report.ts'
import { type NarrowingArguments, readNarrowing, withPods, withWindow } from './narrowing-options.ts'
import { exitCode, isForeign, LEVELS, tell } from './outcome.ts'
import { deliver } from './output.ts'
import { createProgressLine } from './progress.ts'
import { createRedaction, REDACT_OPTIONS, type Redaction } from './redaction.ts'
import { readZone } from './zone-argument.ts'

const NARROWS = ['since', 'until', 'around', 'node', 'namespace', 'pod'] as const

export function traceCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    ['$0 [paths..]', 'trace [paths..]'],
    'Report on the logs given: files, directories, globs, bundles, - for stdin; or an HTML report, for another form of it',
    command =>
      followOptions(withPods(withWindow(command)))
        .positional('paths', { type: 'string', array: true, describe: 'Logs; /var/log/aws-routed-eni/ipamd.log where none is given' })
        .option('format', {
          alias: 'F',
          choices: [...(Object.keys(forms) as Format[]), 'jsonl' as const],
          default: 'terminal' as Format | 'jsonl',
          describe: 'Form of the report; jsonl with --follow: a line for each thing that happens',
        })
        .option('output', { alias: 'o', type: 'string', describe: 'Write the report to this file' })
        .option('tz', { type: 'string', describe: 'Another time zone beside UTC in the head and the verdict: Europe/Berlin' })
        .option('verbose', { alias: 'v', type: 'boolean', describe: 'With the log lines that each statement rests on' })
        .option('quiet', { alias: 'q', type: 'boolean', describe: 'The verdict alone' })
        .options(REDACT_OPTIONS)
        .option('color', { type: 'boolean', describe: 'Colors, also where no terminal is (--no-color: never)' })
        .option('simd', {
          type: 'boolean',
          default: true,
          describe: 'Read with WebAssembly SIMD where the machine has it (--no-simd: slower, the same report)',
        })
        .option('fail-on', { choices: LEVELS, describe: 'Exit with 10 where the verdict is at or above this level' })
        .conflicts('quiet', 'verbose')
        .example('$0 --follow', 'What is going on on this node, as it happens')
        .example('$0 /var/log/aws-routed-eni/ipamd.log', 'What broke on this node, and why')
        .example('$0 eks_i-*.tar.gz --format markdown -o incident.md', 'For a ticket')
        .example('$0 ipamd.log --format markdown --for slack --redact', 'For a channel, without names')
        .example('$0 ipamd.log --format html -o report.html', 'One file for a post-mortem'),
    async argv => {
      if (argv.follow === true && (argv.redact === true || argv['redact-map'] !== undefined))
        throw new InputError('--redact does not go with --follow')
      if (argv.follow === true) return done(await (await import('./follow.ts')).followLog(argv, io))
      const { format } = argv
      if (format === 'jsonl') throw new InputError('--format jsonl needs --follow')
      refuseWithoutFollow(argv)
      const ticket = ticketOf(argv.for, format)
      const redaction = createRedaction(argv.redact, argv['redact-map'])
      const paths = argv.paths ?? []
      const zone = argv.tz === undefined ? undefined : readZone(argv.tz)
      const made = await madeReport(paths)
      if (made !== undefined && NARROWS.some(name => argv[name] !== undefined))
        throw new InputError('a report cannot be narrowed any more: --since and --until need the log, and so do --pod and --node')
      const traced =
        made === undefined ? await read(paths, argv, redaction, io) : { report: made, errors: [], foreign: new Map<string, string>() }
      tell(traced, io)
      if (isForeign(traced)) return done(exitCode(traced))
      const report = redaction.redact(
        ticket === 'aws-support' ? await (await import('./checksums.ts')).withChecksums(traced.report) : traced.report,
      )
      await redaction.end()
      const form = await (ticket === undefined ? forms[format] : ticketForms[ticket])()
      const text = form(report, {
        ...lookOf(argv, io),
        verbose: argv.verbose === true,
        quiet: argv.quiet === true,
        ...(zone === undefined ? {} : { zone }),
      })
      await deliver(text, argv.output, io)
      done(exitCode(traced, argv['fail-on']))
    },
  )
}

async function read(
  paths: readonly string[],
  argv: NarrowingArguments & { readonly simd: boolean },
  { onEvent }: Redaction,
  io: Io,
): Promise<Traced> {
  const { narrowing, stdin } = await readNarrowing(argv, paths, io)
  const progress = createProgressLine(io)
  const interrupt = createInterrupt(io)
  const onProgress = (now: Progress): void => {
    interrupt.listen()
    progress.update(now)
  }
  const options = { ...narrowing, signal: interrupt.signal, onProgress, stdin, simd: argv.simd }
  try {
    return await (onEvent === undefined ? traceAll(paths, options) : events(paths, onEvent, options))
  } finally {
    interrupt.off()
    progress.clear()
  }
}

/** Where the report is pasted: the markup and the length that the place takes. */
function ticketOf(place: string | undefined, format: Format): Ticket | undefined {
  if (place === undefined) return undefined
  if (!Object.hasOwn(ticketForms, place)) throw new InputError(`--for takes ${Object.keys(ticketForms).join(', ')}; a time with --follow`)
  if (format !== 'markdown') throw new InputError('--for goes with --format markdown')
  return place as Ticket
}
