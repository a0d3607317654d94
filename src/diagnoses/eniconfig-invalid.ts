import type { Refusal } from '../timeline/refusals.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, quote, time } from '../words.ts'
import { beforeFailure, crashLoop } from './crash-loop.ts'
import { clue, type Diagnosis, type Opinion } from './diagnosis.ts'
import { grewAfter, refusalClues } from './ec2.ts'
import { idIn } from './ids.ts'
import { eniconfigAt, isBadGroup, isOfEniConfig, stretchOf } from './interface-settings.ts'

/** The ENIConfig names a subnet or a security group that EC2 does not take. From v1.13.0 on ipamd ends at start, and no request reaches it. */
export const eniconfigInvalid: Diagnosis = {
  id: 'eniconfig-invalid',
  title: 'EC2 does not take what the ENIConfig names',
  explain(episode, blame, timeline) {
    const isIt = (refusal: Refusal): boolean => isOfEniConfig(refusal, timeline)
    if (blame.refusedBy(isIt) < 0.3) return undefined
    const found = opinion(blame.refusals.filter(isIt), timeline)
    if (found === undefined) return undefined
    const { pool } = episode
    return {
      ...found,
      summary: `${found.summary}${pool?.total == null ? '' : ` The pool has ${count(pool.total, 'address', 'addresses')}.`}`,
    }
  },
  *notice(timeline) {
    const of = (from: number, to: number) => timeline.refusals.between(from, to).filter(refusal => isOfEniConfig(refusal, timeline))
    const crashed = crashLoop(timeline, life => {
      const { from, to } = beforeFailure(life)
      return of(from, to).length > 0
    })
    if (crashed !== undefined) {
      const { from, to } = beforeFailure(crashed.first)
      const found = opinion(of(from, to), timeline)
      if (found === undefined) return
      yield {
        ...found,
        severity: 'fail',
        summary: `ipamd could not start. ${found.summary} ${crashed.said}`,
        clues: [...found.clues.slice(0, 3), ...crashed.clues],
        contributing: [...(found.contributing ?? []), 'ipamd-crash-loop'],
        fixed: crashed.over,
      }
      return
    }
    // refused, and no pod noticed yet
    const all = timeline.refusals.all.filter(refusal => isOfEniConfig(refusal, timeline))
    const last = all.at(-1)
    if (last === undefined || timeline.episodes.all.length > 0 || grewAfter(last.at, timeline)) return
    const found = opinion(all, timeline)
    if (found !== undefined)
      yield { ...found, severity: 'warn', summary: `${found.summary} No pod was refused yet; the next ones are when the pool is used up.` }
  },
}

function opinion(refusals: readonly Refusal[], timeline: Timeline): Opinion | undefined {
  const first = refusals[0]
  if (first === undefined) return undefined
  const used = eniconfigAt(first, timeline)
  const all = stretchOf(first, timeline, refusal => isOfEniConfig(refusal, timeline))
  const last = all.at(-1) ?? first
  const group = isBadGroup(first)
  const id = group ? idIn(first.text, 'sg-') : (idIn(first.text, 'subnet-') ?? first.subnetId ?? used?.subnet)
  const named = timeline.journal.lastBefore(first.at, 'eniconfig-named')?.name
  const what = `${group ? 'security group' : 'subnet'}${id === undefined ? '' : ` ${id}`}`
  return {
    confidence: 'certain',
    summary: `EC2 does not take the ${what} of the ENIConfig${named === undefined ? '' : ` "${named}"`} (${first.code ?? 'refused'}, ${count(all.length, 'time')} from ${time(all[0]?.at ?? first.at)}), so no interface for pods can be made.`,
    clues: [...refusalClues(refusals), ...(used === undefined ? [] : [clue(used, 'what the ENIConfig names')])],
    contributing: ['custom-networking'],
    fixed: grewAfter(last.at, timeline),
    actions: [
      {
        text: 'Read the ENIConfig.',
        command: `kubectl get eniconfigs.crd.k8s.amazonaws.com${named === undefined ? '' : ` ${quote(named)}`} -o yaml`,
      },
      group
        ? {
            text: 'See whether the security group exists, and in which VPC.',
            command: `aws ec2 describe-security-groups --group-ids ${quote(id ?? 'GROUP_ID')} --query 'SecurityGroups[].[GroupId,VpcId]'`,
          }
        : {
            text: 'See whether the subnet exists, in which VPC and zone.',
            command: `aws ec2 describe-subnets --subnet-ids ${quote(id ?? 'SUBNET_ID')} --query 'Subnets[].[SubnetId,VpcId,AvailabilityZone]'`,
          },
    ],
  }
}
