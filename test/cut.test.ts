import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { cut } from '../src/cut.ts'
import { stateAt, trace } from '../src/trace.ts'
import { corpusLogs } from './support/fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** With no more time before the window than a cooldown takes, so that the rest stands on lines that are kept from further back. */
describe.each(corpusLogs)('a slice of $name', ({ path, text }) => {
  const slice = join(folder, 'slice.log')
  const cutAt = async (since: number): Promise<string[]> => {
    const lines: string[] = []
    await cut([path], { since, until: since + 30_000, leadMs: 40_000 }, line => lines.push(line))
    writeFileSync(slice, `${lines.join('\n')}\n`)
    return lines
  }

  it('has the pool of the log at its beginning', async () => {
    const { nodes } = await trace([path])
    const [from, to] = [nodes[0]?.firstAt, nodes[0]?.lastAt].map(at => Date.parse(at as string)) as [number, number]
    for (const part of [0.5, 0.8]) {
      const since = Math.round(from + (to - from) * part)
      const lines = await cutAt(since)
      expect(lines.length).toBeLessThan(text.split('\n').length)
      const [whole, piece] = (await Promise.all([stateAt([path], since), stateAt([slice], since)])).map(({ state }) => state.nodes[0])
      expect([piece?.total, piece?.assigned, piece?.cooldown]).toEqual([whole?.total, whole?.assigned, whole?.cooldown])
      expect(held(piece)).toEqual(held(whole))
    }
  })
})

describe('a slice of a pipe', () => {
  it('is refused: the log is read twice', async () => {
    await expect(cut(['-'], { since: 0, until: 1 }, () => {})).rejects.toThrow('name the file')
  })
})

function held(node: Awaited<ReturnType<typeof stateAt>>['state']['nodes'][number] | undefined) {
  return node?.addresses
    .filter(({ state }) => state === 'assigned')
    .map(({ address, eni, pod, namespace, sandbox }) => [address, eni, pod, namespace, sandbox])
}
