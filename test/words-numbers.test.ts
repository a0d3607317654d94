import { describe, expect, it } from 'vitest'
import { count, date, number, percentages, preciseTime } from '../src/words.ts'

describe('numbers in words', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [612_408, '612,408'],
    [12_345_678, '12,345,678'],
  ])('%d is %s', (n, expected) => {
    expect(number(n)).toBe(expected)
  })

  it('have a plural', () => {
    expect([count(1, 'pod'), count(0, 'pod'), count(10_000, 'pod'), count(2, 'address', 'addresses')]).toEqual([
      '1 pod',
      '0 pods',
      '10,000 pods',
      '2 addresses',
    ])
  })
})

describe('shares', () => {
  it.each([
    [
      [1, 1, 1],
      [34, 33, 33],
    ],
    [
      [296_715, 30_000, 8_399],
      [89, 9, 2],
    ],
    [
      [1, 999_999],
      [0, 100],
    ],
    [[5], [100]],
    [
      [0, 0],
      [0, 0],
    ],
    [[], []],
  ])('of %j are %j percent', (parts, expected) => {
    expect(percentages(parts)).toEqual(expected)
  })
})

describe('instants', () => {
  it('are said in UTC', () => {
    const at = Date.parse('2024-09-11T23:59:59.007Z')
    expect([date(at), preciseTime(at)]).toEqual(['2024-09-11', '23:59:59.007'])
  })
})
