import { InputError } from '../model/input-error.ts'

/** A time zone as its data base calls it; throws InputError for what is none. */
export function readZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text.trim() }).resolvedOptions().timeZone
  } catch {
    throw new InputError(`--tz takes a time zone such as Europe/Berlin, not '${text.slice(0, 60)}'`)
  }
}
