import { count, list } from '../../words.ts'

/** A part of a ticket: how it is said in full, and in shorter forms where there is no room. */
export interface Section {
  /** Sections of a smaller rank get their room first. */
  readonly rank: number
  /** Longest first. */
  readonly forms: readonly string[]
  /** What it is called where it is left out, in the singular. */
  readonly what: string
  /** Without that section this one makes no sense. */
  readonly within?: Section
}

export interface Room {
  /** In characters. */
  readonly budget: number
  /** Between two sections. */
  readonly gap: string
  /** Says what was left out; stands before the last section. */
  readonly note: (leftOut: string) => string
}

/** What the note may take. */
const NOTE = 400

/** The document that fits: the most important sections get their room first, each in the longest form that there is room for. */
export function fill(all: readonly Section[], { budget, gap, note }: Room): string {
  const chosen = new Map<Section, string>()
  const leftOut = new Map<string, number>()
  const isLeftOut = ({ what }: Section): void => {
    leftOut.set(what, (leftOut.get(what) ?? 0) + 1)
  }
  let room = budget - NOTE
  for (const section of [...all].sort((a, b) => a.rank - b.rank)) {
    if (section.within !== undefined && !chosen.has(section.within)) continue
    const form = section.forms.find(form => form.length + gap.length <= room)
    if (form === undefined) isLeftOut(section)
    else {
      chosen.set(section, form)
      room -= form.length + gap.length
    }
  }
  // a heading above nothing
  for (const section of all) {
    const inside = all.filter(other => other.within === section)
    if (inside.length > 0 && !inside.some(other => chosen.has(other)) && chosen.delete(section)) isLeftOut(section)
  }
  const texts = all.map(section => chosen.get(section)).filter(text => text !== undefined)
  const said = [...leftOut].map(([what, n]) => count(n, what))
  const parts = said.length === 0 ? texts : [...texts.slice(0, -1), note(list(said, said.length)), ...texts.slice(-1)]
  return `${parts.join(gap)}\n`
}
