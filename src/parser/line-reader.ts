import { createDecoder } from './encoding.ts'
import { createLineCutter } from './lines.ts'

/** Bytes of a log → its physical lines, as the parser counts them. */
export function createLineReader(onLine: (text: string) => void): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = createDecoder()
  const cutter = createLineCutter({ line: onLine, longLine: onLine })
  return {
    write: chunk => cutter.write(decoder.decode(chunk)),
    end() {
      cutter.write(decoder.end())
      cutter.end()
    },
  }
}
