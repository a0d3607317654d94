import { allFreeIpsInCooldown } from './all-free-ips-in-cooldown.ts'
import { apiserverUnreachable } from './apiserver-unreachable.ts'
import { attachedEnisNotRegistered } from './attached-enis-not-registered.ts'
import { branchEniAnnotationNotReady } from './branch-eni-annotation-not-ready.ts'
import { checkpointLost } from './checkpoint-lost.ts'
import { checkpointWriteFailedNoSpace } from './checkpoint-write-failed-no-space.ts'
import { datastoreOutOfSyncWithEc2 } from './datastore-out-of-sync-with-ec2.ts'
import type { Diagnosis } from './diagnosis.ts'
import { ec2ApiErrors } from './ec2-api-errors.ts'
import { ec2ApiThrottling } from './ec2-api-throttling.ts'
import { ec2CallNotAnswered } from './ec2-call-not-answered.ts'
import { eniDetachedOutsideIpamd } from './eni-detached-outside-ipamd.ts'
import { eniLinkNotFound } from './eni-link-not-found.ts'
import { eniQuotaExceeded } from './eni-quota-exceeded.ts'
import { eniconfigInvalid } from './eniconfig-invalid.ts'
import { eniconfigMissing } from './eniconfig-missing.ts'
import { iamPermissionMissing } from './iam-permission-missing.ts'
import { imdsUnreachable } from './imds-unreachable.ts'
import { imdsWaitWantsMoreIpsThanEniHolds } from './imds-wait-wants-more-ips-than-eni-holds.ts'
import { instanceHasNoEniForPods } from './instance-has-no-eni-for-pods.ts'
import { ipamdKilledOrPanic } from './ipamd-killed-or-panic.ts'
import { ipamdMaxPodsCap } from './ipamd-max-pods-cap.ts'
import { ipamdTerminating } from './ipamd-terminating.ts'
import { ipsRemovedOutsideIpamd } from './ips-removed-outside-ipamd.ts'
import { iptablesLockAtStartup } from './iptables-lock-at-startup.ts'
import { leakedIpsNoDel } from './leaked-ips-no-del.ts'
import { nodeFullInstanceLimit } from './node-full-instance-limit.ts'
import { nodeNonSchedulable } from './node-non-schedulable.ts'
import { noneBenignDelUnknownPod } from './none-benign-del-unknown-pod.ts'
import { pluginIpamdVersionMismatch } from './plugin-ipamd-version-mismatch.ts'
import { secondNetworkCardPoolEmpty } from './second-network-card-pool-empty.ts'
import { securityGroupDeleted } from './security-group-deleted.ts'
import { staleImdsDeadAddressAssigned } from './stale-imds-dead-address-assigned.ts'
import { staleImdsGhostEni } from './stale-imds-ghost-eni.ts'
import { staleImdsInUseEniFreed } from './stale-imds-in-use-eni-freed.ts'
import { staleImdsNewEniHidden } from './stale-imds-new-eni-hidden.ts'
import { stsOrEc2EndpointUnreachable } from './sts-or-ec2-endpoint-unreachable.ts'
import { subnetFragmentedNoFree28 } from './subnet-fragmented-no-free-28.ts'
import { subnetOutOfAddresses } from './subnet-out-of-addresses.ts'
import { twoMinuteBackoffAfterInsufficientCidr } from './two-minute-backoff-after-insufficient-cidr.ts'
import { warmPoolTooSmallForBurst } from './warm-pool-too-small-for-burst.ts'

/**
 * All causes, in order of precedence: the first that explains an episode is its cause. Failures that are not about the pool come first, then
 * what EC2 says, then what ipamd decides, then what follows from the pool's figures alone.
 */
export const diagnoses: readonly Diagnosis[] = [
  // the failure is not about the pool
  pluginIpamdVersionMismatch,
  checkpointWriteFailedNoSpace,
  branchEniAnnotationNotReady,
  secondNetworkCardPoolEmpty,
  // something specific hides behind what EC2 or ipamd says
  staleImdsNewEniHidden,
  imdsWaitWantsMoreIpsThanEniHolds,
  eniLinkNotFound,
  imdsUnreachable,
  attachedEnisNotRegistered,
  staleImdsInUseEniFreed,
  datastoreOutOfSyncWithEc2,
  staleImdsGhostEni,
  eniconfigMissing,
  eniconfigInvalid,
  securityGroupDeleted,
  // EC2 said why
  subnetFragmentedNoFree28,
  subnetOutOfAddresses,
  eniQuotaExceeded,
  iamPermissionMissing,
  ec2ApiThrottling,
  ec2ApiErrors,
  // ipamd decided
  twoMinuteBackoffAfterInsufficientCidr,
  ipamdTerminating,
  nodeNonSchedulable,
  leakedIpsNoDel,
  instanceHasNoEniForPods,
  nodeFullInstanceLimit,
  ipamdMaxPodsCap,
  // what the figures show
  stsOrEc2EndpointUnreachable,
  ec2CallNotAnswered,
  allFreeIpsInCooldown,
  warmPoolTooSmallForBurst,
  // trouble without a failed request
  apiserverUnreachable,
  iptablesLockAtStartup,
  checkpointLost,
  eniDetachedOutsideIpamd,
  ipsRemovedOutsideIpamd,
  staleImdsDeadAddressAssigned,
  ipamdKilledOrPanic,
  noneBenignDelUnknownPod,
]
