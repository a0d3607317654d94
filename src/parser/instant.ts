/**
 * ISO 8601 → epoch milliseconds, NaN where it is none.
 *
 * zap prints `2024-09-11T20:39:00.478Z`, outside UTC `…+0530` without a colon, which Date.parse does not read. Shippers print 0 to 9 digits of
 * a second, `+05:30`, a blank for the T, and no zone at all where UTC is meant. Lines come in order, so the minute is read once and kept.
 */
export function parseInstant(text: string): number {
  if (text.length === 24 && text.charCodeAt(23) === Z && text.charCodeAt(19) === DOT && text.startsWith(minute)) {
    const ms = digits(text, 17, 2) * 1000 + digits(text, 20, 3)
    if (ms >= 0 && ms < 61_000) return minuteAt + ms
  }
  return parseSlowly(text)
}

/** What shippers give as a number: seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size. NaN where it is none. */
export function instantOfNumber(value: number): number {
  if (!(value > 0)) return Number.NaN
  if (value < 1e11) return Math.round(value * 1000)
  if (value < 1e14) return Math.round(value)
  if (value < 1e17) return Math.round(value / 1e3)
  if (value < 1e20) return Math.round(value / 1e6)
  return Number.NaN
}

export function instantOf(value: unknown): number {
  if (typeof value === 'string') {
    const at = parseInstant(value)
    return Number.isNaN(at) && value !== '' && value.length <= 24 && NUMBER.test(value) ? instantOfNumber(Number(value)) : at
  }
  return typeof value === 'number' ? instantOfNumber(value) : Number.NaN
}

const Z = 90
const DOT = 46
const NUMBER = /^\d+(\.\d+)?$/

/** `2024-09-11T20:39:` of the last instant in UTC that was read slowly, and its epoch milliseconds. */
let minute = '-'
let minuteAt = 0

function parseSlowly(text: string): number {
  const length = text.length
  if (length < 19 || length > 40) return Number.NaN
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  const hour = digits(text, 11, 2)
  const minutes = digits(text, 14, 2)
  const second = digits(text, 17, 2)
  const between = text.charCodeAt(10)
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || (between !== 84 && between !== 32)) return Number.NaN
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return Number.NaN
  // Each of them is -1000 or less where a digit is missing.
  if (
    year < 1970 ||
    month < 1 ||
    month > 12 ||
    day < 1 ||
    hour < 0 ||
    hour > 23 ||
    minutes < 0 ||
    minutes > 59 ||
    second < 0 ||
    second > 60
  )
    return Number.NaN

  let at = 19
  let fraction = 0
  if (text.charCodeAt(at) === DOT || text.charCodeAt(at) === 44) {
    let scale = 100
    for (at += 1; at < length; at += 1) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      fraction += digit * scale
      scale /= 10
    }
    if (scale === 100) return Number.NaN
  }

  const offset = zoneMinutes(text, at)
  const minuteStart = Date.UTC(year, month - 1, day, hour, minutes)
  if (Number.isNaN(offset) || new Date(minuteStart).getUTCDate() !== day) return Number.NaN
  if (length === 24 && text.charCodeAt(23) === Z && between === 84) {
    minute = Buffer.from(text.slice(0, 17)).toString()
    minuteAt = minuteStart
  }
  return minuteStart - offset * 60_000 + second * 1000 + Math.floor(fraction)
}

/** `Z`, `+0530`, `+05:30`, `-08`, or nothing: UTC. In minutes; NaN where it is something else. */
function zoneMinutes(text: string, at: number): number {
  const rest = text.length - at
  const sign = text.charCodeAt(at)
  if (rest === 0) return 0
  if (rest === 1) return sign === Z || sign === 122 ? 0 : Number.NaN
  if (sign !== 43 && sign !== 45) return Number.NaN
  const hours = digits(text, at + 1, 2)
  const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0
  const minutes = rest === 3 ? 0 : digits(text, at + 3 + colon, 2)
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || (rest !== 3 && rest !== 5 + colon)) return Number.NaN
  return (sign === 45 ? -1 : 1) * (hours * 60 + minutes)
}

/** The number that `count` digits make, far below zero where one of them is no digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i += 1) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return -1_000_000
    value = value * 10 + digit
  }
  return value
}
