import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLineCutter, MAX_LINE_BYTES } from '../../src/parser/lines.ts'

const MOST = 8

/** What the cutter says of these pieces: lines, with `…` where the end of a line is missing, and `!` before the head of a long one. */
function cut(pieces: readonly Uint8Array[], most = MOST): string[] {
  const said: string[] = []
  const cutter = createLineCutter(
    { line: (text, ended) => said.push(ended ? text : `${text}…`), longLine: head => said.push(`!${head}`) },
    most,
  )
  for (const piece of pieces) cutter.write(piece)
  cutter.end()
  return said
}

describe('lines', () => {
  it.each([
    ['', []],
    ['a', ['a…']],
    ['a\n', ['a']],
    ['\n', ['']],
    ['a\r\nb', ['a\r', 'b…']],
    ['12345678\n', ['12345678']],
    ['123456789\nb\n', ['!12345678', 'b']],
    ['123456789', ['!12345678']],
    ['123456789\n123456789\n', ['!12345678', '!12345678']],
  ])('are cut at newlines alone, and long ones let go: %j', (text, lines) => {
    expect(cut([Buffer.from(text)])).toEqual(lines)
  })

  it('are cut alike, wherever the pieces end', () => {
    const text = fc
      .array(fc.constantFrom('a', 'é', '\n', '\r', '漢', 'bcdefgh'), { maxLength: 40 })
      .map(parts => Buffer.from(parts.join('')))
    fc.assert(
      fc.property(text, fc.array(fc.nat(80), { maxLength: 10 }), (bytes, cuts) => {
        const at = [...new Set([0, ...cuts.map(cut => Math.min(cut, bytes.length)), bytes.length])].sort((a, b) => a - b)
        const expected = bytes.toString().split('\n')
        const last = expected.pop() as string
        const naive = [...expected, ...(last === '' ? [] : [`${last}…`])].map(line => {
          const whole = Buffer.from(line.replace(/…$/, ''))
          return whole.length > MOST ? 'long' : line
        })
        const said = cut(at.slice(1).map((to, i) => bytes.subarray(at[i], to)))
        expect(said.map(line => (line.startsWith('!') ? 'long' : line))).toEqual(naive)
        expect(said).toEqual(cut([bytes]))
      }),
      { numRuns: 1_000 },
    )
  })

  it('of a gigabyte cost no more than the limit', () => {
    const said: string[] = []
    const cutter = createLineCutter({ line: text => said.push(text), longLine: head => said.push(head) })
    const piece = Buffer.alloc(1 << 24, 'x')
    for (let i = 0; i < 64; i++) cutter.write(piece)
    cutter.write(Buffer.from('\nb\n'))
    cutter.end()
    expect(said.map(text => text.length)).toEqual([MAX_LINE_BYTES, 1])
  })

  it('let through what their reader throws', () => {
    const cutter = createLineCutter({
      line() {
        throw new Error('boom')
      },
      longLine() {},
    })
    expect(() => cutter.write(Buffer.from('a\n'))).toThrow('boom')
  })
})
