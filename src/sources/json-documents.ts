/** JSON documents one after another: introspection files are appended to when a collector runs again. */
export type JsonObject = { readonly [key: string]: unknown }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Those that can be read, in their order. */
export function jsonDocuments(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    return parts(text).flatMap(part => {
      try {
        return [JSON.parse(part) as unknown]
      } catch {
        return []
      }
    })
  }
}

/** The last object: the one of the collector's last run. */
export function lastObject(text: string): JsonObject | undefined {
  return jsonDocuments(text).filter(isObject).at(-1)
}

/** Cut where every bracket is closed; brackets in strings do not count. */
function parts(text: string): string[] {
  const found: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]
    if (c === '"') {
      for (i += 1; i < text.length && text[i] !== '"'; i += 1) if (text[i] === '\\') i += 1
    } else if (c === '{' || c === '[') {
      if (depth === 0) from = i
      depth += 1
    } else if (c === '}' || c === ']') {
      depth -= 1
      if (depth === 0) found.push(text.slice(from, i + 1))
      depth = Math.max(0, depth)
    }
  }
  return found
}
