import type { Evidence, NodeReport } from '../model/report.ts'
import { count, duration, list, number, span, timeOn } from '../words.ts'
import { oneLine, table, wrap } from './layout.ts'
import { createLogLines } from './log-lines.ts'
import { bundleText, fileName, problemText, rankIncidents, rankNodes } from './summary.ts'
import type { Page } from './terminal.ts'

const MOST_NODES = 20
const MOST_HAPPENINGS = 60
const MOST_API_ERRORS = 20

/** What the short form leaves out: the lines themselves, what happened, EC2's refusals, what was checked, how good the log is. */
export function appendix(page: Page): string[][] {
  const { report } = page
  const nodes = rankNodes(report).slice(0, MOST_NODES)
  return [
    ...evidence(page),
    ...nodes.flatMap(node => [
      titled(page, node, 'What happened', happenings(page, node)),
      titled(page, node, "EC2's refusals, for AWS Support", apiErrors(page, node)),
      titled(page, node, 'Settings that the log states', settings(page, node, false)),
      titled(page, node, 'Settings that the bundle states', settings(page, node, true)),
      titled(page, node, 'Checked', checked(page, node)),
      titled(page, node, 'Messages that no wording knows', unrecognized(page, node)),
    ]),
    quality(page),
  ]
}

function titled({ report, paint, options }: Page, node: NodeReport, title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const whose = report.nodes.length > 1 ? `${title} (${node.node})` : title
  return [...wrap(whose, options.columns, ' ').map(paint.bold), ...lines]
}

/** The lines that the statements rest on, one section per incident and finding, worst first. */
function evidence(page: Page): string[][] {
  const { report, options, paint } = page
  const show = createLogLines(options.color)
  const lines = (places: readonly Evidence[]): string[] =>
    places.flatMap(({ input, line, note, text }) => [
      ...wrap(`${fileName(report.inputs[input]?.path ?? '?')}:${line}${note === undefined ? '' : `  ${note}`}`, options.columns, '   ').map(
        paint.dim,
      ),
      ...(text === undefined ? [] : wrap(show(text), options.columns, '     ')),
    ])
  return [
    ...rankIncidents(report).map(({ incident }) => {
      const shown = lines(incident.evidence)
      return shown.length === 0
        ? []
        : [...wrap(`The lines: ${incident.cause?.title ?? 'requests that failed'}`, options.columns, ' ').map(paint.bold), ...shown]
    }),
    ...report.nodes.flatMap(node =>
      node.findings.map(finding => {
        const shown = lines(finding.evidence)
        return shown.length === 0 ? [] : [...wrap(`The lines: ${finding.title}`, options.columns, ' ').map(paint.bold), ...shown]
      }),
    ),
  ]
}

function happenings({ options, day }: Page, node: NodeReport): string[] {
  const shown = node.happenings.slice(0, MOST_HAPPENINGS)
  const more = node.happenings.length - shown.length
  return [
    ...shown.flatMap(({ at, until, text, count: n }) =>
      wrap(
        `${text}${n > 1 && !text.startsWith(String(n)) ? ` (${number(n)} times)` : ''}${until === undefined ? '' : `, until ${timeOn(Date.parse(until), day)}`}`,
        options.columns,
        `   ${timeOn(Date.parse(at), day)}  `,
      ),
    ),
    ...(more > 0 ? [`   and ${number(more)} more`] : []),
  ]
}

function apiErrors({ options, day }: Page, node: NodeReport): string[] {
  const errors = node.incidents.flatMap(incident => incident.apiErrors)
  const shown = errors.slice(0, MOST_API_ERRORS)
  const more = errors.length - shown.length
  return [
    ...shown.flatMap(({ at, api, code, status, requestId, subnetId, eni }) =>
      wrap(
        [
          api ?? 'a call',
          code ?? 'no code',
          ...(status === null ? [] : [`HTTP ${status}`]),
          ...(requestId === null ? [] : [`request ${requestId}`]),
          subnetId,
          eni,
        ]
          .filter(fact => fact !== undefined)
          .join('  '),
        options.columns,
        `   ${timeOn(Date.parse(at), day)}  `,
      ),
    ),
    ...(more > 0 ? [`   and ${number(more)} more`] : []),
  ]
}

function settings({ options }: Page, node: NodeReport, byBundle: boolean): string[] {
  const bundled = new Set(node.bundle?.settings)
  const stated = Object.entries(node.settings).flatMap(([name, value]) => (bundled.has(name) === byBundle ? [`${name}=${value}`] : []))
  return stated.length === 0 ? [] : wrap(stated.sort().join('  '), options.columns, '   ')
}

function checked({ options }: Page, node: NodeReport): string[] {
  const reasons = new Map<string, string[]>()
  for (const { id, outcome, reason } of node.checked) {
    const key = `${{ 'ruled-out': 'Not it', 'not-judged': 'Not judged', failed: 'Broke' }[outcome]} (${reason})`
    reasons.set(key, [...(reasons.get(key) ?? []), id])
  }
  return [...reasons].flatMap(([key, ids]) => wrap(`${key}: ${list(ids, 100)}.`, options.columns, '   '))
}

function unrecognized({ options, report }: Page, node: NodeReport): string[] {
  const { unrecognized, unrecognizedInAll } = node.quality
  const shown = unrecognized.reduce((sum, message) => sum + message.count, 0)
  return [
    ...unrecognized.map(({ level, text, count: n, first }) =>
      oneLine(
        `${level}  ${text}  (${fileName(report.inputs[first.input]?.path ?? '?')}:${first.line})`,
        options.columns,
        `   ${number(n).padStart(5)} × `,
      ),
    ),
    ...(unrecognizedInAll > shown ? [`   and ${count(unrecognizedInAll - shown, 'other')}`] : []),
  ]
}

function quality({ report, options, paint, day }: Page): string[] {
  const { columns } = options
  const inputs = report.inputs.slice(0, 50)
  const rows = inputs.map(input => [
    input.path === '-' ? 'stdin' : input.path,
    number(input.lines),
    number(input.understood),
    number(input.known),
    number(input.unrecognized),
    number(input.unreadable),
    number(input.blank + input.foreign + input.joined),
  ])
  const files = table(
    ['file', 'lines', 'events', 'known', 'unknown', 'unreadable', 'other'],
    rows,
    ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    columns,
  )
  const more = report.inputs.length - inputs.length
  const problems = report.problems.flatMap(problem => {
    const places = problem.places.map(({ input, line }) => `${fileName(report.inputs[input]?.path ?? '?')}:${line}`)
    return wrap(
      `${problemText(problem)}${places.length === 0 ? '' : ` At ${list(places, 5)}.`}`,
      columns,
      problem.severity === 'damage' ? '   Damage: ' : '   Note: ',
    )
  })
  const nodes = report.nodes.slice(0, MOST_NODES).flatMap(node => {
    const { levels, gaps, statistics } = node.quality
    const whose = report.nodes.length > 1 ? `${node.node}: ` : ''
    const byLevel = Object.entries(levels).map(([level, n]) => `${number(n)} ${level}`)
    const drift =
      statistics.compared === 0
        ? 'no statistics line to hold the rebuilt pool against'
        : statistics.drifted === 0
          ? `the rebuilt pool agrees with all ${count(statistics.compared, 'statistics line')}`
          : `the rebuilt pool differs from ${number(statistics.drifted)} of ${count(statistics.compared, 'statistics line')}, by ${number(statistics.largestDrift)} at most`
    const bundle = report.nodes.length > 1 ? bundleText(node, day) : undefined
    return [
      ...(bundle === undefined ? [] : wrap(`${whose}${bundle}`, columns, '   ')),
      ...wrap(`${whose}lines by level: ${byLevel.join(', ')}; ${drift}.`, columns, '   '),
      ...gaps
        .slice(0, 20)
        .flatMap(({ from, to, ms }) =>
          wrap(`${whose}silent for ${duration(ms)}, ${span(Date.parse(from), Date.parse(to), day)}`, columns, '   '),
        ),
    ]
  })
  return [` ${paint.bold('Log quality')}`, ...files, ...(more > 0 ? [`   and ${count(more, 'other file')}`] : []), ...problems, ...nodes]
}
