import { date } from '../words.ts'

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
  const begin = clock(from)
  const end = clock(to)
  const first = begin.date === date(from) ? begin.time : `${begin.date} ${begin.time}`
  if (begin.date === end.date && begin.time === end.time) return `${first} ${zone}`
  return `${first} – ${begin.date === end.date ? end.time : `${end.date} ${end.time}`} ${zone}`
}

/** `22:40:08`, where the zone is named already. */
export function zonedTime(at: number, zone: string): string {
  return clockIn(zone)(at).time
}
