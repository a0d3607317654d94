/** Globs that the shell did not expand: quoted ones, Windows, container entry points. `*`, `?`, `[…]` in a name, `**` for folders. */
import { readdir } from 'node:fs/promises'
import { isAbsolute, join, parse } from 'node:path'
import { MAX_DEPTH, MAX_GLOB_MATCHES } from './limits.ts'

export function isGlob(text: string): boolean {
  return /[*?[]/.test(text)
}

/** Existing paths that match, sorted. */
export async function expandGlob(pattern: string): Promise<readonly string[]> {
  const root = isAbsolute(pattern) ? parse(pattern).root : ''
  const segments = pattern.slice(root.length).split(/[/\\]/).filter(Boolean)
  const matches: string[] = []

  async function walk(folder: string, index: number, depth: number): Promise<void> {
    const segment = segments[index]
    if (segment === undefined || depth > MAX_DEPTH || matches.length >= MAX_GLOB_MATCHES) return
    if (!isGlob(segment)) {
      await step(join(folder, segment), index, depth, undefined)
      return
    }
    if (segment === '**') await walk(folder, index + 1, depth)
    const entries = await readdir(folder || '.', { withFileTypes: true }).catch(() => [])
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      if (segment === '**') {
        if (entry.isDirectory() && !entry.name.startsWith('.')) await walk(path, index, depth + 1)
      } else if (matchesName(segment, entry.name)) await step(path, index, depth, entry.isDirectory())
    }
  }

  async function step(path: string, index: number, depth: number, directory: boolean | undefined): Promise<void> {
    if (index === segments.length - 1) {
      if (directory !== undefined || (await exists(path))) matches.push(path)
    } else if (directory !== false) await walk(path, index + 1, depth + 1)
  }

  await walk(root, 0, 0)
  return [...new Set(matches)].sort()
}

async function exists(path: string): Promise<boolean> {
  const { stat } = await import('node:fs/promises')
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Linear but for one step back to the last `*`: no pattern makes it slow. */
export function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  let p = 0
  let n = 0
  let star = -1
  let starName = 0
  while (n < name.length) {
    const c = pattern[p]
    const set = c === '[' ? setAt(pattern, p) : undefined
    if (c === '*') {
      star = p
      starName = n
      p += 1
    } else if (set ? set.has(name[n] as string) : c === '?' || c === name[n]) {
      p = set ? set.end : p + 1
      n += 1
    } else if (star >= 0) {
      p = star + 1
      starName += 1
      n = starName
    } else return false
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

/** `[abc]`, `[a-z]`, `[!abc]`; undefined where it never closes: then `[` means itself. */
function setAt(pattern: string, from: number): { readonly end: number; has(c: string): boolean } | undefined {
  const close = pattern.indexOf(']', from + 2)
  if (close < 0) return undefined
  const negated = pattern[from + 1] === '!' || pattern[from + 1] === '^'
  const body = pattern.slice(from + (negated ? 2 : 1), close)
  return {
    end: close + 1,
    has(c) {
      for (let i = 0; i < body.length; i += 1) {
        const range = body[i + 1] === '-' && i + 2 < body.length
        if (range ? c >= (body[i] as string) && c <= (body[i + 2] as string) : c === body[i]) return !negated
        if (range) i += 2
      }
      return negated
    },
  }
}
