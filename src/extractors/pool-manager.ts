import { extractor } from './wording.ts'

/** The pool manager's decisions: whether to grow or shrink, and why not (families F3 to F7). */

export const warmTargetState = extractor('warm-target-state', [
  [
    'v1.5.0',
    'Current warm IP stats: target: %(target)d, total: %(total)d, assigned: %(assigned)d, available: %(available)d, short: %(short)d, over %(over)d',
  ],
  [
    'v1.9.0',
    'Current warm IP stats : target: %(target)d, total: %(total)d, assigned: %(assigned)d, available: %(available)d, short(prefixes): %(short)d, over(prefixes): %(over)d',
  ],
  [
    'v1.10.0',
    'Current warm IP stats: target: %(target)d, total: %(total)d, assigned: %(assigned)d, available: %(available)d, cooldown: %(cooldown)d, short: %(short)d, over %(over)d',
  ],
  [
    'v1.11.0',
    'Current warm IP stats : target: %(target)d, short(prefixes): %(short)d, over(prefixes): %(over)d, stats: Total IPs/Prefixes = %(total)d/%(prefixes)d, AssignedIPs/CooldownIPs: %(assigned)d/%(cooldown)d',
  ],
  [
    'v1.11.0',
    'Current warm IP stats : target: %(target)d, short: %(short)d, over: %(over)d, stats: Total IPs/Prefixes = %(total)d/%(prefixes)d, AssignedIPs/CooldownIPs: %(assigned)d/%(cooldown)d',
  ],
])

export const warmPrefixState = extractor('warm-prefix-state', [
  ['v1.9.0', 'Prefix target is %(target)d, short of %(short)d prefixes, free %(free)d prefixes'],
  ['v1.9.0', 'computeExtraPrefixesOverWarmTarget available %(available)d over %(over)d warm_prefix_target %(target)d'],
  ['v1.16.3', 'computeExtraPrefixesOverWarmTarget - available: %(available)d, over: %(over)d, warm_prefix_target: %(target)d'],
])

/** Routine: "too low" is what makes the pool grow. `available` counts resting addresses. */
export const poolTooLow = extractor('pool-too-low', [
  ['v1.5.0', 'IP pool is too low: available (%(available)d) < ENI target (%(target)d) * addrsPerENI (%(perEni)d)'],
  [
    'v1.20.0',
    'IP pool is too low for Network Card %(networkCard)n: available (%(available)d) < ENI target (%(target)d) * addrsPerENI (%(perEni)d)',
  ],
])

export const poolNotTooLow = extractor('pool-not-too-low', [
  ['v1.5.0', 'IP pool is NOT too low: available (%(available)d) >= ENI target (%(target)d) * addrsPerENI (%(perEni)d)'],
])

export const lowDecision = extractor('low-decision', [
  ['v1.20.0', 'is datastore pool low for networkCard %(networkCard)n, decision %(low)t'],
])

export const increaseBegan = extractor('increase-began', [
  ['v1.5.0', 'Starting to increase IP pool size'],
  ['v1.9.0', 'Starting to increase pool size'],
  ['v1.20.0', 'Starting to increase pool size for network card %(networkCard)n'],
])

/** ipamd decided not to grow. v1.11.3 to v1.12.5 print "terminating" for a cordoned node too (families F5). */
export const increaseRefused = extractor('increase-refused', [
  ['v1.6.0', 'AWS CNI is terminating, will not try to attach any new IPs or ENIs right now', { reason: 'terminating' }],
  ['v1.12.6', 'AWS CNI is on a non schedulable node, will not try to attach any new IPs or ENIs right now', { reason: 'cordoned' }],
  ['v1.5.0', "Skipping ENI allocation as the instance's max ENI limit of %(limit)d is already reached", { reason: 'eni-limit' }],
  [
    'v1.6.0',
    "Skipping ENI allocation as the instance's max ENI limit of %(limit)d is already reached (accounting for %(unmanaged)d unmanaged ENIs)",
    { reason: 'eni-limit' },
  ],
  [
    'v1.7.0',
    'Skipping ENI allocation as the max ENI limit of %(limit)d is already reached (accounting for %(unmanaged)d unmanaged ENIs and %(trunk)d trunk ENIs)',
    { reason: 'eni-limit' },
  ],
  ['v1.15.0', 'Skipping ENI allocation as the max ENI limit is already reached', { reason: 'eni-limit' }],
  ['v1.20.0', 'Skipping ENI allocation as the max ENI limit is already reached for the instance', { reason: 'eni-limit' }],
  ['v1.5.0', 'Skipping increase IP pool, warm IP target reached', { reason: 'target-reached' }],
  ['v1.9.0', 'Skipping increase Datastore pool, warm target reached', { reason: 'target-reached' }],
  ['v1.9.0', 'Skipping increase Datastore pool, warm prefix target reached', { reason: 'target-reached' }],
  ['v1.9.0', 'Warm IP target set and short is 0 so not assigning Cidrs (IPs or Prefixes)', { reason: 'target-reached' }],
  ['v1.9.0', 'Warm prefix target set and short is 0 so not assigning Cidrs (Prefixes)', { reason: 'target-reached' }],
  [
    'v1.15.4',
    'Did not allocate ENI since IPs/Prefixes needed were not greater than 0. IPs/Prefixes needed: %(needed)d',
    { reason: 'not-needed' },
  ],
])

/** The 120 s after "Insufficient…" from EC2. The line prints the constant, not what is left of it (families G8). */
export const waitInForce = extractor('wait-in-force', [
  ['v1.9.1', 'Recently we had InsufficientCidr error hence will wait for %(period)s before retrying'],
])

export const increaseSucceeded = extractor('increase-succeeded', [
  ['v1.5.0', 'Successfully increased IP pool'],
  ['v1.6.0', 'Successfully increased IP pool, total: %(total)d, used: %(assigned)d'],
  ['v1.9.0', 'Successfully increased Prefix pool, total: %(prefixes)d, used: %(assigned)d'],
  [
    'v1.11.0',
    'Successfully increased IP pool: Total IPs/Prefixes = %(total)d/%(prefixes)d, AssignedIPs/CooldownIPs: %(assigned)d/%(cooldown)d',
  ],
  [
    'v1.11.0',
    'Successfully increased Prefix pool: Total IPs/Prefixes = %(total)d/%(prefixes)d, AssignedIPs/CooldownIPs: %(assigned)d/%(cooldown)d',
  ],
])

/** The last word of an attempt to grow that failed. `error` names the step; the refusal itself stands in a line before. */
export const increaseFailed = extractor('increase-failed', [
  ['v1.5.0', 'Failed to increase pool size: %(error)v'],
  ['v1.20.0', 'Failed to increase pool size for network card %(networkCard)n: %(error)v'],
  ['v1.20.0', 'Failed to increase pool size for Network card %(networkCard)n: %(error)v'],
  // the bare error of the attempt: the format is the error itself (families F5)
  ['v1.5.0', 'failed to allocate one IP addresses on ENI %(eni)s, err: %(error)v'],
  ['v1.11.3', 'failed to allocate one IP addresses on ENI %(eni)s, err : %(error)v'],
  ['v1.9.0', 'failed to allocate one IPv4 prefix on ENI %(eni)s, err: %(error)v'],
  ['v1.5.0', 'failed to get ENI IP addresses during IP allocation: %(error)v'],
  ['v1.9.0', 'failed to get ENI Prefix addresses during IPv4 Prefix allocation: %(error)v'],
])

export const eniChosen = extractor('eni-chosen', [
  ['v1.5.0', 'Found ENI %(eni)s that has less than the maximum number of IP addresses allocated: cur=%(current)d, max=%(most)d'],
  ['v1.9.0', 'Found ENI %(eni)s that has less than the maximum number of IP/Prefixes addresses allocated: cur=%(current)d, max=%(most)d'],
])

export const roomChecked = extractor('room-checked', [
  [
    'v1.22.0',
    'hasRoomForEni: networkCard=%(networkCard)n, currentENIs=%(currentENIs)d, currentUsableENIs=%(usableENIs)d, maxENI=%(maxENI)d, unmanagedENI=%(unmanagedENIs)d, trunkEni=%(trunkENIs)d, excludedENI=%(excludedENIs)d, hasRoom=%(hasRoom)t',
  ],
  ['v1.20.0', 'Attaching ENI to Network Card %(networkCard)n, MaxENI :%(maxENI)d'],
])

export const attachLimitExceeded = extractor('attach-limit-exceeded', [['v1.5.0', 'Exceeded instance ENI attachment limit: %(limit)d ']])

export const decreaseBegan = extractor('decrease-began', [
  ['v1.5.0', 'Starting to decrease IP pool'],
  ['v1.9.0', 'Starting to decrease Datastore pool'],
  ['v1.16.3', 'Starting to decrease pool size'],
  ['v1.20.0', 'Starting to decrease pool size for network card %(networkCard)n'],
])

export const decreaseSkipped = extractor('decrease-skipped', [
  ['v1.5.0', 'Skipping decrease IP pool because time since last %(since)s <= %(least)s'],
  ['v1.9.0', 'Skipping decrease Datastore pool because time since last %(since)s <= %(least)s'],
])

export const eniKept = extractor('eni-kept', [
  ['v1.5.0', 'ENI %(eni)s cannot be deleted because has IPs in cooling', { reason: 'cooldown' }],
  ['v1.5.0', 'ENI %(eni)s cannot be deleted because it has pods assigned', { reason: 'pods' }],
  ['v1.5.0', 'ENI %(eni)s cannot be deleted because it is primary', { reason: 'primary' }],
  ['v1.5.0', 'ENI %(eni)s cannot be deleted because it is required for WARM_IP_TARGET: %(target)d', { reason: 'warm-ip-target' }],
  ['v1.6.0', 'ENI %(eni)s cannot be deleted because it is required for MINIMUM_IP_TARGET: %(target)d', { reason: 'minimum-ip-target' }],
  ['v1.9.0', 'ENI %(eni)s cannot be deleted because it is required for WARM_PREFIX_TARGET: %(target)d', { reason: 'warm-prefix-target' }],
  ['v1.5.0', 'ENI %(eni)s cannot be deleted because it is too young', { reason: 'young' }],
  ['v1.7.0', 'ENI %(eni)s cannot be deleted because it is a trunk ENI', { reason: 'trunk' }],
  ['v1.7.6', 'ENI %(eni)s cannot be deleted because it is an EFA ENI', { reason: 'efa' }],
])

export const trunkSkipped = extractor('trunk-skipped', [
  ['v1.16.4', 'Skip needs IP check for trunk ENI of primary ENI when Custom Networking is enabled'],
])

export const primarySkipped = extractor('primary-skipped', [['v1.5.0', 'Skip the primary ENI for need IP check']])
