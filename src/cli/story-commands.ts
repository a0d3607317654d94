import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'
import type { Story } from '../model/story.ts'
import { addressQuery } from '../queries/address.ts'
import { eniQuery } from '../queries/eni.ts'
import { nearest } from '../queries/names.ts'
import { podQuery } from '../queries/pod.ts'
import { sandboxQuery } from '../queries/sandbox.ts'
import type { Query } from '../queries/story.ts'
import { timelineQuery } from '../queries/timeline.ts'
import { storyText } from '../reporters/queries/story.ts'
import { ask } from '../trace.ts'
import { list, printable } from '../words.ts'
import { type AnswerArgs, answer, answerOptions } from './answer.ts'
import type { Io } from './io.ts'
import { type NarrowingArguments, readNarrowing, withPods, withWindow } from './narrowing-options.ts'
import { exitCode, isForeign, tell } from './outcome.ts'
import { createRedaction, REDACT_OPTIONS } from './redaction.ts'

type Done = (code: number) => void

/** What is asked first, the logs last: `pod shop/cart-9m2tz ipamd.log`. */
interface Question<S extends Story> {
  readonly command: string
  /** The positional word. */
  readonly id: string
  readonly of: S['of']
  readonly describe: string
  readonly idDescribe: string
  readonly example: readonly [string, string]
  readonly query: (asked: string) => Query<S>
  /** Undefined: it cannot be such an id. */
  readonly check?: (asked: string) => string | undefined
}

const EXAMPLE_LOG = 'ipamd.log'

const questions = [
  {
    command: 'pod',
    id: 'name',
    of: 'pod',
    describe: 'The whole story of a pod: each request, address, refusal with its cause, wait, deletion',
    idDescribe: 'NAMESPACE/NAME',
    example: [`pod shop/cart-68c7d5b9f4-tsnmg ${EXAMPLE_LOG}`, 'Why this pod waited'],
    query: podQuery,
    check: asked => (asked.includes('/') ? undefined : 'a pod is named NAMESPACE/NAME'),
  } satisfies Question<Extract<Story, { of: 'pod' }>>,
  {
    command: 'ip',
    id: 'address',
    of: 'address',
    describe: 'The story of an address: every holder in order, cooldowns, its interface',
    idDescribe: 'IPv4 or IPv6 address',
    example: [`ip 10.4.130.89 ${EXAMPLE_LOG}`, 'Who had it, and when'],
    query: addressQuery,
  } satisfies Question<Extract<Story, { of: 'address' }>>,
  {
    command: 'eni',
    id: 'eni',
    of: 'eni',
    describe: 'The story of an interface: attached, in the pool, who had its addresses, removed',
    idDescribe: 'eni-…',
    example: [`eni eni-0c41b7a8d2e95f306 ${EXAMPLE_LOG}`, 'When it came, and who used it'],
    query: eniQuery,
  } satisfies Question<Extract<Story, { of: 'eni' }>>,
  {
    command: 'sandbox',
    id: 'id',
    of: 'sandbox',
    describe: 'The story of a sandbox, by its id or the beginning of it',
    idDescribe: 'Container id of the sandbox',
    example: [`sandbox edf6fc18b124 ${EXAMPLE_LOG}`, 'From its request to its deletion'],
    query: sandboxQuery,
  } satisfies Question<Extract<Story, { of: 'sandbox' }>>,
] as const

export function storyCommands(yargs: Argv, io: Io, done: Done): Argv {
  return questions.reduce((all, question) => questionCommand(all, question as Question<Story>, io, done), yargs)
}

function questionCommand(yargs: Argv, question: Question<Story>, io: Io, done: Done): Argv {
  const { command, id, of, describe, idDescribe, example, query, check } = question
  return yargs.command(
    `${command} <${id}> [paths..]`,
    describe,
    one =>
      answerOptions(withWindow(one))
        .positional(id, { type: 'string', demandOption: true, describe: idDescribe })
        .positional('paths', { type: 'string', array: true, describe: 'Logs, as for a report' })
        .option('node', { type: 'string', describe: 'On this node alone' })
        .options(REDACT_OPTIONS)
        .example(`$0 ${example[0]}`, example[1]),
    async given => {
      // the name of the positional word is not known to the types
      const argv = given as unknown as StoryArguments
      const redaction = createRedaction(argv.redact, argv['redact-map'])
      const asked = String(argv[id]).trim()
      const paths = argv.paths ?? []
      const { narrowing, stdin } = await readNarrowing(argv, paths, io)
      const { answer: found, known, ...traced } = await ask(paths, of, redaction.watch(query(asked)), { ...narrowing, stdin, asked })
      tell(traced, io)
      if (isForeign(traced)) return done(exitCode(traced))
      if (found.stories.length === 0) throw notThere(question, asked, known, check?.(asked))
      await answer(redaction.redact(found), storyText, argv, io)
      await redaction.end()
      done(exitCode(traced))
    },
  )
}

export function timelineCommand(yargs: Argv, io: Io, done: Done): Argv {
  return yargs.command(
    'timeline [paths..]',
    'What happened on the node, one line each: starts, refusals, waits, interfaces, pods that came and went',
    one =>
      answerOptions(withPods(withWindow(one)))
        .positional('paths', { type: 'string', array: true, describe: 'Logs, as for a report' })
        .options(REDACT_OPTIONS)
        .example(`$0 timeline ${EXAMPLE_LOG}`, 'The log of the captain')
        .example(`$0 timeline ${EXAMPLE_LOG} --around 20:40±1m`, 'The minutes around an incident'),
    async argv => {
      const redaction = createRedaction(argv.redact, argv['redact-map'])
      const paths = argv.paths ?? []
      const { narrowing, stdin } = await readNarrowing(argv, paths, io)
      const { answer: found, ...traced } = await ask(paths, 'timeline', redaction.watch(timelineQuery(narrowing)), { ...narrowing, stdin })
      tell(traced, io)
      if (isForeign(traced)) return done(exitCode(traced))
      await answer(redaction.redact(found), storyText, argv, io)
      await redaction.end()
      done(exitCode(traced))
    },
  )
}

interface StoryArguments extends NarrowingArguments, AnswerArgs {
  readonly paths?: readonly string[]
  readonly redact?: boolean
  readonly 'redact-map'?: string
  readonly [id: string]: unknown
}

const MOST_ID = 100

function notThere({ command }: Question<Story>, asked: string, known: readonly string[], wrong: string | undefined): InputError {
  const what = { pod: 'pod', ip: 'address', eni: 'interface', sandbox: 'sandbox' }[command] ?? command
  const shown = printable(asked.slice(0, MOST_ID))
  const like = nearest(asked, known).map(name => printable(name.slice(0, MOST_ID)))
  if (command === 'sandbox' && known.filter(id => id.startsWith(asked)).length > 1)
    return new InputError(`several sandboxes begin with ${shown}: ${list(like, 3)}`)
  const meant =
    like.length > 0
      ? `; there ${like.length === 1 ? 'is' : 'are'} ${list(like, 3)}`
      : known.length === 0
        ? `; they name no ${what} at all`
        : ''
  return new InputError(`no ${what} ${shown} in these logs${wrong === undefined ? '' : ` (${wrong})`}${meant}`)
}
