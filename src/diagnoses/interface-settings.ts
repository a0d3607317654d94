import type { EventOf } from '../extractors/recognize.ts'
import type { Refusal } from '../timeline/refusals.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { idIn } from './ids.ts'

/** What EC2 refuses in the subnet and the security groups that ipamd names for a new interface: those of an ENIConfig, or the node's own. */

const CREATING = new Set(['eni-create-failed', 'eni-allocation-failed', 'eni-attach-failed'])

const isOfNewEni = (refusal: Refusal): boolean => CREATING.has(refusal.kind)

/** InvalidGroup.NotFound, InvalidSecurityGroupID.NotFound, InvalidSecurityGroup.NotFound and their like. */
export const isBadGroup = (refusal: Refusal): boolean =>
  isOfNewEni(refusal) &&
  refusal.code !== null &&
  (refusal.code.startsWith('InvalidGroup') || refusal.code.startsWith('InvalidSecurityGroup'))

/** A subnet that does not exist, of another VPC than the security groups, or of another zone than the instance. */
export const isBadSubnet = (refusal: Refusal): boolean => {
  if (!isOfNewEni(refusal) || refusal.code === null) return false
  if (refusal.code.startsWith('InvalidSubnet')) return true
  return (
    refusal.code.startsWith('InvalidParameter') &&
    (refusal.text.includes('belong to different networks') || refusal.text.includes('same availability zone'))
  )
}

/** All of this kind since the pool last grew before this one: one stretch of trouble. */
export function stretchOf(first: Refusal, timeline: Timeline, isIt: (refusal: Refusal) => boolean): Refusal[] {
  const grew = timeline.manager.attempts.findLast(attempt => attempt.at < first.at && attempt.outcome === 'grew')
  return timeline.refusals.all.filter(refusal => refusal.at > (grew?.at ?? Number.NEGATIVE_INFINITY) && isIt(refusal))
}

/** The ENIConfig in use when EC2 refused. */
export function eniconfigAt(refusal: Refusal, timeline: Timeline): EventOf<'custom-network-used'> | undefined {
  const used = timeline.journal.lastBefore(refusal.at, 'custom-network-used')
  return used === undefined || refusal.at - used.at > 600_000 ? undefined : used
}

/** It is the ENIConfig that names what EC2 refuses. One without security groups leaves the node's own in force. */
export function isOfEniConfig(refusal: Refusal, timeline: Timeline): boolean {
  const used = eniconfigAt(refusal, timeline)
  if (isBadSubnet(refusal)) return used !== undefined || timeline.facts.customNetworking
  if (!isBadGroup(refusal)) return false
  const group = idIn(refusal.text, 'sg-')
  if (used === undefined) return timeline.facts.customNetworking
  return group === undefined ? used.securityGroups.includes('sg-') : used.securityGroups.includes(group)
}
