import type { Following, News, Status } from '../model/news.ts'
import type { Report } from '../model/report.ts'
import { reporters } from '../reporters/index.ts'
import { newsLine } from '../reporters/news-line.ts'
import { createPrettyLine } from '../reporters/pretty-line.ts'
import { statusArea } from '../reporters/status-area.ts'
import { printable } from '../words.ts'
import { type Output, widthOf } from './io.ts'
import { createScreen } from './screen.ts'

/** How a follower speaks: on a terminal, in plain lines, or as JSON lines. */
export interface Voice {
  absent(path: string): void
  began(report: Report): void
  news(news: News): void
  line?(raw: string): void
  /** Everything said since the last call is shown. */
  show(status: Status | undefined): void
  /** The status area goes; the rest stays. */
  close(): void
}

interface VoiceOptions {
  readonly path: string
  readonly color: boolean
  readonly verbose: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** With a status area at the bottom. */
export function terminalVoice(output: Output, { path, color, verbose, env }: VoiceOptions): Voice {
  const screen = createScreen(output)
  const pretty = createPrettyLine({ color })
  const columns = (): number => output.columns ?? 80
  const faint = (text: string): string => (color ? `\x1b[2m${text}\x1b[0m` : text)
  return {
    absent: at => screen.print(`${faint(`${printable(at)} is not there yet; waiting for it.`)}\n`),
    began(report) {
      screen.print(reporters.terminal(report, { columns: widthOf({ stdout: output, env }), color, verbose: false, quiet: true }))
      screen.print(`${faint(`Following ${printable(path)} (times in UTC; Ctrl-C for the report).`)}\n`)
    },
    news: news => screen.print(newsLine(news, { columns: columns(), color, dated: false })),
    ...(verbose ? { line: (raw: string) => screen.print(pretty(raw)) } : {}),
    show: status => screen.draw(status === undefined ? [] : statusArea(status, { columns: columns(), color })),
    close: () => screen.close(),
  }
}

/** One line per thing that happened. */
export function plainVoice(write: (text: string) => void, { path, color, verbose }: VoiceOptions): Voice {
  const pretty = createPrettyLine({ color })
  return {
    absent: at => write(`${printable(at)} is not there yet; waiting for it.\n`),
    began(report) {
      write(reporters.terminal(report, { columns: 100, color, verbose: false, quiet: true }))
      write(`Following ${printable(path)} (times in UTC).\n`)
    },
    news: news => write(newsLine(news, { columns: 100, color, dated: true })),
    ...(verbose ? { line: (raw: string) => write(pretty(raw)) } : {}),
    show: () => {},
    close: () => {},
  }
}

/** `docs/follow.schema.json`. */
export function jsonVoice(write: (text: string) => void, path: string): Voice {
  const line = (value: unknown): void => write(`${JSON.stringify(value)}\n`)
  const following = (verdict: Report['verdict'], at: string | null): Following => ({
    schema: 'ipamd-trace/follow',
    schemaVersion: 1,
    kind: 'following',
    at,
    path,
    verdict,
  })
  let begun = false
  return {
    absent() {
      begun = true
      line(following({ status: 'unknown', headline: 'The log is not there yet.', cause: null }, null))
    },
    began(report) {
      if (!begun) line(following(report.verdict, report.nodes[0]?.lastAt ?? null))
      begun = true
    },
    news: line,
    show: () => {},
    close: () => {},
  }
}
