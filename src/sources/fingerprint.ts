import { createHash } from 'node:crypto'

/** What a file is known by after it was renamed or compressed: its first bytes. 96 would be too few: lines of ipamd share 94 of them. */
export const HEAD = 1_024

export interface Fingerprint {
  /** How many bytes it is of: fewer than `HEAD` where the file had no more. */
  readonly bytes: number
  readonly sha256: string
}

export function fingerprintOf(head: Uint8Array): Fingerprint {
  return { bytes: head.length, sha256: createHash('sha256').update(head).digest('hex') }
}

/** Whether a file that begins with `head` is the one. Nothing is known by no bytes. */
export function hasFingerprint(head: Uint8Array, fingerprint: Fingerprint): boolean {
  return (
    fingerprint.bytes > 0 &&
    head.length >= fingerprint.bytes &&
    fingerprintOf(head.subarray(0, fingerprint.bytes)).sha256 === fingerprint.sha256
  )
}
