import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Report } from '../src/model/report.ts'
import { trace } from '../src/trace.ts'

const directory = new URL('../fixtures/cases/', import.meta.url)

/** The worked cases: a directory each, with the log and what is said of it. */
export const cases: readonly string[] = readdirSync(directory).sort()

export function caseFile(id: string, name: string): string {
  return fileURLToPath(new URL(`${id}/${name}`, directory))
}

/** The report of a case, the same wherever the repository lies and whatever release this is. */
export async function reportOf(id: string): Promise<Report> {
  const path = caseFile(id, 'ipamd.log')
  const report = await trace([path])
  const moved = JSON.stringify(report).replaceAll(JSON.stringify(path).slice(1, -1), 'ipamd.log')
  return { ...(JSON.parse(moved) as Report), tool: { name: 'ipamd-trace', version: '0.0.0' } }
}
