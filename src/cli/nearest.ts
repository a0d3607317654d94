/** The names most like the one given, nearest first: those that contain it, or have words of it, or are few letters away. */
export function nearest(given: string, names: readonly string[], most = 3): string[] {
  const text = given.toLowerCase().slice(0, 80)
  const words = text.split(/[^a-z0-9]+/).filter(word => word.length > 2)
  const score = (name: string): number =>
    distance(text, name) - (text !== '' && name.includes(text) ? 100 : 0) - 10 * words.filter(word => name.split('-').includes(word)).length
  return [...names].sort((a, b) => score(a) - score(b)).slice(0, most)
}

/** How many letters are to be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] as number
}
