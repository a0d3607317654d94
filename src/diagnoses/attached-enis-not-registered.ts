import { count, list, time } from '../words.ts'
import { clue, clueAt, type Diagnosis } from './diagnosis.ts'
import { describeInstanceInterfaces, refusalClues } from './ec2.ts'

/** EC2 has interfaces on the instance that ipamd lost: they take the slots, and each new one is refused with AttachmentLimitExceeded. */
export const attachedEnisNotRegistered: Diagnosis = {
  id: 'attached-enis-not-registered',
  title: 'interfaces are attached that ipamd does not know',
  explain(episode, blame, timeline) {
    const isLimit = (refusal: { code: string | null }): boolean => refusal.code === 'AttachmentLimitExceeded'
    const refusals = blame.refusals.filter(isLimit)
    const first = refusals[0]
    if (first === undefined || blame.refusedBy(isLimit) < 0.3) return undefined
    const { enis } = timeline
    const devices = enis.devicesUsed
    const room = timeline.journal.lastBefore(episode.lastFailure.at, 'room-checked')
    const known = room?.currentENIs ?? enis.managed
    // interfaces that ipamd leaves alone on purpose take slots too. Without its own count, those of before the log are not known
    const leftAlone = (room?.unmanagedENIs ?? 0) + (room?.excludedENIs ?? 0)
    const counted = room?.currentENIs !== undefined || timeline.lives.current?.startedAt != null
    const lost = [...enis.all.values()].filter(eni => eni.attachedAt !== null && eni.addedAt === null)
    const ec2 = interfaceCount(first.text)
    const attached = ec2 === undefined ? devices?.count : ec2 - 1
    // EC2 may count the whole instance, ipamd counts one network card: both speak of the same where EC2's limit is that of ipamd
    const limit = room?.maxENI ?? timeline.facts.limits.enis
    const comparable = counted && attached !== undefined && attached === limit
    const { pool } = episode
    return {
      confidence: comparable && attached > known + leftAlone ? 'certain' : 'likely',
      summary: `EC2 refuses to attach another interface (AttachmentLimitExceeded at ${time(first.at)})${attached === undefined ? '' : `: it counts ${count(attached, 'interface')} on this instance, and ipamd manages ${known}`}${pool?.total == null ? '' : ` (${pool.assigned ?? '?'} of ${pool.total} addresses in use)`}.${lost.length === 0 ? '' : ` ${list(lost.map(eni => eni.eni))} ${lost.length === 1 ? 'was' : 'were'} attached and never came into the pool.`}`,
      clues: [
        ...refusalClues(refusals),
        ...(devices === null
          ? []
          : devices.places.slice(0, 4).map(place => clueAt(devices.at, place, 'a device number that EC2 has in use'))),
        ...(room === undefined ? [] : [clue(room, 'how many ENIs ipamd counts')]),
        ...lost
          .slice(0, 3)
          .flatMap(eni =>
            eni.attached === null || eni.attachedAt === null ? [] : [clueAt(eni.attachedAt, eni.attached, `${eni.eni} attached`)],
          ),
      ],
      contributing: ['instance-eni-limit-reached', ...(timeline.journal.count('eni-created') > 2 ? ['create-attach-delete-loop'] : [])],
      fixed: false,
      actions: [
        describeInstanceInterfaces(timeline),
        {
          text: 'Restart aws-node on this node so that it reads its interfaces anew; detach those that it still does not use. Upgrade the CNI if it is older than v1.12.',
        },
      ],
    }
  },
}

/** "Interface count 9 exceeds the limit for …". */
function interfaceCount(text: string): number | undefined {
  const at = text.indexOf('Interface count ')
  if (at < 0) return undefined
  const number = Number.parseInt(text.slice(at + 16, at + 22), 10)
  return Number.isNaN(number) ? undefined : number
}
