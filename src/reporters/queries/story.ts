import type { Instant } from '../../model/report.ts'
import type { AddressStory, Answer, EniStory, Entry, Holding, Story, Try } from '../../model/story.ts'
import { count, date, duration, number, podName, shortSandbox, span, timeOn } from '../../words.ts'
import { type Palette, palette } from '../color.ts'
import { harmless } from '../harmless.ts'
import { table, wrap } from '../layout.ts'
import type { ReporterOptions } from '../reporter.ts'
import { fileName, narrowedText } from '../summary.ts'

type Options = Pick<ReporterOptions, 'columns' | 'color'>

/** What every part of an answer is drawn with. */
interface Page {
  readonly answer: Answer
  readonly columns: number
  readonly paint: Palette
  readonly day: string
}

const MOST_ROWS = 200

/** An answer for a person: what it is about, a table of holders where there are some, and what happened, each with its line. */
export function storyText(given: Answer, { columns, color }: Options): string {
  const answer = harmless(given)
  const sections = answer.stories.map(story => storyLines(story, { answer, columns, paint: palette(color), day: dayOf(story) }))
  const window = narrowedText(
    answer.window ?? {},
    instant => `${date(Date.parse(instant))} ${timeOn(Date.parse(instant), date(Date.parse(instant)))}`,
  )
  const narrowed = window.length === 0 ? [] : wrap(`Only ${window.join(', ')}.`, columns)
  const none = sections.length === 0 ? ['No line of these logs tells of anything that happened.'] : []
  return `${[...narrowed, ...none, ...sections.flatMap((lines, i) => (i === 0 && narrowed.length === 0 ? lines : ['', ...lines]))].join('\n')}\n`
}

function storyLines(story: Story, page: Page): string[] {
  const { columns, paint } = page
  const logs = story.firstAt === null || story.lastAt === null ? '' : `, ${span(Date.parse(story.firstAt), Date.parse(story.lastAt))} UTC`
  const head = [
    ...wrap(title(story), columns).map(paint.bold),
    ...wrap(`on ${story.node}${logs}`, columns),
    ...facts(story, page).flatMap(fact => wrap(fact, columns, ' ')),
  ]
  const tables = story.of === 'address' || story.of === 'eni' ? holdersTable(story, page) : []
  return [...head, ...(tables.length === 0 ? [] : ['', ...tables]), '', ...entries(story, page)]
}

function title(story: Story): string {
  switch (story.of) {
    case 'pod':
      return `Pod ${story.namespace}/${story.name}`
    case 'sandbox':
      return `Sandbox ${story.sandbox}`
    case 'address':
      return `Address ${story.address}`
    case 'eni':
      return `Interface ${story.eni}`
    case 'timeline':
      return 'What happened'
  }
}

function facts(story: Story, page: Page): string[] {
  switch (story.of) {
    case 'pod':
      return [triesText(story.tries), addressesText(story.addresses, page)]
    case 'sandbox':
      return [
        story.pod === null ? 'This log does not name its pod.' : `Pod ${podName(story)}.`,
        triesText(story.tries),
        addressesText(story.addresses, page),
      ]
    case 'address':
      return addressFacts(story, page)
    case 'eni':
      return eniFacts(story, page)
    case 'timeline':
      return []
  }
}

function triesText(tries: readonly Try[]): string {
  if (tries.length === 0) return 'No request of it is in this log.'
  const ended = (outcome: Try['outcome']): number => tries.filter(one => one.outcome === outcome).length
  const parts = [
    [ended('assigned'), 'got an address'],
    [ended('failed'), 'refused'],
    [ended('unanswered') + ended('open'), 'without a reply'],
  ].filter(([n]) => n !== 0)
  return `${count(tries.length, 'request')}: ${parts.map(([n, what]) => `${number(n as number)} ${what}`).join(', ')}.`
}

function addressesText(addresses: readonly Holding[], page: Page): string {
  if (addresses.length === 0) return 'It never had an address in this log.'
  const last = addresses.at(-1) as Holding
  const where = last.eni === null ? '' : ` on ${last.eni}`
  const more = addresses.length > 1 ? `${count(addresses.length, 'address', 'addresses')}; the last one: ` : ''
  return `${more}${last.address}${where}, ${fromTo(last, page)}.`
}

const ENDS: Readonly<Record<NonNullable<Holding['end']>, string>> = {
  released: 'given back',
  'rolled-back': 'request failed',
  'left-pool': 'taken away',
  replaced: 'given to another',
  dropped: 'dropped at a start',
  'not-read-back': 'not read back',
}

function fromTo({ from, until, end }: Holding, page: Page): string {
  const begun = from === null ? 'since before this log' : `from ${at(from, page)}`
  if (until !== null) return `${begun} to ${at(until, page)} (${ENDS[end ?? 'released']})`
  return end === null ? `${begun}, still had as the log ends` : `${begun} (${ENDS[end]})`
}

function at(instant: Instant, { day }: Page): string {
  return timeOn(Date.parse(instant), day)
}

const STATES = {
  assigned: 'A pod has it as the log ends.',
  cooldown: 'It rests as the log ends.',
  free: 'It is free as the log ends.',
  'not-in-pool': 'It is not in the pool as the log ends.',
} as const

function addressFacts(story: AddressStory, page: Page): string[] {
  const block = story.block === null || story.block === story.address ? '' : `, in ${story.block}`
  const where = story.eni === null ? 'This log does not say which interface has it.' : `On ${story.eni}${block}.`
  const came = story.cameAt === null ? '' : ` In the pool from ${at(story.cameAt, page)}.`
  const went = story.wentAt === null ? '' : ` Out of the pool from ${at(story.wentAt, page)}.`
  const held = story.holders.length === 0 ? 'No pod had it in this log.' : `${count(story.holders.length, 'holder')}.`
  return [
    `${where}${came}${went}`,
    `${held}${story.state === null ? '' : ` ${STATES[story.state]}`}`,
    ...story.overlaps
      .slice(0, 5)
      .map(overlap => page.paint.red(`Two pods at once at ${at(overlap.at, page)}: ${who(overlap.before)} and ${who(overlap.after)}.`)),
  ]
}

function eniFacts(story: EniStory, page: Page): string[] {
  const kind = [story.primary ? 'primary' : undefined, story.trunk ? 'trunk' : undefined].filter(word => word !== undefined)
  const card = story.networkCard === null ? '' : `network card ${story.networkCard}`
  const since = (said: string, instant: Instant | null): string | undefined =>
    instant === null ? undefined : `${said} ${at(instant, page)}`
  const life = [
    ...kind,
    card,
    since('attached', story.attachedAt),
    since('in the pool from', story.addedAt) ?? 'in the pool from before this log, or never',
    since('out of it from', story.removedAt),
  ].filter(part => part !== undefined && part !== '')
  const most =
    story.mostAddresses === null ? '' : `At most ${count(story.mostAddresses, 'address or prefix', 'addresses or prefixes')} in the pool. `
  return [
    `${life.join(', ')}.`,
    `${most}${story.holders.length === 0 ? 'No pod had an address of it in this log.' : `Pods had its addresses ${count(story.holders.length, 'time')}.`}`,
  ]
}

function who(holder: { readonly namespace: string | null; readonly pod: string | null; readonly sandbox: string | null }): string {
  return podName({ ...holder, container: holder.sandbox })
}

function holdersTable(story: AddressStory | EniStory, page: Page): string[] {
  const { holders } = story
  if (holders.length === 0) return []
  const shown = holders.slice(-MOST_ROWS)
  const ofEni = story.of === 'eni'
  const rows = shown.map(holder => [
    ...(ofEni ? [holder.address] : []),
    who(holder),
    ...(ofEni ? [] : [holder.sandbox === null ? '?' : shortSandbox(holder.sandbox)]),
    holder.from === null ? 'before' : at(holder.from, page),
    holder.until === null ? (holder.end === null ? 'still' : '?') : at(holder.until, page),
    ...(ofEni ? [] : [holder.from === null || holder.until === null ? '' : duration(Date.parse(holder.until) - Date.parse(holder.from))]),
    holder.end === null ? '' : ENDS[holder.end],
    where(holder, page.answer),
  ])
  const head = ofEni ? ['Address', 'pod', 'from', 'until', 'end', 'line'] : ['Pod', 'sandbox', 'from', 'until', 'for', 'end', 'line']
  const aligns = head.map(name => (name === 'for' ? ('right' as const) : ('left' as const)))
  const more = holders.length - shown.length
  return [...table(head, rows, aligns, page.columns, 1, ofEni ? 1 : 0), ...(more > 0 ? [` and ${number(more)} before`] : [])]
}

/** `ipamd.log:123`, with the folder where several logs have this name; the line alone is not enough for a reader who wants to see it. */
function where({ input, line }: { readonly input: number; readonly line: number }, { inputs }: Answer): string {
  const path = inputs[input] ?? '?'
  const name = fileName(path)
  return `${inputs.some((other, i) => i !== input && fileName(other) === name) ? path : name}:${line}`
}

function entries(story: Story, page: Page): string[] {
  if (story.entries.length === 0)
    return [page.answer.window === undefined ? ' Nothing happened in this log.' : ' Nothing happened in this stretch of the log.']
  return [
    ...story.entries.flatMap((entry, i) => entryLines(entry, story.entries[i - 1], page)),
    ...(story.omitted > 0 ? [` and ${number(story.omitted)} more that are not listed`] : []),
  ]
}

function entryLines(entry: Entry, before: Entry | undefined, page: Page): string[] {
  const { columns, paint, day, answer } = page
  const own = date(Date.parse(entry.at))
  // the day stands in the head of the story, and again where it changes
  const changed = own !== (before === undefined ? day : date(Date.parse(before.at)))
  const times = entry.count > 1 && !entry.text.startsWith(number(entry.count)) ? ` (${number(entry.count)} times)` : ''
  const until =
    entry.until === undefined || entry.until.slice(0, 19) === entry.at.slice(0, 19) ? '' : `, until ${timeOn(Date.parse(entry.until), own)}`
  const said = wrap(`${entry.text}${times}${until}  ${where(entry, answer)}`, columns, ` ${timeOn(Date.parse(entry.at), own)}  `)
  const mark = MARKS[entry.kind]
  const place = where(entry, answer)
  const shown = said.map((line, i) =>
    i === said.length - 1 && line.endsWith(place) ? `${line.slice(0, -place.length)}${paint.dim(place)}` : line,
  )
  const drawn = mark === undefined ? shown : shown.map((line, i) => (i === 0 ? `${line.slice(0, 11)}${paint[mark](line.slice(11))}` : line))
  return changed ? [` ${paint.bold(own)}`, ...drawn] : drawn
}

const MARKS: Readonly<Record<string, 'red' | 'green' | 'yellow'>> = {
  refused: 'red',
  'request-failed': 'red',
  'two-pods': 'red',
  'left-pool': 'red',
  replaced: 'red',
  'ipamd-failed': 'red',
  assigned: 'green',
  recovered: 'green',
  unanswered: 'yellow',
  finding: 'yellow',
  'ec2-refused': 'yellow',
}

function dayOf(story: Story): string {
  const first = story.firstAt ?? story.entries[0]?.at
  return first === undefined ? '' : date(Date.parse(first))
}
