import type { HeldAddress, NodeState, State } from '../model/report.ts'
import { count, date, number, poolSize, shortSandbox, time, timeOn } from '../words.ts'
import { type Palette, palette } from './color.ts'
import { harmless } from './harmless.ts'
import { table, wrap } from './layout.ts'
import type { ReporterOptions } from './reporter.ts'

type Options = Pick<ReporterOptions, 'columns' | 'color'>

/** The pool at an instant: totals, then each ENI, then who holds which address. All of them are listed: they are what is asked for. */
export function terminalState(given: State, options: Options): string {
  const state = harmless(given)
  const paint = palette(options.color)
  const at = Date.parse(state.at)
  const nodes =
    state.nodes.length === 0
      ? [['No line of ipamd stands before this instant.']]
      : state.nodes.map(node => nodeLines(node, at, options, paint))
  return `${[paint.bold(`The pool at ${date(at)} ${time(at)} UTC`), ...nodes.flatMap(lines => ['', ...lines])].join('\n')}\n`
}

function nodeLines(node: NodeState, at: number, options: Options, paint: Palette): string[] {
  const { columns } = options
  const sections = [
    [
      ...wrap(node.node, columns).map(paint.bold),
      ...wrap(totals(node), columns, ' '),
      ...unknowns(node).flatMap(text => wrap(text, columns, ' ').map(paint.yellow)),
    ],
    cards(node, columns),
    enis(node, columns),
    addresses(node, at, columns),
  ]
  return sections.filter(lines => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]))
}

function totals({ total, assigned, cooldown, assignable }: NodeState): string {
  const rest = total !== null && total >= 2 ** 48 ? '' : `, ${figure(assignable)} assignable`
  return `${total === null ? '?' : poolSize(total)} in all: ${figure(assigned)} assigned, ${figure(cooldown)} in cooldown${rest}`
}

function figure(n: number | null): string {
  return n === null ? '?' : poolSize(n)
}

/** What a `?` or a missing row means. */
function unknowns({ total, assigned, cooldown, addresses, enis }: NodeState): string[] {
  const said: string[] = []
  if (total === null || assigned === null || cooldown === null) said.push('? is what the log does not say up to this instant.')
  const known = addresses.filter(address => address.state === 'assigned').length
  if (assigned !== null && assigned > known)
    said.push(
      `Of ${count(assigned, 'assigned address', 'assigned addresses')} the log names ${number(known)}: the others were given before it begins.`,
    )
  if (total !== null && total > 0 && enis.length === 0) said.push('The log names no ENI up to this instant.')
  return said
}

function cards({ networkCards }: NodeState, columns: number): string[] {
  if (networkCards.length < 2) return []
  return table(
    ['Card', 'total', 'assigned', 'cooldown', 'prefixes'],
    networkCards.map(card => [
      String(card.networkCard),
      figure(card.total),
      figure(card.assigned),
      figure(card.cooldown),
      figure(card.prefixes),
    ]),
    ['left', 'right', 'right', 'right', 'right'],
    columns,
    1,
  )
}

function enis({ enis, networkCards }: NodeState, columns: number): string[] {
  if (enis.length === 0) return []
  const withCard = networkCards.length > 1
  return table(
    ['ENI', ...(withCard ? ['card'] : []), 'addresses', 'assigned'],
    enis.map(eni => [
      eni.eni,
      ...(withCard ? [eni.networkCard === null ? '?' : String(eni.networkCard)] : []),
      figure(eni.addresses),
      number(eni.assigned),
    ]),
    ['left', ...(withCard ? (['right'] as const) : []), 'right', 'right'],
    columns,
    1,
  )
}

const POD = 3

function addresses({ addresses }: NodeState, at: number, columns: number): string[] {
  if (addresses.length === 0) return []
  const day = date(at)
  // an ENI is named in the table above: its last characters tell it apart where the terminal is narrow
  const short = columns < 120
  return table(
    ['Address', 'ENI', 'state', 'pod', 'sandbox', 'since'],
    addresses.map(held => [
      held.address,
      held.eni === null ? '?' : short ? `…${[...held.eni].slice(-5).join('')}` : held.eni,
      held.state,
      podOf(held),
      held.sandbox === null ? (held.state === 'assigned' ? '?' : '') : shortSandbox(held.sandbox),
      sinceOf(held, day),
    ]),
    ['left', 'left', 'left', 'left', 'left', 'left'],
    columns,
    1,
    POD,
  )
}

function podOf({ pod, namespace, state }: HeldAddress): string {
  if (pod !== null) return `${namespace ?? '?'}/${pod}`
  return state === 'assigned' ? '?' : ''
}

function sinceOf({ since, until, state }: HeldAddress, day: string): string {
  const begun = since === null ? (state === 'free' ? '' : '?') : timeOn(Date.parse(since), day)
  return until === undefined ? begun : `${begun}, until ${timeOn(Date.parse(until), day)}`
}
