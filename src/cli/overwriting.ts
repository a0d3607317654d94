import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { InputError } from '../model/input-error.ts'
import { printable } from '../words.ts'

/** What is written and nothing else. (`--state` is read as well.) */
const WRITTEN = ['output', 'redact-map', 'metrics'] as const
/** Positionals that may name files. */
const READ = ['paths', 'before', 'after'] as const

/**
 * For yargs' middleware: a log is evidence, and no report may take its place; nor do two files go into one. Throws InputError.
 * Devices and pipes may be written and read at once.
 */
export function refuseOverwriting(argv: Record<string, unknown>): void {
  const written = WRITTEN.flatMap(name => {
    const path = argv[name]
    return typeof path === 'string' && path !== '' && path !== '-' ? [{ name, path, real: realPath(path) }] : []
  })
  for (const [i, { name, real }] of written.entries()) {
    const other = written.slice(i + 1).find(one => one.real === real)
    if (other !== undefined) throw new InputError(`--${name} and --${other.name} name one file`)
  }
  const read = READ.flatMap(name => argv[name] ?? []).filter(path => typeof path === 'string')
  // FILE:LINE, of an archive ARCHIVE:FILE:LINE
  if (typeof argv.place === 'string') read.push(argv.place.split(':', 1)[0] as string)
  for (const { name, path, real } of written) {
    if (!isFile(real)) continue
    for (const argument of read) {
      const source = realPath(argument)
      if (source === real || (LOG.test(basename(real)) && real.startsWith(`${source}/`)))
        throw new InputError(`--${name} ${printable(path)} would take the place of a log that is read`)
    }
  }
}

/** In a folder that is named: what a folder is looked through for. */
const LOG = /^ipamd[^/]*\.log/

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Where links lead; of a file that is not there yet, where it would be. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path))
    } catch {
      return resolve(path)
    }
  }
}
