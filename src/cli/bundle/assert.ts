/** What yargs wants of `node:assert`, in its place in the bundle: that one opens stderr, and takes some milliseconds to load. */

export function strictEqual(actual: unknown, expected: unknown, message?: string): void {
  if (!Object.is(actual, expected)) throw new Error(message ?? 'values differ')
}

export function notStrictEqual(actual: unknown, expected: unknown, message?: string): void {
  if (Object.is(actual, expected)) throw new Error(message ?? 'values are the same')
}
