import type { Figures, PoolSettings, Proof, Settings, WhatIfAnswer, WhatIfRefusal } from '../model/what-if.ts'
import { count, duration, number } from '../words.ts'
import { peakOf } from './demand.ts'
import { figuresOf } from './figures.ts'
import { limitsOf, type TypeLimits } from './instance-types.ts'
import { proofOf } from './proof.ts'
import { recommend } from './recommend.ts'
import type { Recording, Unfit } from './recording.ts'
import { MOST_REFUSED, type Replay, replay } from './replay.ts'
import { type Node, PREFIX, unknownSetting, warmIpDefined } from './rules.ts'

/** What is asked: settings that differ from those in force. */
export interface Question {
  readonly settings: Partial<Settings>
  readonly instanceType?: string
  readonly recommend?: boolean
}

/** Chance in ipamd (Go's maps) and in kubelet (its pauses) is played this often. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7]
/** Below this share of the time in which both pools are equal the figures are rough. */
const ROUGH_EQUAL = 0.5
const FEW = 3
/** Below this share of the time within the tolerance the replay says nothing of other settings. */
const LEAST_WITHIN = 0.9
/** Where the beginning is guessed, the replay must be the log's pool for this share of the time. */
const LEAST_EQUAL = 0.75

export function answerOf(node: string, recording: Recording | Unfit, question: Question): WhatIfAnswer | WhatIfRefusal {
  if ('reason' in recording) return { node, refused: recording.reason }
  const refused = impossible(recording, question)
  if (refused !== undefined) return { node, refused }
  const run = (settings: Settings, on: Node, seeds: readonly number[]): Replay[] => seeds.map(seed => replay(recording, settings, seed, on))
  const same = run(recording.inForce, recording.node, SEEDS)
  const proof = proofOf(recording, same)
  if (proof.within < LEAST_WITHIN)
    return {
      node,
      refused: `replayed with the settings in force, the pool is within ${count(proof.tolerance, 'address', 'addresses')} of the log for ${percent(proof.within)} of the time only: something else than the settings shaped it`,
      proof,
    }
  if (recording.guessedEnis && proof.equal < LEAST_EQUAL)
    return {
      node,
      refused: `the log begins while ipamd runs, and what is guessed of the pool then is not borne out: replayed with the settings in force it is the log's for ${percent(proof.equal)} of the time only`,
      proof,
    }
  if (off(proof) > Math.max(10, proof.failures.real / 2))
    return {
      node,
      refused: `replayed with the settings in force, ${count(proof.failures.replayed.median, 'request')} would have failed, and ${number(proof.failures.real)} did: something else than the pool's size made them fail`,
      proof,
    }
  // the type of the node itself, where the log does not name it, changes nothing
  const type =
    question.instanceType === undefined || question.instanceType === recording.instanceType ? undefined : limitsOf(question.instanceType)
  const on = type === undefined ? recording.node : onType(recording.node, type)
  const settings = asked(recording.inForce, question.settings)
  const figures = (of: Settings, runs: 'few' | 'all' = 'all'): Figures =>
    figuresOf(run(of, on, runs === 'all' ? SEEDS : SEEDS.slice(0, FEW)), recording.to)
  const figuresAsked = Object.keys(question.settings).length > 0 || type !== undefined ? figures(settings) : null
  const instanceType = question.instanceType ?? recording.instanceType
  const best =
    question.recommend !== true
      ? null
      : recommend(recording, settings, {
          figures,
          nitro: (instanceType === null ? undefined : limitsOf(instanceType))?.nitro === true,
        })
  const isStarving = [figuresAsked, best?.figures].some(one => one !== undefined && one !== null && one.failures.most >= MOST_REFUSED)
  return {
    node,
    release: recording.release,
    instanceType: recording.instanceType,
    from: new Date(recording.from).toISOString(),
    to: new Date(recording.to).toISOString(),
    inForce: shown(recording.inForce, recording.instanceType),
    proof,
    now: figuresOf(same, recording.to),
    asked: figuresAsked === null ? null : { settings: shown(settings, instanceType), figures: figuresAsked },
    recommended:
      best === null
        ? null
        : { settings: shown(best.settings, instanceType), figures: best.figures, tried: best.tried, command: best.command },
    caveats: [
      ...without(settings, question.settings),
      ...(isStarving ? [`After ${number(MOST_REFUSED)} failures no more are counted.`] : []),
      ...caveats(recording, best === null ? [settings] : [settings, best.settings], proof),
    ],
  }
}

function shown(settings: Settings, instanceType: string | null): PoolSettings {
  const { warmEniTarget, warmIpTarget, minimumIpTarget, warmPrefixTarget, prefixDelegation, cooldownMs, maxEni } = settings
  return { warmEniTarget, warmIpTarget, minimumIpTarget, warmPrefixTarget, prefixDelegation, cooldownMs, maxEni, instanceType }
}

/** A prefix target of 0 is refused by ipamd's own start script: who asks for prefixes alone gets its manifest's 1. */
function asked(inForce: Settings, settings: Partial<Settings>): Settings {
  const all = { ...inForce, ...settings }
  const { warmPrefixTarget } = all
  return all.prefixDelegation && settings.warmPrefixTarget === undefined && warmPrefixTarget === 0 ? { ...all, warmPrefixTarget: 1 } : all
}

function onType(node: Node, { enis, addressesPerEni }: TypeLimits): Node {
  // what kubelet allows is set by the type, and not known for another one
  return { ...node, enis, addressesPerEni, maxPods: null }
}

function impossible(recording: Recording, { settings, instanceType }: Question): string | undefined {
  const unknown = unknownSetting(recording.node.release, settings, recording.release)
  if (unknown !== undefined) return unknown
  const type = instanceType === undefined ? undefined : limitsOf(instanceType)
  if (instanceType !== undefined && type === undefined) return `the limits of ${instanceType} are not known here`
  const wanted = settings.prefixDelegation ?? recording.inForce.prefixDelegation
  const nitro = (type ?? (recording.instanceType === null ? undefined : limitsOf(recording.instanceType)))?.nitro
  if (wanted && nitro === false) return `${instanceType ?? recording.instanceType} is not a Nitro type: it has no prefix delegation`
  if (wanted !== recording.inForce.prefixDelegation && recording.demand.wishes.some(wish => wish.held !== null))
    return 'pods run when the log begins: a switch of prefix delegation is only replayed on a node that begins empty, as new nodes do'
  return undefined
}

/** What was asked and has no effect. */
function without(all: Settings, { warmEniTarget, warmPrefixTarget }: Partial<Settings>): string[] {
  const said: string[] = []
  if (warmEniTarget !== undefined && (warmIpDefined(all) || all.prefixDelegation))
    said.push(
      `WARM_ENI_TARGET does nothing where ${warmIpDefined(all) ? 'WARM_IP_TARGET or MINIMUM_IP_TARGET is set: --warm-ip-target 0 --minimum-ip-target 0 unsets them' : 'prefixes are delegated'}.`,
    )
  if (warmPrefixTarget !== undefined && !all.prefixDelegation)
    said.push('WARM_PREFIX_TARGET does nothing without prefix delegation: --prefix-delegation turns it on.')
  return said
}

function off({ failures }: Proof): number {
  return Math.abs(failures.replayed.median - failures.real)
}

function caveats(recording: Recording, told: readonly Settings[], proof: Proof): string[] {
  const said: string[] = []
  const { real, found, alone } = proof.stretches
  const { calls } = recording.calls
  const refused = calls.filter(call => call.outcome === 'insufficient' || call.outcome === 'refused').length
  if (off(proof) > Math.max(3, proof.failures.real / 5))
    said.push('The replay under the settings in force has other failures than the log: take those of other settings as a rough figure.')
  if (proof.equal < ROUGH_EQUAL) said.push("The replayed pool is seldom just the log's: take the figures of other settings as rough ones.")
  if (found < real)
    said.push(
      `Of ${count(real, 'stretch', 'stretches')} with failures in the log the replay has ${number(found)}: other causes than the pool's size are at work.`,
    )
  if (alone > 0) said.push(`${count(alone, 'stretch', 'stretches')} with failures stand in the replay and not in the log.`)
  if (recording.guessedEnis)
    said.push(
      'The log begins while ipamd runs: which addresses its interfaces had then, and settings that only the start states (MAX_ENI), are guessed.',
    )
  if (recording.starts.length > 1)
    said.push(`ipamd starts ${number(recording.starts.length)} times in this log, and so it does in the replay.`)
  if (refused > 0)
    said.push(
      `EC2 refused ${count(refused, 'call')} in the log: the replay is refused at the same times, whatever it asks for. A setting that asks for less might be given it.`,
    )
  for (const [kind, text] of [
    ['assign', 'addresses on an interface'],
    ['create', 'a new interface'],
  ] as const)
    if (!calls.some(call => call.kind === kind && call.outcome === 'ok'))
      said.push(`The log has no successful call for ${text}: ${duration(kind === 'assign' ? 500 : 4_200)} is assumed.`)
  if (told.length > 1) {
    said.push(
      `A recommendation knows the demand of this log alone: ${count(peakOf(recording.demand), 'pod')} at once at most. More pods, or more of them at a time, need more in reserve.`,
    )
  }
  if (!recording.inForce.prefixDelegation && told.some(settings => settings.prefixDelegation))
    said.push(`Whether the subnet has blocks of ${PREFIX} free addresses is not in this log.`)
  if (recording.demand.unnamed > 0)
    said.push(
      `${count(recording.demand.unnamed, 'refused request')} are of pods that no line names: their retries count as pods of their own.`,
    )
  if (told.some(keepsNothing))
    said.push('A warm target of 0 keeps nothing in reserve: the first pod after the last free address always waits.')
  return said
}

function keepsNothing(settings: Settings): boolean {
  return !warmIpDefined(settings) && (settings.prefixDelegation ? settings.warmPrefixTarget : settings.warmEniTarget) === 0
}

function percent(share: number): string {
  return `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`
}
