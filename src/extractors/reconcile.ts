import { extractor } from './wording.ts'

/** The reconcile loop: the data store held against the metadata service and EC2 (families I5 to I7, A4, G4). */

export const reconcileBegan = extractor('reconcile-began', [
  ['v1.5.0', 'Reconciling ENI/IP pool info...'],
  // prints "<=" where it means ">" (families 0.11)
  ['v1.6.1', 'Reconciling ENI/IP pool info because time since last %(since)s <= %(least)s'],
  ['v1.11.0', 'Reconciling ENI/IP pool info because time since last %(since)s > %(least)s'],
])

export const reconcileDone = extractor('reconcile-done', [['v1.5.0', 'Successfully Reconciled ENI/IP pool']])

export const reconcileFailed = extractor('reconcile-failed', [
  ['v1.5.0', 'IP pool reconcile: Failed to delete ENI during reconcile: %(error)v'],
  ['v1.5.0', 'IP pool reconcile: Failed to get attached ENI info: %(error)v'],
  ['v1.7.2', 'IP pool reconcile: No ENI found at all in metadata, unable to reconcile'],
  ['v1.7.2', 'Failed to fetch ENI IP addresses! Aborting reconcile of ENI %(eni)s'],
  ['v1.5.0', 'Failed to fetch ENI IP addresses!'],
  ['v1.5.0', 'Failed to reconcile IP %(cidr)s on ENI %(eni)s'],
  ['v1.9.0', 'Failed to reconcile Prefix %(cidr)s on ENI %(eni)s'],
  ['v1.5.0', 'Failed to reconcile and delete IP %(cidr)s on ENI %(eni)s, %(error)v'],
])

/** The data store has an ENI that the metadata service no longer shows: it goes, and its pods lose their addresses. */
export const eniDetachedSeen = extractor('eni-detached-seen', [['v1.5.0', 'Reconcile and delete detached ENI %(eni)s']])

/** The metadata service shows an ENI that the data store has not. */
export const eniNewSeen = extractor(
  'eni-new-seen',
  [
    // all that is known of the ENI, up to v1.19.6
    ['v1.5.0', 'Reconcile and add a new ENI {%(eni)s %(rest)v}'],
    ['v1.20.0', 'Reconcile and add a new ENI %(eni)s'],
  ],
  ({ eni }) => ({ eni }),
)

export const eniForeign = extractor('eni-foreign', [
  ['v1.6.1', 'A new ENI added but not by ipamd, updating tags'],
  ['v1.7.6', 'A new ENI added but not by ipamd, updating tags by calling EC2'],
])

export const eniReconciled = extractor('eni-reconciled', [
  ['v1.5.0', 'Reconcile existing ENI %(eni)s IP pool'],
  ['v1.9.0', 'Reconcile existing ENI %(eni)s IP prefixes'],
])

export const cidrReconciledAway = extractor('cidr-reconciled-away', [
  ['v1.5.0', 'Reconcile and delete IP %(cidr)s on ENI %(eni)s'],
  ['v1.9.0', 'Reconcile and delete Prefix %(cidr)s on ENI %(eni)s'],
])

export const cidrForeign = extractor('cidr-foreign', [
  ['v1.5.0', 'Skipping IP %(cidr)s on ENI %(eni)s because it does not belong to this ENI!.'],
  ['v1.7.2', 'Skipping IP %(cidr)s on ENI %(eni)s because it does not belong to this ENI!'],
])

/** The metadata service and the data store differ: from v1.7.2 on EC2 is asked, and it decides. */
export const metadataDisagrees = extractor('metadata-disagrees', [
  ['v1.7.2', 'Instance metadata does not match data store! ipPool: %(pool)v, metadata: %(metadata)v'],
])

/** The metadata service shows addresses that EC2 no longer has on this ENI. */
export const metadataStale = extractor('metadata-stale', [
  [
    'v1.6.0',
    'getENIMetadata: IMDS query yielded stale IPv4 addresses %(addresses)v that were not found in DescribeNetworkInterfaces(%(eni)s).',
  ],
  [
    'v1.6.1',
    'logOutOfSyncState: IMDS query yielded stale IPv4 addresses %(addresses)v that were not found in DescribeNetworkInterfaces(%(eni)s).',
  ],
])

/** EC2 has addresses on this ENI that the metadata service does not show yet. */
export const metadataLags = extractor('metadata-lags', [
  [
    'v1.6.0',
    'getENIMetadata: DescribeNetworkInterfaces(%(eni)s) yielded private IPv4 addresses %(addresses)v that were not yet found in IMDS.',
  ],
  [
    'v1.6.1',
    'logOutOfSyncState: DescribeNetworkInterfaces(%(eni)s) yielded private IPv4 addresses %(addresses)v that were not yet found in IMDS.',
  ],
])

/**
 * The instance metadata service did not answer as expected. 404 is no failure of it: it says so where nothing is (families A4).
 * `waiting`: the pool manager waits for a new ENI to show there.
 */
export const metadataFailed = extractor('metadata-failed', [
  ['v1.5.0', 'Failed to retrieve interfaces data from instance metadata %(error)v'],
  ['v1.5.0', 'Failed to retrieve ENI %(key)v local-ipv4s from instance metadata service, %(error)v'],
  ['v1.5.0', 'Failed to retrieve availability zone data from EC2 metadata service, %(error)v'],
  ['v1.5.0', "Failed to retrieve instance's primary ip address data from instance metadata service %(error)v"],
  ['v1.5.0', 'Failed to retrieve interface-id data from instance metadata %(error)v'],
  ['v1.5.0', 'Failed to retrieve owner ID from instance metadata %(error)v'],
  ['v1.5.0', 'Failed to retrieve primary interface MAC address from instance metadata service %(error)v'],
  ['v1.5.0', 'Failed to retrieve security-group-ids data from instance metadata service, %(error)v'],
  ['v1.7.0', 'Failed to retrieve security-group-ids data from instance metadata service'],
  ['v1.5.0', 'Failed to retrieve subnet-ipv4-cidr-block data from instance metadata %(error)v'],
  ['v1.5.0', 'Failed to retrieve the device-number data of ENI %(key)v,  %(error)v'],
  ['v1.5.0', 'Failed to retrieve the device-number of ENI %(key)v, %(error)v'],
  ['v1.5.0', 'Failed to retrieve the interface-id data from instance metadata service, %(error)v'],
  ['v1.9.0', 'failed to retrieve %(key)s from instance metadata %(error)v'],
  ['v1.19.4', 'Warning: %(error)v'],
  ['v1.20.0', 'Could not get ipv6 addresses from IMDS: %(error)v'],
  ['v1.20.0', 'Could not get local IPv4 addresses from IMDS: %(error)v'],
  ['v1.20.0', 'Could not get primary ipv6 address from IMDS: %(error)v'],
  ['v1.5.0', 'Failed to retrieve region data from instance metadata %(error)v'],
  ['v1.5.0', 'Failed to retrieve %(key)s from instance metadata %(error)v'],
  ['v1.5.0', 'Failed to increase pool, error trying to discover attached ENIs: %(error)v ', { waiting: true }],
  [
    'v1.7.2',
    'Failed to increase pool, error trying to discover attached ENIs on attempt %(attempt)d/%(attempts)d: %(error)v ',
    { waiting: true },
  ],
  ['v1.8.0', 'skipping periodic update to VPC CIDRs due to error: %(error)v'],
])
