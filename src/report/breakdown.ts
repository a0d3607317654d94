import { obstacleAt } from '../diagnoses/blame.ts'
import type { Part } from '../model/report.ts'
import { countUntil } from '../timeline/ends.ts'
import type { Attempt } from '../timeline/manager.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** What each part of a wait is called. The first column is published; the second is said to people. */
const PARTS = {
  'ec2-had-nothing': 'EC2 had no address to give',
  'ec2-refused': 'EC2 refused to give an address',
  'two-minute-wait': 'ipamd waited two minutes before asking EC2 again',
  'ec2-slow': 'the pool manager waited inside a call to EC2 or the metadata service',
  growing: 'the pool was growing',
  cooldown: 'free addresses rested in their cooldown',
  'eni-limit': 'the node had no room for another ENI',
  'held-back': 'ipamd had decided not to grow the pool',
  'kubelet-retry': 'addresses were free and kubelet had not retried yet',
  'ipamd-down': 'ipamd was down or starting',
  unexplained: 'this log cannot tell',
} as const

type PartId = keyof typeof PARTS

/** Slices of an incident at most; a longer one is looked at in equal steps. */
const MOST_SLICES = 600

/**
 * Splits a stretch of time by what stood in the way of an address. The slices cover the stretch without gap or overlap, so the parts
 * sum to the whole by construction.
 */
export function breakdown(from: number, to: number, timeline: Timeline, networkCard: number | null): Part[] {
  const sums = new Map<PartId, number>()
  const edges = cuts(from, to, timeline)
  for (let i = 0; i + 1 < edges.length; i++) {
    const begin = edges[i] as number
    const end = edges[i + 1] as number
    const part = partAt((begin + end) / 2, timeline, networkCard)
    sums.set(part, (sums.get(part) ?? 0) + end - begin)
  }
  return [...sums]
    .filter(([, ms]) => ms > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([part, ms]) => ({ part, text: PARTS[part], ms }))
}

const atOf = (attempt: Attempt): number => attempt.at

function cuts(from: number, to: number, timeline: Timeline): number[] {
  const inside = (at: number): boolean => at > from && at < to
  const edges = new Set<number>([from, to])
  const { attempts } = timeline.manager
  for (let i = Math.max(0, countUntil(attempts, from, atOf) - 1); i < countUntil(attempts, to, atOf); i++) {
    const { at, outcomeAt } = attempts[i] as Attempt
    if (inside(at)) edges.add(at)
    if (inside(outcomeAt)) edges.add(outcomeAt)
  }
  for (const { at } of timeline.pool.steps.between(from, to)) if (inside(at)) edges.add(at)
  for (const life of timeline.lives.all)
    for (const at of [life.startedAt, life.servingAt, life.lastAt]) if (at !== null && inside(at)) edges.add(at)
  if (edges.size > MOST_SLICES) return Array.from({ length: MOST_SLICES + 1 }, (_, i) => Math.round(from + ((to - from) * i) / MOST_SLICES))
  return [...edges].sort((a, b) => a - b)
}

function partAt(at: number, timeline: Timeline, networkCard: number | null): PartId {
  if (isDown(at, timeline)) return 'ipamd-down'
  const obstacle = obstacleAt(at, timeline, networkCard)
  switch (obstacle.blocker) {
    case 'cooldown':
      return 'cooldown'
    case 'free':
      return 'kubelet-retry'
    case 'waiting':
      return 'two-minute-wait'
    case 'refused':
      return obstacle.refusal?.code?.startsWith('Insufficient') ? 'ec2-had-nothing' : 'ec2-refused'
    case 'in-call':
      return 'ec2-slow'
    case 'growing':
      return 'growing'
    case 'eni-limit':
      return 'eni-limit'
    case 'terminating':
    case 'cordoned':
    case 'target-reached':
    case 'not-needed':
    case 'idle':
      return 'held-back'
    default:
      return 'unexplained'
  }
}

/** Between the last line of one process and the moment the next one serves. */
function isDown(at: number, timeline: Timeline): boolean {
  const lives = timeline.lives.all
  const next = lives.findIndex(life => life.startedAt !== null && life.startedAt > at)
  const current = lives[(next < 0 ? lives.length : next) - 1]
  if (current === undefined) return false
  if (current.startedAt !== null && (current.servingAt === null || at < current.servingAt) && current.requests === 0) return true
  if (current.startedAt !== null && current.servingAt !== null && at < current.servingAt) return true
  return next > 0 && at > current.lastAt
}
