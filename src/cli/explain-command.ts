import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import { terminalPage } from '../reporters/terminal-page.ts'
import { printable } from '../words.ts'
import { EXIT } from './exit-code.ts'
import { type Io, lookOf } from './io.ts'
import { nearest } from './nearest.ts'
import { deliver } from './output.ts'
import { idsIn, listOfCauses, pageOf } from './pages.ts'

export function explainCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    'explain [cause]',
    'What a cause means, how it is decided, what looks like it, what to do; without one, all causes',
    command =>
      command
        .positional('cause', { type: 'string', describe: 'Id of a cause, as reports print it' })
        .option('color', { type: 'boolean', describe: 'Colors, also where no terminal is (--no-color: never)' })
        .example('$0 explain subnet-out-of-addresses', 'Needs no log and no network'),
    async argv => {
      const list = await listOfCauses()
      const page = argv.cause === undefined ? list : await pageOf(known(argv.cause, idsIn(list)))
      await deliver(terminalPage(page, lookOf(argv, io)), undefined, io)
      done(EXIT.sound)
    },
  )
}

function known(given: string, ids: readonly string[]): string {
  const id = given.trim().toLowerCase()
  if (ids.includes(id)) return id
  throw new InputError(
    `no cause is called '${printable(given.slice(0, 80))}'; the nearest are ${nearest(id, ids).join(', ')} (ipamd-trace explain lists all)`,
  )
}
