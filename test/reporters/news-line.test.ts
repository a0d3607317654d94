import { describe, expect, it } from 'vitest'
import type { News } from '../../src/model/news.ts'
import { newsLine } from '../../src/reporters/news-line.ts'
import { createPrettyLine } from '../../src/reporters/pretty-line.ts'
import { line } from '../support/node-lines.ts'

const FAILED: News = {
  at: '2024-09-11T20:01:10.250Z',
  kind: 'request-failed',
  severity: 'fail',
  node: 'node',
  text: 'shop/e got no address: the subnet had no free address. Ends when EC2 gives addresses, asked again at 20:03:00, or when a pod ends.',
}

describe('a line of news', () => {
  it('is wrapped under its text on a terminal', () => {
    expect(newsLine(FAILED, { columns: 60, color: false, dated: false })).toBe(
      '20:01:10 ✗ shop/e got no address: the subnet had no free\n           address. Ends when EC2 gives addresses, asked\n           again at 20:03:00, or when a pod ends.\n',
    )
  })

  it('is one line with its date where it is kept', () => {
    expect(newsLine(FAILED, { columns: 60, color: false, dated: true })).toBe(`2024-09-11T20:01:10Z ✗ ${FAILED.text}\n`)
  })

  it('lets nothing of the log drive the terminal', () => {
    expect(newsLine({ ...FAILED, text: 'a\u001b[2Jb\u202e\nc' }, { columns: 80, color: false, dated: true })).toBe(
      '2024-09-11T20:01:10Z ✗ a\\u001b[2Jb\\u202e\\u000ac\n',
    )
  })
})

describe('a line of the log for people', () => {
  const pretty = createPrettyLine({ color: false })

  it('has the time as ipamd wrote it, in UTC', () => {
    expect(pretty(line('20:39:00.478', 'Starting to increase pool size').trimEnd())).toBe(
      '[2024-09-11T20:39:00.478Z] DEBUG <ipamd/ipamd.go:660>: Starting to increase pool size\n',
    )
  })

  it.each([
    ['a message', JSON.stringify({ level: 'info', ts: '2024-09-11T20:39:00.478Z', msg: 'a\u001b[2J\u202eb\nc' })],
    ['a key', JSON.stringify({ level: 'info', ts: '2024-09-11T20:39:00.478Z', msg: 'a', 'k\u001b[2J\u202e\u009b': 1 })],
    ['text that is no JSON', 'panic: \u001b[2J\u202e'],
    ['a level', JSON.stringify({ level: '\u001b[2J', ts: '\u001b[2J', msg: 'a' })],
  ])('has no control character of %s', (_name, raw) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come through
    expect(pretty(raw)).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u202e]*\n$/)
  })
})
