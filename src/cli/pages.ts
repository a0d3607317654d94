import { readFile } from 'node:fs/promises'
import { packageRoot } from '../version.ts'

/** The pages of the causes stand two folders above this file, in the sources as in the package. */
const PAGES = new URL('docs/causes/', packageRoot)

/** The list of all causes, grouped, in order of precedence. */
export function listOfCauses(): Promise<string> {
  return readFile(new URL('README.md', PAGES), 'utf8')
}

/** `id` must be one of the list. */
export function pageOf(id: string): Promise<string> {
  return readFile(new URL(`${id}.md`, PAGES), 'utf8')
}

/** The ids that the list links to. */
export function idsIn(list: string): string[] {
  return [...list.matchAll(/^- \[([a-z0-9-]+)\]/gm)].map(([, id]) => id as string)
}
