import { InputError } from '../model/input-error.ts'

/** `2024-09-11T20:39:00.478Z`, with an offset, without a zone (UTC is meant), without seconds, or a date alone. Epoch milliseconds. */
export function readInstant(text: string, option: string): number {
  const parts = ISO.exec(text.trim())
  if (parts !== null) {
    const [, date, time = '00:00', zone = 'Z'] = parts
    const at = Date.parse(`${date}T${time}${zone.toUpperCase()}`)
    if (!Number.isNaN(at)) return at
  }
  throw new InputError(`--${option} takes an instant such as 2024-09-11T20:39:00Z (UTC where no zone is given), not '${text.slice(0, 60)}'`)
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|z|[+-]\d\d:\d\d)?)?$/
