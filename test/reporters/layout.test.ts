import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { clip, command, oneLine, table, wrap } from '../../src/reporters/layout.ts'

describe('wrapping', () => {
  it('breaks at blanks and hangs the rest under the text', () => {
    expect(wrap('EC2 refused CreateNetworkInterface', 22, ' Why  ')).toEqual([
      ' Why  EC2 refused',
      '      CreateNetworkInt',
      '      erface',
    ])
  })

  it('counts wide characters as two', () => {
    for (const line of wrap('字'.repeat(50), 21)) expect(stringWidth(line)).toBeLessThanOrEqual(21)
    expect(wrap('字'.repeat(50), 21).join('')).toBe('字'.repeat(50))
  })

  it('cuts no color code', () => {
    const red = `\u001b[31m${'x'.repeat(30)}\u001b[39m`
    expect(wrap(red, 12).join('')).toBe(red)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a color code begins with one
    for (const line of wrap(red, 12)) expect(line).toMatch(/^(\u001b\[31m)?x+(\u001b\[39m)?$/)
  })

  it('takes time in proportion to a hostile text', () => {
    expect(wrap('x'.repeat(100_000), 80)).toHaveLength(3)
    expect(wrap(' '.repeat(10_000), 80)).toHaveLength(1)
  })
})

describe('cutting', () => {
  it.each([
    ['checkout-6d9f7c8b54-2xkqp', 30, 'checkout-6d9f7c8b54-2xkqp'],
    ['checkout-6d9f7c8b54-2xkqp', 15, 'checkou…4-2xkqp'],
    ['字字字字字字', 7, '字…字'],
    // the last 𠀋 would be halved where the end is looked for: its marks take no cell
    [`${'𠀋'.repeat(3)}${'\u0301'.repeat(9)}`, 5, `𠀋…${'\u0301'.repeat(9)}`],
    ['ab', 1, '…'],
  ])('keeps both ends of a name: %s in %i', (text, most, cut) => {
    expect(clip(text, most)).toBe(cut)
    expect(stringWidth(cut)).toBeLessThanOrEqual(most)
  })

  it('marks a line that lost words', () => {
    expect(oneLine('The subnet had no free address.', 100, ' Also  ')).toBe(' Also  The subnet had no free address.')
    expect(oneLine('The subnet had no free address.', 24, ' Also  ')).toBe(' Also  The subnet had …')
  })
})

describe('a command', () => {
  it.each([
    ['short', 'kubectl get node n1', 40, ['  kubectl get node n1']],
    [
      'options keep their values',
      'aws ec2 describe-subnets --subnet-ids subnet-1 --query Subnets',
      40,
      ['  aws ec2 describe-subnets \\', '    --subnet-ids subnet-1 \\', '    --query Subnets'],
    ],
    [
      'quotes are not broken',
      'echo \'one two  three four five six seven\' "eight nine ten"',
      24,
      ['    echo \\', "      'one two  three four five six seven' \\", '      "eight nine ten"'],
    ],
    [
      'an escaped quote opens nothing',
      "echo 'it'\\''s one' two three four",
      20,
      ['  echo \\', "    'it'\\''s one' \\", '    two three four'],
    ],
  ])('%s', (_, text, columns, lines) => {
    expect(command(text, columns, '  ')).toEqual(lines)
  })
})

describe('a table', () => {
  it('has no borders, aligns, and cuts the flexible column alone', () => {
    expect(
      table(
        ['Pods', 'tries'],
        [
          ['shop/checkout-6d9f7c8b54-2xkqp', '4'],
          ['shop/cart', '12'],
        ],
        ['left', 'right'],
        30,
      ),
    ).toEqual(['   Pods                  tries', '   shop/check…b54-2xkqp      4', '   shop/cart                12'])
  })
})
