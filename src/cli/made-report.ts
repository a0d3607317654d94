import { open, stat } from 'node:fs/promises'
import { InputError } from '../model/input-error.ts'
import type { Report } from '../model/report.ts'
import { BEGINNING, isHtmlReport, reportIn } from '../reporters/html/embedded.ts'
import { printable } from '../words.ts'

const MOST_BYTES = 300_000_000

/** The report inside an HTML report that is the only argument; undefined where the arguments are logs. */
export async function madeReport(paths: readonly string[]): Promise<Report | undefined> {
  for (const path of paths) {
    const text = await htmlReport(path)
    if (text === undefined) continue
    if (paths.length > 1) throw new InputError(`${printable(path)} is a report: name it alone`)
    const report = reportIn(text)
    if (report === undefined)
      throw new InputError(`${printable(path)} is a report of ipamd-trace, but its data is damaged or of a newer release`)
    return report
  }
  return undefined
}

/** The text of a file that begins as our reports do. What cannot be opened is said where logs are opened. */
async function htmlReport(path: string): Promise<string | undefined> {
  // a pipe must be opened once alone: whoever writes into it would be told that nobody reads
  const isFile = await stat(path).then(
    facts => facts.isFile(),
    () => false,
  )
  const file = isFile ? await open(path).catch(() => undefined) : undefined
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    if (size < BEGINNING.length) return undefined
    const beginning = Buffer.alloc(BEGINNING.length)
    await file.read(beginning, 0, beginning.length, 0)
    if (!isHtmlReport(beginning.toString('latin1'))) return undefined
    if (size > MOST_BYTES) throw new InputError(`${printable(path)} is too large for a report`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
