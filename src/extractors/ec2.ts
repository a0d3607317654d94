import { extractor } from './wording.ts'

/** What ipamd asks of EC2 to grow the pool, and what EC2 answers (families G). */

export const eniCreating = extractor('eni-creating', [
  ['v1.5.0', 'createENI: use custom network config, %(securityGroups)v, %(subnet)s'],
  ['v1.5.0', "createENI: use primary interface's config, %(securityGroups)v, %(subnet)s"],
  ['v1.6.0', 'Creating ENI with security groups: %(securityGroups)v in subnet: %(subnet)s'],
])

export const customNetworkUsed = extractor('custom-network-used', [
  ['v1.5.0', 'ipamd: using custom network config: %(securityGroups)v, %(subnet)s'],
])

export const eniCreateFailed = extractor(
  'eni-create-failed',
  [
    ['v1.5.0', 'Failed to CreateNetworkInterface %(error)v'],
    // v1.18.0 and later append the subnet
  ],
  ({ error }) => {
    const at = error.lastIndexOf(' for subnet ')
    const subnet = at < 0 ? '' : error.slice(at + 12)
    return subnet === '' || subnet.includes(' ') ? { error } : { error: error.slice(0, at), subnet }
  },
)

export const eniCreated = extractor('eni-created', [['v1.5.0', 'Created a new ENI: %(eni)s']])

export const eniAttachFailed = extractor('eni-attach-failed', [['v1.5.0', 'Failed to attach ENI %(eni)s: %(error)v']])

export const eniAttached = extractor('eni-attached', [
  ['v1.5.0', 'Successfully created and attached a new ENI %(eni)s to instance'],
  ['v1.20.0', 'Successfully created and attached a new ENI %(eni)s to instance on network card %(networkCard)n'],
])

/** EC2 knows an interface at this device number: together they are what is attached. */
export const deviceUsed = extractor('device-used', [
  ['v1.5.0', 'Discovered device number is used: %(device)d'],
  ['v1.20.0', 'Discovered device number is used for network card %(networkCard)n: %(device)d'],
])

export const deviceFound = extractor('device-found', [
  ['v1.5.0', 'Found a free device number: %(device)d'],
  ['v1.20.0', 'Found a free device number for network card %(networkCard)n : %(device)d'],
])

export const addressesRequested = extractor('addresses-requested', [
  ['v1.5.0', 'Trying to allocate %(count)d IP addresses on ENI %(eni)s'],
  ['v1.15.4', 'Trying to allocate %(count)d IP addresses on new ENI'],
])

export const addressesAllocated = extractor('addresses-allocated', [
  ['v1.6.2', 'Allocated %(count)d private IP addresses'],
  ['v1.9.0', 'Allocated %(count)d private IP prefixes'],
  ['v1.10.0', 'Allocated %(count)d private IPv6 prefix(es)'],
])

/** One refusal is printed in several lines, from the call outward. */
export const addressesRefused = extractor('addresses-refused', [
  ['v1.5.0', 'Failed to allocate a private IP address %(error)v'],
  ['v1.6.1', 'Failed to allocate a private IP addresses on ENI %(eni)s: %(error)v'],
  ['v1.9.0', 'Failed to allocate a private IP/Prefix addresses on ENI %(eni)s: %(error)v'],
  ['v1.10.0', 'Failed to allocate IPv6 Prefixes on ENI %(eni)s: %(error)v'],
  ['v1.5.0', 'Failed to allocate all available ip addresses on an ENI %(error)v'],
  ['v1.5.0', 'failed to allocate all available IP addresses on ENI %(eni)s, err: %(error)v'],
  ['v1.9.0', 'failed to allocate all available IPv4 Prefixes on ENI %(eni)s, err: %(error)v'],
  ['v1.6.0', 'Failed to allocate %(count)d IP addresses on an ENI: %(error)v'],
])

export const subnetLacksAddresses = extractor('subnet-lacks-addresses', [
  [
    'v1.9.1',
    "Unable to attach IPs/Prefixes for the ENI, subnet doesn't seem to have enough IPs/Prefixes. Consider using new subnet or carve a reserved range using create-subnet-cidr-reservation",
  ],
])

export const insufficientAddresses = extractor('insufficient-addresses', [['v1.10.2', 'Insufficient IP Addresses due to: %(error)v\n']])

/** EC2 has more addresses on this ENI than the data store knows. ipamd goes on without an error. */
export const addressLimitExceeded = extractor('address-limit-exceeded', [
  ['v1.6.2', 'AssignPrivateIpAddresses returned PrivateIpAddressLimitExceeded'],
  [
    'v1.7.2',
    'AssignPrivateIpAddresses returned PrivateIpAddressLimitExceeded. This can happen if the data store is out of sync.Returning without an error here since we will verify the actual state by calling EC2 to see what addresses have already assigned to this ENI.',
  ],
])

export const eniAllocationFailed = extractor('eni-allocation-failed', [
  ['v1.5.0', 'Failed to increase pool size due to not able to allocate ENI %(error)v'],
  ['v1.13.0', 'Error trying to allocate ENI: %(error)v'],
])

/** Other calls that EC2 refused; `api` where the line itself means one. */
export const ec2Refused = extractor('ec2-refused', [
  ['v1.5.0', 'Failed to get ENI %(eni)s information from EC2 control plane %(error)v', { api: 'DescribeNetworkInterfaces' }],
  ['v1.6.1', 'Failed to call ec2:DescribeNetworkInterfaces for %(enis)v: %(error)v', { api: 'DescribeNetworkInterfaces' }],
  ['v1.6.1', 'Failed to call EC2 to describe ENIs, aborting reconcile: %(error)v', { api: 'DescribeNetworkInterfaces' }],
  ['v1.5.0', 'awsGetFreeDeviceNumber: Unable to retrieve instance data from EC2 control plane %(error)v', { api: 'DescribeInstances' }],
  ['v1.18.0', 'Failed to call ec2:DescribeSubnets: %(error)v', { api: 'DescribeSubnets' }],
  [
    'v1.22.0',
    'Failed to check if primary subnet is excluded: %(error)v. Proceeding with ENI creation attempt.',
    { api: 'DescribeSubnets' },
  ],
  ['v1.22.0', 'setupENI: failed to check subnet exclusion for ENI %(eni)s (subnet %(subnet)s): %(error)v', { api: 'DescribeSubnets' }],
  ['v1.8.0', 'refreshSGIDs: unable to update the ENI %(eni)s SG - %(error)v', { api: 'ModifyNetworkInterfaceAttribute' }],
  ['v1.22.0', '%(what)v: unable to update ENI %(eni)s security groups: %(error)v', { api: 'ModifyNetworkInterfaceAttribute' }],
  [
    'v1.22.0',
    'Failed to discover custom security groups: %(error)v. Falling back to using primary security groups for ENIs in secondary subnets',
    { api: 'DescribeSecurityGroups' },
  ],
  ['v1.7.2', 'Failed to add tag to ENI %(eni)s: %(error)v', { api: 'CreateTags' }],
  ['v1.5.0', 'Failed to tag the newly created ENI %(eni)s: %(error)v', { api: 'CreateTags' }],
  ['v1.6.0', 'Failed to add additional tags to the newly created ENI %(eni)s: %(error)v', { api: 'CreateTags' }],
  ['v1.8.0', 'IP pool reconcile: failed to tag managed ENI %(eni)v: %(error)v', { api: 'CreateTags' }],
  ['v1.6.2', 'Failed to delete newly created untagged ENI! %(error)v', { api: 'DeleteNetworkInterface' }],
  ['v1.5.0', 'Failed to retrieve ENI %(eni)s attachment id: %(error)v', { api: 'DescribeNetworkInterfaces' }],
  ['v1.6.0', 'Unable to get leaked ENIs: %(error)v', { api: 'DescribeNetworkInterfaces' }],
  ['v1.6.0', 'Failed to clean up leaked ENI %(eni)s: %(error)v', { api: 'DeleteNetworkInterface' }],
  ['v1.7.2', 'Failed to fetch ENI IP addresses from EC2! %(error)v', { api: 'DescribeNetworkInterfaces' }],
  ['v1.5.0', 'Failed to deallocate a private IP address %(error)v', { api: 'UnassignPrivateIpAddresses' }],
  ['v1.9.0', 'Failed to deallocate a Prefixes address %(error)v', { api: 'UnassignPrivateIpAddresses' }],
  ['v1.22.0', 'Failed to deallocate IPv4 Prefixes %(prefixes)v: %(error)v', { api: 'UnassignPrivateIpAddresses' }],
  ['v1.22.0', 'Failed to deallocate IPv6 Prefixes %(prefixes)v: %(error)v', { api: 'UnassignIpv6Addresses' }],
  ['v1.5.0', 'Failed to decrease IP pool by removing IPs %(addresses)v from ENI %(eni)s: %(error)v', { api: 'UnassignPrivateIpAddresses' }],
  ['v1.9.0', 'Failed to free IPs %(addresses)v from ENI %(eni)s: %(error)v', { api: 'UnassignPrivateIpAddresses' }],
  ['v1.9.0', 'Failed to free Prefixes %(addresses)v from ENI %(eni)s: %(error)v', { api: 'UnassignPrivateIpAddresses' }],
  ['v1.9.0', 'Failed to delete prefix %(addresses)v from ENI %(eni)s: %(error)v', { api: 'UnassignPrivateIpAddresses' }],
])

/** An ENI is attached and ipamd waits until the metadata shows it with its addresses. `pause`: up to v1.7.1, after each look. */
export const eniAwaited = extractor('eni-awaited', [
  ['v1.5.0', 'Not able to discover attached ENIs yet (attempt %(attempt)d/%(attempts)d)', { look: 'pause' }],
  ['v1.7.2', 'Not able to find the right ENI yet (attempt %(attempt)d/%(attempts)d)', { look: 'not-shown' }],
  ['v1.7.2', 'No secondary IPv4 addresses available yet on ENI %(eni)s', { look: 'no-addresses' }],
  ['v1.9.0', 'No secondary IPv4 addresses/prefixes available yet on ENI %(eni)s', { look: 'no-addresses' }],
  ['v1.20.0', 'No secondary IPv4/IPv6 addresses/prefixes available yet on ENI %(eni)s', { look: 'no-addresses' }],
])

/** The metadata shows the ENI that ipamd waits for, whether or not with all its addresses. */
export const eniShown = extractor('eni-shown', [
  ['v1.10.0', 'ENI ID: %(eni)s IP Addr: %(addresses)v, IPv4Prefixes:- %(prefixes)v, IPv6Prefixes:- %(prefixesV6)v'],
])

/** The wait ends with fewer than were awaited. `got` counts the ENI's primary address too, where it counts addresses. */
export const eniIncomplete = extractor('eni-incomplete', [
  ['v1.7.2', 'This ENI only has %(got)d IP addresses, we wanted %(wanted)d', { of: 'addresses' }],
  ['v1.9.0', 'This ENI only has %(got)d Prefixes, we wanted %(wanted)d', { of: 'prefixes' }],
])

export const linkAwaited = extractor('link-awaited', [
  ['v1.5.0', 'no interface found which uses mac address %(mac)s (attempt %(attempt)d/%(attempts)d)'],
])
