import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/parser/record.ts'
import { wrappers } from '../../src/parser/wrappers/index.ts'
import type { Wrapper } from '../../src/parser/wrappers/wrapper.ts'
import { zap } from '../support/lines.ts'
import { readLog } from '../support/read-log.ts'

/** A shipper that parsed ipamd's line and put its fields under a key of its own. */
const shipper: Wrapper = { form: 'test', ofObject: ({ inner }) => (inner === undefined ? undefined : { object: inner as JsonObject }) }
const known = wrappers as Wrapper[]

beforeAll(() => {
  known.unshift(shipper)
})
afterAll(() => {
  known.splice(known.indexOf(shipper), 1)
})

describe('a wrapper around fields', () => {
  it('gives the line as ipamd would have written it', () => {
    expect(readLog(`{"inner":${zap('a')}}\n`)).toMatchObject({
      records: [{ record: { message: 'a' }, line: 1, raw: zap('a') }],
      result: { form: ['test'] },
    })
  })

  it('is read however deep the fields are', () => {
    const deep = `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`
    const log = readLog(`{"inner":${zap('a').replace('{', `{"x":${deep},`)}}\n${zap('b')}\n`)
    expect(log.records.map(({ record }) => record.message)).toEqual(['a', 'b'])
  })
})
