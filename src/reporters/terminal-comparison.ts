import type { Comparison, Side } from '../model/comparison.ts'
import { count, date, duration, list, number, span } from '../words.ts'
import { palette } from './color.ts'
import { harmless } from './harmless.ts'
import { table, wrap } from './layout.ts'
import type { ReporterOptions } from './reporter.ts'

type Options = Pick<ReporterOptions, 'columns' | 'color'>

/** One sentence, what makes it doubtful, what was changed, and the figures. */
export function terminalComparison(given: Comparison, { columns, color }: Options): string {
  const comparison = harmless(given)
  const paint = palette(color)
  const { before, after, outcome, headline, warnings, changed } = comparison
  const mark = {
    fixed: paint.green,
    'no-failure': paint.green,
    'still-failing': paint.red,
    'failing-now': paint.red,
    'cannot-tell': paint.yellow,
  }
  const sections = [
    wrap(headline, columns).map(line => paint.bold(mark[outcome](line))),
    warnings.flatMap(warning => wrap(warning, columns, ' ! ')),
    [
      ...wrap(windowOf(before), columns, paint.bold(' Before   ')),
      ...wrap(windowOf(after), columns, paint.bold(' After    ')),
      ...changed.flatMap(change => wrap(`${change.name}: ${change.before} → ${change.after}`, columns, ' Changed  ')),
    ],
    table(
      ['', 'before', 'after', 'change'],
      ROWS.map(({ name, value, text }) => [name, said(value(before), text), said(value(after), text), change(value(before), value(after))]),
      ['left', 'right', 'right', 'right'],
      columns,
      1,
    ),
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]))
    .join('\n')}\n`
}

interface Row {
  readonly name: string
  readonly value: (side: Side) => number | null
  readonly text: (n: number) => string
}

function figure(name: string, value: Row['value'], text: Row['text'] = rate): Row {
  return { name, value, text }
}

function said(n: number | null, text: Row['text']): string {
  return n === null ? '?' : text(n)
}

const ROWS: readonly Row[] = [
  figure('Requests', side => side.requests, number),
  figure('Failed', side => side.failed, number),
  figure('Failed per hour', side => side.failedPerHour),
  figure('Pods hit', side => side.podsHit, number),
  figure('Pods still waiting at the end', side => side.podsWaiting, number),
  figure('Wait of a pod hit, half', side => side.waitP50Ms, lasted),
  figure('Wait of a pod hit, 99 of 100', side => side.waitP99Ms, lasted),
  figure('No address to assign for', side => side.emptyMs, lasted),
  figure(
    '… of the time',
    side => (side.emptyMs === null ? null : Math.round((1_000 * side.emptyMs) / side.poolKnownMs) / 10),
    n => `${n} %`,
  ),
  figure('EC2 asked per hour', side => side.askedPerHour),
  figure('Errors of calls per hour', side => side.refusalsPerHour),
  figure('Addresses held per pod', side => side.heldPerPod),
  figure('Most pods at once', side => side.mostPods, number),
  figure('Starts of ipamd', side => side.starts, number),
]

function rate(n: number): string {
  return n >= 100 ? number(Math.round(n)) : String(n >= 10 ? Math.round(10 * n) / 10 : n)
}

function lasted(ms: number): string {
  return ms === 0 ? '0' : duration(ms)
}

function windowOf({ firstAt, lastAt, loggedMs, nodes, releases }: Side): string {
  const [from, to] = [Date.parse(firstAt ?? ''), Date.parse(lastAt ?? '')]
  const when = firstAt === null || lastAt === null ? 'no time is known' : `${date(from)} ${span(from, to, date(from))} UTC`
  const who = nodes.length === 1 ? nodes[0] : `${count(nodes.length, 'node')}, ${duration(loggedMs)} of log together`
  return `${when}  ${who}  ${list(releases)}`
}

/** `same`, `-80 %`, or `new`. */
function change(before: number | null, after: number | null): string {
  if (before === null || after === null) return ''
  if (before === after) return 'same'
  if (before === 0) return 'new'
  if (after === 0) return 'gone'
  const percent = Math.round((100 * (after - before)) / before)
  return percent === 0 ? 'same' : `${percent > 0 ? '+' : ''}${number(percent)} %`
}
