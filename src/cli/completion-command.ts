import { stat } from 'node:fs/promises'
import yargs, { type Argv } from 'yargs'
import type { Story } from '../model/story.ts'
import { addressQuery } from '../queries/address.ts'
import { eniQuery } from '../queries/eni.ts'
import { podQuery } from '../queries/pod.ts'
import { sandboxQuery } from '../queries/sandbox.ts'
import type { Query } from '../queries/story.ts'
import { ask } from '../trace.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'
import { write } from './output.ts'
import { idsIn, listOfCauses } from './pages.ts'

/** What the scripts call the program with: then the words of the line up to the one to complete, `--`, and the words behind it. */
const ASKED = '--complete'

const SCRIPTS = {
  bash: `# ipamd-trace completion bash >> ~/.bashrc
_ipamd_trace() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(
    ipamd-trace ${ASKED} "\${COMP_WORDS[@]:1:COMP_CWORD}" -- "\${COMP_WORDS[@]:COMP_CWORD+1}" 2>/dev/null)
}
complete -o default -o bashdefault -F _ipamd_trace ipamd-trace
`,
  zsh: `#compdef ipamd-trace
# ipamd-trace completion zsh > "\${fpath[1]}/_ipamd-trace"
_ipamd_trace() {
  local -a found
  found=("\${(@f)$(ipamd-trace ${ASKED} "\${(@)words[2,CURRENT]}" -- "\${(@)words[CURRENT+1,-1]}" 2>/dev/null)}")
  found=(\${found:#})
  (( \${#found} )) && compadd -a found
  [[ "\${words[CURRENT]}" == -* ]] || _files
}
if [[ "$zsh_eval_context[-1]" == loadautofunc ]]; then _ipamd_trace "$@"; else compdef _ipamd_trace ipamd-trace; fi
`,
  fish: `# ipamd-trace completion fish > ~/.config/fish/completions/ipamd-trace.fish
function __ipamd_trace
    set -l before (commandline -opc) (commandline -ct)
    ipamd-trace ${ASKED} $before[2..-1] -- 2>/dev/null
end
complete -c ipamd-trace -a '(__ipamd_trace)'
`,
} as const

export function completionCommand(parser: Argv, io: Io, done: (code: number) => void): Argv {
  return parser.command(
    'completion <shell>',
    'A script that makes the shell complete commands, options and names of the log',
    command =>
      command
        .positional('shell', { choices: Object.keys(SCRIPTS) as (keyof typeof SCRIPTS)[], demandOption: true, describe: 'Your shell' })
        .example('$0 completion bash >> ~/.bashrc', 'From the next shell on'),
    async argv => {
      await write(io.stdout, SCRIPTS[argv.shell])
      done(EXIT.sound)
    },
  )
}

/** What could stand at the end of these words, one a line; undefined: no shell asks. */
export async function completionsFor(argv: readonly string[], parser: Argv): Promise<string | undefined> {
  if (argv[0] !== ASKED) return undefined
  const end = argv.lastIndexOf('--')
  const words = argv.slice(1, end <= 0 ? argv.length : end)
  const last = words.at(-1) ?? ''
  const found =
    (await namesFor(words, end < 0 ? [] : argv.slice(end + 1))) ??
    (words.length === 2 && words[0] === 'explain' && !last.startsWith('-') ? idsIn(await listOfCauses()) : wordsFor(words, last, parser))
  return [...new Set(found)]
    .filter(word => word.startsWith(last))
    .map(word => `${word}\n`)
    .join('')
}

/** Commands, the options of the command, and the values that an option may have. */
function wordsFor(words: readonly string[], last: string, parser: Argv): string[] {
  const handlers = handlersOf(parser)
  const command = words.length > 1 && (words[0] as string) in handlers ? (words[0] as string) : undefined
  const options = optionsOf((command === undefined ? undefined : handlers[command]) ?? handlers.trace)
  const before = words.at(-2)
  const named = before === undefined ? undefined : namesOf(before.replace(/^-+/, ''), options)
  const values = before?.startsWith('-') ? named?.flatMap(name => options.choices[name] ?? []) : undefined
  if (values !== undefined && values.length > 0) return values
  if (last.startsWith('-')) return [...Object.keys(options.key), 'help', 'version'].filter(name => name.length > 1).map(name => `--${name}`)
  if (words.length === 1) return Object.keys(handlers)
  return words.length === 2 && command === 'completion' ? Object.keys(SCRIPTS) : []
}

/** An option has more names than one. */
function namesOf(name: string, { alias }: Options): string[] {
  return [name, ...Object.keys(alias).filter(other => other === name || alias[other]?.includes(name))]
}

interface Handler {
  readonly builder: (yargs: Argv) => unknown
}

interface Options {
  readonly key: Readonly<Record<string, unknown>>
  readonly choices: Readonly<Record<string, string[]>>
  readonly alias: Readonly<Record<string, string[]>>
}

/** yargs completes what its parser has run through; what its commands were given is all that is needed, and runs nothing. */
function handlersOf(parser: Argv): Record<string, Handler> {
  const internal = parser as unknown as {
    getInternalMethods(): { getCommandInstance(): { getCommandHandlers(): Record<string, Handler> } }
  }
  return internal.getInternalMethods().getCommandInstance().getCommandHandlers()
}

function optionsOf(handler: Handler | undefined): Options {
  const built = yargs().help(false).version(false)
  handler?.builder(built)
  return (built as unknown as { getOptions(): Options }).getOptions()
}

const QUERIES = { pod: podQuery, ip: addressQuery, eni: eniQuery, sandbox: sandboxQuery } as const
const OF = { pod: 'pod', ip: 'address', eni: 'eni', sandbox: 'sandbox' } as const
/** Read in well under a second. */
const MOST_BYTES = 20_000_000
const MOST_NAMES = 500

/** The names of a log that stands behind the word: `pod sh<TAB> ipamd.log`. */
async function namesFor(words: readonly string[], behind: readonly string[]): Promise<string[] | undefined> {
  const [command, ...rest] = words
  if (command === undefined || !isQuestion(command) || rest.length !== 1) return undefined
  const path = behind.find(word => word !== '' && !word.startsWith('-'))
  const facts = path === undefined ? undefined : await stat(path).catch(() => undefined)
  if (path === undefined || facts === undefined || !facts.isFile() || facts.size > MOST_BYTES) return undefined
  const { known } = await ask([path], OF[command] as Story['of'], QUERIES[command]('') as Query<Story>)
  // a name of a log must not be more than a word for the shell
  return [...new Set(known)]
    .filter(name => /^[A-Za-z0-9._:/-]{1,253}$/.test(name) && name.startsWith(rest[0] as string))
    .slice(0, MOST_NAMES)
}

function isQuestion(command: string): command is keyof typeof QUERIES {
  return command in QUERIES
}
