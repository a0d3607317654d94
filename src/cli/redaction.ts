import { createRedactor, type Redactor } from '../redact/redactor.ts'
import type { Event } from '../trace.ts'
import { replace } from './output.ts'

/** The options of every command that prints what a log names. */
export const REDACT_OPTIONS = {
  redact: { type: 'boolean', describe: 'Tokens instead of names, addresses and ids; the same original has the same token' },
  'redact-map': { type: 'string', describe: 'With --redact: write what each token stands for to this file, for you alone (JSON)' },
} as const

export interface Redaction {
  readonly redact: Redactor['redact']
  readonly text: Redactor['text']
  /** Names that the report may not hold, though lines that it quotes do. */
  readonly onEvent: ((event: Event) => void) | undefined
  /** Writes the map, where one is asked for. */
  end(): Promise<void>
}

/** `--redact-map` alone means both. */
export function createRedaction(asked: boolean | undefined, map: string | undefined): Redaction {
  if (asked !== true && map === undefined) return { redact: value => value, text: text => text, onEvent: undefined, async end() {} }
  const redactor = createRedactor()
  return {
    redact: redactor.redact,
    text: redactor.text,
    onEvent(event) {
      if ('pod' in event && typeof event.pod === 'string') redactor.know('pod', event.pod)
      if ('namespace' in event && typeof event.namespace === 'string') redactor.know('namespace', event.namespace)
      if ('node' in event && typeof event.node === 'string') redactor.know('node', event.node)
    },
    async end() {
      if (map === undefined) return
      const originals = Object.fromEntries(redactor.originals)
      await replace(map, `${JSON.stringify(originals, null, 2)}\n`, 0o600)
    },
  }
}
