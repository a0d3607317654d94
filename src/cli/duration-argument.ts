import { InputError } from '../model/input-error.ts'

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** The longest that a timer of Node can wait. */
const MOST_MS = 2 ** 31 - 1

/** `90s`, `10m`, `2h30m`, `1d`, or seconds alone. Milliseconds. */
export function readDuration(text: string, option: string): number {
  const parts = [...text.matchAll(/(\d{1,9}(?:\.\d{1,3})?)([smhd])/g)]
  const ms = /^\d{1,9}$/.test(text)
    ? Number(text) * 1_000
    : parts.map(part => part[0]).join('') === text
      ? parts.reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit as keyof typeof UNITS], 0)
      : 0
  if (ms > 0 && ms <= MOST_MS) return ms
  throw new InputError(`--${option} takes a duration such as 90s, 10m or 2h (24 days at most), not '${text.slice(0, 60)}'`)
}
