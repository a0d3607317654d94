/**
 * UTF-16 → UTF-8. PowerShell 5's `>` writes UTF-16LE with a byte order mark; other tools leave the mark out, then the NUL beside each ASCII
 * character tells. Everything else passes as it is: bytes that are no UTF-8 become U+FFFD when the line is cut.
 */
export interface Decoder {
  /** UTF-8 bytes of this chunk, possibly none yet. */
  decode(chunk: Uint8Array): Uint8Array
  end(): Uint8Array
}

export function createDecoder(): Decoder {
  let head: Uint8Array | undefined = EMPTY
  let utf16: InstanceType<typeof TextDecoder> | undefined

  function convert(chunk: Uint8Array, stream: boolean): Uint8Array {
    return utf16 ? Buffer.from(utf16.decode(chunk, { stream })) : chunk
  }

  return {
    decode(chunk) {
      if (head === undefined) return utf16 ? convert(chunk, true) : chunk
      const start = head.length === 0 ? chunk : Buffer.concat([head, chunk])
      if (start.length < 4) {
        head = Uint8Array.from(start)
        return EMPTY
      }
      head = undefined
      const encoding = encodingOf(start)
      if (encoding) utf16 = new TextDecoder(encoding)
      return convert(start, true)
    },
    end() {
      const rest = head ?? EMPTY
      head = undefined
      return utf16 ? convert(rest, false) : rest
    },
  }
}

const EMPTY = new Uint8Array(0)

function encodingOf(start: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [a, b, c, d] = start
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le'
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return 'utf-16be'
  return undefined
}
