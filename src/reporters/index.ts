import { html } from './html.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import type { Reporter } from './reporter.ts'
import { terminal } from './terminal.ts'

/** Every form of the report, by the name that `--format` takes. */
export const reporters = { terminal, markdown, html, json } as const satisfies Readonly<Record<string, Reporter>>

export type Format = keyof typeof reporters
