import { html } from './html.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import type { Reporter } from './reporter.ts'
import { terminal } from './terminal.ts'
import { awsSupport } from './tickets/aws-support.ts'
import { jira } from './tickets/jira.ts'
import { slack } from './tickets/slack.ts'

/** Every form of the report, by the name that `--format` takes. */
export const reporters = { terminal, markdown, html, json } as const satisfies Readonly<Record<string, Reporter>>

export type Format = keyof typeof reporters

/** The forms of `--format markdown`, by the name that `--for` takes: each place has marks and a limit of its own. */
export const tickets = { github: markdown, jira, slack, 'aws-support': awsSupport } as const satisfies Readonly<Record<string, Reporter>>

export type Ticket = keyof typeof tickets
