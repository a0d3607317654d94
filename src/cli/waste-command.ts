import type { Argv } from 'yargs'
import { terminalWaste } from '../reporters/terminal-waste.ts'
import { wasteOf } from '../reporters/waste.ts'
import { answer, answerOptions, reportOn } from './answer.ts'
import type { Io } from './io.ts'
import { exitCode, isForeign, tell } from './outcome.ts'

export function wasteCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    'waste [paths..]',
    'Addresses that nodes held without a pod: how many, how long and why',
    command =>
      answerOptions(command.positional('paths', { type: 'string', array: true, describe: 'Logs, as for a report' })).example(
        '$0 waste /var/log/aws-routed-eni/ipamd.log',
        'What this node keeps from the others of its subnet',
      ),
    async argv => {
      const traced = await reportOn(argv.paths ?? [], io)
      tell(traced, io)
      if (isForeign(traced)) return done(exitCode(traced))
      await answer(wasteOf(traced.report), terminalWaste, argv, io)
      done(exitCode(traced))
    },
  )
}
