/** Everything that can be wrong with the bytes, in words. */
import type { SourceProblem } from './source.ts'

export type SourceProblemKind = keyof typeof damageTexts | keyof typeof noteTexts

/** What is missing because of it, so that the report may be incomplete. */
export const damageTexts = {
  'cut-gzip': 'the gzip data end in the middle; what came before was used',
  'damaged-gzip': 'the gzip data are damaged; what could be inflated before the damage was used',
  'gzip-checksum': 'the gzip checksum does not match: the content may have been changed',
  'gzip-garbage': 'something that is not gzip follows the gzip data and was not read',
  'compression-bomb': 'the compressed data grow beyond all reason; reading stopped there',
  'damaged-zstd': 'the zstd data are damaged or cut; what came before was used',
  'cut-archive': 'the archive ends in the middle; what came before was used',
  'damaged-archive': 'the archive is damaged; what came before the damage was used',
  'archive-too-large': 'the archive holds more than is read; the rest was left out',
  'too-many-logs': 'there are more logs than are read; the rest was left out',
  'archive-too-often': 'the logs lie in the archive in an order for which it would have to be read too often; this one was left out',
  'unsafe-name': 'members whose names leave the archive, or are no names, were left out',
  'not-a-file': 'links and devices in the archive were left out',
  'not-inflated': 'a member of the archive is compressed in a way that is not read here',
  'read-error': 'reading failed in the middle; what came before was used',
  'file-shrank': 'the file became shorter while it was read',
  'missing-file': 'a log between this one and the next is missing',
} as const

/** Worth a word, and nothing is missing. */
export const noteTexts = {
  'copy-left-out': 'holds nothing that another input does not hold; it was left out',
  'replaced-member': 'members of the archive that a later one of the same name replaces were left out, as tar does',
  'no-log': 'holds no log of ipamd; it was left out',
} as const

export function sourceProblem(kind: SourceProblemKind, path: string, more = ''): SourceProblem {
  const note = (noteTexts as Readonly<Record<string, string>>)[kind]
  const text = note ?? (damageTexts as Readonly<Record<string, string>>)[kind] ?? kind
  return { kind, severity: note === undefined ? 'damage' : 'note', text: more === '' ? text : `${text} (${more})`, path }
}
