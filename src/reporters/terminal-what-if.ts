import type { Figures, PoolSettings, Proof, Range, WhatIf, WhatIfAnswer, WhatIfRefusal } from '../model/what-if.ts'
import { count, date, duration, number, span } from '../words.ts'
import { type Palette, palette } from './color.ts'
import { harmless } from './harmless.ts'
import { command, table, wrap } from './layout.ts'
import type { ReporterOptions } from './reporter.ts'

type Options = Pick<ReporterOptions, 'columns' | 'color'>

/** The replay of each node: how far it can be trusted, then the figures of each setting side by side. */
export function terminalWhatIf(given: WhatIf, options: Options): string {
  const { nodes } = harmless(given)
  const paint = palette(options.color)
  const told =
    nodes.length === 0
      ? [['No line of ipamd stands in the log.']]
      : nodes.map(node => ('refused' in node ? refusal(node, options, paint) : answer(node, options, paint)))
  return `${told.map(lines => lines.join('\n')).join('\n\n')}\n`
}

function refusal({ node, refused, proof }: WhatIfRefusal, { columns }: Options, paint: Palette): string[] {
  return [
    ...wrap(node, columns).map(paint.bold),
    ...wrap(`No answer: ${refused}.`, columns, ' ').map(paint.yellow),
    ...(proof === undefined ? [] : wrap(proofText(proof), columns, ' ')),
  ]
}

function answer(given: WhatIfAnswer, options: Options, paint: Palette): string[] {
  const { columns } = options
  const { node, release, instanceType, from, to, proof, caveats, recommended } = given
  const [begin, end] = [Date.parse(from), Date.parse(to)]
  const head = `${[node, instanceType, `ipamd ${release}`].filter(part => part !== null).join(' · ')}`
  const sections = [
    [...wrap(head, columns).map(paint.bold), ...wrap(`${date(begin)} ${span(begin, end, date(begin))} UTC, replayed`, columns, ' ')],
    wrap(proofText(proof), columns, ' Proof  '),
    figures(given, columns),
    conclusions(given).flatMap(text => wrap(text, columns, ' ')),
    caveats.flatMap(text => wrap(text, columns, ' - ')),
    recommended === null ? [] : change(recommended.command, columns, paint),
  ]
  return sections.filter(lines => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]))
}

function proofText({ tolerance, within, equal, largestDeviation, failures, stretches }: Proof): string {
  const pool = `Replayed with the settings in force, the pool is within ${count(tolerance, 'address', 'addresses')} of the log's for ${percent(within)} of the time and equal for ${percent(equal)}; it is off by ${number(largestDeviation)} at most.`
  const refusals = ` ${count(failures.real, 'failure')} in the log, ${ranged(failures.replayed)} in the replay`
  const found =
    stretches.real === 0 ? '.' : `; of ${count(stretches.real, 'stretch', 'stretches')} with failures it has ${number(stretches.found)}.`
  return `${pool}${refusals}${found}`
}

function figures({ inForce, now, asked, recommended }: WhatIfAnswer, columns: number): string[] {
  const all: { head: string; settings: PoolSettings; figures: Figures }[] = [{ head: 'in force', settings: inForce, figures: now }]
  if (asked !== null) all.push({ head: 'asked', ...asked })
  if (recommended !== null) all.push({ head: 'fewest', ...recommended })
  const row = (name: string, value: (one: (typeof all)[number]) => string): string[] => [name, ...all.map(value)]
  const differs = (name: keyof PoolSettings): boolean => all.some(one => one.settings[name] !== inForce[name])
  const setting = (name: keyof PoolSettings, text: string, said: (settings: PoolSettings) => string): string[][] =>
    differs(name) || (inForce[name] !== 0 && inForce[name] !== null && inForce[name] !== false)
      ? [row(text, one => said(one.settings))]
      : []
  return table(
    ['', ...all.map(one => one.head)],
    [
      ...setting('instanceType', 'instance type', ({ instanceType }) => instanceType ?? '?'),
      ...setting('warmIpTarget', 'WARM_IP_TARGET', ({ warmIpTarget }) => unset(warmIpTarget)),
      ...setting('minimumIpTarget', 'MINIMUM_IP_TARGET', ({ minimumIpTarget }) => unset(minimumIpTarget)),
      ...setting('warmEniTarget', 'WARM_ENI_TARGET', ({ warmEniTarget }) => String(warmEniTarget)),
      ...setting('prefixDelegation', 'ENABLE_PREFIX_DELEGATION', ({ prefixDelegation }) => String(prefixDelegation)),
      ...setting('warmPrefixTarget', 'WARM_PREFIX_TARGET', ({ warmPrefixTarget }) => unset(warmPrefixTarget)),
      ...(differs('cooldownMs') ? setting('cooldownMs', 'IP_COOLDOWN_PERIOD', ({ cooldownMs }) => `${cooldownMs / 1_000} s`) : []),
      ...setting('maxEni', 'MAX_ENI', ({ maxEni }) => (maxEni === null ? 'unset' : String(maxEni))),
      row('addresses held, mean', one => ranged(one.figures.addresses.mean)),
      row('addresses held, peak', one => ranged(one.figures.addresses.peak)),
      row('interfaces, peak', one => ranged(one.figures.interfaces.peak)),
      row('failed requests', one => ranged(one.figures.failures)),
      row('pods they are of', one => ranged(one.figures.failedPods)),
      row('longest wait', one => waited(one.figures)),
      row('EC2 calls', one => ranged(one.figures.ec2.all)),
      row('  for addresses', one => ranged(one.figures.ec2.assign)),
      row('  for an interface', one => ranged(one.figures.ec2.create)),
      row('  addresses given back', one => ranged(one.figures.ec2.unassign)),
      row('  interfaces given back', one => ranged(one.figures.ec2.free)),
    ],
    ['left', ...all.map(() => 'right' as const)],
    columns,
    1,
  )
}

/** What was asked against what is in force, both replayed. */
function conclusions({ now, asked, recommended }: WhatIfAnswer): string[] {
  const said: string[] = []
  if (asked !== null) said.push(`Asked: ${compared(now, asked.figures)}`)
  if (recommended !== null) {
    const none = recommended.figures.failures.most === 0
    said.push(
      recommended.command === null
        ? `Of ${count(recommended.tried, 'setting')} tried none does better than what is in force.`
        : `Fewest: of ${count(recommended.tried, 'setting')} tried this one holds the fewest addresses ${none ? 'without a failure' : 'at the fewest failures: none is without'} under this demand; ${compared(now, recommended.figures)}`,
    )
  }
  return said
}

function compared(now: Figures, then: Figures): string {
  const failures = then.failures.median - now.failures.median
  const held = Math.round((then.addresses.mean.median - now.addresses.mean.median) * 10) / 10
  const calls = then.ec2.all.median - now.ec2.all.median
  return `${[
    failures === 0 ? 'no failure avoided or caused' : `${count(Math.abs(failures), 'failure')} ${failures < 0 ? 'avoided' : 'caused'}`,
    held === 0 ? 'as many addresses held' : `${number(Math.abs(held))} ${held < 0 ? 'fewer' : 'more'} addresses held on average`,
    calls === 0 ? 'as many EC2 calls' : `${count(Math.abs(calls), 'EC2 call')} ${calls < 0 ? 'fewer' : 'more'}`,
  ].join(', ')}.`
}

function change(text: string | null, columns: number, paint: Palette): string[] {
  if (text === null) return []
  return [
    ...wrap('A change, for review: it restarts aws-node on every node of the cluster. ipamd-trace does not run it.', columns, ' ').map(
      paint.yellow,
    ),
    ...command(text, columns, '   '),
  ]
}

function unset(target: number): string {
  return target === 0 ? 'unset' : String(target)
}

function waited({ longestWaitMs, failures }: Figures): string {
  return failures.median === 0 || longestWaitMs.median === 0 ? '-' : duration(longestWaitMs.median)
}

function ranged({ median, least, most }: Range): string {
  return least === most ? number(median) : `${number(median)} (${number(least)} – ${number(most)})`
}

/** Never rounded up to 100. */
function percent(share: number): string {
  return `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`
}
