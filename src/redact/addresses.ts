import ipaddr from 'ipaddr.js'

/**
 * Addresses → addresses of ranges that nobody has, prefix by prefix: two that share their first n bits share n bits afterwards too, so that a
 * subnet stays a subnet and a /28 a /28. Which bits they are follows from the order of appearance alone, and says nothing of the original.
 */
export interface AddressMap {
  /** Undefined where it is no address, or one that means the same everywhere. */
  of(address: string): string | undefined
  /** The block that holds the address' token, written as its first address. */
  blockOf(address: string, bits: number): string | undefined
}

export function createAddressMap(): AddressMap {
  const v4 = createPrefixTree(BITS_V4)
  const v6 = createPrefixTree(BITS_V6)
  const heads = { ipv4: new Map<number, number>(), ipv6: new Map<number, number>() }

  const map = (address: string, bits = Number.POSITIVE_INFINITY): string | undefined => {
    if (!ipaddr.isValid(address) || isEverywhere(address)) return undefined
    const parsed = ipaddr.parse(address)
    const bytes = parsed.toByteArray()
    const kind = parsed.kind()
    const fixed = kind === 'ipv4' ? 2 : 4
    const original = bytes.slice(0, fixed).reduce((head, byte) => head * 256 + byte, 0)
    const known = heads[kind]
    let index = known.get(original)
    if (index === undefined) {
      index = known.size
      known.set(original, index)
    }
    const head = kind === 'ipv4' ? headV4(index) : headV6(index)
    const token = [...head, ...(kind === 'ipv4' ? v4 : v6)(original, bytes.slice(fixed))]
    for (let bit = bits; bit < token.length * 8; bit++) token[bit >> 3] = (token[bit >> 3] as number) & ~(0x80 >> (bit & 7))
    return ipaddr.fromByteArray(token).toString()
  }
  return { of: map, blockOf: map }
}

/** A /16 is the largest VPC; its parts are told apart to the bit. */
const BITS_V4: readonly number[] = Array.from({ length: 16 }, () => 1)
/** Everything that AWS delegates ends at a whole byte: /56, /64, /80. */
const BITS_V6: readonly number[] = Array.from({ length: 12 }, () => 8)

/** 198.18.0.0/15 is for benchmarks (RFC 2544), 240.0.0.0/4 is reserved; there are no more of them than that in a sane log. */
function headV4(index: number): number[] {
  const head = index < 2 ? 0xc612 + index : (0xf000 + index - 2) % 0x10000
  return [head >> 8, head & 255]
}

/** 3fff::/20 is for documentation (RFC 9637). */
function headV6(index: number): number[] {
  return [0x3f, 0xff, (index >> 8) & 255, index & 255]
}

interface Branch {
  readonly token: number
  readonly children: Map<number, Branch>
}

/** The children of a branch get their numbers in the order in which they are seen; the first address of a block ends in 1. */
function createPrefixTree(widths: readonly number[]): (root: number, bytes: readonly number[]) => number[] {
  const roots = new Map<number, Branch>()
  return (root, bytes) => {
    let branch: Branch = roots.get(root) ?? { token: 0, children: new Map() }
    roots.set(root, branch)
    const token = bytes.map(() => 0)
    let bit = 0
    for (const width of widths) {
      const shift = 8 - width - (bit & 7)
      const value = ((bytes[bit >> 3] as number) >> shift) & ((1 << width) - 1)
      let child = branch.children.get(value)
      if (child === undefined) {
        const isLast = bit + width === bytes.length * 8
        child = { token: (branch.children.size + (isLast ? 1 : 0)) % (1 << width), children: new Map() }
        branch.children.set(value, child)
      }
      token[bit >> 3] = (token[bit >> 3] as number) | (child.token << shift)
      branch = child
      bit += width
    }
    return token
  }
}

/** Loopback, the metadata service, masks, "any": they tell of nobody, and lines are understood by them. */
function isEverywhere(address: string): boolean {
  return /^(?:0\.|127\.|169\.254\.|255\.)/.test(address) || ['::', '::1', 'fd00:ec2::254', 'fd00:ec2::23'].includes(address.toLowerCase())
}
