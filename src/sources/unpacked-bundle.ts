/** A support bundle that somebody unpacked: its facts lie in folders beside that of the log. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BundleFacts } from '../model/bundle.ts'
import { createFactCollector, FACT_FOLDERS } from './bundle-facts.ts'
import { MAX_ENTRIES, MAX_FACT_BYTES } from './limits.ts'

/** `folder`: where the log lies, links resolved. Undefined where that is no bundle, or one that says nothing. */
export async function unpackedBundle(path: string, folder: string): Promise<BundleFacts | undefined> {
  const slashes = folder.replaceAll('\\', '/')
  // Never a node's own /var/log.
  const found = LAYOUTS.find(([end]) => slashes.endsWith(end) && slashes !== end)
  if (!found) return undefined
  const [, up, folders] = found
  const root = join(folder, ...up)
  const collector = createFactCollector(join(path, '..', ...up), root)
  for (const name of await filesIn(root, folders)) {
    if (!collector.wants(name)) continue
    const file = join(root, name)
    const facts = await stat(file).catch(() => undefined)
    if (!facts?.isFile() || facts.size > MAX_FACT_BYTES) continue
    const content = await readFile(file).catch(() => undefined)
    if (content !== undefined) collector.add(name, content)
  }
  const facts = collector.facts()
  return facts.members.length === 0 ? undefined : facts
}

async function filesIn(root: string, folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async folder => {
      const names = await readdir(join(root, folder)).catch(() => [])
      return names
        .sort()
        .slice(0, MAX_ENTRIES)
        .map(name => `${folder}/${name}`)
    }),
  )
  return found.flat()
}

/** The end of the folder's path, the way up from it to the root, and the folders to look into. */
const LAYOUTS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['/var_log/aws-routed-eni', ['..', '..'], FACT_FOLDERS],
  ['/var/log/aws-routed-eni', ['..'], ['aws-routed-eni']],
  ['/bottlerocket-logs', ['..'], ['bottlerocket-logs']],
]
