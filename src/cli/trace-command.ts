import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import type { Report, Status } from '../model/report.ts'
import { type Format, reporters } from '../reporters/index.ts'
import { type Progress, type Traced, traceAll } from '../trace.ts'
import { printable } from '../words.ts'
import { EXIT } from './exit-code.ts'
import { readInstant } from './instant-argument.ts'
import { createInterrupt } from './interrupt.ts'
import { type Io, wantsColor, widthOf } from './io.ts'
import { madeReport } from './made-report.ts'
import { deliver } from './output.ts'
import { createProgressLine } from './progress.ts'

const LEVELS: readonly Status[] = ['warn', 'fail']

export function traceCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    ['$0 [paths..]', 'trace [paths..]'],
    'Report on the logs given: files, directories, globs, bundles, - for stdin; or an HTML report, for another form of it',
    command =>
      command
        .positional('paths', { type: 'string', array: true, describe: 'Logs; /var/log/aws-routed-eni/ipamd.log where none is given' })
        .option('format', {
          alias: 'F',
          choices: Object.keys(reporters) as Format[],
          default: 'terminal' as Format,
          describe: 'Form of the report',
        })
        .option('output', { alias: 'o', type: 'string', describe: 'Write the report to this file' })
        .option('since', { type: 'string', describe: 'Incidents from this instant on; the state before is built all the same' })
        .option('until', { type: 'string', describe: 'The report as of this instant' })
        .option('verbose', { alias: 'v', type: 'boolean', describe: 'With the log lines that each statement rests on' })
        .option('quiet', { alias: 'q', type: 'boolean', describe: 'The verdict alone' })
        .option('color', { type: 'boolean', describe: 'Colors, also where no terminal is (--no-color: never)' })
        .option('fail-on', { choices: LEVELS, describe: 'Exit with 10 where the verdict is at or above this level' })
        .conflicts('quiet', 'verbose')
        .example('$0 /var/log/aws-routed-eni/ipamd.log', 'What broke on this node, and why')
        .example('$0 eks_i-*.tar.gz --format markdown -o incident.md', 'For a ticket')
        .example('$0 ipamd.log --format html -o report.html', 'One file for a post-mortem'),
    async argv => {
      const since = argv.since === undefined ? undefined : readInstant(argv.since, 'since')
      const until = argv.until === undefined ? undefined : readInstant(argv.until, 'until')
      if (since !== undefined && until !== undefined && since > until) throw new InputError('--since is later than --until')
      const made = await madeReport(argv.paths ?? [])
      if (made !== undefined && (since !== undefined || until !== undefined))
        throw new InputError('a report cannot be narrowed any more: --since and --until need the log')
      const traced =
        made === undefined
          ? await read(argv.paths ?? [], { since, until }, io)
          : { report: made, errors: [], foreign: new Map<string, string>() }
      tell(traced, io)
      if (isForeign(traced)) return done(traced.errors.length > 0 ? EXIT.usage : EXIT.foreign)
      const { report } = traced
      const text = reporters[argv.format](report, {
        columns: argv.output === undefined ? widthOf(io) : 100,
        color: argv.output === undefined ? wantsColor(argv.color, io) : argv.color === true,
        verbose: argv.verbose === true,
        quiet: argv.quiet === true,
      })
      await deliver(text, argv.output, io)
      done(exitCode(traced, argv['fail-on']))
    },
  )
}

async function read(paths: readonly string[], window: { since: number | undefined; until: number | undefined }, io: Io): Promise<Traced> {
  const progress = createProgressLine(io)
  const interrupt = createInterrupt(io)
  const onProgress = (now: Progress): void => {
    interrupt.listen()
    progress.update(now)
  }
  try {
    return await traceAll(paths, { ...window, signal: interrupt.signal, onProgress, stdin: io.stdin })
  } finally {
    interrupt.off()
    progress.clear()
  }
}

/** What could not be used, one line each. */
export function tell({ errors, foreign }: Pick<Traced, 'errors' | 'foreign'>, { stderr }: Io): void {
  for (const error of errors) stderr.write(`ipamd-trace: ${error.message}\n`)
  for (const [path, what] of foreign) stderr.write(`ipamd-trace: ${printable(path)}: ${what}\n`)
}

/** Nothing that was read is ipamd's log. */
export function isForeign({ report, foreign }: Traced): boolean {
  return foreign.size > 0 && report.inputs.every(input => foreign.has(input.path))
}

function exitCode({ report, errors }: Traced, failOn: Status | undefined): number {
  if (errors.length > 0) return EXIT.usage
  if (isDamaged(report)) return EXIT.damaged
  if (failOn !== undefined && LEVELS.indexOf(report.verdict.status) >= LEVELS.indexOf(failOn)) return EXIT.verdict
  return EXIT.sound
}

export function isDamaged(report: Pick<Report, 'problems'>): boolean {
  return report.problems.some(problem => problem.severity === 'damage')
}
