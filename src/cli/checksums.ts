import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Report } from '../model/report.ts'

/** The report with the SHA-256 of each file that it was made from: a reading of its own, so that no other report pays for it. */
export async function withChecksums(report: Report): Promise<Report> {
  const sums = new Map<string, string | undefined>()
  const inputs: Report['inputs'][number][] = []
  for (const input of report.inputs) {
    const file = await fileOf(input.path)
    if (file !== undefined && !sums.has(file)) sums.set(file, await sumOf(file))
    const sha256 = file === undefined ? undefined : sums.get(file)
    inputs.push(sha256 === undefined ? input : { ...input, sha256 })
  }
  return { ...report, inputs }
}

/** `bundle.tar.gz:var_log/ipamd.log` lies in bundle.tar.gz. Undefined for a pipe, and for what is gone. */
async function fileOf(path: string): Promise<string | undefined> {
  for (let end = path.length; end > 0; end = path.lastIndexOf(':', end - 1)) {
    const file = path.slice(0, end)
    if (
      await stat(file).then(
        facts => facts.isFile(),
        () => false,
      )
    )
      return file
  }
  return undefined
}

async function sumOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file), hash)
  } catch {
    return undefined
  }
  return hash.digest('hex')
}
