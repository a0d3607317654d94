/** A support bundle that somebody unpacked: its facts lie beside the folder of the log, under names that are known beforehand. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BundleFacts } from '../model/bundle.ts'
import { createFactCollector, FACT_FILES, SUPPORT_FILES } from './bundle-facts.ts'
import { MAX_FACT_BYTES } from './limits.ts'

/** `folder`: where the log lies, links resolved. Undefined where that is no bundle, or one that says nothing. */
export async function unpackedBundle(path: string, folder: string): Promise<BundleFacts | undefined> {
  const slashes = folder.replaceAll('\\', '/')
  // Never a node's own /var/log.
  const found = LAYOUTS.find(([end]) => slashes.endsWith(end) && slashes !== end)
  if (!found) return undefined
  const [, up, files] = found
  const root = join(folder, ...up)
  const collector = createFactCollector(join(path, '..', ...up), root)
  for (const name of files) {
    const file = join(root, name)
    const facts = await stat(file).catch(() => undefined)
    if (!facts?.isFile() || facts.size > MAX_FACT_BYTES) continue
    const content = await readFile(file).catch(() => undefined)
    if (content !== undefined) collector.add(name, content)
  }
  const facts = collector.facts()
  return facts.members.length === 0 ? undefined : facts
}

/** The end of the folder's path, the way up from it to the root, and the files to look for. */
const LAYOUTS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['/var_log/aws-routed-eni', ['..', '..'], FACT_FILES],
  ['/var/log/aws-routed-eni', ['..'], SUPPORT_FILES],
  ['/bottlerocket-logs', ['..'], ['bottlerocket-logs/settings.json']],
]
