import type { Output } from './io.ts'

/**
 * A few lines that stay at the bottom of the terminal while text scrolls above them.
 *
 * One write a frame: erase what was drawn, the new text, the lines again. The cursor rests at the end of the last line and is never hidden, so
 * nothing has to be restored however the program ends.
 */
export interface Screen {
  /** Text with its newline, shown with the next frame. */
  print(text: string): void
  /** Draws what was printed since and the lines, where anything changed. */
  draw(lines: readonly string[]): void
  /** Takes the lines away and leaves the cursor where the next text goes. */
  close(): void
}

export function createScreen(output: Pick<Output, 'write' | 'columns'>): Screen {
  let printed = ''
  let drawn: readonly string[] = []

  /** A terminal that became narrower has wrapped the lines that were drawn. */
  const erase = (): string => {
    if (drawn.length === 0) return ''
    const columns = output.columns ?? 80
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleLength(line) / columns)), 0)
    return `\r${rows > 1 ? `\x1b[${rows - 1}A` : ''}\x1b[J`
  }

  return {
    print(text) {
      printed += text
    },
    draw(lines) {
      const same = lines.length === drawn.length && lines.every((line, i) => line === drawn[i])
      if (same && printed === '') return
      output.write(`${erase()}${printed}${lines.join('\n')}`)
      printed = ''
      drawn = [...lines]
    },
    close() {
      const text = `${erase()}${printed}`
      printed = ''
      drawn = []
      if (text !== '') output.write(text)
    },
  }
}

/** Without colors; every character of the lines is one column wide. */
function visibleLength(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colors
  return [...line.replace(/\x1b\[[0-9;]*m/g, '')].length
}
