import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import { terminalState } from '../reporters/terminal-state.ts'
import { endOfLog, stateAt } from '../trace.ts'
import { answer, answerOptions } from './answer.ts'
import { readInstant } from './instant-argument.ts'
import type { Io } from './io.ts'
import { exitCode, isForeign, tell } from './outcome.ts'
import { createRedaction, REDACT_OPTIONS } from './redaction.ts'

export function stateCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    'state [paths..]',
    'The pool as it stood at an instant: who holds which address',
    command =>
      answerOptions(command)
        .positional('paths', { type: 'string', array: true, describe: 'Logs, as for a report' })
        .option('at', { type: 'string', demandOption: true, describe: 'The instant, e.g. 2024-09-11T20:39:00Z, 20:39, -10m' })
        .options(REDACT_OPTIONS)
        .example('$0 state ipamd.log --at 2024-09-11T20:39:00Z', 'Total, assigned, cooldown, and every address'),
    async argv => {
      const redaction = createRedaction(argv.redact, argv['redact-map'])
      const paths = argv.paths ?? []
      const said = readInstant(argv.at, 'at')
      const ended = said === null ? await endOfLog(paths, io.stdin) : undefined
      const at = said ?? readInstant(argv.at, 'at', ended?.at)
      if (at === null) throw new InputError('no line of these logs has a time: name the instant with its date')
      const { state: found, ...traced } = await stateAt(paths, at, { stdin: ended?.stdin ?? io.stdin })
      tell(traced, io)
      if (isForeign(traced)) return done(exitCode(traced))
      const state = redaction.redact(found)
      await redaction.end()
      await answer(state, terminalState, argv, io)
      done(exitCode(traced))
    },
  )
}
