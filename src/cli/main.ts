import yargs, { type Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import { version } from '../version.ts'
import { EXIT, EXIT_HELP } from './exit-code.ts'
import type { Io } from './io.ts'
import { ClosedPipe, write } from './output.ts'
import { stateCommand } from './state-command.ts'
import { traceCommand } from './trace-command.ts'

/** Runs the program and gives its exit code. Known mistakes are one line on stderr; anything else is a defect of ours, shown with its stack. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await run(argv, io)
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.sound
    if (error instanceof InputError) return complain(io, error.message, EXIT.usage)
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return complain(io, `this is a defect of ipamd-trace ${version}; please report it with these lines:\n${stack}`, EXIT.defect)
  }
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.sound
  const done = (result: number): void => {
    code = result
  }
  const parser = yargs()
    .scriptName('ipamd-trace')
    .usage(
      'Why did pods get no IP address? Reads ipamd.log of the AWS VPC CNI and says what broke, when, for which pods, why and what to do.\n',
    )
    .strict()
    .middleware([lastWins, giveBackStdin], true)
    .version(version)
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
    .wrap(100)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new InputError(`${message} (ipamd-trace --help)`)
    })
    .epilogue(EXIT_HELP)
  const commands = [traceCommand, stateCommand].reduce((all: Argv, command) => command(all, io, done), parser as Argv)
  let printed = ''
  await commands.parseAsync(forYargs(argv), {}, (_error: unknown, _argv: unknown, output: string) => {
    printed = output
  })
  if (printed !== '') await write(io.stdout, `${printed.trimEnd()}\n`)
  return code
}

/** Of an option that is given twice the last one counts, as people know it. */
function lastWins(argv: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(argv)) if (name !== '_' && name !== 'paths' && Array.isArray(value)) argv[name] = value.at(-1)
}

/** No argument of a program can have this name. */
const STDIN = '\0-'

/** yargs loses a `-` among positional arguments, and all that stands after `--`. */
function forYargs(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  const before = end < 0 ? argv : argv.slice(0, end)
  const after = end < 0 ? [] : argv.slice(end + 1).map(path => (path.startsWith('-') && path !== '-' ? `./${path}` : path))
  return [...before, ...after].map(argument => (argument === '-' ? STDIN : argument))
}

function giveBackStdin(argv: Record<string, unknown>): void {
  const back = (value: unknown): unknown => (value === STDIN ? '-' : Array.isArray(value) ? value.map(back) : value)
  for (const [name, value] of Object.entries(argv)) argv[name] = back(value)
}

function complain({ stderr }: Io, message: string, code: number): number {
  stderr.write(`ipamd-trace: ${message}\n`)
  return code
}
