import { palette } from '../color.ts'
import { wrap } from '../layout.ts'
import { createLogLines } from '../log-lines.ts'
import type { ReporterOptions } from '../reporter.ts'

/** A log's lines may be as long as a megabyte. */
const MOST_CHARACTERS = 20_000

/** Lines of a log with their numbers, as pino-pretty shows them; the one asked for is marked. */
export function shownLines(
  lines: readonly { readonly line: number; readonly text: string }[],
  asked: number,
  { columns, color }: Pick<ReporterOptions, 'columns' | 'color'>,
): string {
  const show = createLogLines(color)
  const paint = palette(color)
  const digits = String(lines.at(-1)?.line ?? 0).length
  const drawn = lines.flatMap(({ line, text }) => {
    const raw = text.endsWith('\r') ? text.slice(0, -1) : text
    const pretty = show(raw.slice(0, MOST_CHARACTERS))
    const first = `${lines.length > 1 && line === asked ? '>' : ' '} ${String(line).padStart(digits)}  `
    return wrap(pretty, Math.max(columns, digits + 40), first).map((one, i) =>
      i === 0 && line === asked ? paint.bold(first) + one.slice(first.length) : one,
    )
  })
  return `${drawn.join('\n')}\n`
}
