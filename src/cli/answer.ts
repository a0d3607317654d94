import type { Argv } from 'yargs'
import { type Traced, traceAll } from '../trace.ts'
import { type Io, type Look, lookOf } from './io.ts'
import { madeReport } from './made-report.ts'
import { deliver } from './output.ts'
import { createProgressLine } from './progress.ts'

/** What the commands share that answer one question: the form of the answer and where it goes. */
export function answerOptions<T>(command: Argv<T>) {
  return command
    .option('format', {
      alias: 'F',
      choices: ['terminal', 'json'] as const,
      default: 'terminal' as const,
      describe: 'Form of the answer',
    })
    .option('output', { alias: 'o', type: 'string', describe: 'Write the answer to this file' })
    .option('color', { type: 'boolean', describe: 'Colors, also where no terminal is (--no-color: never)' })
}

export interface AnswerArgs {
  readonly format: 'terminal' | 'json'
  readonly output?: string | undefined
  readonly color?: boolean | undefined
}

export async function answer<T>(value: T, draw: (value: T, look: Look) => string, argv: AnswerArgs, io: Io): Promise<void> {
  await deliver(argv.format === 'json' ? `${JSON.stringify(value)}\n` : draw(value, lookOf(argv, io)), argv.output, io)
}

/** The report on logs, or the one inside an HTML report. */
export async function reportOn(paths: readonly string[], io: Io): Promise<Traced> {
  const made = await madeReport(paths)
  if (made !== undefined) return { report: made, errors: [], foreign: new Map() }
  const progress = createProgressLine(io)
  try {
    return await traceAll(paths, { onProgress: progress.update, stdin: io.stdin })
  } finally {
    progress.clear()
  }
}
