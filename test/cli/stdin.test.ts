import { Readable, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { fixture } from '../support/fixtures.ts'

async function quiet(...argv: string[]): Promise<{ code: number; said: string }> {
  let said = ''
  const to = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      said += text
      done()
    },
  })
  const none = () => undefined
  const stdin = Readable.from([Buffer.from(fixture('cases/subnet-out-of-addresses/ipamd.log'))])
  return { code: await main(argv, { stdin, stdout: to, stderr: to, env: {}, on: none, off: none }), said }
}

describe('the argument -', () => {
  it.each([
    [['-', '-q']],
    [['-q', '-']],
    [['trace', '-', '-q']],
    [['-q', '--', '-']],
    [['-q', '-o', '-', '-']],
    [['state', '-', '--at', '2024-09-11T20:40:40Z']],
  ])('is stdin in %j', async argv => {
    expect(await quiet(...argv)).toMatchObject({ code: 0, said: expect.stringMatching(/FAIL|The pool at/) })
  })

  it('is stdin for the log alone: what stands after -- is a path, also where it begins with a dash', async () => {
    expect(await quiet('-q', '--', '-no-such.log')).toMatchObject({ code: 2, said: expect.stringContaining('-no-such.log') })
  })
})
