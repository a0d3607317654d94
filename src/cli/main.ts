import yargs, { type Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import { version } from '../version.ts'
import { printable } from '../words.ts'
import { afterParsing, beforeParsing } from './arguments.ts'
import { compareCommand } from './compare-command.ts'
import { completionCommand, completionsFor } from './completion-command.ts'
import { cutCommand } from './cut-command.ts'
import { eventsCommand } from './events-command.ts'
import { EXIT, EXIT_HELP } from './exit-code.ts'
import { explainCommand } from './explain-command.ts'
import type { Io } from './io.ts'
import { ClosedPipe, write } from './output.ts'
import { refuseOverwriting } from './overwriting.ts'
import { showCommand } from './show-command.ts'
import { stateCommand } from './state-command.ts'
import { storyCommands, timelineCommand } from './story-commands.ts'
import { traceCommand } from './trace-command.ts'
import { wasteCommand } from './waste-command.ts'
import { whatIfCommand } from './what-if-command.ts'

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
    .version(version)
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
    .wrap(100)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new InputError(`${message} (ipamd-trace --help)`)
    })
    .middleware(afterParsing, true)
    .middleware(refuseOverwriting)
    .epilogue(EXIT_HELP)
  const commands = [
    traceCommand,
    stateCommand,
    storyCommands,
    timelineCommand,
    eventsCommand,
    showCommand,
    cutCommand,
    wasteCommand,
    compareCommand,
    whatIfCommand,
    explainCommand,
    completionCommand,
  ].reduce((all: Argv, command) => command(all, io, done), parser as Argv)
  const completions = await completionsFor(argv, commands)
  if (completions !== undefined) {
    await write(io.stdout, completions)
    return EXIT.sound
  }
  let printed = ''
  await commands.parseAsync(beforeParsing(argv), {}, (_error: unknown, _argv: unknown, output: string) => {
    printed = output
  })
  if (printed !== '') await write(io.stdout, `${printed.trimEnd()}\n`)
  return code
}

function complain({ stderr }: Io, message: string, code: number): number {
  // what was typed, and names of files, stand in it
  stderr.write(`ipamd-trace: ${message.split('\n').map(printable).join('\n')}\n`)
  return code
}
