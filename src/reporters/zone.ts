import { date, time } from '../words.ts'

/** What one clock on a wall shows: date and time of an instant in a zone. */
export function clockIn(zone: string): (at: number) => { readonly date: string; readonly time: string } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return at => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
    return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}:${parts.second}` }
  }
}

/** `22:40:08 – 22:40:50 Europe/Berlin`: beside a stretch in UTC; the date stands where it is another one there. */
export function zonedSpan(from: number, to: number, zone: string): string {
  const clock = clockIn(zone)
  const one = (at: number): string => {
    const there = clock(at)
    return there.date === date(at) ? there.time : `${there.date} ${there.time}`
  }
  return `${one(from)}${time(from) === time(to) && date(from) === date(to) ? '' : ` – ${one(to)}`} ${zone}`
}
