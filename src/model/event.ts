/**
 * What a line of the log became. The union of all events is derived from the wording tables in `extractors/`; this is what they share.
 */
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Where a line stands: `input` is an index into the report's inputs, `line` the 1-based physical line in it. */
export interface Place {
  readonly input: number
  readonly line: number
}

/** The place alone, of something that has more: what is kept of a line must not keep its event. */
export function placeOf({ input, line }: Place): Place {
  return { input, line }
}

/** A line after its envelope was read: zap JSON (v1.6.1 and later) or seelog text (v1.5.0 to v1.6.0). */
export interface LogRecord {
  /** Epoch milliseconds. */
  readonly at: number
  readonly level: Level
  readonly message: string
  /** `file:line` as zap printed it: one frame too high in every release (families.md 0.3). Absent before v1.6.1. */
  readonly caller?: string
}

/** Lines of one level, one after another and none older than the one before, that are only counted. */
export interface Run {
  readonly firstAt: number
  readonly lastAt: number
  readonly level: Level
  /** All of them, each once. */
  readonly callers: readonly string[]
  /** Of the last line. */
  readonly lastCaller: string
  readonly count: number
}

/** What every event carries besides its kind and its own fields. */
export interface EventBase extends Place {
  readonly at: number
  readonly level: Level
  readonly caller?: string
}
