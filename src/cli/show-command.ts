import { stat } from 'node:fs/promises'
import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import { shownLines } from '../reporters/queries/lines.ts'
import { rawLines } from '../trace.ts'
import { count, printable } from '../words.ts'
import { answer, answerOptions } from './answer.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'
import { createRedaction, REDACT_OPTIONS } from './redaction.ts'

const MOST_CONTEXT = 10_000

export function showCommand(yargs: Argv, io: Io, done: (code: number) => void): Argv {
  return yargs.command(
    'show <place>',
    'The lines of the log that a statement rests on, as the report names them: FILE:LINE, also inside .gz and bundles',
    command =>
      answerOptions(command)
        .positional('place', {
          type: 'string',
          demandOption: true,
          describe: 'ipamd.log:123, or bundle.tar.gz:var_log/aws-routed-eni/ipamd.log:123',
        })
        .option('context', { alias: 'C', type: 'number', default: 0, describe: 'With so many lines before and after' })
        .options(REDACT_OPTIONS)
        .example('$0 show ipamd.log:207 -C 2', 'This line, and two before and after it'),
    async argv => {
      const { path, line } = readPlace(argv.place)
      const context = argv.context
      if (!Number.isInteger(context) || context < 0 || context > MOST_CONTEXT)
        throw new InputError(`-C takes a number of lines from 0 to ${MOST_CONTEXT}`)
      const redaction = createRedaction(argv.redact, argv['redact-map'])
      const { file, member } = await split(path)
      const found = await rawLines(file, member, Math.max(1, line - context), line + context)
      if (!found.lines.some(one => one.line === line))
        throw new InputError(`${printable(found.path)} has ${count(found.all ?? 0, 'line')}, and no line ${line}`)
      await redaction.learn([file])
      const lines = found.lines.map(one => ({ ...one, text: redaction.text(one.text) }))
      const shown = { schema: 'ipamd-trace/lines', schemaVersion: 1, path: redaction.text(found.path), line, lines }
      await redaction.end()
      await answer(shown, ({ lines }, look) => shownLines(lines, line, look), argv, io)
      done(EXIT.sound)
    },
  )
}

function readPlace(place: string): { readonly path: string; readonly line: number } {
  const at = place.lastIndexOf(':')
  const line = Number(place.slice(at + 1))
  if (at <= 0 || !/^\d{1,12}$/.test(place.slice(at + 1)) || line < 1)
    throw new InputError(`show takes a file and a line such as ipamd.log:123, not '${printable(place.slice(0, 100))}'`)
  return { path: place.slice(0, at), line }
}

/** `bundle.tar.gz:var_log/…/ipamd.log` → the archive, and the log in it. A file whose own name has a colon comes first. */
async function split(path: string): Promise<{ readonly file: string; readonly member: string | undefined }> {
  if (await isThere(path)) return { file: path, member: undefined }
  for (let at = path.indexOf(':'); at > 0; at = path.indexOf(':', at + 1))
    if (await isThere(path.slice(0, at))) return { file: path.slice(0, at), member: path.slice(at + 1) }
  return { file: path, member: undefined }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
