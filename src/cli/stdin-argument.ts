/**
 * `-` as a path. yargs 18 drops it from positional arguments, and takes what follows `--` for something else; so both are spelled otherwise before
 * it reads them, and `-` is put back after.
 */
export function beforeParsing(argv: readonly string[]): string[] {
  const rest = argv.indexOf('--')
  const words = rest < 0 ? argv : argv.slice(0, rest)
  const paths = rest < 0 ? [] : argv.slice(rest + 1).map(path => (path.startsWith('-') && path !== '-' ? `./${path}` : path))
  return [...words, ...paths].map(word => (word === '-' ? STAND_IN : word))
}

/** For yargs' middleware. */
export function afterParsing(argv: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(argv)) {
    if (value === STAND_IN) argv[name] = '-'
    else if (Array.isArray(value)) argv[name] = value.map(item => (item === STAND_IN ? '-' : item))
  }
}

const STAND_IN = '\u0000-'
