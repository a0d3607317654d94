/**
 * Where yargs 18 reads a command line otherwise than people mean it. It drops `-` from paths and takes what follows `--` for something else: both
 * are spelled otherwise before it reads them. An option given twice becomes a list, and with `duplicate-arguments-array: false` of several paths
 * only the last one is left: so the last one is taken here, of options alone.
 */
export function beforeParsing(argv: readonly string[]): string[] {
  const rest = argv.indexOf('--')
  const words = rest < 0 ? argv : argv.slice(0, rest)
  const paths = rest < 0 ? [] : argv.slice(rest + 1).map(path => (path.startsWith('-') && path !== '-' ? `./${path}` : path))
  return [...words.flatMap((word, i) => joined(word, words[i + 1], words[i - 1])), ...paths].map(word => (word === '-' ? STDIN : word))
}

/** `--since -2h` is one thing: a value that begins with a dash goes with its option. */
function joined(word: string, next: string | undefined, before: string | undefined): string[] {
  if (TIMES.has(word) && next !== undefined && MINUS.test(next)) return [`${word}=${next}`]
  return before !== undefined && TIMES.has(before) && MINUS.test(word) ? [] : [word]
}

const TIMES: ReadonlySet<string> = new Set(['--since', '--until', '--around', '--at'])
const MINUS = /^-\d/

/** For yargs' middleware. */
export function afterParsing(argv: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(argv)) {
    if (Array.isArray(value)) {
      const items = value.map(plain)
      argv[name] = LISTS.has(name) ? items : items.at(-1)
    } else argv[name] = plain(value)
  }
}

function plain(value: unknown): unknown {
  return value === STDIN ? '-' : value
}

/** What may be given several times. */
const LISTS: ReadonlySet<string> = new Set(['_', 'paths'])
const STDIN = '\u0000-'
