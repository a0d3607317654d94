import type { Format, Ticket } from '../reporters/index.ts'
import type { Reporter } from '../reporters/reporter.ts'

/** Every form of the report, loaded when it is wanted: what a person waits for is mostly the loading of code. */
export const forms: Readonly<Record<Format, () => Promise<Reporter>>> = {
  terminal: async () => (await import('../reporters/terminal.ts')).terminal,
  markdown: async () => (await import('../reporters/markdown.ts')).markdown,
  html: async () => (await import('../reporters/html.ts')).html,
  json: async () => (await import('../reporters/json.ts')).json,
}

/** As `forms`, for `--format markdown --for`. */
export const ticketForms: Readonly<Record<Ticket, () => Promise<Reporter>>> = {
  github: forms.markdown,
  jira: async () => (await import('../reporters/tickets/jira.ts')).jira,
  slack: async () => (await import('../reporters/tickets/slack.ts')).slack,
  'aws-support': async () => (await import('../reporters/tickets/aws-support.ts')).awsSupport,
}
