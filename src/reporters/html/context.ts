import type { Evidence, Instant, Report } from '../../model/report.ts'
import { number, podName } from '../../words.ts'

export { number } from '../../words.ts'

/** How instants, places and names are said on one page. */
export interface Context {
  readonly report: Report
  /** `09:14:04.817`; with its date where that is not the day on which the report begins. */
  at(instant: Instant): string
  /** Two instants of one stretch: the date stands once. */
  span(from: Instant, to: Instant): string
  /** `ipamd.log:24`. */
  place(place: Pick<Evidence, 'input' | 'line'>): string
  /** The same in the chart, where it is said hundreds of times: `line 24` where there is one file. */
  brief(place: Pick<Evidence, 'input' | 'line'>): string
}

export function createContext(report: Report): Context {
  const day = firstDay(report)
  const files = fileNames(report)
  const at = (instant: Instant): string =>
    instant.startsWith(day) ? instant.slice(11, 23) : `${instant.slice(0, 10)} ${instant.slice(11, 23)}`
  const place: Context['place'] = ({ input, line }) => `${files[input] ?? '?'}:${line}`
  return {
    report,
    at,
    span: (from, to) => (from === to ? at(from) : `${at(from)} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11, 23) : at(to)}`),
    place,
    brief: where => (report.inputs.length === 1 ? `line ${where.line}` : place(where)),
  }
}

/** `2024-09-11 20:39:00`, to the second: prose. */
function dateTime(instant: Instant): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`
}

/** `2024-09-11 20:39:00 – 20:44:10`. */
export function dateSpan(from: Instant, to: Instant): string {
  return `${dateTime(from)} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11, 19) : dateTime(to)}`
}

/** Longer than any name that Kubernetes or AWS allows: what is cut here was never a name. */
const LONGEST_NAME = 330

export function name(text: string): string {
  return text.length <= LONGEST_NAME ? text : `${text.slice(0, LONGEST_NAME)}… (${number(text.length)} characters)`
}

export function pod({ namespace, name: pod }: { readonly namespace: string | null; readonly name: string | null }): string {
  return name(podName({ namespace, pod }))
}

function firstDay(report: Report): string {
  const instants = report.nodes
    .flatMap(node => [node.firstAt, ...node.incidents.map(incident => incident.firstFailureAt)])
    .filter(at => at !== null)
  return instants.sort()[0]?.slice(0, 10) ?? 'none'
}

/** The last part of each path, or the whole path where two inputs would be called alike. */
function fileNames(report: Report): string[] {
  const short = report.inputs.map(input => input.path.split(/[/\\]/).at(-1) || input.path)
  return report.inputs.map((input, i) =>
    name(short.indexOf(short[i] as string) === short.lastIndexOf(short[i] as string) ? (short[i] as string) : input.path),
  )
}
