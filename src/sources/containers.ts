/** What bytes are, by their first ones: names lie (a `.tgz` that is a plain tar, a `.gz` that the browser already inflated). */
import { pipeline } from 'node:stream'
import * as zlib from 'node:zlib'
import { type GzipDamage, gunzip, isGzip } from './gzip.ts'
import { MAX_RATIO, RATIO_FROM_BYTES } from './limits.ts'

export type Container = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'zip' | 'tar' | 'plain'

export function containerOf(head: Uint8Array): Container {
  if (isGzip(head)) return 'gzip'
  for (const [container, magic] of MAGIC) if (magic.every((byte, i) => head[i] === byte)) return container
  return isTar(head) ? 'tar' : 'plain'
}

/** Inflates where this Node can: gzip always, zstd from Node 22.15 on. */
export function inflaterOf(container: Container): Inflate | undefined {
  if (container === 'gzip') return gunzip
  if (container === 'zstd' && 'createZstdDecompress' in zlib) return unzstd
  return undefined
}

export type Inflate = (source: AsyncIterable<Uint8Array>, report: (damage: Damage) => void) => AsyncIterable<Uint8Array>
export type Damage = GzipDamage | 'damaged-zstd'

/** What to run where this program cannot inflate. `file` is quoted for sh. */
export function howToInflate(container: Container, file: string): string | undefined {
  switch (container) {
    case 'zstd':
      return `is compressed with zstd, which Node reads from 22.15 on: zstd -dc ${file} | ipamd-trace -`
    case 'xz':
      return `is compressed with xz: xz -dc ${file} | ipamd-trace -`
    case 'bzip2':
      return `is compressed with bzip2: bzip2 -dc ${file} | ipamd-trace -`
    case 'zip':
      return `is a zip archive: unpack it (unzip ${file} -d DIRECTORY) and name the directory. Bundles of Windows nodes hold no ipamd.log`
    default:
      return undefined
  }
}

const MAGIC: readonly (readonly [Container, readonly number[]])[] = [
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
]

/** A tar has no magic in its oldest form, but a checksum: the sum of the header's bytes, its own place counted as blanks. */
function isTar(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false
  return isTarHeader(head)
}

export function isTarHeader(block: Uint8Array): boolean {
  const stored = Number.parseInt(Buffer.from(block.subarray(148, 156)).toString('latin1').replaceAll('\0', ' ').trim(), 8)
  let sum = 0
  for (let i = 0; i < 512; i += 1) sum += i >= 148 && i < 156 ? 32 : (block[i] as number)
  return sum === stored
}

async function* unzstd(source: AsyncIterable<Uint8Array>, report: (damage: Damage) => void): AsyncIterable<Uint8Array> {
  const { createZstdDecompress } = zlib as unknown as { createZstdDecompress(): NodeJS.ReadWriteStream }
  const inflater = createZstdDecompress()
  let given = 0
  let size = 0
  // Copied: the source uses its buffers again while the inflater still holds them.
  const copied = async function* (): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      given += chunk.length
      yield Uint8Array.from(chunk)
    }
  }
  pipeline(copied, inflater, () => {})
  try {
    for await (const out of inflater as unknown as AsyncIterable<Uint8Array>) {
      size += out.length
      if (size > RATIO_FROM_BYTES && size > given * MAX_RATIO) return report('compression-bomb')
      yield out
    }
  } catch {
    report('damaged-zstd')
  }
}
