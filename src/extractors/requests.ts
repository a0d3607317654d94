import { keep } from '../parser/keep.ts'
import { containerOf } from './container.ts'
import { readProtobufText } from './protobuf-text.ts'
import { extractor } from './wording.ts'

/** ADD and DEL: what kubelet asked through the CNI plugin, and what ipamd answered. */

const given = (text: string | undefined): string | undefined => (text === undefined || text === '' ? undefined : text)

/** An address or nothing: a reply prints an empty one as nothing. */
const addresses = (v4: string | undefined, v6: string | undefined) => ({
  ...(given(v4) === undefined ? {} : { address: v4 as string }),
  ...(given(v6) === undefined ? {} : { addressV6: v6 as string }),
})

const errorOf = (error: string | undefined) => (given(error) === undefined || error === '<nil>' ? {} : { error: once(error as string) })

/** Thousands of requests fail with one error: it is one string for all of them. */
const once = (text: string): string => {
  if (text.length > LONGEST_ERROR) return text
  const before = errors.get(text)
  if (before !== undefined) return before
  if (errors.size >= MOST_ERRORS) errors.clear()
  const own = keep(text)
  errors.set(own, own)
  return own
}

const errors = new Map<string, string>()
const MOST_ERRORS = 100
const LONGEST_ERROR = 300

const named = (namespace: string | undefined, pod: string | undefined) =>
  given(namespace) === undefined || given(pod) === undefined ? {} : { namespace: namespace as string, pod: pod as string }

export const addReceived = extractor(
  'add-received',
  [
    ['v1.5.0', 'Received AddNetwork for NS %(netns)s, Pod %(pod)s, NameSpace %(namespace)s, Container %(sandbox)s, ifname %(ifname)s'],
    ['v1.6.0', 'Received AddNetwork for NS %(netns)s, Pod %(pod)s, NameSpace %(namespace)s, Sandbox %(sandbox)s, ifname %(ifname)s'],
    ['v1.7.0', 'Received AddNetwork for NS %(netns)s, Sandbox %(sandbox)s, ifname %(ifname)s'],
  ],
  // what names a request stays long, and must not keep its whole line
  ({ netns, sandbox, ifname, namespace, pod }) => ({ netns, sandbox: keep(sandbox), ifname, ...named(namespace, pod) }),
)

export const addDescribed = extractor('add-described', [['v1.7.0', 'AddNetworkRequest: %(request)v']], ({ request }) => describe(request))

export const addRejected = extractor('add-rejected', [['v1.7.0', 'Rejecting AddNetwork request: %(error)v']])

/** From v1.20.0 the reply's own word counts. Before, an address is the only sign of success: `err` may be another call's (families C2). */
export const addReplied = extractor(
  'add-replied',
  [
    ['v1.5.0', 'Send AddNetworkReply: IPv4Addr %(address)s, DeviceNumber: %(deviceNumber)d, err: %(error)v'],
    ['v1.10.0', 'Send AddNetworkReply: IPv4Addr %(address)s, IPv6Addr: %(addressV6)s, DeviceNumber: %(deviceNumber)d, err: %(error)v'],
    ['v1.16.2', 'Send AddNetworkReply: IPv4Addr: %(address)s, IPv6Addr: %(addressV6)s, DeviceNumber: %(deviceNumber)d, err: %(error)v'],
    ['v1.20.0', 'Send AddNetworkReply: Success: %(success)t IPAddr: %(addresses)v, resp: %(response)v, err: %(error)v'],
    ['v1.8.0', 'Send AddNetworkReply: unable to assign IPv4 address for pod, err: %(error)v'],
    ['v1.8.0', 'Send AddNetworkReply: unable to obtain VPC CIDRs, err: %(error)v', { reason: 'vpc-cidrs' }],
    ['v1.7.0', 'Send AddNetworkReply: failed to get Branch ENI resource', { reason: 'branch-eni-missing' }],
    ['v1.7.0', 'Send AddNetworkReply: Failed to get pod: %(error)v', { reason: 'pod-unknown' }],
    ['v1.7.0', 'Send AddNetworkReply: No trunk ENI Link Index found, cannot add a pod ENI', { reason: 'trunk-missing' }],
    ['v1.7.0', 'Send AddNetworkReply: No trunk ENI found, cannot add a pod ENI', { reason: 'trunk-missing' }],
  ],
  fields => {
    const { deviceNumber, reason } = fields
    const listed = addressesIn(fields.addresses)
    const reply = addressesIn(fields.response)
    const v4 = fields.address ?? listed?.[0] ?? reply?.[0]
    const v6 = fields.addressV6 ?? listed?.[1] ?? reply?.[1]
    const found = addresses(v4, v6)
    return {
      success: fields.success ?? (given(v4) !== undefined || given(v6) !== undefined),
      ...found,
      ...(deviceNumber === undefined ? {} : { deviceNumber }),
      ...(reason === undefined ? {} : { reason }),
      ...errorOf(fields.error),
    }
  },
)

export const addFailureExplained = extractor('add-failure-explained', [['v1.20.0', 'Returning failure response for AddNetwork: %(error)v']])

export const cardAssigned = extractor(
  'card-assigned',
  [
    [
      'v1.20.0',
      'Assigned IP from network card: %(networkCard)n -> IPv4: %(address)s, IPv6: %(addressV6)s, device number: %(deviceNumber)d, ',
    ],
  ],
  ({ networkCard, address, addressV6, deviceNumber }) => ({ networkCard, deviceNumber, ...addresses(address, addressV6) }),
)

export const cardRefused = extractor('card-refused', [['v1.20.0', 'Failed to assign IPs from network card %(networkCard)n: %(error)v']])

export const interfacesRequired = extractor('interfaces-required', [
  ['v1.20.0', 'Required MultiNIC access %(multiNic)t, interfaces required %(count)d'],
])

export const delReceived = extractor(
  'del-received',
  [
    ['v1.5.0', 'Received DelNetwork for IP %(address)s, Pod %(pod)s, Namespace %(namespace)s, Container %(sandbox)s'],
    ['v1.6.0', 'Received DelNetwork for IP %(address)s, Pod %(pod)s, Namespace %(namespace)s, Sandbox %(sandbox)s'],
    ['v1.7.0', 'Received DelNetwork for Sandbox %(sandbox)s'],
  ],
  ({ sandbox, namespace, pod }) => ({ sandbox, ...named(namespace, pod) }),
)

export const delDescribed = extractor('del-described', [['v1.7.0', 'DelNetworkRequest: %(request)v']], ({ request }) => describe(request))

export const delRejected = extractor('del-rejected', [['v1.7.0', 'Rejecting DelNetwork request: %(error)v']])

export const delReplied = extractor(
  'del-replied',
  [
    ['v1.5.0', 'Send DelNetworkReply: IPv4Addr %(address)s, DeviceNumber: %(deviceNumber)d, err: %(error)v'],
    ['v1.16.2', 'Send DelNetworkReply: IPv4Addr: %(address)s, IPv6Addr: %(addressV6)s, DeviceNumber: %(deviceNumber)d, err: %(error)v'],
    [
      'v1.19.4',
      'Send DelNetworkReply: IPv4Addr: %(address)s, IPv6Addr: %(addressV6)s, DeviceNumber: %(deviceNumber)d, NetworkPolicyMode: %(networkPolicyMode)s, err: %(error)v',
    ],
    ['v1.20.0', 'Send DelNetworkReply: IPAddress: %(addresses)v, err: %(error)v'],
    ['v1.7.0', 'Send DelNetworkReply: Failed to get pod spec: %(error)v'],
    ['v1.8.0', 'Send DelNetworkReply: pod not found', { error: 'pod not found' }],
    // v1.7 says "Add" here, but the handler is DelNetwork's
    ['v1.7.0', 'Send AddNetworkReply: pod not found', { error: 'pod not found' }],
    ['v1.20.0', 'Send DelNetworkReply: pod UID mismatch', { error: 'pod UID mismatch' }],
  ],
  fields => {
    const listed = addressesIn(fields.addresses)
    return {
      ...addresses(fields.address ?? listed?.[0], fields.addressV6 ?? listed?.[1]),
      ...errorOf(fields.error),
    }
  },
)

export const branchVlan = extractor('branch-vlan', [['v1.10.2', 'Pod vlandId: %(vlan)d']])

export const branchEniUnreadable = extractor('branch-eni-unreadable', [
  ['v1.7.0', 'Failed to parse pod-ENI annotation: %(annotation)v'],
  ['v1.7.0', 'Failed to unmarshal PodENIData JSON: %(error)v'],
  ['v1.7.0', 'Unable to get next Gateway IP for branch ENI from %(subnet)s: %(error)v'],
  ['v1.16.0', 'Failed to parse V4 subnet CIDR: %(subnet)v'],
  ['v1.16.0', 'Failed to parse V6 subnet CIDR: %(subnet)v'],
  ['v1.23.0', 'Failed to parse PodENIData: %(error)v'],
])

export const annotationFailed = extractor('annotation-failed', [
  ['v1.9.3', 'Failed to annotate %(annotation)s the pod with %(value)v, error %(error)v'],
  ['v1.13.0', 'Failed to add the pod annotation: %(error)v'],
  ['v1.13.0', 'Failed to delete the pod annotation: %(error)v'],
])

const ADDRESSES = ['IPv4Addr', 'IPv6Addr'] as const

function addressesIn(text: string | undefined): (string | undefined)[] | undefined {
  return text === undefined ? undefined : readProtobufText(text, ADDRESSES)
}

const REQUEST = ['ContainerID', 'K8S_POD_INFRA_CONTAINER_ID', 'K8S_POD_NAMESPACE', 'K8S_POD_NAME', 'Reason', 'ClientVersion'] as const

function describe(text: string) {
  const [id, infraId, namespace, pod, reason, clientVersion] = readProtobufText(text, REQUEST)
  const sandbox = given(id) ?? given(infraId)
  if (sandbox === undefined) return undefined
  return {
    sandbox: containerOf(sandbox),
    ...named(namespace, pod),
    ...(given(reason) === undefined ? {} : { reason: reason as string }),
    // empty from v1.10.0 on, where the build sets no version
    ...(given(clientVersion) === undefined ? {} : { clientVersion: clientVersion as string }),
  }
}
