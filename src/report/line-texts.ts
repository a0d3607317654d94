import type { Place } from '../model/event.ts'

/**
 * Raw lines by their place, for evidence. An export of a shipper can have all its records on one line: then the time tells which is meant, and
 * where that does not either, none is given rather than another one's.
 */
export function createLineTexts() {
  const texts = new Map<string, { readonly at: number; readonly text: string }>()
  /** Of lines with several records. */
  const others = new Map<string, string | undefined>()

  return {
    keep({ input, line, at }: Place & { readonly at: number }, text: string): void {
      const key = `${input}:${line}`
      const first = texts.get(key)
      if (first === undefined) {
        texts.set(key, { at, text })
        return
      }
      if (!others.has(key)) others.set(key, undefined).set(`${key}@${first.at}`, first.text)
      const own = `${key}@${at}`
      others.set(own, others.has(own) && others.get(own) !== text ? undefined : text)
    },
    of({ input, line }: Place, at: number | null = null): string | undefined {
      const key = `${input}:${line}`
      return others.has(key) ? others.get(`${key}@${at}`) : texts.get(key)?.text
    },
  }
}
