import { InputError } from '../model/input-error.ts'
import type { Story } from '../model/story.ts'
import type { Query } from '../queries/story.ts'
import { createRedactor, type Redactor } from '../redact/redactor.ts'
import { type Event, events } from '../trace.ts'
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
  /** Reads the logs for the names in them, before what quotes their lines one by one. */
  learn(paths: readonly string[]): Promise<void>
  /** The same question, which also learns the names that it comes by. */
  watch<S extends Story>(query: Query<S>): Query<S>
  /** Writes the map, where one is asked for. */
  end(): Promise<void>
}

const NONE: Redaction = {
  redact: value => value,
  text: text => text,
  onEvent: undefined,
  async learn() {},
  watch: query => query,
  async end() {},
}

/** `--redact-map` alone means both. */
export function createRedaction(asked: boolean | undefined, map: string | undefined): Redaction {
  if (asked !== true && map === undefined) return NONE
  const redactor = createRedactor()
  const onEvent = (event: Event): void => {
    if ('pod' in event && typeof event.pod === 'string') redactor.know('pod', event.pod)
    if ('namespace' in event && typeof event.namespace === 'string') redactor.know('namespace', event.namespace)
    if ('node' in event && typeof event.node === 'string') redactor.know('node', event.node)
  }
  return {
    redact: redactor.redact,
    text: redactor.text,
    onEvent,
    async learn(paths) {
      if (paths.includes('-')) throw new InputError('--redact reads the log twice here: name the file')
      await events(paths, onEvent)
    },
    watch: query => timeline => {
      const fold = query(timeline)
      return {
        see(event) {
          onEvent(event)
          fold.see(event)
        },
        story: node => fold.story(node),
        known: () => fold.known(),
      }
    },
    async end() {
      if (map === undefined) return
      const originals = Object.fromEntries(redactor.originals)
      await replace(map, `${JSON.stringify(originals, null, 2)}\n`, 0o600)
    },
  }
}
