import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf, parseInstant } from '../../src/parser/instant.ts'

const AT = Date.UTC(2024, 8, 11, 20, 39, 0, 478)

describe('an instant', () => {
  it.each([
    ['zap in UTC', '2024-09-11T20:39:00.478Z'],
    ['zap in another zone', '2024-09-12T02:09:00.478+0530'],
    ['zap west of Greenwich', '2024-09-11T13:39:00.478-0700'],
    ['a colon in the zone', '2024-09-12T02:09:00.478+05:30'],
    ['hours alone', '2024-09-11T13:39:00.478-07'],
    ['containerd', '2024-09-11T20:39:00.478123456Z'],
    ['no zone', '2024-09-11 20:39:00.478'],
    ['a comma', '2024-09-11T20:39:00,478Z'],
  ])('is read: %s', (_, text) => {
    expect(parseInstant(text)).toBe(AT)
  })

  it.each([
    '',
    'now',
    '2024-09-11',
    '2024-09-31T20:39:00.478Z',
    '2023-02-29T20:39:00Z',
    '2024-13-11T20:39:00Z',
    '2024-09-11T24:39:00Z',
    '2024-09-11T20:60:00Z',
    '2024-09-11T20:39:61Z',
    '2024-09-11T20:39:00.Z',
    '2024-09-11T20:39:00.478ZZ',
    '2024-09-11T20:39:00.478+5',
    '1969-12-31T23:59:59Z',
    '2024-09-11T20:39:0x.478Z',
    '2024-09-11T20:39:00.4x8Z',
  ])('is none: %j', text => {
    // the minute that was read last must not lend itself to what only begins like it
    parseInstant('2024-09-11T20:39:00.478Z')
    expect(parseInstant(text)).toBeNaN()
  })

  it.each([
    ['seconds', AT / 1000],
    ['milliseconds', AT],
    ['microseconds', AT * 1e3],
    ['nanoseconds', AT * 1e6],
    ['seconds in a text', String(AT / 1000)],
  ])('may be a number of %s since 1970', (_, value) => {
    expect(Math.abs(instantOf(value) - AT)).toBeLessThanOrEqual(1)
  })

  it.each([null, undefined, {}, true, -1, 0, Number.NaN, Number.POSITIVE_INFINITY, 1e30, '', '-5', '1e9', '0x10'])(
    'is no other value: %s',
    value => {
      expect(instantOf(value)).toBeNaN()
    },
  )

  it('is what it was printed from', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }), date => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime())
      }),
    )
  })
})
