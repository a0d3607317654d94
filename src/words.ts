/** The few words that diagnoses share, so that every summary says times and numbers alike. Text of the log is escaped by the reporters. */

/** `09:14:04`, UTC: the date stands once in the report's head. */
export function time(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}

/** `09:14:04.817`, UTC: where the order of lines matters. */
export function preciseTime(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}

/** `2022-02-03`, UTC. */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** `612,408`. */
export function number(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `1 pod`, `3 pods`, `10,000 pods`. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${number(n)} ${n === 1 ? noun : plural}`
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
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m${seconds % 60 === 0 ? '' : `${String(seconds % 60).padStart(2, '0')}s`}`
  return `${Math.floor(seconds / 3_600)}h${String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0')}m`
}

/** Whole percents that add to 100: what rounding leaves goes to the largest remainders. */
export function percents(parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0)
  if (whole <= 0) return parts.map(() => 0)
  const exact = parts.map(part => (100 * part) / whole)
  const floors = exact.map(Math.floor)
  const missing = 100 - floors.reduce((sum, part) => sum + part, 0)
  const byRemainder = exact.map((part, i) => [part - Math.floor(part), i] as const).sort((a, b) => b[0] - a[0] || a[1] - b[1])
  for (const [, i] of byRemainder.slice(0, missing)) floors[i] = (floors[i] as number) + 1
  return floors
}

/** A word for a shell command. Ids of the log are quoted unless they are plainly harmless. */
export function quote(text: string): string {
  return /^[A-Za-z0-9._:/@-]{1,200}$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** `shop/cart-9m2tz`, or what is known. */
export function podName(pod: {
  readonly namespace: string | null
  readonly pod: string | null
  readonly container?: string | null
}): string {
  if (pod.pod !== null) return `${pod.namespace ?? '?'}/${pod.pod}`
  return pod.container == null || pod.container === '' ? 'an unnamed pod' : `sandbox ${pod.container.slice(0, 12)}`
}

/** A name for people: control characters, and those that turn or hide the writing (Unicode's Cc and Cf), made visible. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, c => `\\u${(c.codePointAt(0) as number).toString(16).padStart(4, '0')}`)
}
