import { Readable, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { lookOf } from '../../src/cli/io.ts'

const terminal = Object.assign(new Writable(), { isTTY: true, columns: 80 })
const io = { stdin: Readable.from([]), stdout: terminal, stderr: terminal, env: {}, on: () => {}, off: () => {} }

describe('an answer is drawn', () => {
  it.each([
    ['for the terminal', {}, { columns: 80, color: true }],
    ['for the terminal where stdout is named as -', { output: '-' }, { columns: 80, color: true }],
    ['without color where nobody wants it', { color: false }, { columns: 80, color: false }],
    ['for anyone in a file', { output: 'answer.txt' }, { columns: 100, color: false }],
    ['with color in a file where it is asked for', { output: 'answer.txt', color: true }, { columns: 100, color: true }],
  ])('%s', (_, argv, look) => {
    expect(lookOf(argv, io)).toEqual(look)
  })
})
