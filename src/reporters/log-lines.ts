import { createRequire } from 'node:module'
import { printable } from '../words.ts'

/** Shows lines of the log as pino-pretty does: instant, level, caller, message. What is not JSON is shown as it is. */
export function createLogLines(color: boolean): (raw: string) => string {
  // most reports show no lines, and it brings threads, sockets and assertions with it, some milliseconds of each start
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty')
  const pretty = prettyFactory({
    colorize: color,
    // the log's own instants, in the log's own zone
    translateTime: false,
    timestampKey: 'ts',
    levelKey: 'level',
    messageKey: 'msg',
    messageFormat: '{msg}  ({caller})',
    ignore: 'caller',
    singleLine: true,
    hideObject: true,
  })
  return raw => {
    const record = parse(raw)
    return record === undefined ? flat(raw) : pretty(record).trimEnd()
  }
}

function parse(raw: string): Record<string, string> | undefined {
  if (!raw.startsWith('{')) return undefined
  try {
    const record: Record<string, unknown> = JSON.parse(raw)
    if (typeof record.msg !== 'string' || typeof record.level !== 'string') return undefined
    const text = (value: unknown): string => (typeof value === 'string' ? flat(value) : '?')
    return { level: text(record.level), ts: text(record.ts), caller: text(record.caller), msg: text(record.msg) }
  } catch {
    // cut at 2,000 characters, or wrapped by a shipper
    return undefined
  }
}

/** EC2's errors have line breaks and tabs in them: one line, nothing that commands the terminal. */
function flat(text: string): string {
  const lines = text.split(/[\r\n\t]/).map(line => line.trim())
  return printable(lines.filter(line => line !== '').join(' '))
}
