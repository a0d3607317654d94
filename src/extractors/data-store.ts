import { keep } from '../parser/keep.ts'
import { containerOf } from './container.ts'
import { extractor } from './wording.ts'

/** The data store: who has which address, and the sums that ipamd prints of it. */

const known = (namespace: string | undefined, pod: string | undefined) =>
  namespace === undefined || pod === undefined || namespace === '' || pod === '' ? {} : { namespace, pod }

/** Go's `%+v` of a struct: `{K8SPodNamespace:default K8SPodName:web-1 InterfacesCount:1}`. */
const between = (text: string, name: string): string | undefined => {
  const at = text.indexOf(name)
  return at < 0 ? undefined : text.slice(at + name.length).split(/[ }]/, 1)[0]
}

/** Under the lock, before the assignment. `total` is the data store's own, not that of the pool statistics (families D1). */
export const assignBegan = extractor('assign-began', [
  ['v1.5.0', 'AssignIPv4Address: IP address pool stats: total: %(total)d, assigned %(assigned)d'],
  ['v1.10.0', 'AssignIPv6Address: IPv6 address pool stats: assigned %(assigned)d'],
  ['v1.13.0', 'AssignIPv4Address: IP address pool stats: total %(total)d, assigned %(assigned)d'],
  ['v1.16.0', 'AssignPodIPv4Address: IP address pool stats: total %(total)d, assigned %(assigned)d'],
  ['v1.16.0', 'AssignPodIPv6Address: IPv6 address pool stats: assigned %(assigned)d'],
])

export const noAddressAvailable = extractor('no-address-available', [
  ['v1.5.0', 'DataStore has no available IP addresses'],
  ['v1.9.0', 'DataStore has no available IP/Prefix addresses'],
])

/** Also printed for each allocation that a start reads back, and when a DEL is rolled back. */
export const addressAssigned = extractor(
  'address-assigned',
  [
    ['v1.5.0', 'AssignPodIPv4Address: Assign IP %(address)s to pod (name %(pod)s, namespace %(namespace)s container %(sandbox)s)'],
    ['v1.6.0', 'AssignPodIPv4Address: Assign IP %(address)s to pod (name %(pod)s, namespace %(namespace)s sandbox %(sandbox)s)'],
    ['v1.7.0', 'AssignPodIPv4Address: Assign IP %(address)s to sandbox %(sandbox)s'],
    ['v1.16.0', 'assignPodIPAddressUnsafe: Assign IP %(address)s to sandbox %(sandbox)s'],
    ['v1.20.0', 'assignPodIPAddressUnsafe: Assign IP %(address)s to sandbox %(sandbox)s with metadata %(metadata)v'],
  ],
  ({ address, sandbox, namespace, pod, metadata }) => ({
    // who has which address stays long, and must not keep its whole line
    address: keep(address),
    sandbox,
    container: keep(containerOf(sandbox)),
    ...(metadata === undefined ? known(namespace, pod) : known(between(metadata, 'K8SPodNamespace:'), between(metadata, 'K8SPodName:'))),
  }),
)

/** The sandbox has an address already and gets the same again. */
export const duplicateAssign = extractor(
  'duplicate-assign',
  [
    [
      'v1.5.0',
      'AssignPodIPv4Address: duplicate pod assign for IP %(address)s, name %(pod)s, namespace %(namespace)s, container %(sandbox)s',
    ],
    ['v1.6.0', 'AssignPodIPv4Address: duplicate pod assign for IP %(address)s, name %(pod)s, namespace %(namespace)s, sandbox %(sandbox)s'],
    ['v1.7.0', 'AssignPodIPv4Address: duplicate pod assign for sandbox %(sandbox)s'],
    ['v1.10.0', 'AssignPodIPv6Address: duplicate pod assign for sandbox %(sandbox)s'],
  ],
  ({ sandbox, address }) => ({ sandbox, container: containerOf(sandbox), ...(address === undefined ? {} : { address }) }),
)

export const addressChanged = extractor('address-changed', [
  [
    'v1.5.0',
    'AssignPodIPv4Address: current IP %(before)v is changed to IP %(address)s for pod(name %(pod)s, namespace %(namespace)s, container %(sandbox)s)',
  ],
  [
    'v1.6.0',
    'AssignPodIPv4Address: current IP %(before)v is changed to IP %(address)s for pod(name %(pod)s, namespace %(namespace)s, sandbox %(sandbox)s)',
  ],
])

/** Under the lock, before the release. */
export const unassignBegan = extractor(
  'unassign-began',
  [
    [
      'v1.5.0',
      'UnassignPodIPv4Address: IP address pool stats: total:%(total)d, assigned %(assigned)d, pod(Name: %(pod)s, Namespace: %(namespace)s, Container %(sandbox)s)',
    ],
    [
      'v1.6.0',
      'UnassignPodIPv4Address: IP address pool stats: total:%(total)d, assigned %(assigned)d, pod(Name: %(pod)s, Namespace: %(namespace)s, Sandbox %(sandbox)s)',
    ],
    ['v1.7.0', 'UnassignPodIPv4Address: IP address pool stats: total:%(total)d, assigned %(assigned)d, sandbox %(sandbox)s'],
    ['v1.10.0', 'UnassignPodIPAddress: IP address pool stats: total:%(total)d, assigned %(assigned)d, sandbox %(sandbox)s'],
    ['v1.13.0', 'UnassignPodIPAddress: IP address pool stats: total %(total)d, assigned %(assigned)d, sandbox %(sandbox)s'],
  ],
  ({ total, assigned, sandbox }) => ({ total, assigned, sandbox, container: containerOf(sandbox) }),
)

/** The mark is taken off: by a DEL, by the roll-back of an ADD, or by force. */
export const addressUnassigned = extractor(
  'address-unassigned',
  [
    ['v1.7.0', 'UnAssignPodIPv4Address: Unassign IP %(address)s from sandbox %(sandbox)s'],
    ['v1.10.0', 'UnAssignPodIPAddress: Unassign IP %(address)s from sandbox %(sandbox)s'],
    ['v1.16.0', 'unassignPodIPAddressUnsafe: Unassign IP %(address)s from sandbox %(sandbox)s'],
  ],
  ({ address, sandbox }) => ({ address, sandbox, container: containerOf(sandbox) }),
)

/** The last line of a DEL: from here the address rests. */
export const addressReleased = extractor(
  'address-released',
  [
    [
      'v1.5.0',
      "UnassignPodIPv4Address: pod (Name: %(pod)s, NameSpace %(namespace)s Container %(sandbox)s)'s ipAddr %(address)s, DeviceNumber%(deviceNumber)d",
    ],
    [
      'v1.6.0',
      "UnassignPodIPv4Address: pod (Name: %(pod)s, NameSpace %(namespace)s Sandbox %(sandbox)s)'s ipAddr %(address)s, DeviceNumber%(deviceNumber)d",
    ],
    ['v1.7.0', "UnassignPodIPv4Address: sandbox %(sandbox)s's ipAddr %(address)s, DeviceNumber %(deviceNumber)d"],
    ['v1.10.0', "UnassignPodIPAddress: sandbox %(sandbox)s's ipAddr %(address)s, DeviceNumber %(deviceNumber)d"],
  ],
  ({ address, sandbox, deviceNumber }) => ({ address, sandbox, container: containerOf(sandbox), deviceNumber }),
)

/** A DEL for a sandbox that has no address here. Harmless: kubelet repeats its DELs. */
export const sandboxUnknown = extractor(
  'sandbox-unknown',
  [
    ['v1.5.0', 'UnassignPodIPv4Address: Failed to find pod %(pod)s namespace %(namespace)s Container %(sandbox)s'],
    ['v1.5.0', 'UnassignPodIPv4Address: Failed to find pod %(pod)s namespace %(namespace)s container %(sandbox)s using IP %(address)s'],
    ['v1.6.0', 'UnassignPodIPv4Address: Failed to find pod %(pod)s namespace "%(namespace)s", sandbox "%(sandbox)s"'],
    ['v1.6.0', 'UnassignPodIPv4Address: Failed to find pod %(pod)s namespace %(namespace)s sandbox %(sandbox)s using IP %(address)s'],
    ['v1.7.0', 'UnassignPodIPv4Address: Failed to find sandbox %(sandbox)s'],
    ['v1.10.0', 'UnassignPodIPAddress: Failed to find sandbox %(sandbox)s'],
  ],
  ({ sandbox }) => ({ sandbox, container: containerOf(sandbox) }),
)

export const cooldownBegan = extractor('cooldown-began', [
  ['v1.21.2', 'IP %(address)s entering cooldown period of %(period)s (available after %(until)v)'],
])

export const cooldownEnded = extractor('cooldown-ended', [
  ['v1.21.2', 'IP %(address)s released from cooldown after %(after)s, available for reassignment in CIDR %(cidr)s'],
])

/** The checkpoint could not be written: the change is rolled back, whether ADD or DEL. */
export const checkpointFailed = extractor('checkpoint-failed', [
  ['v1.7.0', 'Failed to update backing store: %(error)v'],
  ['v1.7.0', 'Unable to update backing store: %(error)v'],
  ['v1.13.0', 'Unable to update backing store after restoration: %(error)v'],
  ['v1.22.0', 'Failed to write backing store after removing empty CIDR: %(error)v'],
])

/** What ipamd says the pool is. Where a line gives `available`, it counts resting addresses too: it is not used. */
export const poolCounted = extractor('pool-counted', [
  ['v1.5.0', 'IP Address Pool stats: total: %(total)d, assigned: %(assigned)d', { source: 'snapshot' }],
  [
    'v1.5.0',
    'IP pool stats: total = %(total)d, used = %(assigned)d, c.maxIPsPerENI = %(addressesPerEni)d',
    { source: 'snapshot', mode: 'ip' },
  ],
  [
    'v1.9.0',
    'Datastore Pool stats: total(/32): %(total)d, assigned(/32): %(assigned)d, total prefixes(/28): %(prefixes)d',
    { source: 'snapshot' },
  ],
  [
    'v1.9.0',
    'IP/Prefix Address Pool stats: total: %(total)d, assigned: %(assigned)d, total prefixes: %(prefixes)d',
    { source: 'snapshot' },
  ],
  [
    'v1.9.0',
    'Prefix pool stats: total = %(total)d, used = %(assigned)d, c.maxIPsPerENI = %(addressesPerEni)d',
    { source: 'snapshot', mode: 'prefix' },
  ],
  [
    'v1.10.0',
    'Datastore Pool stats: total(/32): %(total)d, assigned(/32): %(assigned)d, cooldownIPs(/32): %(cooldown)d, total prefixes(/28): %(prefixes)d',
    { source: 'snapshot' },
  ],
  [
    'v1.10.0',
    'IP pool stats: total = %(total)d, used = %(assigned)d, IPs in Cooldown = %(cooldown)d, c.maxIPsPerENI = %(addressesPerEni)d',
    { source: 'snapshot', mode: 'ip' },
  ],
  [
    'v1.10.0',
    'IP/Prefix Address Pool stats: total: %(total)d, assigned: %(assigned)d, cooldownIPs: %(cooldown)d, total prefixes: %(prefixes)d',
    { source: 'snapshot' },
  ],
  [
    'v1.10.0',
    'Prefix pool stats: total = %(total)d, used = %(assigned)d, IPs in Cooldown = %(cooldown)d, c.maxIPsPerENI = %(addressesPerEni)d',
    { source: 'snapshot', mode: 'prefix' },
  ],
  [
    'v1.11.0',
    'IP pool stats: Total IPs/Prefixes = %(total)d/%(prefixes)d, AssignedIPs/CooldownIPs: %(assigned)d/%(cooldown)d, c.maxIPsPerENI = %(addressesPerEni)d',
    { source: 'snapshot', mode: 'ip' },
  ],
  [
    'v1.11.0',
    'Prefix pool stats: Total IPs/Prefixes = %(total)d/%(prefixes)d, AssignedIPs/CooldownIPs: %(assigned)d/%(cooldown)d, c.maxIPsPerENI = %(addressesPerEni)d',
    { source: 'snapshot', mode: 'prefix' },
  ],
  [
    'v1.20.0',
    'IP pool stats for network card %(networkCard)n: Total IPs/Prefixes = %(total)d/%(prefixes)d, AssignedIPs/CooldownIPs: %(assigned)d/%(cooldown)d, c.maxIPsPerENI = %(addressesPerEni)d',
    { source: 'snapshot', mode: 'ip' },
  ],
  [
    'v1.20.0',
    'Prefix pool stats for network card %(networkCard)n: Total IPs/Prefixes = %(total)d/%(prefixes)d, AssignedIPs/CooldownIPs: %(assigned)d/%(cooldown)d, c.maxIPsPerENI = %(addressesPerEni)d',
    { source: 'snapshot', mode: 'prefix' },
  ],
  ['v1.16.3', 'IP stats - total IPs: %(total)d, assigned IPs: %(assigned)d, cooldown IPs: %(cooldown)d', { source: 'heartbeat' }],
  [
    'v1.20.0',
    'IP stats for Network Card %(networkCard)n - total IPs: %(total)d, assigned IPs: %(assigned)d, cooldown IPs: %(cooldown)d',
    { source: 'heartbeat' },
  ],
])

/** IPv6 nodes have one prefix; there is no pool to run out of. */
export const prefixesCounted = extractor('prefixes-counted', [['v1.10.0', 'Datastore Pool stats: total v6 prefixes(/80): %(prefixes)d']])
