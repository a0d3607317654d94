import { InputError } from '../model/input-error.ts'

/**
 * An instant as people name it: `2024-09-11T20:39:00.478Z`, with an offset, without a zone (UTC is meant), without seconds, a date alone;
 * `20:43` and `yesterday 20:43`, of the last day of the log and of the day before; `-2h`, before the end of the log.
 * Epoch milliseconds; null: only the end of the log, which is not given, could tell.
 */
export function readInstant(text: string, option: string, endOfLog: number | null = null): number | null {
  const said = text.trim()
  const parts = ISO.exec(said)
  if (parts !== null) {
    const [, date, time = '00:00', zone = 'Z'] = parts
    const at = Date.parse(`${date}T${time}${zone.toUpperCase()}`)
    if (!Number.isNaN(at)) return at
  }
  const before = readDuration(said.startsWith('-') ? said.slice(1) : '')
  if (before !== undefined) return endOfLog === null ? null : endOfLog - before
  const [, day, clock] = CLOCK.exec(said) ?? []
  if (clock !== undefined && !Number.isNaN(Date.parse(`1970-01-01T${clock}Z`))) {
    if (endOfLog === null) return null
    const date = new Date(endOfLog - (day === 'yesterday' ? DAY_MS : 0)).toISOString().slice(0, 10)
    const at = Date.parse(`${date}T${clock}Z`)
    // shortly after midnight 23:50 is of the day that has just ended
    return day === undefined && at > endOfLog ? at - DAY_MS : at
  }
  throw new InputError(
    `--${option} takes an instant such as 2024-09-11T20:39:00Z (UTC where no zone is given), 20:39, 'yesterday 20:39' or -2h (before the end of the log), not '${text.slice(0, 60)}'`,
  )
}

/** `20:43±5m`, also written `20:43+-5m`; five minutes where none are given. */
export function readAround(text: string, endOfLog: number | null = null): { readonly since: number; readonly until: number } | null {
  const [instant = '', span, ...more] = text.split(/±|\+-|\+\/-/)
  const ms = span === undefined ? 300_000 : readDuration(span.trim())
  if (ms === undefined || more.length > 0)
    throw new InputError(`--around takes an instant and how far around it, such as 20:43±5m, not '${text.slice(0, 60)}'`)
  const at = readInstant(instant, 'around', endOfLog)
  return at === null ? null : { since: at - ms, until: at + ms }
}

const DAY_MS = 86_400_000
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|z|[+-]\d\d:\d\d)?)?$/
const CLOCK = /^(?:(today|yesterday) )?(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)Z?$/
const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, h: 3_600_000, m: 60_000, s: 1_000 }

/** `2h`, `90s`, `1h30m`. */
function readDuration(text: string): number | undefined {
  if (!/^(?:\d{1,6}[dhms]){1,4}$/.test(text)) return undefined
  return [...text.matchAll(/(\d+)([dhms])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * (UNITS[unit as string] as number), 0)
}
