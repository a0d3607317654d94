import type { Action, Checked, NodeReport, Report } from '../../model/report.ts'
import { capital, count, duration, quote } from '../../words.ts'
import { bundlesText } from '../summary.ts'
import { maxPods } from '../tickets/support-facts.ts'
import { type Context, name, number } from './context.ts'
import { contributing, evidenceTable, sure } from './incident-section.ts'
import { html, join, type Markup } from './markup.ts'

const MOST_ACTIONS = 12
const MOST_ERRORS = 20
const MOST_ROWS = 50
const MOST_HAPPENINGS = 200

/** What to do, most useful first: for the verdict's cause, then for the other incidents, then for findings. */
export function actionsSection(report: Report): Markup {
  const causes = [
    report.verdict.cause,
    ...report.nodes.flatMap(node => [
      ...node.incidents.map(({ cause }) => cause),
      ...node.findings.filter(({ severity }) => severity !== 'info'),
    ]),
  ].filter(cause => cause !== null)
  const actions = new Map<string, Action>()
  for (const action of causes.flatMap(cause => cause.actions)) actions.set(`${action.text}\n${action.command ?? ''}`, action)
  const shown = [...actions.values()].slice(0, MOST_ACTIONS)
  const ids = [...new Set(causes.map(({ id }) => id))].slice(0, 3)
  if (shown.length === 0 && ids.length === 0) return html``
  return html`<section><h2>Do next</h2><ol class="actions">${shown.map(({ text, command }) => html`<li>${text}${command !== undefined && commandBlock(command)}</li>`)}${
    actions.size > shown.length && html`<li>And ${actions.size - shown.length} more, in the report's JSON.</li>`
  }${ids.length > 0 && html`<li>Read more about ${ids.length === 1 ? 'this cause' : 'these causes'}.${ids.map(id => commandBlock(`ipamd-trace explain ${quote(id)}`))}</li>`}</ol></section>`
}

function commandBlock(command: string): Markup {
  return html`<div class="command"><pre tabindex="0"><code>${command}</code></pre><button type="button" class="copy" hidden>Copy</button></div>`
}

export function findingsSection({ findings, incidents }: NodeReport, context: Context, level: 2 | 3): Markup {
  if (findings.length === 0) return html``
  const title = incidents.length > 0 ? 'Also worth knowing' : 'What the log shows'
  return html`<section>${level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`}${findings.map(
    finding =>
      html`<details class="card"><summary><span class="sev ${finding.severity}">${finding.severity}</span> ${capital(finding.title)}</summary><p>${finding.summary} <span class="sure">${sure(finding.confidence)}</span></p>${contributing(finding.contributing)}${finding.evidence.length > 0 && evidenceTable(finding.evidence, context)}</details>`,
  )}</section>`
}

/** The chart in words. */
export function happeningsSection(node: NodeReport, context: Context, id: string): Markup {
  if (node.happenings.length === 0) return html``
  const shown = node.happenings.slice(0, MOST_HAPPENINGS)
  return html`<details class="card" id="${id}-events"><summary>What happened, as a table (${count(node.happenings.length, 'event')})</summary>
<div class="wide" role="group" tabindex="0" aria-label="Events"><table><thead><tr><th scope="col">UTC</th><th scope="col">What</th><th scope="col" class="n">Times</th><th scope="col">Line</th></tr></thead><tbody>${shown.map(
    event =>
      html`<tr><td class="t">${event.until === undefined ? context.at(event.at) : context.span(event.at, event.until)}</td><td>${event.text}</td><td class="n">${number(event.count)}</td><td class="where">${context.place(event)}</td></tr>`,
  )}</tbody></table></div>${node.happenings.length > shown.length && html`<p class="mut">And ${node.happenings.length - shown.length} more.</p>`}</details>`
}

/** What the log says of the instance and of how ipamd was told to behave. */
export function settingsSection(node: NodeReport, context: Context): Markup {
  const { enis, addressesPerEni, maxPods } = node.limits
  const settings = Object.entries(node.settings).slice(0, MOST_ROWS)
  const bundled = new Set(node.bundle?.settings)
  const limits = [
    enis !== undefined && count(enis, 'ENI'),
    addressesPerEni !== undefined && `${count(addressesPerEni, 'address', 'addresses')} an ENI`,
    maxPods !== undefined && count(maxPods, 'pod'),
  ].filter(limit => limit !== false)
  if (settings.length === 0 && limits.length === 0 && node.enis.length === 0) return html``
  const shown = node.enis.slice(0, MOST_ROWS)
  const rest = node.enis.length - shown.length
  return html`<details class="card"><summary>Settings, limits and ENIs</summary>
${limits.length > 0 && html`<p>At most ${limits.join(', ')}.</p>`}${settings.length > 0 && html`<ul>${settings.map(([key, value]) => html`<li><code>${name(key)}=${name(value)}</code>${bundled.has(key) && ' (from the bundle)'}</li>`)}</ul>`}${
  shown.length > 0 &&
  html`<div class="wide" role="group" tabindex="0" aria-label="ENIs"><table><thead><tr><th scope="col">ENI</th><th scope="col">Joined the pool</th><th scope="col">Left it</th><th scope="col" class="n">Addresses</th></tr></thead><tbody>${shown.map(
    eni =>
      html`<tr><th scope="row"><code>${name(eni.eni)}</code>${eni.primary === true && ' (primary)'}</th><td class="t">${eni.addedAt === null ? '–' : context.at(eni.addedAt)}</td><td class="t">${eni.removedAt === null ? '–' : context.at(eni.removedAt)}</td><td class="n">${eni.addresses === null ? '–' : number(eni.addresses)}</td></tr>`,
  )}</tbody></table></div>`
}${rest > 0 && html`<p class="mut">And ${rest} more.</p>`}</details>`
}

/** Causes that were looked for, those that could not be judged first. */
export function checkedSection(nodes: readonly NodeReport[]): Markup {
  const groups = new Map<string, { outcome: Checked['outcome']; reason: string; ids: Set<string> }>()
  for (const { id, outcome, reason } of nodes.flatMap(node => node.checked)) {
    const key = `${outcome} ${reason}`
    const group = groups.get(key) ?? { outcome, reason, ids: new Set() }
    group.ids.add(id)
    groups.set(key, group)
  }
  if (groups.size === 0) return html``
  const order: readonly Checked['outcome'][] = ['failed', 'not-judged', 'ruled-out']
  const sorted = [...groups.values()].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome)).slice(0, MOST_ROWS)
  const ruledOut = new Set(sorted.filter(({ outcome }) => outcome === 'ruled-out').flatMap(({ ids }) => [...ids])).size
  return html`<details class="card"><summary>Checked and not the cause (${ruledOut})</summary><dl class="checked">${sorted.map(
    ({ outcome, reason, ids }) =>
      html`<div><dt>${OUTCOMES[outcome]}: ${reason}</dt><dd>${[...ids].slice(0, 100).map(id => html`<code>${name(id)}</code> `)}</dd></div>`,
  )}</dl></details>`
}

const OUTCOMES: Readonly<Record<Checked['outcome'], string>> = {
  'ruled-out': 'Ruled out',
  'not-judged': 'Not judged',
  failed: 'Could not be checked',
}

/** What AWS Support asks for, as plain text to paste into a case. */
export function supportSection(nodes: readonly NodeReport[]): Markup {
  const hit = nodes.filter(node => node.incidents.some(incident => incident.apiErrors.length > 0)).slice(0, 5)
  if (hit.length === 0) return html``
  const lines = hit.flatMap(supportLines)
  return html`<details class="card"><summary>For AWS Support</summary><div class="command"><pre tabindex="0">${join(
    lines.map(line => html`${line}`),
    '\n',
  )}</pre><button type="button" class="copy" hidden>Copy</button></div></details>`
}

function supportLines(node: NodeReport): string[] {
  const errors = node.incidents.flatMap(incident => incident.apiErrors)
  const settings = Object.entries(node.settings).slice(0, MOST_ROWS)
  const facts: [string, string | undefined | null][] = [
    ['Node', name(node.node)],
    ['Instance', node.instanceId && name(node.instanceId)],
    ['Instance type', node.instanceType && name(node.instanceType)],
    ['Region', node.region && name(node.region)],
    ['Availability zone', node.availabilityZone && name(node.availabilityZone)],
    ['VPC', node.vpcId && name(node.vpcId)],
    ['Subnet', node.subnetId && name(node.subnetId)],
    ['VPC CNI', releaseText(node)],
    ['Kernel', node.bundle?.kernel && name(node.bundle.kernel)],
    ['Max pods', maxPods(node).join(', ') || undefined],
    ['Settings', settings.length === 0 ? undefined : settings.map(([key, value]) => `${name(key)}=${name(value)}`).join(' ')],
  ]
  return [
    ...facts.filter(([, value]) => value != null).map(([key, value]) => `${key}: ${value}`),
    `Refused calls to EC2 (UTC), ${errors.length <= MOST_ERRORS ? errors.length : `first ${MOST_ERRORS} of ${errors.length}`}:`,
    ...errors.slice(0, MOST_ERRORS).map(
      error =>
        `  ${error.at}  ${[
          error.api ?? 'unknown call',
          error.code ?? 'no code',
          error.subnetId,
          error.eni,
          error.requestId === null ? 'no request ID' : `request ID ${error.requestId}`,
        ]
          .filter(part => part !== undefined)
          .map(name)
          .join('  ')}`,
    ),
  ]
}

export function releaseText({ release }: NodeReport): string | null {
  if (release.value !== null) return release.value
  if (release.candidates.length === 0) return null
  const [first, last] = [release.candidates[0] as string, release.candidates.at(-1) as string]
  return release.candidates.length <= 3 ? release.candidates.join(' or ') : `${first} to ${last} (by the log's callers)`
}

/** Always there: how far the report can be trusted. */
export function qualitySection(report: Report, context: Context): Markup {
  const { inputs, problems, nodes } = report
  const lines = inputs.reduce((sum, input) => sum + input.lines, 0)
  const unreadable = inputs.reduce((sum, input) => sum + input.unreadable, 0)
  const gaps = nodes.flatMap(node => node.quality.gaps)
  const unrecognized = nodes.flatMap(node => node.quality.unrecognized).slice(0, 20)
  const noDebug = nodes.filter(node => !node.quality.debug).length
  const compared = nodes.reduce((sum, node) => sum + node.quality.statistics.compared, 0)
  const drifted = nodes.reduce((sum, node) => sum + node.quality.statistics.drifted, 0)
  const bundle = bundlesText(nodes, '')
  const brief = `${count(inputs.length, 'file')}, ${number(lines)} lines, ${number(unreadable)} unreadable, ${count(gaps.length, 'gap')}`
  const shown = inputs.slice(0, MOST_ROWS)
  const damaged = problems.some(({ severity }) => severity === 'damage')
  return html`${damaged ? html`<details class="card" id="quality" open>` : html`<details class="card" id="quality">`}<summary>Log quality: ${brief}</summary>
${problems.length > 0 && html`<ul class="problems">${problems.slice(0, MOST_ROWS).map(problem => html`<li><strong class="${problem.severity === 'damage' ? 'bad' : 'plain'}">${problem.severity}</strong> ${problem.text}${problem.count > 1 && ` (${number(problem.count)} times)`}${problem.places.length > 0 && html` <span class="where">${problem.places.slice(0, 3).map(context.place).join(', ')}</span>`}</li>`)}</ul>`}
<ul>${noDebug > 0 && html`<li>${noDebug === nodes.length ? 'There are no debug lines' : `There are no debug lines on ${count(noDebug, 'node')}`}: pool figures and decisions are missing.</li>`}${
    compared > 0 &&
    html`<li>${number(compared)} statistics lines were held against the rebuilt pool; ${drifted === 0 ? 'all agree' : `${number(drifted)} differ`}.</li>`
  }${bundle !== undefined && html`<li>${bundle}</li>`}${gaps.slice(0, 20).map(gap => html`<li>Silent for ${duration(gap.ms)}, ${context.span(gap.from, gap.to)}.</li>`)}</ul>
<div class="wide" role="group" tabindex="0" aria-label="Files"><table><thead><tr><th scope="col">File</th><th scope="col" class="n">Lines</th><th scope="col" class="n">Understood</th><th scope="col" class="n">Of no interest</th><th scope="col" class="n">Unknown</th><th scope="col" class="n">Unreadable</th><th scope="col">From, to (UTC)</th></tr></thead><tbody>${shown.map(
    input =>
      html`<tr><th scope="row"><code>${name(input.path)}</code></th><td class="n">${number(input.lines)}</td><td class="n">${number(input.understood)}</td><td class="n">${number(input.known)}</td><td class="n">${number(input.unrecognized)}</td><td class="n">${number(input.unreadable)}</td><td class="t">${input.firstAt !== null && input.lastAt !== null && context.span(input.firstAt, input.lastAt)}</td></tr>`,
  )}</tbody></table></div>${inputs.length > shown.length && html`<p class="mut">And ${inputs.length - shown.length} more files.</p>`}
${unrecognized.length > 0 && html`<p>Messages that ipamd-trace does not know:</p><ul>${unrecognized.map(({ level, text, count: times, first }) => html`<li><code>${level}</code> ${text} <span class="where">${number(times)} times, first ${context.place(first)}</span></li>`)}</ul>`}</details>`
}

export function unknownsSection(nodes: readonly NodeReport[]): Markup {
  const unknowns = [...new Set(nodes.flatMap(node => node.unknowns))].slice(0, MOST_ROWS)
  if (unknowns.length === 0) return html``
  return html`<details class="card"><summary>What this log cannot say (${unknowns.length})</summary><ul>${unknowns.map(text => html`<li>${text}</li>`)}</ul></details>`
}
