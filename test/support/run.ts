import { PassThrough, Readable, Writable } from 'node:stream'
import { main } from '../../src/cli/main.ts'

/** The program as a shell runs it, without a terminal. */
export async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' }
  const sink = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk, _, done) {
        texts[name] += chunk
        done()
      },
    })
  const signals = new PassThrough()
  const code = await main(argv, {
    stdin: Readable.from([]),
    stdout: sink('out'),
    stderr: sink('err'),
    env: {},
    on: signals.on.bind(signals),
    off: signals.off.bind(signals),
  })
  return { code, ...texts }
}
