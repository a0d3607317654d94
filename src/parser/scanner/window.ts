import type { Scanner } from './scanner.ts'

const NEWLINE = 0x0a

/** The buffer in which a scanner sees the log. */
export interface Window {
  readonly bytes: Uint8Array
  /** Where it begins in `bytes`, how many bytes it takes, and how many zeros stand behind what is in it. */
  readonly begin: number
  readonly capacity: number
  readonly slack: number
}

/**
 * Fills the window with what is written, and keeps what has no end yet for the next piece. `scan` reads the lines in the first `size` bytes and
 * says how many bytes it has done with; `other` takes the parts of a line that is longer than the window, and the file's last.
 */
export function createFeed(
  { bytes, begin, capacity, slack }: Window,
  scan: (size: number) => number,
  other: (bytes: Uint8Array) => void,
): Scanner {
  /** Bytes in the window: the beginning of a line whose end has not come. */
  let held = 0
  /** A line that is longer than the window passes by. */
  let passing = false

  /** What of a line that passes by is in this piece; gives the rest. */
  const pass = (piece: Uint8Array): Uint8Array => {
    const newline = piece.indexOf(NEWLINE)
    const end = newline < 0 ? piece.length : newline + 1
    passing = newline < 0
    other(piece.subarray(0, end))
    return piece.subarray(end)
  }

  return {
    write(chunk) {
      let rest = chunk
      while (rest.length > 0) {
        if (passing) {
          rest = pass(rest)
          continue
        }
        const taken = Math.min(rest.length, capacity - held)
        bytes.set(rest.subarray(0, taken), begin + held)
        rest = rest.subarray(taken)
        held += taken
        bytes.fill(0, begin + held, begin + held + slack)
        const done = scan(held)
        bytes.copyWithin(begin, begin + done, begin + held)
        held -= done
        if (held < capacity) continue
        other(bytes.subarray(begin, begin + held))
        held = 0
        passing = true
      }
    },
    end() {
      if (held > 0) other(bytes.subarray(begin, begin + held))
      held = 0
    },
  }
}
