/** Arguments → files. Nothing is opened here beyond directories. */
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { InputError } from '../model/input-error.ts'
import { expandGlob, isGlob } from './glob.ts'
import { MAX_DEPTH, MAX_ENTRIES, MAX_GUESSES } from './limits.ts'
import { isArchiveName, isLogName, isNeighbor, isTextName } from './names.ts'
import { quote } from './quote.ts'

export const DEFAULT_LOG = '/var/log/aws-routed-eni/ipamd.log'

export interface Found {
  /** As shown to people; `-` is stdin. */
  readonly path: string
  /** Files of one folder are of one node unless they say otherwise. */
  readonly folder: string
  readonly name: string
  readonly size: number
  /** False: a pipe or a device, which can be read once. */
  readonly regular: boolean
  /** Named by the user. Otherwise found in a directory: what turns out to be something else is passed over in silence. */
  readonly named: boolean
  /** Its name says nothing: it counts only if nothing better lies in the directory that was named. */
  readonly guess: boolean
  /** The directory that was named, where it was found in one. */
  readonly root: string | undefined
}

export interface Discovered {
  readonly found: readonly Found[]
  readonly errors: readonly InputError[]
}

export async function discover(args: readonly string[], defaultLog = DEFAULT_LOG): Promise<Discovered> {
  const found: Found[] = []
  const errors: InputError[] = []
  const known = new Set<string>()

  async function add(path: string, more: Pick<Found, 'named' | 'guess' | 'root'>): Promise<void> {
    const facts = await stat(path)
    // The same file named twice, or reached through a link, is one input.
    const identity = facts.isFile() ? await realpath(path) : path
    if (known.has(identity)) return
    known.add(identity)
    found.push({ path, folder: dirname(identity), name: basename(identity), size: facts.size, regular: facts.isFile(), ...more })
  }

  async function addArgument(argument: string): Promise<void> {
    if (argument === '-') {
      if (!known.has('-'))
        found.push({ path: '-', folder: '-', name: '-', size: 0, regular: false, named: true, guess: false, root: undefined })
      known.add('-')
      return
    }
    try {
      const facts = await stat(argument)
      if (!facts.isDirectory()) await add(argument, { named: true, guess: false, root: undefined })
      else await addDirectory(argument)
    } catch (error) {
      if (codeOf(error) === 'ENOENT' && isGlob(argument)) {
        const matches = await expandGlob(argument)
        if (matches.length === 0) errors.push(new InputError(`${quote(argument)}: nothing matches`))
        for (const match of matches) await addArgument(match)
      } else errors.push(new InputError(openFailure(argument, error)))
    }
  }

  async function addDirectory(root: string): Promise<void> {
    const { logs, archives, guesses, closed } = await walk(root)
    const before = found.length
    for (const path of [...logs, ...archives]) await add(path, { named: false, guess: false, root }).catch(() => closed.push(path))
    if (logs.length === 0) {
      for (const path of guesses) await add(path, { named: false, guess: true, root }).catch(() => {})
    }
    for (const path of closed) errors.push(new InputError(`${quote(path)}: permission denied${path === root ? '; try sudo' : ''}`))
    if (found.length === before && closed.length === 0 && logs.length + archives.length + guesses.length === 0) errors.push(noLogs(root))
  }

  if (args.length > 0) for (const argument of args) await addArgument(argument)
  else
    await add(defaultLog, { named: true, guess: false, root: undefined }).catch(error => {
      const why = codeOf(error) === 'ENOENT' ? 'does not exist here' : 'cannot be read: try sudo'
      errors.push(new InputError(`no input: name a log, a directory or a support bundle, or - for stdin (${defaultLog} ${why})`))
    })
  return { found, errors }
}

export function noLogs(root: string): InputError {
  return new InputError(`${quote(root)}: no log of ipamd in this directory (looked for ipamd.log, ipamd-<time>.log.gz, support bundles)`)
}

/** One line for a file that cannot be opened. */
export function openFailure(path: string, error: unknown): string {
  const shown = quote(path)
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${shown}: no such file or directory`
    case 'EACCES':
    case 'EPERM':
      return `${shown}: permission denied (on a node ipamd's log belongs to root: try sudo)`
    case 'ENAMETOOLONG':
      return 'the name of an input is too long'
    default:
      return `${shown}: cannot be read (${codeOf(error) ?? 'unknown error'})`
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

interface Walked {
  readonly logs: string[]
  readonly archives: string[]
  readonly guesses: string[]
  /** Directories without permission. */
  readonly closed: string[]
}

/** Links to directories are not followed, so that no circle can be walked. */
async function walk(root: string): Promise<Walked> {
  const walked: Walked = { logs: [], archives: [], guesses: [], closed: [] }
  let entries = 0
  const pending: { path: string; depth: number }[] = [{ path: root, depth: 0 }]
  for (let next = pending.shift(); next && entries < MAX_ENTRIES; next = pending.shift()) {
    const { path, depth } = next
    const children = await readdir(path, { withFileTypes: true }).catch(error => {
      if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') walked.closed.push(path)
      return []
    })
    children.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const child of children) {
      entries += 1
      const { name } = child
      const childPath = join(path, name)
      if (child.isDirectory()) {
        if (depth < MAX_DEPTH && name !== '__MACOSX') pending.push({ path: childPath, depth: depth + 1 })
      } else if ((!child.isFile() && !child.isSymbolicLink()) || isNeighbor(name)) continue
      else if (isLogName(name)) walked.logs.push(childPath)
      else if (isArchiveName(name)) walked.archives.push(childPath)
      else if (isTextName(name) && walked.guesses.length < MAX_GUESSES) walked.guesses.push(childPath)
    }
  }
  return walked
}
