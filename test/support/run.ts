import { type Ran, runCli } from './run-cli.ts'

/** `runCli` with nothing on stdin. */
export function run(...argv: string[]): Promise<Ran> {
  return runCli(argv)
}
