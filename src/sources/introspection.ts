/**
 * What ipamd says of its own pool: `/v1/enis` in its five shapes, the checkpoint, Prometheus' text. Decided by keys, not by release: `ENIIPPools`
 * (up to v1.6.4), `ENIs` (v1.7.0 and later), numbers of network cards around it (v1.20.0 and later).
 */
import type { AddressFacts, AllocationFacts, EniFacts, PoolFacts } from '../model/bundle.ts'
import { isObject, type JsonObject } from './json-documents.ts'

export function poolsOf(document: JsonObject | undefined): PoolFacts[] {
  if (document === undefined) return []
  if (isPool(document)) return [poolOf(0, document)]
  return Object.entries(document).flatMap(([card, pool]) =>
    /^\d{1,2}$/.test(card) && isObject(pool) && isPool(pool) ? [poolOf(Number(card), pool)] : [],
  )
}

function isPool({ TotalIPs, AssignedIPs }: JsonObject): boolean {
  return Number.isInteger(TotalIPs) && Number.isInteger(AssignedIPs)
}

function poolOf(networkCard: number, pool: JsonObject): PoolFacts {
  const enis = objectsOf(pool.ENIs ?? pool.ENIIPPools).map(([name, eni]) => eniOf(name, eni))
  return { networkCard, total: Number(pool.TotalIPs), assigned: Number(pool.AssignedIPs), enis }
}

function eniOf(name: string, eni: JsonObject): EniFacts {
  const cidrs = [...objectsOf(eni.AvailableIPv4Cidrs), ...objectsOf(eni.IPv6Cidrs)]
  // Up to v1.8.0 the addresses stand in the interface itself, from v1.9.0 on in a CIDR each, and in /28 prefixes.
  const addresses = cidrs.length === 0 ? addressesOf(eni.IPv4Addresses) : cidrs.flatMap(([cidr, block]) => blockAddresses(cidr, block))
  return {
    eni: name,
    addresses,
    prefixes: cidrs.filter(([, block]) => block.IsPrefix === true).map(([cidr]) => cidr),
    ...(typeof eni.IsPrimary === 'boolean' ? { primary: eni.IsPrimary } : {}),
    ...(typeof eni.DeviceNumber === 'number' ? { deviceNumber: eni.DeviceNumber } : {}),
    ...(typeof eni.SubnetID === 'string' && eni.SubnetID !== '' ? { subnetId: eni.SubnetID } : {}),
  }
}

/** A /32 that was never used has an empty map; a prefix lists only what was used. */
function blockAddresses(cidr: string, block: JsonObject): AddressFacts[] {
  const used = addressesOf(block.IPAddresses ?? block.IPv4Addresses)
  return used.length === 0 && block.IsPrefix !== true ? [{ address: cidr.replace(/\/\d+$/, ''), assigned: false }] : used
}

function addressesOf(value: unknown): AddressFacts[] {
  return objectsOf(value).map(([key, held]) => {
    const { IPAMKey, IPAMMetadata } = held as { IPAMKey?: JsonObject; IPAMMetadata?: JsonObject }
    // In v1.23.0 only the network's name is left of the key.
    const assigned = isObject(IPAMKey) ? ['networkName', 'containerID', 'ifName'].some(part => IPAMKey[part]) : held.Assigned === true
    const facts = {
      address: text(held.Address) ?? key,
      assigned,
      ...present('unassignedAt', instant(held.UnassignedTime)),
      ...present('assignedAt', instant(held.AssignedTime)),
    }
    if (!assigned) return facts
    return {
      ...facts,
      ...present('sandbox', text(IPAMKey?.containerID)),
      ...present('namespace', text(IPAMMetadata?.k8sPodNamespace)),
      ...present('pod', text(IPAMMetadata?.k8sPodName)),
    }
  })
}

/** `ipam.json`: only what is assigned. */
export function allocationsOf(document: JsonObject | undefined): AllocationFacts[] {
  const { allocations } = document ?? {}
  if (!Array.isArray(allocations)) return []
  return allocations.filter(isObject).flatMap(one => {
    const address = text(one.ipv4) ?? text(one.ipv6)
    if (address === undefined) return []
    const { metadata, allocationTimestamp } = one as { metadata?: JsonObject; allocationTimestamp?: unknown }
    const at = typeof allocationTimestamp === 'number' && allocationTimestamp > 0 ? Math.floor(allocationTimestamp / 1e6) : undefined
    return [
      {
        address,
        ...present('sandbox', text(one.containerID)),
        ...present('namespace', text(metadata?.k8sPodNamespace)),
        ...present('pod', text(metadata?.k8sPodName)),
        ...present('at', at),
      },
    ]
  })
}

/** `/v1/pods` (v1.5.0 to v1.6.4): `NAME_NAMESPACE_SANDBOX` → address. Neither Kubernetes nor the runtime has an underscore in them. */
export function podsOf(document: JsonObject | undefined): AllocationFacts[] {
  return objectsOf(document).flatMap(([key, held]) => {
    const address = text(held.IP)
    const [pod, namespace, sandbox, ...more] = key.split('_')
    if (address === undefined || sandbox === undefined || more.length > 0) return []
    return [{ address, ...present('sandbox', text(sandbox)), ...present('namespace', text(namespace)), ...present('pod', text(pod)) }]
  })
}

/** `awscni_…` gauges and counters, and the release that `awscni_build_info` (v1.10.0 and later) carries. */
export function metricsOf(content: string): { values: Record<string, number>; release?: string } {
  const values: Record<string, number> = {}
  let release: string | undefined
  let count = 0
  for (const line of content.split('\n')) {
    if (!line.startsWith('awscni_') || count >= MAX_METRICS) continue
    const blank = line.lastIndexOf(' ')
    const value = Number(line.slice(blank + 1))
    if (blank < 0 || Number.isNaN(value)) continue
    values[line.slice(0, blank)] = value
    count += 1
    if (line.startsWith('awscni_build_info')) release = /version="(v\d+\.\d+\.\d+)/.exec(line)?.[1]
  }
  return release === undefined ? { values } : { values, release }
}

const MAX_METRICS = 2_000

function objectsOf(value: unknown): [string, JsonObject][] {
  return isObject(value) ? Object.entries(value).filter((entry): entry is [string, JsonObject] => isObject(entry[1])) : []
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 256 ? value : undefined
}

/** Go's zero time means never. */
function instant(value: unknown): number | undefined {
  const at = typeof value === 'string' && !value.startsWith('0001-') ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}
