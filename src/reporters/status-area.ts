import type { PoolNow, Status } from '../model/news.ts'
import { count, duration, time } from '../words.ts'

/** The node as it stands, in two to four lines, none longer than the terminal is wide. */
export function statusArea(status: Status, { columns, color }: { readonly columns: number; readonly color: boolean }): string[] {
  // the terminal may add the ^C that was typed
  const width = Math.max(20, columns - 3)
  const paint = (code: string, text: string): string => (color ? `\x1b[${code}m${text}\x1b[0m` : text)
  const cut = (text: string): string => {
    const narrow = [...text].map(c => (isNarrow(c) ? c : '?'))
    return narrow.length <= width ? narrow.join('') : `${narrow.slice(0, width - 1).join('')}…`
  }
  const lines = status.pools.map(pool => poolLine(pool, status.pools.length > 1, width, color)).slice(0, 2)
  if (lines.length === 0) lines.push(cut(' pool  not known yet'))
  const facts = [
    ...(status.waitUntil === null ? [] : [`wait until ${time(status.waitUntil)}`]),
    ...(status.enis.managed === null ? [] : [`ENIs ${status.enis.managed}${status.enis.limit === null ? '' : ` of ${status.enis.limit}`}`]),
    `${status.requestsPerMinute} requests/min`,
    status.lastFailure === null ? 'no failure' : `failed ${time(status.lastFailure.at)}`,
    ...(status.now === null ? [] : [`${time(status.now)} UTC`]),
  ]
  // what matters least goes where the line is too short
  while (facts.length > 1 && 7 + facts.join(' · ').length > width) facts.pop()
  lines.push(cut(` node  ${facts.join(' · ')}`))
  const { incident, lastFailure, foresight } = status
  if (incident !== null) {
    const since = status.now === null ? '' : ` for ${duration(Math.max(0, status.now - incident.since))}`
    const who =
      incident.waiting > 0
        ? `${count(incident.waiting, 'pod')} without an address${since}`
        : `all pods served, ${count(incident.failed, 'request')} failed`
    lines.push(
      paint(
        incident.waiting > 0 ? '1;31' : '33',
        cut(` ${incident.waiting > 0 ? 'FAIL' : 'over'}  ${who}${incident.title === null ? '' : `: ${incident.title}`}`),
      ),
    )
  } else if (foresight !== null) lines.push(paint('33', cut(` soon  ${foresight}`)))
  else if (lastFailure !== null) lines.push(cut(` last  ${lastFailure.pod}${lastFailure.title === null ? '' : `: ${lastFailure.title}`}`))
  return lines
}

const SIGNS = { assigned: '█', cooldown: '▒', free: '░' } as const

/** ` pool  ██████▒▒░░░  21 of 29 assigned, 8 in cooldown, 0 assignable` */
function poolLine(pool: PoolNow, several: boolean, width: number, color: boolean): string {
  const { total, assigned, cooldown, assignable } = pool
  const name = several ? ` nic ${pool.networkCard}` : ' pool'
  const said = `${assigned ?? '?'} of ${total ?? '?'} assigned, ${cooldown ?? '?'} in cooldown, ${assignable ?? '?'} assignable`
  const room = Math.min(40, width - name.length - said.length - 4)
  if (room < 8 || total === null || assigned === null || total === 0) return `${name}  ${said}`.slice(0, width)
  const used = share(assigned, total, room)
  const rests = Math.min(room - used, share(cooldown ?? 0, total, room))
  const bar = [
    [SIGNS.assigned.repeat(used), assignable === 0 ? '31' : '32'],
    [SIGNS.cooldown.repeat(rests), '33'],
    [SIGNS.free.repeat(room - used - rests), '2'],
  ]
    .map(([signs, code]) => (color && signs !== '' ? `\x1b[${code}m${signs}\x1b[0m` : signs))
    .join('')
  return `${name}  ${bar}  ${said}`
}

/** Columns of a bar: something is never nothing, and only all is all. */
function share(part: number, whole: number, room: number): number {
  if (part <= 0) return 0
  if (part >= whole) return room
  return Math.min(room - 1, Math.max(1, Math.round((part * room) / whole)))
}

/** One column wide on every terminal. Names come from the log: what else they hold is shown as `?`. */
function isNarrow(c: string): boolean {
  const code = c.codePointAt(0) as number
  return (code >= 0x20 && code < 0x7f) || (code >= 0xa1 && code < 0x300 && code !== 0xad) || '█▒░·…–→'.includes(c)
}
