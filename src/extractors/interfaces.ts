import { extractor } from './wording.ts'

/** ENIs and their addresses coming into the data store and going from it (families A5, A7, A8, G5, H2, I1 to I4). */

export const eniAdded = extractor('eni-added', [
  ['v1.5.0', 'DataStore Add an ENI %(eni)s'],
  ['v1.13.0', 'DataStore add an ENI %(eni)s'],
])

/** `freed` counts addresses, with prefix delegation prefixes. `unused`: ipamd gave the ENI back; else it was found gone. */
export const eniRemoved = extractor('eni-removed', [
  [
    'v1.5.0',
    'RemoveENIFromDataStore %(eni)s: IP address pool stats: free %(freed)d addresses, total: %(total)d, assigned: %(assigned)d',
    { unused: false },
  ],
  [
    'v1.9.0',
    'RemoveENIFromDataStore %(eni)s: IP/Prefix address pool stats: free %(freed)d addresses, total: %(total)d, assigned: %(assigned)d, total prefixes: %(prefixes)d',
    { unused: false },
  ],
  [
    'v1.5.0',
    'RemoveUnusedENIFromStore %(eni)s: IP address pool stats: free %(freed)d addresses, total: %(total)d, assigned: %(assigned)d',
    { unused: true },
  ],
  [
    'v1.9.0',
    'RemoveUnusedENIFromStore %(eni)s: IP/Prefix address pool stats: free %(freed)d addresses, total: %(total)d, assigned: %(assigned)d, total prefixes: %(prefixes)d',
    { unused: true },
  ],
])

export const eniForceRemoved = extractor('eni-force-removed', [['v1.6.0', 'Force removing eni %(eni)s with %(pods)d assigned pods']])

/** An address that a pod has is taken from the data store. Announced up to v1.8.0 only (families I3). */
export const cidrForceDeleted = extractor('cidr-force-deleted', [['v1.6.0', 'Force deleting assigned ip %(cidr)s on eni %(eni)s']])

export const cidrAdded = extractor('cidr-added', [
  ['v1.5.0', "Added ENI(%(eni)s)'s IP %(cidr)s to datastore"],
  ['v1.9.0', "Added ENI(%(eni)s)'s IP/Prefix %(cidr)s to datastore"],
])

export const cidrDeleted = extractor('cidr-deleted', [
  ['v1.5.0', "Deleted ENI(%(eni)s)'s IP %(cidr)s from datastore"],
  ['v1.9.0', "Deleted ENI(%(eni)s)'s IP/Prefix %(cidr)s from datastore"],
  ['v1.22.0', "Deleted ENI(%(eni)s)'s IPv6 Prefix %(cidr)s from datastore"],
  ['v1.22.0', 'Removing empty CIDR %(cidr)s from excluded ENI %(eni)s in datastore'],
])

export const eniExcluded = extractor('eni-excluded', [['v1.22.0', 'ENI %(eni)s marked as excluded from pod IP allocation']])
export const eniIncluded = extractor('eni-included', [['v1.22.0', 'ENI %(eni)s marked as available for pod IP allocation']])

export const eniPrimary = extractor('eni-primary', [
  ['v1.5.0', 'Found ENI %(eni)s is a primary ENI'],
  ['v1.6.1', '%(eni)s is the primary ENI of this instance'],
])

export const eniTrunk = extractor(
  'eni-trunk',
  [
    ['v1.7.6', '%(eni)s is of type: %(type)s'],
    ['v1.13.0', 'Trunk interface (%(eni)s) has been added to the node already.', { type: 'trunk' }],
  ],
  ({ eni, type }) => (type === 'trunk' ? { eni } : undefined),
)

export const eniUnmanaged = extractor('eni-unmanaged', [
  ['v1.6.1', 'Marking ENI %(eni)s tagged with %(tag)s as being unmanaged'],
  ['v1.9.1', 'Marking ENI %(eni)s as being unmanaged'],
  ['v1.6.0', 'skipping ENI %(eni)s: tagged with %(tag)s'],
  ['v1.6.1', 'Skipping ENI %(eni)s: tagged with %(tag)s'],
  ['v1.9.1', 'Skipping ENI %(eni)s: since it is unmanaged'],
])

export const networkCardFound = extractor('network-card-found', [
  ['v1.7.10', 'Got network cardindex %(networkCard)n for ENI %(eni)s'],
  ['v1.13.0', 'Got network card index %(networkCard)n for ENI %(eni)s'],
])

/** `attached` counts what EC2 has on the instance. */
export const enisDescribed = extractor('enis-described', [['v1.6.1', 'DescribeAllENIs success: ENIs: %(attached)d, tagged: %(tagged)d']])

/** The metadata service shows this ENI at this device number. */
export const eniSeen = extractor('eni-seen', [['v1.5.0', 'Found ENI: %(eni)s, MAC %(mac)s, device %(device)d']])

export const eniFound = extractor('eni-found', [['v1.5.0', 'Discovered ENI %(eni)s, trying to set it up']])

export const eniSetUp = extractor('eni-set-up', [
  ['v1.5.0', 'ENI %(eni)s set up.'],
  ['v1.16.0', 'ENI %(eni)s set up'],
])

export const eniSetupFailed = extractor('eni-setup-failed', [
  ['v1.5.3', 'Error trying to set up ENI %(eni)s: %(error)v'],
  ['v1.5.3', 'Failed to set up networking for ENI %(eni)s'],
  ['v1.5.0', 'IP pool reconcile: Failed to set up ENI %(eni)s network: %(error)v'],
  ['v1.16.0', 'failed to setup ENI %(eni)s: %(error)v'],
])

export const eniAddressesUndiscovered = extractor('eni-addresses-undiscovered', [
  ['v1.5.0', 'Unable to discover attached IPs for ENI from metadata service'],
  [
    'v1.7.0',
    'Reached max retry: Unable to discover attached IPs for ENI from metadata service (attempted %(attempt)d/%(attempts)d): %(error)v',
  ],
])

export const eniFreeing = extractor('eni-freeing', [
  ['v1.5.0', 'Start freeing ENI %(eni)s'],
  ['v1.20.0', 'Start freeing ENI %(eni)s from network card %(networkCard)n'],
  ['v1.5.0', 'Trying to free ENI: %(eni)s'],
])

export const eniDetached = extractor('eni-detached', [['v1.5.0', 'Successfully detached ENI: %(eni)s']])
export const eniDeleted = extractor('eni-deleted', [['v1.5.0', 'Successfully deleted ENI: %(eni)s']])
export const eniFreed = extractor('eni-freed', [['v1.5.0', 'Successfully freed ENI: %(eni)s']])

export const eniDetachFailed = extractor('eni-detach-failed', [
  ['v1.5.0', 'Failed to detach ENI %(eni)s %(error)v'],
  ['v1.5.0', 'Not able to detach ENI yet (attempt %(attempt)d/%(attempts)d): %(error)v '],
])

export const eniDeleteFailed = extractor('eni-delete-failed', [
  ['v1.5.0', 'Failed to free ENI %(eni)s, err: %(error)v'],
  ['v1.5.0', 'Not able to delete ENI yet (attempt %(attempt)d/%(attempts)d): %(error)v '],
  ['v1.6.0', 'Not able to delete ENI: %(error)v '],
])

export const eniMissingInEc2 = extractor('eni-missing-in-ec2', [
  ['v1.5.0', 'ENI %(eni)s not found. It seems to be already freed'],
  ['v1.6.0', 'ENI %(eni)s has already been deleted'],
])

export const addressesUnassignBegan = extractor('addresses-unassign-began', [
  ['v1.5.0', 'Trying to unassign the following IPs %(addresses)v from ENI %(eni)s'],
  ['v1.9.0', 'Trying to unassign the following Prefixes %(addresses)v from ENI %(eni)s'],
])

export const addressesFreed = extractor('addresses-freed', [
  ['v1.5.0', 'Successfully decreased IP pool by removing IPs %(addresses)v from ENI %(eni)s'],
  ['v1.9.0', 'Successfully freed IPs %(addresses)v from ENI %(eni)s'],
  ['v1.9.0', 'Successfully freed Prefixes %(addresses)v from ENI %(eni)s'],
  ['v1.9.0', 'Successfully prefix removing IPs %(addresses)v from ENI %(eni)s'],
  ['v1.22.0', 'Successfully freed IPv4 Prefixes %(addresses)v from ENI %(eni)s'],
  ['v1.22.0', 'Successfully freed IPv6 Prefixes %(addresses)v from ENI %(eni)s'],
  ['v1.22.0', 'Successfully freed all Prefixes %(addresses)v from ENI %(eni)s'],
  ['v1.22.0', 'Successfully removed prefixes %(addresses)v from ENI %(eni)s'],
])
