/** The first AWS id of this kind in a text: `eni-…`, `sg-…`, `subnet-…`. */
export function idIn(text: string, prefix: 'eni-' | 'sg-' | 'subnet-'): string | undefined {
  const at = text.indexOf(prefix)
  if (at < 0) return undefined
  let end = at + prefix.length
  while (end < text.length && end - at < 40 && '0123456789abcdefghijklmnopqrstuvwxyz'.includes(text[end] as string)) end++
  return end === at + prefix.length ? undefined : text.slice(at, end)
}
