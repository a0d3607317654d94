import { describe, expect, it } from 'vitest'
import { compile, match } from '../../src/extractors/wording.ts'

const read = (wording: string, message: string) => match(compile(wording), message)

describe('a wording', () => {
  it.each([
    [
      'IP stats - total IPs: %(total)d, assigned IPs: %(assigned)d',
      'IP stats - total IPs: 29, assigned IPs: 0',
      { total: 29, assigned: 0 },
    ],
    ['short: %(short)d', 'short: -3', { short: -3 }],
    ['hasRoom=%(hasRoom)t', 'hasRoom=false', { hasRoom: false }],
    ['Start node init', 'Start node init', {}],
    [
      'Recovered %(sandbox)s => %(eni)s/%(address)s',
      'Recovered aws-cni/4f2c/eth0 => eni-0a/10.0.1.23',
      { sandbox: 'aws-cni/4f2c/eth0', eni: 'eni-0a', address: '10.0.1.23' },
    ],
    [
      'Received AddNetwork for NS %(netns)s, Sandbox %(sandbox)s',
      'Received AddNetwork for NS , Sandbox 4f2c',
      { netns: '', sandbox: '4f2c' },
    ],
    ['Failed to attach ENI %(eni)s: %(error)v', 'Failed to attach ENI eni-0a: a: b: c', { eni: 'eni-0a', error: 'a: b: c' }],
    ['err %(error)v!', 'err wait! stop!', { error: 'wait! stop' }],
  ])('reads what its verbs hold: %s', (wording, message, fields) => {
    expect(read(wording, message)).toEqual(fields)
  })

  it.each([
    ['an integer with a fraction', 'total: %(total)d', 'total: 2.5'],
    ['an integer that is a word', 'total: %(total)d', 'total: many'],
    ['no integer at all', 'total: %(total)d', 'total: '],
    ['a sign alone', 'total: %(total)d', 'total: -'],
    ['digits that no int64 of ipamd has', 'total: %(total)d', 'total: 99999999999999999'],
    ['a boolean in other letters', 'low %(low)t', 'low True'],
    ['two words where one belongs', 'ENI %(eni)s set up', 'ENI eni-0a eni-0b set up'],
    ['a tab inside a word', 'ENI %(eni)s set up', 'ENI eni-0a\tb set up'],
    ['another beginning', 'ENI %(eni)s set up', 'An ENI eni-0a set up'],
    ['another end', 'ENI %(eni)s set up', 'ENI eni-0a set up twice'],
    ['nothing after the beginning', 'ENI %(eni)s set up', 'ENI '],
    ['more than a text without verbs', 'Start node init', 'Start node init.'],
    ['literals that would have to overlap', 'ab%(x)vba', 'aba'],
  ])('is not that of %s', (_, wording, message) => {
    expect(read(wording, message)).toBeUndefined()
  })

  it('goes to the first place where its literal stands, and never back', () => {
    expect(read('%(a)s, %(b)s done', 'x, y, z done')).toBeUndefined()
    expect(read('%(a)v, %(b)v done', 'x, y, z done')).toEqual({ a: 'x', b: 'y, z' })
  })

  it.each(['%(total)x', '%(total)', '%(total', 'a %(b)'])('that nobody can read is refused: %s', text => {
    expect(() => compile(text)).toThrow('not a wording')
  })
})

describe('the work of matching', () => {
  const wording = compile('%(a)v is at %(b)v is at %(c)v is at %(d)v end')

  /** Characters searched: what indexOf, endsWith, startsWith are asked to look through. */
  const searches = (message: string): number => {
    let work = 0
    const counting = {
      length: message.length,
      startsWith: (text: string) => {
        work += text.length
        return message.startsWith(text)
      },
      endsWith: (text: string) => {
        work += text.length
        return message.endsWith(text)
      },
      indexOf: (text: string, from: number) => {
        const at = message.indexOf(text, from)
        work += (at < 0 ? message.length : at) - from
        return at
      },
      slice: (from: number, to?: number) => {
        work += (to ?? message.length) - from
        return message.slice(from, to)
      },
    }
    match(wording, counting as unknown as string)
    return work
  }

  it.each([
    ['its own literal over and over', ' is at '.repeat(2_600)],
    ['almost its literal over and over', ' is a is at'.repeat(1_700)],
    ['blanks', ' '.repeat(18_000)],
    ['nothing of it', 'x'.repeat(18_000)],
  ])('is a few times the line at most, whatever stands in it: %s', (_, message) => {
    expect(searches(message)).toBeLessThan(4 * message.length + 100)
    expect(searches(message + message) / searches(message)).toBeLessThan(2.2)
  })
})
