import type { Event } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'

export interface Fact {
  readonly value: string
  readonly at: number
  readonly place: Place
}

/** What the log says of the node and of the settings in force. Later lines win. */
export interface Facts {
  /** `instance-id`, `instance-type`, `availability-zone`, `region`, `subnet-id`, `vpc-id`, `node-name` … */
  readonly node: ReadonlyMap<string, Fact>
  /** By the name of the environment variable: WARM_ENI_TARGET … */
  readonly settings: ReadonlyMap<string, Fact>
  readonly limits: { readonly addressesPerEni: number | null; readonly enis: number | null; readonly maxPods: Fact | null }
  readonly version: string | null
  readonly securityGroupsForPods: boolean
  readonly customNetworking: boolean
  readonly ipv6: boolean
}

const MOST = 200

/** `wrong client version "v1.7.1" (!= "v1.7.2")`: the plugin's and ipamd's. */
export function readVersions(error: string): { readonly plugin: string; readonly ipamd: string } | undefined {
  const at = error.indexOf('wrong client version ')
  if (at < 0) return undefined
  const [, plugin, , ipamd] = error.slice(at, at + 200).split('"')
  return plugin === undefined || ipamd === undefined || ipamd === '' ? undefined : { plugin, ipamd }
}

export function createFacts() {
  const node = new Map<string, Fact>()
  const settings = new Map<string, Fact>()
  let addressesPerEni: number | null = null
  let enis: number | null = null
  let maxPods: Fact | null = null
  let version: string | null = null
  let securityGroupsForPods = false
  let ipv6 = false

  const put = (facts: Map<string, Fact>, name: string, value: string, event: Event): void => {
    if (value === '' || (facts.size >= MOST && !facts.has(name))) return
    facts.set(name, { value, at: event.at, place: { input: event.input, line: event.line } })
  }

  const facts: Facts = {
    node,
    settings,
    get limits() {
      return { addressesPerEni, enis, maxPods }
    },
    get version() {
      return version
    },
    get securityGroupsForPods() {
      return securityGroupsForPods || settings.get('ENABLE_POD_ENI')?.value === 'true'
    },
    get customNetworking() {
      return settings.get('AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG')?.value === 'true'
    },
    get ipv6() {
      return ipv6
    },
  }

  return {
    facts,
    apply(event: Event): void {
      switch (event.kind) {
        case 'node-fact':
          return put(node, event.fact, event.value, event)
        case 'node-taints':
          return put(node, 'node-name', event.node, event)
        case 'setting-read':
          return put(settings, event.name, event.value, event)
        case 'pool-manager-settings':
          put(settings, 'WARM_IP_TARGET', String(event.warmIpTarget), event)
          put(settings, 'WARM_PREFIX_TARGET', String(event.warmPrefixTarget), event)
          put(settings, 'WARM_ENI_TARGET', String(event.warmEniTarget), event)
          put(settings, 'MINIMUM_IP_TARGET', String(event.minimumIpTarget), event)
          maxPods = { value: String(event.maxPods), at: event.at, place: { input: event.input, line: event.line } }
          return
        case 'max-pods-updated':
          maxPods = { value: String(event.to), at: event.at, place: { input: event.input, line: event.line } }
          return
        case 'pool-counted':
          if (event.addressesPerEni !== undefined && event.addressesPerEni > 0) addressesPerEni = event.addressesPerEni
          return
        case 'pool-too-low':
          // the target is in every decision, also where the start-up line is not in this log
          if (!settings.has('WARM_ENI_TARGET') && event.perEni !== 16) put(settings, 'WARM_ENI_TARGET', String(event.target), event)
          return
        case 'warm-target-state':
          if (event.target !== undefined) put(settings, 'WARM_IP_TARGET', String(event.target), event)
          return
        case 'increase-refused':
          if (event.limit !== undefined) enis = event.limit
          return
        case 'room-checked':
          enis = event.maxENI
          return
        case 'ipamd-started':
          // the next one may be of another release, and not say so
          version = event.version ?? null
          return
        case 'add-described':
          // the plugin's version is ipamd's, unless ipamd rejects it
          if (event.clientVersion !== undefined) version ??= event.clientVersion
          return
        case 'add-rejected':
        case 'del-rejected':
          version = readVersions(event.error)?.ipamd ?? version
          return
        case 'branch-vlan':
        case 'trunk-missing':
          securityGroupsForPods = true
          return
        case 'cidr-added':
          if (event.cidr.includes(':')) ipv6 = true
          return
        default:
      }
    },
  }
}
