import ipaddr from 'ipaddr.js'

/** A block of addresses that an ENI brought: a /32, a /28 prefix (16 addresses) or an IPv6 /80. */
export interface Block {
  /** Its first address and mask, normalized: `10.0.1.16/28`. Equal blocks have equal keys. */
  readonly key: string
  readonly kind: 'address' | 'prefix' | 'prefix6'
  /** Addresses in it: 1, 16 or 2^48. */
  readonly size: number
}

const IPV6_PREFIX = 2 ** 48
const MOST_KNOWN = 10_000
/** An IPv6 address with its mask. */
const LONGEST = 49

/** Reads `10.0.1.23`, `10.0.1.23/32`, `10.0.1.16/28` or an IPv6 /80 as ipamd prints them; undefined for anything else. */
export const readBlock: (text: string) => Block | undefined = remembering(parseBlock)

/** The keys of the blocks that would contain this address, smallest first. */
export const blocksAround: (address: string) => readonly string[] = remembering(findBlocks)

/** A node has some hundred addresses, and every request names one. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return text => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (text.length > LONGEST) return read(text)
    // a part of a line would keep the whole of it
    const own = Buffer.from(text).toString()
    const found = read(own)
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(own, found)
    return found
  }
}

function parseBlock(text: string): Block | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const bits = slash < 0 ? undefined : Number(text.slice(slash + 1))
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    if (bits === undefined || bits === 32) return { key: address, kind: 'address', size: 1 }
    if (!(bits >= 16 && bits < 32)) return undefined
    return { key: `${ipaddr.IPv4.networkAddressFromCIDR(text)}/${bits}`, kind: 'prefix', size: 2 ** (32 - bits) }
  }
  if (!ipaddr.IPv6.isValid(address)) return undefined
  if (bits === undefined || bits === 128) return { key: normalize6(address), kind: 'address', size: 1 }
  if (bits !== 80) return undefined
  return { key: `${ipaddr.IPv6.networkAddressFromCIDR(text)}/80`, kind: 'prefix6', size: IPV6_PREFIX }
}

function findBlocks(address: string): string[] {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    const cut = address.lastIndexOf('.') + 1
    const low = Number(address.slice(cut))
    return [address, `${address.slice(0, cut)}${low - (low % 16)}/28`]
  }
  if (!ipaddr.IPv6.isValid(address)) return [address]
  return [normalize6(address), `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/80`)}/80`]
}

function normalize6(address: string): string {
  return ipaddr.IPv6.parse(address).toString()
}
