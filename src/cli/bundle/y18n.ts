/** What yargs wants of `y18n`, in its place in the bundle: its own words in English, as all of ours are, without looking for a file of them. */
import { format } from 'node:util'

export default function y18n() {
  return {
    __: (text: string, ...values: unknown[]): string => format(text, ...values),
    __n(one: string, other: string, n: number, ...values: unknown[]): string {
      const text = n === 1 ? one : other
      return format(text, ...(text.includes('%d') ? [n] : []), ...values)
    },
    getLocale: (): string => 'en',
    setLocale(): void {},
    updateLocale(): void {},
  }
}
