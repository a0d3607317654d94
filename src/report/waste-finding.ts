import { clue, clueAt, type Opinion } from '../diagnoses/diagnosis.ts'
import type { Finding } from '../model/report.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { count, duration, number, time } from '../words.ts'
import { toCause } from './incidents.ts'
import type { TextOf } from './instants.ts'
import type { Held } from './waste.ts'

const ID = 'addresses-held-without-pods'
const TITLE = 'most addresses of this node had no pod'
/** A pool that has just been made says nothing of how it is used. */
const LONG_MS = 300_000

/** Said where a node keeps many addresses from others for most of its log. No cause of a failure on this node, so it is none of the diagnoses. */
export function wasteFinding({ waste, largeMs }: Held, timeline: Timeline, textOf: TextOf): Finding | undefined {
  if (waste.knownMs < LONG_MS || largeMs * 2 <= waste.knownMs) return undefined
  const { peak, reasons } = waste
  const at = Date.parse(peak.at)
  const setting = ['MINIMUM_IP_TARGET', 'WARM_IP_TARGET', 'WARM_PREFIX_TARGET', 'WARM_ENI_TARGET'].find(
    name => reasons[0]?.reason === name.toLowerCase().replaceAll('_', '-'),
  )
  const stated = setting === undefined ? undefined : timeline.facts.settings.get(setting)
  const low = timeline.journal.lastBefore(at, 'pool-too-low')
  const grew = timeline.journal.lastBefore(at + 1_000, 'addresses-allocated', 'eni-attached', 'eni-added', 'increase-succeeded')
  const clues = [
    ...(stated === undefined ? [] : [clueAt(stated.at, stated.place, `${setting} is ${stated.value}`)]),
    ...(low === undefined ? [] : [clue(low, 'ipamd asks for more')]),
    ...(grew === undefined ? [] : [clue(grew, 'the pool grows')]),
  ]
  // what rests on no line is not said
  if (clues.length === 0) return undefined
  const opinion: Opinion = {
    confidence: timeline.pool.drift.compared > 0 ? 'certain' : 'likely',
    summary: `This node held ${number(peak.total)} addresses for ${count(peak.assigned, 'pod')} at ${time(at)}; over ${duration(waste.knownMs)} ${number(Math.round(waste.meanSpare))} of ${number(Math.round(waste.meanTotal))} had no pod on average (${reasons[0]?.text ?? 'this log does not tell why'}).`,
    clues,
    actions: [
      {
        text: 'Where subnets are short of addresses: set WARM_IP_TARGET together with MINIMUM_IP_TARGET, so that nodes keep single addresses.',
        command: "kubectl -n kube-system get daemonset aws-node -o jsonpath='{.spec.template.spec.containers[0].env}'",
      },
    ],
  }
  const { id, title, confidence, summary, contributing, evidence, actions } = toCause({ id: ID, title: TITLE }, opinion, textOf)
  return { id, title, confidence, severity: 'info', summary, contributing, evidence, actions }
}
