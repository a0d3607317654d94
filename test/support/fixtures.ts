import { readFileSync } from 'node:fs'

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
