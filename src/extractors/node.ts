import { extractor } from './wording.ts'

/** The node: what it is, how ipamd is set, its taints, ENIConfig, security groups, host network (families A3 to A8, J1, K, L1). */

const trimmed = ({ fact, value }: { fact: string; value: string }) => {
  const said = value.trim()
  return said === '' ? undefined : { fact, value: said }
}

export const nodeFact = extractor(
  'node-fact',
  [
    ['v1.5.0', 'Found instance-id: %(value)v', { fact: 'instance-id' }],
    ['v1.5.0', 'Found instance-type: %(value)v', { fact: 'instance-type' }],
    ['v1.5.0', 'Found availability zone: %(value)v', { fact: 'availability-zone' }],
    ['v1.5.0', 'Discovered region: %(value)v', { fact: 'region' }],
    ['v1.5.0', 'Found subnet-id: %(value)v', { fact: 'subnet-id' }],
    ['v1.18.0', 'Found vpc-id: %(value)v', { fact: 'vpc-id' }],
    ['v1.5.0', 'Found account ID: %(value)v', { fact: 'account-id' }],
    ['v1.5.0', "Found primary interface's MAC address: %(value)v", { fact: 'primary-mac' }],
    ['v1.5.0', 'Discovered the instance primary ip address: %(value)v', { fact: 'primary-address' }],
    ['v1.10.0', 'Discovered the instance primary IPv4 address: %(value)v', { fact: 'primary-address' }],
    ['v1.7.0', 'Updated node %(value)v with label "%(label)v": "%(text)v"', { fact: 'node-name' }],
    ['v1.8.0', 'Get Node Info for: %(value)v', { fact: 'node-name' }],
  ],
  trimmed,
)

export const nodeTaints = extractor('node-taints', [['v1.11.3', 'Node found "%(node)s" - no of taints - %(count)d']])

/** By the name of the environment variable, as far as ipamd prints what it read (families A3). */
export const settingRead = extractor('setting-read', [
  ['v1.5.0', 'Using WARM_ENI_TARGET %(value)v', { name: 'WARM_ENI_TARGET' }],
  ['v1.5.0', 'Using WARM_IP_TARGET %(value)v', { name: 'WARM_IP_TARGET' }],
  ['v1.6.0', 'Using MINIMUM_IP_TARGET %(value)v', { name: 'MINIMUM_IP_TARGET' }],
  ['v1.9.0', 'Using WARM_PREFIX_TARGET %(value)v', { name: 'WARM_PREFIX_TARGET' }],
  ['v1.5.0', 'Using MAX_ENI %(value)v', { name: 'MAX_ENI' }],
  ['v1.5.0', 'Using ENI_CONFIG_ANNOTATION_DEF %(value)v', { name: 'ENI_CONFIG_ANNOTATION_DEF' }],
  ['v1.5.0', 'Using ENI_CONFIG_LABEL_DEF %(value)v', { name: 'ENI_CONFIG_LABEL_DEF' }],
  ['v1.7.9', 'Using HTTP_TIMEOUT %(value)v', { name: 'HTTP_TIMEOUT' }],
  ['v1.9.0', 'Prefix Delegation enabled %(value)v', { name: 'ENABLE_PREFIX_DELEGATION' }],
  ['v1.9.0', 'PD enabled - %(value)v', { name: 'ENABLE_PREFIX_DELEGATION' }],
  ['v1.7.2', 'Custom networking %(value)s', { name: 'AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG' }],
  ['v1.9.0', 'Custom networking enabled %(value)v', { name: 'AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG' }],
  ['v1.18.0', 'Subnet discovery enabled %(value)v', { name: 'ENABLE_SUBNET_DISCOVERY' }],
])

/** The pool manager begins, with the figures in force. */
export const poolManagerSettings = extractor('pool-manager-settings', [
  [
    'v1.16.3',
    'IP pool manager - max pods: %(maxPods)d, warm IP target: %(warmIpTarget)d, warm prefix target: %(warmPrefixTarget)d, warm ENI target: %(warmEniTarget)d, minimum IP target: %(minimumIpTarget)d',
  ],
])

export const maxPodsUpdated = extractor('max-pods-updated', [['v1.19.4', 'Updated maxPods from %(from)d to %(to)d based on node capacity']])
export const maxPodsDefaulted = extractor('max-pods-defaulted', [
  ['v1.19.4', 'Using default maxPods as %(to)d because reading from file failed: %(error)v'],
])

export const limitsRead = extractor('limits-read', [
  ['v1.9.0', 'Max ip per ENI %(addressesPerEni)d and max prefixes per ENI %(prefixesPerEni)d'],
])

export const limitsUnknown = extractor('limits-unknown', [
  ['v1.9.1', 'Failed to get ENI limits from file:vpc_ip_limits or EC2 for %(instanceType)s'],
  ['v1.5.0', 'Failed to get ENI limit'],
  ['v1.5.0', 'Failed to get IPs per ENI limit'],
  ['v1.5.0', 'Failed to get ENI IP limit due to unknown instance type %(instanceType)s'],
])

export const trunkMissing = extractor('trunk-missing', [
  ['v1.7.6', 'No slot available for a trunk ENI to be attached. Not labeling the node'],
  ['v1.15.0', 'No slot available for a trunk ENI to be attached.'],
])

/** Which ENIConfig this node looks for: by its annotation or label, else "default". */
export const eniconfigNamed = extractor('eniconfig-named', [
  ['v1.5.0', 'Setting myENI to: %(name)v'],
  ['v1.8.0', 'Found ENI Config Name: %(name)v'],
])

/** Up to v1.7.10 ipamd watches the ENIConfigs of the cluster and names each. */
export const eniconfigSeen = extractor('eniconfig-seen', [
  ['v1.5.0', 'Handle ENIConfig Add/Update: %(name)v, %(securityGroups)v, %(subnet)v', { change: 'added' }],
  ['v1.5.0', 'Deleting ENIConfig: %(name)v', { change: 'deleted' }],
])

/** No interface can be made: its ENIConfig is not there, or could not be read. From v1.8.0 on a line before says which. */
export const eniconfigMissing = extractor('eniconfig-missing', [
  ['v1.5.0', 'Failed to get pod ENI config'],
  ['v1.8.0', 'error while retrieving eniconfig: %(error)v'],
])

export const securityGroupsDefaulted = extractor('security-groups-defaulted', [
  ['v1.8.0', "No custom networking security group found, will use the node's primary ENI's SG: %(securityGroups)v"],
])

export const securityGroupSeen = extractor('security-group-seen', [
  ['v1.7.0', 'Found %(securityGroup)s, added to ipamd cache', { change: 'added' }],
  ['v1.7.0', 'Removed %(securityGroup)s from ipamd cache', { change: 'removed' }],
  ['v1.22.0', 'Found %(which)s SG %(securityGroup)s, added to ipamd cache', { change: 'added' }],
  ['v1.22.0', 'Removed %(which)s SG %(securityGroup)s from ipamd cache', { change: 'removed' }],
])

/** Host rules could not be set: at the start this ends ipamd. */
export const hostNetworkFailed = extractor('host-network-failed', [
  ['v1.5.0', 'host network setup: failed to add %(error)v'],
  ['v1.5.0', 'host network setup: failed to check existence of %(error)v'],
  ['v1.5.0', 'host network setup: failed to delete %(error)v'],
  ['v1.16.2', 'host network setup: failed to insert %(error)v'],
  ['v1.5.0', 'ipt.NewChain error for chain [%(chain)s]: %(error)v'],
  ['v1.8.0', 'unable to update host iptables rules for VPC CIDRs due to error: %(error)v'],
  ['v1.23.0', 'failed to update iptable rules for snat %(error)v'],
  ['v1.5.0', 'Failed to set up host network%(error)v'],
])
