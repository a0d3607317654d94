import type { Argv } from 'yargs'
import { InputError } from '../model/input-error.ts'

const GROUP = 'Following a log that grows:'

/** What `--follow` takes, beside what a report takes. */
export function followOptions<T>(command: Argv<T>) {
  return command
    .option('follow', {
      alias: 'f',
      type: 'boolean',
      group: GROUP,
      describe: 'Say what happens while the log grows; Ctrl-C ends with the report',
    })
    .option('history', { type: 'boolean', group: GROUP, describe: 'Read the rotated files beside it first' })
    .option('state', { type: 'string', group: GROUP, describe: 'Go on where the last run with this file stopped' })
    .option('exit-on', {
      choices: ['incident', 'recovery'] as const,
      group: GROUP,
      describe: 'End when requests begin to fail, or when all pods are served again',
    })
    .option('for', {
      type: 'string',
      describe:
        'With --follow: end after this time (90s, 10m, 2h). With --format markdown: where it is pasted (github, jira, slack, aws-support)',
    })
    .option('on-incident', {
      type: 'string',
      group: GROUP,
      describe: 'Run this command at the start and the end of an incident, with its JSON on stdin',
    })
    .option('metrics', { type: 'string', group: GROUP, describe: 'Keep this file up to date for Prometheus (textfile collector)' })
}

const OWN = ['history', 'state', 'exit-on', 'on-incident', 'metrics'] as const

/** An option that would do nothing is a mistake. */
export function refuseWithoutFollow(argv: Readonly<Record<string, unknown>>): void {
  for (const option of OWN) if (argv[option] !== undefined) throw new InputError(`--${option} needs --follow`)
}
