/** The few words that diagnoses share, so that every summary says times and numbers alike. Text of the log is escaped by the reporters. */

/** `09:14:04`, UTC: the date stands once in the report's head. */
export function time(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}

/** `09:14:04.817`, UTC: where the order of lines matters. */
export function preciseTime(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}

/** `2024-09-11`, UTC. */
export function date(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** The time alone on the day that the reader knows already, else with its date. */
export function timeOn(at: number, day: string): string {
  return date(at) === day ? time(at) : `${date(at)} ${time(at)}`
}

/** `09:14:04 – 09:16:10`; the date stands before a time that is not on `day`, and again at midnight. */
export function span(from: number, to: number, day = ''): string {
  return `${timeOn(from, day)} – ${timeOn(to, date(from))}`
}

/** `612,408`, with three decimals at most. Not by Intl: to make its tables ready takes as long as to read a megabyte of log. */
export function number(n: number): string {
  const [whole, decimals] = String(Math.round(Math.abs(n) * 1_000) / 1_000).split('.') as [string, string?]
  let grouped = whole.slice(-3)
  for (let at = whole.length - 3; at > 0; at -= 3) grouped = `${whole.slice(Math.max(0, at - 3), at)},${grouped}`
  return `${n < 0 ? '-' : ''}${grouped}${decimals === undefined ? '' : `.${decimals}`}`
}

/** The order of texts by their characters' codes: right for instants, and wanted nowhere else. */
export function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The beginning of a sentence; ipamd is written as it is called. */
export function capital(text: string): string {
  return text.startsWith('ipamd') ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** `1 pod`, `3 pods`. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${number(n)} ${n === 1 ? noun : plural}`
}

/** An IPv6 node has whole /80 prefixes of 2^48 addresses; their number says nothing to a person. */
export function poolSize(n: number): string {
  return n >= 2 ** 48 ? count(Math.round(n / 2 ** 48), '/80 prefix', '/80 prefixes') : number(n)
}

/** Whole percentages that add up to 100, by largest remainder. */
export function percentages(parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0)
  if (whole === 0) return parts.map(() => 0)
  const shares = parts.map(part => (part * 100) / whole)
  const floors = shares.map(Math.floor)
  const missing = 100 - floors.reduce((sum, floor) => sum + floor, 0)
  const order = shares.map((share, i) => [share - Math.floor(share), i] as const).sort((a, b) => b[0] - a[0] || a[1] - b[1])
  for (const [, i] of order.slice(0, missing)) floors[i] = (floors[i] as number) + 1
  return floors
}

/** `a, b and 3 more`. */
export function list(items: readonly string[], most = 3): string {
  const unique = [...new Set(items)]
  if (unique.length <= most) return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} and ${unique.at(-1)}`
  return `${unique.slice(0, most).join(', ')} and ${unique.length - most} more`
}

/** `4.2 s`, `35 s`, `5m35s`, `2h05m`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m${seconds % 60 === 0 ? '' : `${String(seconds % 60).padStart(2, '0')}s`}`
  return `${Math.floor(seconds / 3_600)}h${String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0')}m`
}

/** A word for a shell command. Ids of the log are quoted unless they are plainly harmless. */
export function quote(text: string): string {
  return /^[A-Za-z0-9._:/@-]{1,200}$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** As much of a sandbox's id as `crictl ps` shows. Whatever stands there instead of an id, no character of it is halved. */
export function shortSandbox(id: string): string {
  return [...id.slice(0, 24)].slice(0, 12).join('')
}

/** `shop/cart-9m2tz`, or what is known. */
export function podName(pod: {
  readonly namespace: string | null
  readonly pod: string | null
  readonly container?: string | null
}): string {
  if (pod.pod !== null) return `${pod.namespace ?? '?'}/${pod.pod}`
  return pod.container == null || pod.container === '' ? 'an unnamed pod' : `sandbox ${shortSandbox(pod.container)}`
}

/** A name for people: control characters, invisible ones, and marks that turn the direction of writing, made visible. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, c => {
    const code = (c.codePointAt(0) as number).toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}
