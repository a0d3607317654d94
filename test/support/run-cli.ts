import { PassThrough, Readable, Writable } from 'node:stream'
import { main } from '../../src/cli/main.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The program with these arguments, on no terminal. */
export async function runCli(argv: readonly string[], stdin: string | Uint8Array = ''): Promise<Ran> {
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
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: sink('out'),
    stderr: sink('err'),
    env: {},
    on: signals.on.bind(signals),
    off: signals.off.bind(signals),
  })
  return { code, ...texts }
}
