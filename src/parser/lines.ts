/**
 * Bytes → lines: the one place where a log is cut.
 *
 * split2 does the cutting; its `'\n'` matcher is three times as fast as its default, and a mapper that returns undefined pushes nothing.
 * It gets pieces of 64 KiB, whatever the size of a chunk: strings above 128 KiB go to V8's large-object space, which took three times as long
 * (100 MB: 122 ms with pieces of 256 KiB, 38 ms with 64 KiB; Node 20.20).
 *
 * A scanner that finds lines in the bytes themselves takes this function's place: same arguments, same calls.
 */
import split2 from 'split2'

/** The longest line that is kept, in bytes. ipamd's longest are some kilobytes (node labels, lists of addresses); CloudWatch ends at 1 MiB. */
export const MAX_LINE_BYTES = 1 << 20

export interface LineSink {
  /** A line without its newline (a `\r` before it is still there). `ended`: a newline followed, so nothing is missing at its end. */
  line(text: string, ended: boolean): void
  /** A line above the limit: its beginning; the rest was let go. */
  longLine(head: string): void
}

export interface LineCutter {
  /** Calls the sink before it returns; the chunk may be used again afterwards. */
  write(chunk: Uint8Array): void
  /** Hands over the last line where no newline ended it. */
  end(): void
}

export function createLineCutter(sink: LineSink, maxLineBytes = MAX_LINE_BYTES): LineCutter {
  const most = Math.min(PIECE, maxLineBytes)
  let ended = true
  let long = false
  /** The rest of a line above the limit is passing by. */
  let dropping = false
  /** Bytes since the last newline. */
  let open = 0
  /** split2 would turn what the sink throws into an event on a later tick. */
  let thrown: { readonly error: unknown } | undefined

  const splitter = split2('\n', (text: string): undefined => {
    if (thrown) return
    try {
      if (long) {
        long = false
        sink.longLine(text)
      } else if (text.length * 3 > maxLineBytes && Buffer.byteLength(text) > maxLineBytes) sink.longLine(text.slice(0, maxLineBytes))
      else sink.line(text, ended)
    } catch (error) {
      thrown = { error }
    }
  })

  function feed(piece: Uint8Array): void {
    splitter.write(piece)
    if (thrown) throw thrown.error
  }

  return {
    write(chunk) {
      let rest = chunk
      while (rest.length > 0) {
        if (dropping) {
          const newline = rest.indexOf(NEWLINE)
          if (newline < 0) return
          rest = rest.subarray(newline)
          dropping = false
          open = 0
        } else if (open + rest.length > maxLineBytes) {
          const newline = rest.indexOf(NEWLINE)
          if (open + (newline < 0 ? rest.length : newline) > maxLineBytes) {
            feed(rest.subarray(0, maxLineBytes - open))
            rest = rest.subarray(maxLineBytes - open)
            long = true
            dropping = true
            continue
          }
        }
        const piece = rest.length > most ? rest.subarray(0, most) : rest
        rest = rest.subarray(piece.length)
        feed(piece)
        const last = piece.lastIndexOf(NEWLINE)
        open = last < 0 ? open + piece.length : piece.length - 1 - last
      }
    },
    end() {
      ended = false
      splitter.end()
      if (thrown) throw thrown.error
    },
  }
}

const NEWLINE = 0x0a
const PIECE = 1 << 16
