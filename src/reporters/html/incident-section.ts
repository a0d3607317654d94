import { failsAtTheEnd } from '../../model/incident.ts'
import type { Evidence, Incident, NodeReport, Part, PodWait } from '../../model/report.ts'
import { count, duration } from '../../words.ts'
import { timeSpent } from '../summary.ts'
import { type Context, dateSpan, name, number, pod } from './context.ts'
import { html, join, type Markup } from './markup.ts'
import { stretchOf } from './stretch.ts'

/** How many pods are listed in all; the others are in the report's JSON. */
export const MOST_PODS = 500

/** One incident: where the time went, and the pods. */
export function incidentSection(incident: Incident, node: NodeReport, context: Context, level: 2 | 3, mostPods: number): Markup {
  return html`${timeSection(incident, level)}${podsSection(incident, node, context, level, mostPods)}`
}

/** `Requests of 3 pods failed 30 times, 02:19:45 – 02:21:48: the subnet had no free address`. */
export function incidentTitle(incident: Incident, node: NodeReport): string {
  const { from, to } = stretchOf(incident, node)
  const why = incident.cause?.title ?? 'this log cannot tell why'
  return `${dateSpan(iso(from), iso(to))}: ${why}`
}

/** The story in a paragraph: what failed, why, and whether it is over. "Recovered" and "fixed" are different words. */
export function incidentStory(incident: Incident, node: NodeReport): Markup {
  const pods = incident.pods.length
  const failed = html`<strong>${count(incident.failedRequests, 'request')}${pods > 0 && ` for ${count(pods, 'pod')}`} failed.</strong>`
  const cause = incident.cause === null ? 'No line of this log shows a cause.' : `${incident.cause.summary}`
  return html`<p>${failed} ${cause} ${incident.cause !== null && html`<span class="sure">${sure(incident.cause.confidence)}</span> `}<strong>${ending(incident, node)}</strong>${incident.recovery !== undefined && ` ${incident.recovery}`}</p>${contributing(incident.cause?.contributing ?? [])}`
}

/** What made it worse, by the names that `ipamd-trace explain` takes. */
export function contributing(ids: readonly string[]): Markup {
  return html`${
    ids.length > 0 &&
    html`<p>Contributing: ${join(
      ids.slice(0, 10).map(id => html`<code>${name(id)}</code>`),
      ', ',
    )}.</p>`
  }`
}

export function sure(confidence: 'certain' | 'likely' | 'possible'): string {
  return { certain: 'Certain: the log says so.', likely: 'Likely.', possible: 'Possible.' }[confidence]
}

function ending(incident: Incident, node: NodeReport): string {
  if (incident.recoveredAt === null) {
    const end = `the log ends${node.lastAt === null ? '' : ` at ${node.lastAt.slice(11, 19)}`}`
    return failsAtTheEnd(incident, node.lastAt) ? `Not recovered when ${end}.` : `No later success; ${end}.`
  }
  const never = incident.pods.filter(pod => pod.assignedAt === null).length
  const recovered = `Recovered at ${incident.recoveredAt.slice(11, 19)}${never === 0 ? '' : ` (${count(never, 'pod')} never served)`}`
  if (incident.fixed === null) return `${recovered}; whether the cause is gone, this log does not say.`
  return incident.fixed ? `${recovered}, and what caused it is gone.` : `${recovered}, not fixed.`
}

function timeSection(incident: Incident, level: 2 | 3): Markup {
  const spent = timeSpent(incident)
  if (spent === undefined) return html``
  const { title, parts } = spent
  const sum = parts.reduce((total, { ms }) => total + ms, 0)
  let x = 0
  const bars = parts.map(part => {
    const width = (part.ms / sum) * 100
    const bar = html`<rect class="part ${tone(part)}" x="${round(x)}%" width="${round(width)}%" height="22"><title>${part.text}: ${duration(part.ms)}</title></rect>`
    x += width
    return bar
  })
  return html`<section>${heading(level, title)}
<svg class="bar" width="100%" height="22" aria-hidden="true">${bars}</svg>
<table class="parts"><thead><tr><th scope="col">Part</th><th scope="col" class="n">Time</th><th scope="col" class="n">Share</th></tr></thead><tbody>${parts.map(
    part =>
      html`<tr><td><svg class="key" width="12" height="12" aria-hidden="true"><rect class="part ${tone(part)}" width="12" height="12"/></svg>${part.text}</td><td class="n">${duration(part.ms)}</td><td class="n">${part.share} %</td></tr>`,
  )}</tbody></table></section>`
}

/** Parts that this release does not know are drawn gray. */
function tone({ part }: Pick<Part, 'part'>): string {
  return TONES[part] ?? 'p-other'
}

const TONES: Readonly<Record<string, string>> = {
  'ec2-had-nothing': 'p-bad',
  'ec2-refused': 'p-bad',
  'two-minute-wait': 'p-wait',
  'ec2-slow': 'p-slow',
  growing: 'p-growing',
  cooldown: 'p-cooldown',
  'eni-limit': 'p-limit',
  'held-back': 'p-limit',
  'ipamd-down': 'p-down',
}

function podsSection(incident: Incident, node: NodeReport, context: Context, level: 2 | 3, most: number): Markup {
  if (incident.pods.length === 0) return html``
  const pods = incident.pods
    .map(wait => ({ wait, ms: waitedMs(wait, incident, node) }))
    .sort((a, b) => Number(a.wait.assignedAt !== null) - Number(b.wait.assignedAt !== null) || (b.ms ?? 0) - (a.ms ?? 0))
  const rest = pods.length - most
  // what to do next must not stand below hundreds of rows
  const folded = pods.slice(MOST_UNFOLDED, most)
  return html`<section>${heading(level, 'Pods hit')}
${podsTable(pods.slice(0, Math.min(MOST_UNFOLDED, most)), context)}${folded.length > 0 && html`<details class="card"><summary>${count(folded.length, 'more pod')}</summary>${podsTable(folded, context)}</details>`}${rest > 0 && html`<p class="mut">And ${count(rest, 'more pod')}: the report's JSON, inside this file, has them all.</p>`}</section>`
}

const MOST_UNFOLDED = 25

/** Of a pod that was never served: so long as the log shows that it waits on, else null. */
export function waitedMs({ waitMs, firstAttemptAt }: PodWait, incident: Incident, { lastAt }: NodeReport): number | null {
  if (waitMs !== null || !failsAtTheEnd(incident, lastAt)) return waitMs
  return Math.max(0, Date.parse(lastAt ?? incident.lastFailureAt) - Date.parse(firstAttemptAt))
}

function podsTable(pods: readonly { readonly wait: PodWait; readonly ms: number | null }[], context: Context): Markup {
  return html`<div class="wide" role="group" tabindex="0" aria-label="Pods"><table><thead><tr><th scope="col">Pod</th><th scope="col" class="n">Tries</th><th scope="col">First try</th><th scope="col">Got an address</th><th scope="col">Address</th><th scope="col" class="n">Waited</th></tr></thead><tbody>${pods.map(
    ({ wait, ms }) =>
      html`<tr><th scope="row"><code>${pod(wait)}</code></th><td class="n">${number(wait.attempts)}</td><td class="t">${context.at(wait.firstAttemptAt)}</td><td class="t">${
        wait.assignedAt === null
          ? html`<strong class="bad">${ms === null ? 'never served' : 'still waiting'}</strong>`
          : context.at(wait.assignedAt)
      }</td><td class="t">${wait.address === null ? '–' : name(wait.address)}</td><td class="n">${wait.waitMs === null && ms !== null && 'over '}${ms === null ? '–' : duration(ms)}</td></tr>`,
  )}</tbody></table></div>`
}

export function evidenceSection(lines: readonly Evidence[], context: Context, level: 2 | 3): Markup {
  if (lines.length === 0) return html``
  return html`<section>${heading(level, `Evidence: ${count(lines.length, 'line')} of the log`)}
${evidenceTable(lines, context)}</section>`
}

export function evidenceTable(lines: readonly Evidence[], context: Context): Markup {
  return html`<ol class="evidence">${lines.map(line => {
    const brief = html`<span class="t">${line.at === null ? '–' : context.at(line.at)}</span><span class="what">${line.note ?? ''}</span><span class="where">${context.place(line)}</span>`
    return line.text === undefined
      ? html`<li><div class="bare">${brief}</div></li>`
      : html`<li><details><summary>${brief}</summary><pre tabindex="0">${line.text}</pre></details></li>`
  })}</ol>`
}

export function heading(level: 2 | 3, text: string): Markup {
  return level === 2 ? html`<h2>${text}</h2>` : html`<h3>${text}</h3>`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function round(n: number): number {
  return Math.round(n * 100) / 100
}
