/**
 * The fast way: zap's own lines, found in the bytes.
 *
 * A line is taken here only if it is provably what zap prints (families.md 0.1), byte by byte:
 *
 *   {"level":"info","ts":"2024-09-11T20:39:00.478Z","caller":"rpc/rpc.pb.go:863","msg":"Received AddNetwork for …"}
 *   └─ header, compared with the last one of its level ─┘└─ read ─┘  └─ looked up ─┘   └─ searched for its end ─┘
 *
 * in ASCII, in UTC, with no escapes but \" \\ \n \t \r \b \f. Everything else is handed over, in order, as whole lines: the slow way reads it,
 * and a test holds that all ways say the same. Of lines whose message begins with a literal of `skips`, not even a string is made.
 *
 * There are two: one in WebAssembly with SIMD, and one in TypeScript for machines that have none. README.md tells more.
 */
import type { Level, Run } from '../../model/event.ts'

/** A message that says nothing when it begins with (or, `whole`, is) this text. At least 8 characters. */
export interface Skip {
  readonly text: string
  readonly whole: boolean
}

/** The line that the scanner stands on: valid until the call returns. */
export interface ScannedLine {
  readonly at: number
  readonly level: Level
  readonly caller: string
  message(): string
  raw(): string
}

export interface ScannerSink {
  canonical(line: ScannedLine): void
  /** Of three callers at most. False: the lines are wanted all the same, and come as `other`. */
  run(run: Run): boolean
  /** Bytes of lines that are not canonical: whole lines, but for the parts of one that is longer than the buffer, and the file's last. */
  other(bytes: Uint8Array): void
}

export interface Scanner {
  write(chunk: Uint8Array): void
  end(): void
}

/** zap's, in the order of their places in the scanners' tables. */
export const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error', 'fatal']
