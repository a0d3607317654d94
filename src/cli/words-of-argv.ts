/** Options whose value may begin with a dash: `--since -2h`. */
const TIMES: ReadonlySet<string> = new Set(['--since', '--until', '--around', '--at'])
/** Options whose value may be a dash. */
const FILES: ReadonlySet<string> = new Set(['-o', '--output'])
/** Stands for `-`, which yargs loses among the positional words. */
const STDIN = './-\u0000stdin'

/** The arguments so that yargs reads them as people mean them. */
export function prepare(argv: readonly string[]): string[] {
  const words: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string
    const next = argv[i + 1]
    if (word === '--') return [...words, ...argv.slice(i)]
    if (TIMES.has(word) && next !== undefined && /^-\d/.test(next)) {
      words.push(`${word}=${next}`)
      i++
    } else if (word === '-' && !FILES.has(argv[i - 1] ?? '')) words.push(STDIN)
    else words.push(word)
  }
  return words
}

/** Gives back what `prepare` replaced. */
export function restore(argv: Record<string, unknown>): void {
  const { paths } = argv
  if (Array.isArray(paths)) argv.paths = paths.map(path => (path === STDIN ? '-' : path))
}
