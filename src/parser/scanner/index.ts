import { createPlainScanner } from './plain.ts'
import type { Scanner, ScannerSink, Skip } from './scanner.ts'
import { createSimdScanner, hasSimd } from './simd.ts'

/** The scanner for this machine; `simd` false: the one for machines without. */
export function createScanner(sink: ScannerSink, skips: readonly Skip[], simd = true): Scanner {
  return simd && hasSimd() ? createSimdScanner(sink, skips) : createPlainScanner(sink, skips)
}
