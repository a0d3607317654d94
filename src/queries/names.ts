/** Names and ids that a log has, bounded: what a mistyped one could have been. */
const MOST = 50_000
const MOST_LENGTH = 260

export function createNames() {
  const names = new Set<string>()
  return {
    add(name: string | null | undefined): void {
      if (name != null && name !== '' && name.length <= MOST_LENGTH && names.size < MOST) names.add(name)
    },
    all: (): Iterable<string> => names,
  }
}

/** The known names that are most like the one asked for, best first: those that have its name in another namespace alone, those that begin with it, that hold it, that differ in a few characters. */
export function nearest(asked: string, known: Iterable<string>, most = 3): string[] {
  const wanted = asked.slice(0, MOST_LENGTH).toLowerCase()
  const scored: { name: string; score: number }[] = []
  let budget = 20_000_000
  for (const name of known) {
    const candidate = name.toLowerCase()
    const tail = candidate.slice(candidate.lastIndexOf('/') + 1)
    let score: number
    if (tail === wanted) score = -1
    else if (wanted !== '' && candidate.startsWith(wanted)) score = 0
    else if (wanted !== '' && tail.startsWith(wanted)) score = 0.5
    else if (wanted.length >= 3 && candidate.includes(wanted)) score = 1
    else {
      const length = Math.max(wanted.length, candidate.length)
      if (Math.abs(wanted.length - candidate.length) > length / 2 || budget <= 0) continue
      budget -= wanted.length * candidate.length
      const far = distance(wanted, candidate)
      if (far > Math.max(2, length * 0.45)) continue
      score = 1 + far
    }
    scored.push({ name, score })
  }
  const whole = scored.filter(({ score }) => score < 0)
  return (whole.length > 0 ? whole : scored)
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name)
}

/** Characters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((next[j - 1] as number) + 1, (row[j] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] as number
}
