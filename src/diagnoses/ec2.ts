import type { Action } from '../model/report.ts'
import type { Episode } from '../timeline/episodes.ts'
import type { Refusal } from '../timeline/refusals.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { quote } from '../words.ts'
import { type Clue, clue, clueAt } from './diagnosis.ts'
import { fullPool } from './waste.ts'

/** Is this refusal about a call that the pool manager makes to grow the pool? */
export const isThrottle = (refusal: Refusal): boolean => THROTTLED.has(refusal.code ?? '')
export const isDenied = (refusal: Refusal): boolean => DENIED.has(refusal.code ?? '') || (refusal.status === 403 && !isThrottle(refusal))
export const isServerError = (refusal: Refusal): boolean =>
  SERVER.has(refusal.code ?? '') || (refusal.status !== null && refusal.status >= 500)
/** No answer of EC2 at all: SDK v2 prints StatusCode 0 with an empty RequestID, SDK v1 RequestError. */
export const isSilence = (refusal: Refusal): boolean =>
  refusal.status === 0 || refusal.code === 'RequestError' || refusal.code === 'RequestCanceled'

const THROTTLED = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'EC2ThrottledException',
  'SlowDown',
])
const DENIED = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException', 'AuthFailure', 'OptInRequired'])
const SERVER = new Set(['InternalError', 'InternalFailure', 'ServiceUnavailable', 'Unavailable', 'ServerInternal', 'InternalServerError'])

/** EC2 words the missing /28 in three ways: a code of its own, InvalidParameterValue in CreateNetworkInterface, and in the text (causes.md). */
export function isFragmented(refusal: Refusal): boolean {
  if (refusal.code === 'InsufficientCidrBlocks') return true
  return (
    refusal.code === 'InvalidParameterValue' &&
    refusal.text.includes('prefix') &&
    (refusal.text.includes('not enough') || refusal.text.includes('insufficient') || refusal.text.includes('does not have enough'))
  )
}

export const isExhausted = (refusal: Refusal): boolean => refusal.code === 'InsufficientFreeAddressesInSubnet'

/** Clues of refusals: the first ones, each with what EC2 said. */
export function refusalClues(refusals: readonly Refusal[], most = 3): Clue[] {
  return refusals
    .slice(0, most)
    .map(refusal => clueAt(refusal.at, refusal.place, `${refusal.api ?? 'EC2'}: ${refusal.code ?? 'no answer'}`))
}

/** The story of a refusal by its lines: EC2's no, ipamd's wait, the pool without an address, the first request that met it. */
export function refusedClues(refusals: readonly Refusal[], episode: Episode, timeline: Timeline, most = 3): Clue[] {
  const { firstFailure, lastFailure } = episode
  const wait = timeline.journal.between((refusals[0] as Refusal).at, lastFailure.at, 'wait-in-force')[0]
  const full = fullPool(firstFailure.at, timeline)
  return [
    ...refusalClues(refusals, most),
    ...(wait === undefined ? [] : [clue(wait, 'ipamd does not ask EC2 again for two minutes')]),
    ...(full === undefined ? [] : [full]),
    clueAt(firstFailure.at, firstFailure.place, 'the first request that was refused'),
  ]
}

/** The subnet that a refusal is about, or the node's own. */
export function subnetOf(refusals: readonly Refusal[], timeline: Timeline): string | undefined {
  return refusals.find(refusal => refusal.subnetId !== null)?.subnetId ?? timeline.facts.node.get('subnet-id')?.value
}

export function describeSubnet(subnetId: string | undefined): Action {
  return {
    text: 'Count what the subnet has left.',
    command: `aws ec2 describe-subnets --subnet-ids ${quote(subnetId ?? 'SUBNET_ID')} --query 'Subnets[].[SubnetId,CidrBlock,AvailableIpAddressCount]'`,
  }
}

export function describeInterfacesOf(subnetId: string | undefined): Action {
  return {
    text: 'Look for interfaces that nobody uses any more.',
    command: `aws ec2 describe-network-interfaces --filters Name=subnet-id,Values=${quote(subnetId ?? 'SUBNET_ID')} Name=status,Values=available --query 'NetworkInterfaces[].[NetworkInterfaceId,Description]'`,
  }
}

export function describeInstanceInterfaces(timeline: Timeline): Action {
  const instance = timeline.facts.node.get('instance-id')?.value
  return {
    text: 'See which interfaces EC2 has on this instance.',
    command: `aws ec2 describe-network-interfaces --filters Name=attachment.instance-id,Values=${quote(instance ?? 'INSTANCE_ID')} --query 'NetworkInterfaces[].[NetworkInterfaceId,Attachment.DeviceIndex,Status]'`,
  }
}

/** The role's permissions are seen from the node's aws-node pod. */
export const describeRole: Action = {
  text: "See which role aws-node uses (IRSA annotation, Pod Identity, or the node's instance profile).",
  command: "kubectl -n kube-system get serviceaccount aws-node -o jsonpath='{.metadata.annotations}'",
}

/** EC2 gave addresses, or created an interface, after this refusal: what it refused is possible again. */
export function grewAfter(at: number, timeline: Timeline): boolean {
  return timeline.manager.attempts.some(attempt => attempt.at > at && attempt.outcome === 'grew')
}
