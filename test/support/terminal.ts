import { Writable } from 'node:stream'

/** A terminal that understands what is sent to it, so far as this program sends it: text, \r, \n, CSI n A, CSI J, CSI K and colors. */
export class Terminal extends Writable {
  readonly isTTY = true
  columns: number
  /** What was written, write by write. */
  readonly frames: string[] = []
  private rows: string[][] = [[]]
  private row = 0
  private column = 0

  constructor(columns = 80) {
    super({ decodeStrings: false })
    this.columns = columns
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = chunk.toString()
    if (text !== '') this.frames.push(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
    for (const [, csi, count, what, c] of text.matchAll(/(\x1b\[(\d*)(?:;\d+)*([A-Za-z]))|([\s\S])/gu))
      this.put(csi === undefined ? undefined : (what as string), Number(count || 1), c ?? '')
    done()
  }

  private put(command: string | undefined, count: number, c: string): void {
    if (command === 'm') return
    if (command === 'A') this.row = Math.max(0, this.row - count)
    else if (command === 'J' || command === 'K') {
      this.line().length = this.column
      if (command === 'J') this.rows.length = this.row + 1
    } else if (command !== undefined) throw new Error(`the terminal does not know CSI ${command}`)
    else if (c === '\r') this.column = 0
    else if (c === '\n') {
      this.row++
      this.column = 0
      this.line()
    } else {
      if (c < ' ' || c === '\x7f') throw new Error(`a control character reached the terminal: ${JSON.stringify(c)}`)
      if (this.column >= this.columns) {
        this.row++
        this.column = 0
      }
      this.line()[this.column++] = c
    }
  }

  private line(): string[] {
    while (this.rows.length <= this.row) this.rows.push([])
    return this.rows[this.row] as string[]
  }

  /** What a person sees. */
  get shown(): string[] {
    return this.rows.map(row => row.join('').trimEnd())
  }

  /** As a terminal does that becomes narrower: longer rows are wrapped, the cursor stays in its text. */
  resize(columns: number): void {
    const wrapped = this.rows.flatMap(row =>
      row.length <= columns
        ? [row]
        : Array.from({ length: Math.ceil(row.length / columns) }, (_, i) => row.slice(i * columns, (i + 1) * columns)),
    )
    this.columns = columns
    this.rows = wrapped
    this.row = wrapped.length - 1
    this.column = (wrapped.at(-1) as string[]).length
    this.emit('resize')
  }
}
