import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import { compare } from '../reporters/comparison.ts'
import { terminalComparison } from '../reporters/terminal-comparison.ts'
import { answer, answerOptions, reportOn } from './answer.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'
import { isDamaged, isForeign, tell } from './outcome.ts'

export function compareCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    'compare <before> <after>',
    'Did the fix work? Two logs side by side, and whether they can be compared',
    command =>
      answerOptions(
        command
          .positional('before', { type: 'string', demandOption: true, describe: 'A log, directory, bundle or HTML report' })
          .positional('after', { type: 'string', demandOption: true, describe: 'The same of later' }),
      ).example('$0 compare before.tar.gz after.tar.gz', 'Failures, waits, EC2 errors and addresses held, before and after'),
    async argv => {
      if (argv.before === '-' && argv.after === '-') throw new InputError('only one of the two can come from stdin')
      const before = await reportOn([argv.before], io)
      const after = await reportOn([argv.after], io)
      const both = [before, after]
      for (const traced of both) tell(traced, io)
      const failed = both.some(({ errors }) => errors.length > 0)
      if (both.some(isForeign)) return done(failed ? EXIT.usage : EXIT.foreign)
      await answer(compare(before.report, after.report), terminalComparison, argv, io)
      done(failed ? EXIT.usage : both.some(({ report }) => isDamaged(report)) ? EXIT.damaged : EXIT.sound)
    },
  )
}
