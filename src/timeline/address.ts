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

/** Reads `10.0.1.23`, `10.0.1.23/32`, `10.0.1.16/28` or an IPv6 /80 as ipamd prints them; undefined for anything else. */
export function readBlock(text: string): Block | undefined {
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

/** The keys of the blocks that would contain this address, smallest first. Asked some times in a row for one address, and IPv6 takes its time. */
export function blocksAround(address: string): readonly string[] {
  if (address !== last.address) last = { address, blocks: findBlocks(address) }
  return last.blocks
}

let last: { readonly address: string; readonly blocks: readonly string[] } = { address: '', blocks: [''] }

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
