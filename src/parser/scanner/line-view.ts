import type { Level } from '../../model/event.ts'
import type { ScannedLine } from './scanner.ts'

/** A canonical line in a scanner's bytes, by where its parts stand; strings are made of it when they are asked for. */
export interface LineView extends ScannedLine {
  at: number
  level: Level
  caller: string
  begin: number
  messageBegin: number
  /** Where the quote behind the message stands: the line ends one byte later. */
  messageEnd: number
  escaped: boolean
}

export function createLineView(bytes: Buffer): LineView {
  const line: LineView = {
    at: 0,
    level: 'debug',
    caller: '',
    begin: 0,
    messageBegin: 0,
    messageEnd: 0,
    escaped: false,
    message: () =>
      line.escaped
        ? (JSON.parse(bytes.toString('latin1', line.messageBegin - 1, line.messageEnd + 1)) as string)
        : bytes.toString('latin1', line.messageBegin, line.messageEnd),
    raw: () => bytes.toString('latin1', line.begin, line.messageEnd + 2),
  }
  return line
}
