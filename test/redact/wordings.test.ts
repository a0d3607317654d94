import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { recognize } from '../../src/extractors/recognize.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import { fixture } from '../support/fixtures.ts'
import { readLog } from '../support/read-log.ts'

const files = readdirSync(new URL('../../fixtures/wordings/', import.meta.url)).filter(name => name.endsWith('.log'))

function kindsOf(text: string): string[] {
  return readLog(text).records.map(({ record, line }) => {
    const found = recognize(record, { input: 0, line })
    return typeof found === 'string' ? found : found.kind
  })
}

describe.each(files)('the lines of %s', name => {
  it('are understood alike when they are redacted', () => {
    const lines = fixture(`wordings/${name}`)
    const redactor = createRedactor()
    redactor.know('namespace', 'default')
    redactor.know('pod', 'web')
    const redacted = lines.split('\n').map(redactor.text).join('\n')
    expect(redacted).not.toBe(lines)
    expect(kindsOf(redacted)).toEqual(kindsOf(lines))
  })
})
