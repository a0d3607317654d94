import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

export function fixture(path: string): string {
  return readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8')
}

/** The sections of a file in fixtures/wordings: `# heading`, then lines of ipamd. */
export function sections(text: string): { readonly heading: string; readonly lines: string }[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map(section => {
      const end = section.indexOf('\n')
      return { heading: section.slice(0, end), lines: section.slice(end + 1) }
    })
}

const corpus = new URL('../../fixtures/corpus/', import.meta.url)

/** Logs that the real ipamd wrote on a simulated node, with their text. */
export const corpusLogs: readonly { readonly name: string; readonly path: string; readonly text: string }[] = readdirSync(corpus)
  .sort()
  .map(name => {
    const path = fileURLToPath(new URL(name, corpus))
    return { name: name.replace('.log.gz', ''), path, text: gunzipSync(readFileSync(path)).toString() }
  })
