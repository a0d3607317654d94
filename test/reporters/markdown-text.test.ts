import { describe, expect, it } from 'vitest'
import { cellCode, clip, code, details, fence, table, text } from '../../src/reporters/markdown-text.ts'

describe('text of a log in a sentence', () => {
  it.each([
    ['plain words and ids', 'eni-0c41b7a8 in subnet-0a7e (WARM_ENI_TARGET=1)', 'eni-0c41b7a8 in subnet-0a7e (WARM_ENI_TARGET=1)'],
    ['an address', '10.4.128.118 given', '10.4.128.118 given'],
    ['an ipv6 address', '2001:db8::7', '2001:db8::7'],
  ])('leaves %s as it is', (_, raw, expected) => {
    expect(text(raw)).toBe(expected)
  })

  it.each([
    ['mentions nobody', '@octocat and org/@team', '@&#8203;octocat and org/@&#8203;team'],
    ['refers to no issue', 'fixes #12, GH-7', 'fixes #&#8203;12, GH-&#8203;7'],
    ['links nowhere', '[x](https://evil.example) www.evil.example', '\\[x\\](https:&#8203;//evil.example) w&#8203;ww.evil.example'],
    ['opens no tag', '</details><script>alert(1)</script>', '&lt;/details&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['ends no cell', 'a|b\\|c', 'a&#124;b\\\\&#124;c'],
    ['has no emphasis', '**b** _i_ ~~s~~ `c`', '\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\`'],
    ['has no entity and no formula', '&lt;b&gt; $x$', '&amp;lt;b&amp;gt; &#36;x&#36;'],
    ['stays on its line, left to right', 'a\nb\u202ec\u001b[31m', 'a\\\\u000ab\\\\u202ec\\\\u001b\\[31m'],
    ['begins no list, heading or rule', '- a', '\\- a'],
    ['begins no numbered list', '1. a', '1\\. a'],
    ['begins no heading', '# a', '\\# a'],
    ['begins no code block', '    a', 'a'],
  ])('%s', (_, raw, expected) => {
    expect(text(raw)).toBe(expected)
  })

  it('is cut, and not in the middle of a character', () => {
    expect(text('x'.repeat(10_000))).toHaveLength(1_000)
    expect(clip('ab😀cd', 4)).toBe('ab…')
    expect(clip('ab😀cd', 5)).toBe('ab😀…')
  })
})

describe('a name as code', () => {
  it('has a fence that is longer than any run of backticks inside', () => {
    expect(code('a')).toBe('`a`')
    expect(code('a`b``c')).toBe('```a`b``c```')
    expect(code('`')).toBe('`` ` ``')
    expect(code('``` x')).toBe('```` ``` x ````')
  })

  it('keeps spaces at both ends, and is nothing for nothing', () => {
    expect(code(' a ')).toBe('`  a  `')
    expect(code('')).toBe('')
  })

  it('stays on one line, left to right', () => {
    expect(code('a\r\nb\u202ec')).toBe('`a\\u000d\\u000ab\\u202ec`')
  })

  it('is a sentence where a cell cannot hold it', () => {
    expect(cellCode('a/b')).toBe('`a/b`')
    expect(cellCode('a|`b`')).toBe('a&#124;\\`b\\`')
  })
})

describe('lines of a log in a fence', () => {
  it('cannot close it', () => {
    expect(fence(['```', '</details>'])).toBe('````text\n```\n</details>\n````')
  })

  it('are each one line, and JSON where all are', () => {
    expect(fence(['{"msg":"a"}', '{"msg":"b\nc"}'])).toBe('```json\n{"msg":"a"}\n{"msg":"b\\u000ac"}\n```')
  })
})

describe('a part that opens on demand', () => {
  it('has the empty line without which its Markdown is not read', () => {
    expect(details('More', '- a')).toBe('<details><summary>More</summary>\n\n- a\n\n</details>')
  })
})

describe('a table', () => {
  it('has its numbers on the right', () => {
    expect(table(['Pod', 'Tries'], [['`a`', '3']], [1])).toBe('| Pod | Tries |\n|---|--:|\n| `a` | 3 |')
  })
})
