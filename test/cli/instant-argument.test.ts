import { describe, expect, it } from 'vitest'
import { readAround, readInstant } from '../../src/cli/instant-argument.ts'

const END = Date.parse('2024-09-12T00:10:00.000Z')
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

describe('an instant as people name it', () => {
  it.each([
    ['2024-09-11T20:39:00.478Z', '2024-09-11T20:39:00.478Z'],
    ['2024-09-11T22:39:00+02:00', '2024-09-11T20:39:00.000Z'],
    ['2024-09-11 20:39', '2024-09-11T20:39:00.000Z'],
    ['2024-09-11', '2024-09-11T00:00:00.000Z'],
  ])('%s needs no log', (text, at) => {
    expect(iso(readInstant(text, 'since'))).toBe(at)
  })

  it.each([
    ['00:05', '2024-09-12T00:05:00.000Z'],
    ['23:50', '2024-09-11T23:50:00.000Z'],
    ['today 23:50', '2024-09-12T23:50:00.000Z'],
    ['yesterday 20:43', '2024-09-11T20:43:00.000Z'],
    ['20:43:10.5', '2024-09-11T20:43:10.500Z'],
    ['-2h', '2024-09-11T22:10:00.000Z'],
    ['-1h30m', '2024-09-11T22:40:00.000Z'],
    ['-90s', '2024-09-12T00:08:30.000Z'],
  ])('%s counts from the end of the log', (text, at) => {
    expect(readInstant(text, 'since')).toBeNull()
    expect(iso(readInstant(text, 'since', END))).toBe(at)
  })

  it.each(['', 'noon', '25:00', '2024-13-01', '-2', '-2w', '2h', '-h', '20', '--2h', `-${'1h'.repeat(9)}`])('is not %j', text => {
    expect(() => readInstant(text, 'since', END)).toThrow(/^--since takes an instant/)
  })
})

describe('around an instant', () => {
  it.each([
    ['2024-09-11T20:43Z', '2024-09-11T20:38:00.000Z', '2024-09-11T20:48:00.000Z'],
    ['20:43±10s', '2024-09-11T20:42:50.000Z', '2024-09-11T20:43:10.000Z'],
    ['yesterday 20:43+-1h', '2024-09-11T19:43:00.000Z', '2024-09-11T21:43:00.000Z'],
    ['-10m +/- 1m', '2024-09-11T23:59:00.000Z', '2024-09-12T00:01:00.000Z'],
  ])('%s is from %s to %s', (text, since, until) => {
    const around = readAround(text, END)
    expect([iso(around?.since ?? null), iso(around?.until ?? null)]).toEqual([since, until])
  })

  it.each(['20:43±', '20:43±1', '20:43±1m±1m', '±5m'])('is not %j', text => {
    expect(() => readAround(text, END)).toThrow(/^--around takes an instant/)
  })
})
