import type { Incident } from '../model/report.ts'
import { duration, poolSize } from '../words.ts'
import { clip } from './layout.ts'
import type { Strip } from './strip.ts'

/** A row of the strip: one character a step, and what the characters mean. */
export interface Lane {
  readonly name: string
  readonly marks: string
  readonly legend: string
}

export const LONGEST_LEGEND = 25

/** The pool, then what happened meanwhile; nothing of what did not happen. */
export function lanes(strip: Strip, incident: Incident): Lane[] {
  const all: readonly Lane[] = [
    { name: 'Pool', marks: strip.pool, legend: poolLegend(strip, incident) },
    { name: 'Failed', marks: strip.failed, legend: `per ${stepText(strip)}${strip.failed.includes('+') ? ' (+: over 9)' : ''}` },
    { name: 'EC2', marks: strip.ec2, legend: legend(strip.ec2, { R: 'refused', '─': 'waits', '~': 'hangs' }) },
    { name: 'Cooldown', marks: strip.cooldown, legend: 'c all free ones rest' },
    { name: 'ipamd', marks: strip.ipamd, legend: legend(strip.ipamd, { S: 'start', T: 'end', X: 'failed' }) },
  ]
  return all.filter(({ marks }) => marks !== '')
}

function poolLegend({ totals }: Strip, incident: Incident): string {
  const [least, most] = totals ?? [0, 0]
  if (most === 0) return 'the pool is empty'
  const card = incident.poolAtFirstFailure?.networkCard ?? 0
  const of = least === most ? poolSize(most) : `${poolSize(least)} to ${poolSize(most)}`
  return clip(card === 0 ? `assigned of ${of}` : `of ${of}, card ${card}`, LONGEST_LEGEND)
}

function legend(marks: string, meanings: Readonly<Record<string, string>>): string {
  return Object.entries(meanings)
    .filter(([mark]) => marks.includes(mark))
    .map(([mark, meaning]) => `${mark} ${meaning}`)
    .join(' ')
}

function stepText({ stepMs }: Strip): string {
  return stepMs < 60_000 ? `${stepMs / 1_000} s` : duration(stepMs)
}
