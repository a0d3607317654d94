import type { Waste } from '../model/report.ts'
import type { NodeWaste, WasteAnswer } from '../model/waste.ts'
import { count, date, duration, number, percentages, timeOn } from '../words.ts'
import { type Palette, palette } from './color.ts'
import { harmless } from './harmless.ts'
import { table, wrap } from './layout.ts'
import type { ReporterOptions } from './reporter.ts'

type Options = Pick<ReporterOptions, 'columns' | 'color'>

/** In one sentence, then node by node with the reasons, then the subnets. */
export function terminalWaste(given: WasteAnswer, options: Options): string {
  const answer = harmless(given)
  const paint = palette(options.color)
  const sections = [
    wrap(wasteHeadline(answer), options.columns).map(paint.bold),
    ...(answer.nodes.length > 1 ? [nodesTable(answer, options.columns)] : []),
    ...answer.nodes.slice(0, 20).map(node => nodeLines(node, options, paint)),
    answer.nodes.length > 1 || answer.subnets.some(({ subnetId }) => subnetId !== null) ? subnetTable(answer, options.columns) : [],
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]))
    .join('\n')}\n`
}

/** `This node held 98 addresses for 1 pod at 02:13:32; on average 31 of 102 had no pod.` */
export function wasteHeadline({ nodes, subnets }: WasteAnswer): string {
  const told = nodes.flatMap(({ waste }) => waste ?? [])
  const [only] = told
  if (only === undefined) return 'Cannot tell: no log says how large the pool is (or it is IPv6, where no subnet is short of addresses).'
  if (told.length > 1) {
    const sum = (pick: (waste: Waste) => number): number => Math.round(told.reduce((total, waste) => total + pick(waste), 0))
    const peak = subnets.reduce((most, subnet) => Math.max(most, subnet.peak?.spare ?? 0), 0)
    return `${count(told.length, 'node')} held ${number(sum(({ meanTotal }) => meanTotal))} addresses on average, ${number(sum(({ meanSpare }) => meanSpare))} of them without a pod (most at once in one subnet: ${number(peak)}).`
  }
  const { peak, meanSpare, meanTotal } = only
  if (peak.spare === 0) return 'This node held no address without a pod.'
  return `This node held ${count(peak.total, 'address', 'addresses')} for ${count(peak.assigned, 'pod')} at ${timeOn(Date.parse(peak.at), date(Date.parse(peak.at)))}; on average ${mean(meanSpare)} of ${mean(meanTotal)} had no pod.`
}

function mean(n: number): string {
  return n < 10 ? String(Math.round(n * 10) / 10) : number(Math.round(n))
}

function hours(n: number): string {
  return n > 0 && n < 0.05 ? '<0.1' : mean(n)
}

function nodesTable({ nodes }: WasteAnswer, columns: number): string[] {
  return table(
    ['Node', 'held', 'with pods', 'without', 'most', 'address-hours', 'over'],
    nodes.map(({ node, waste }) =>
      waste === null
        ? [node, '?', '?', '?', '?', '?', '']
        : [
            node,
            mean(waste.meanTotal),
            mean(waste.meanTotal - waste.meanSpare),
            mean(waste.meanSpare),
            number(waste.peak.spare),
            hours(waste.addressHours),
            duration(waste.knownMs),
          ],
    ),
    ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    columns,
    1,
  )
}

function nodeLines({ node, subnetId, waste }: NodeWaste, { columns }: Options, paint: Palette): string[] {
  const head = wrap(subnetId === null ? node : `${node}  ${subnetId}`, columns).map(paint.bold)
  if (waste === null) return [...head, ...wrap('The log does not tell how large the pool is.', columns, ' ')]
  const { meanTotal, meanSpare, addressHours, knownMs, peak, reasons } = waste
  const share = meanTotal === 0 ? 0 : Math.round((100 * meanSpare) / meanTotal)
  const at = Date.parse(peak.at)
  const shares = percentages(reasons.map(reason => reason.addressHours))
  return [
    ...head,
    ...wrap(
      `${mean(meanTotal)} addresses on average, ${mean(meanSpare)} of them without a pod (${share} %): ${hours(addressHours)} address-hours in ${duration(knownMs)}.`,
      columns,
      ' ',
    ),
    ...wrap(
      `Most at ${date(at)} ${timeOn(at, date(at))}: ${count(peak.total, 'address', 'addresses')} for ${count(peak.assigned, 'pod')}, ${number(peak.spare)} without one.`,
      columns,
      ' ',
    ),
    ...reasons.flatMap((reason, i) => wrap(reason.text, columns, `  ${String(shares[i]).padStart(3)} %  `)),
  ]
}

function subnetTable({ subnets }: WasteAnswer, columns: number): string[] {
  if (subnets.length === 0) return []
  return table(
    ['Subnet', 'nodes', 'without a pod', 'most at once', 'address-hours'],
    subnets.map(subnet => [
      subnet.subnetId ?? 'not named in the log',
      number(subnet.nodes),
      mean(subnet.meanSpare),
      subnet.peak === null ? '0' : number(subnet.peak.spare),
      hours(subnet.addressHours),
    ]),
    ['left', 'right', 'right', 'right', 'right'],
    columns,
    1,
  )
}
