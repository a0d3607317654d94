import { createHash } from 'node:crypto'
import type { NodeReport, Report } from '../../model/report.ts'
import { count } from '../../words.ts'
import { narrowedText, rankNodes } from '../summary.ts'
import {
  actionsSection,
  checkedSection,
  findingsSection,
  happeningsSection,
  qualitySection,
  releaseText,
  settingsSection,
  supportSection,
  unknownsSection,
} from './closing-sections.ts'
import { type Context, createContext, dateSpan, name, number } from './context.ts'
import { BEGINNING, embedMarkdown, embedReport } from './embedded.ts'
import { incidentFigure, nodeFigure, nodesFigure } from './figure.ts'
import { evidenceSection, heading, incidentSection, incidentStory, incidentTitle, MOST_PODS } from './incident-section.ts'
import { html, type Markup, raw } from './markup.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { title, verdictSection } from './verdict-section.ts'

/** Nodes with a row in the common picture, and nodes with a section of their own. */
const MOST_ROWS = 24
const MOST_SECTIONS = 12
const MOST_LISTED = 200
/** Incidents of one node that are told, and of those the ones with a picture of their own where one is needed. */
const MOST_INCIDENTS = 20
const MOST_DRAWN = 6

/** The whole page. It loads nothing, and the policy in its head forbids everything but its own style and script. */
export function page(report: Report, markdown: string): string {
  const context = createContext(report)
  const nodes = rankNodes(report)
  const [first] = nodes
  return `${BEGINNING}${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title(report)}</title>
${raw(`<style>${STYLE}</style>`)}
</head>
<body>
<header class="top">
<p class="facts">${headFacts(report, nodes)}</p>
<button type="button" id="copy-markdown" hidden>Copy as Markdown</button>
</header>
<main>
${verdictSection(report)}
${nodes.length === 1 && first !== undefined ? oneNode(first, context) : manyNodes(nodes, context)}
<section><h2>How sure this is</h2>
${checkedSection(nodes)}${supportSection(nodes)}${qualitySection(report, context)}${unknownsSection(nodes)}
</section>
</main>
<footer><p>${report.tool.name} ${name(report.tool.version)} · this file loads nothing from anywhere · the whole report is inside: <code>ipamd-trace report.html --format json</code></p></footer>
${embedReport(report)}
${embedMarkdown(markdown)}
${raw(`<script>${SCRIPT}</script>`)}
</body>
</html>`}\n`
}

const POLICY = [
  "default-src 'none'",
  `style-src '${hash(STYLE)}'`,
  `script-src '${hash(SCRIPT)}'`,
  "img-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

function hash(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`
}

function headFacts({ window, nodes: { length } }: Report, nodes: readonly NodeReport[]): Markup {
  const [node] = nodes
  const facts =
    length === 1 && node !== undefined
      ? [
          name(node.node),
          node.instanceId !== node.node ? node.instanceId : undefined,
          node.instanceType,
          node.availabilityZone ?? node.region,
          releaseText(node) === null ? undefined : `VPC CNI ${releaseText(node)}`,
        ]
      : [count(length, 'node')]
  const narrowed = window === undefined ? undefined : `only ${narrowedText(window, instant => instant).join(', ')}`
  const shown = [...facts, narrowed, 'all times UTC'].filter(fact => fact !== undefined)
  return html`${shown.map((fact, i) => html`${i > 0 && html` <span aria-hidden="true">·</span> `}<span>${name(fact)}</span>`)}`
}

function oneNode(node: NodeReport, context: Context): Markup {
  const [only] = node.incidents
  const one = node.incidents.length === 1 && only !== undefined
  return html`<section><h2>The pool over time</h2>${nodeFigure(node, context, 'pool')}${happeningsSection(node, context, 'pool')}${settingsSection(node, context)}</section>
${one && incidentSection(only, node, context, 2, MOST_PODS)}
${actionsSection(context.report)}
${one ? evidenceSection(only.evidence, context, 2) : incidents(node, context, 2, MOST_PODS, 'incidents')}
${findingsSection(node, context, 2)}`
}

/** Several incidents of a node, in the order of time. */
function incidents(node: NodeReport, context: Context, level: 2 | 3, mostPods: number, id: string): Markup {
  if (node.incidents.length === 0) return html``
  const each = Math.max(10, Math.floor(mostPods / node.incidents.length))
  const shown = node.incidents.slice(0, MOST_INCIDENTS)
  return html`<div id="${id}">${shown.map((incident, i) => {
    const title = `Incident ${i + 1} of ${node.incidents.length}: ${incidentTitle(incident, node)}`
    const figure = i < MOST_DRAWN ? incidentFigure(incident, node, context, `${id}-${i + 1}`) : null
    return html`<section class="incident">${heading(level, title)}${incidentStory(incident, node)}${figure}${incidentSection(incident, node, context, 3, each)}${evidenceSection(incident.evidence, context, 3)}</section>`
  })}${node.incidents.length > shown.length && html`<p class="mut">And ${count(node.incidents.length - shown.length, 'more incident')}, in the report's JSON.</p>`}</div>`
}

function manyNodes(nodes: readonly NodeReport[], context: Context): Markup {
  if (nodes.length === 0) return actionsSection(context.report)
  const drawn = nodes.slice(0, MOST_ROWS)
  const detailed = nodes
    .filter(node => node.incidents.length > 0 || node.findings.some(({ severity }) => severity !== 'info'))
    .slice(0, MOST_SECTIONS)
  const pods = Math.floor(MOST_PODS / Math.max(1, detailed.length))
  return html`<section><h2>The pools over time, worst first</h2>${nodesFigure(drawn, context, 'pools')}${drawn.length < nodes.length && html`<p class="mut">The ${drawn.length} worst of ${nodes.length} nodes are drawn.</p>`}</section>
${nodesTable(nodes, detailed)}
${actionsSection(context.report)}
<div id="incidents">${detailed.map(
    (
      node,
      i,
    ) => html`<section class="node" id="node-${i}"><h2>${name(node.node)}</h2><p class="facts">${dateSpan(node.firstAt ?? '', node.lastAt ?? '')}${releaseText(node) !== null && ` · VPC CNI ${releaseText(node)}`}${node.instanceType !== undefined && ` · ${name(node.instanceType)}`}</p>
${nodeFigure(node, context, `pool-${i}`, 1 / detailed.length)}${happeningsSection(node, context, `pool-${i}`)}${settingsSection(node, context)}${incidents(node, context, 3, pods, `incidents-${i}`)}${findingsSection(node, context, 3)}</section>`,
  )}</div>`
}

function nodesTable(nodes: readonly NodeReport[], detailed: readonly NodeReport[]): Markup {
  const shown = nodes.slice(0, MOST_LISTED)
  return html`<section><h2>Nodes</h2><div class="wide" role="group" tabindex="0" aria-label="Nodes"><table><thead><tr><th scope="col">Node</th><th scope="col">VPC CNI</th><th scope="col" class="n">Requests</th><th scope="col" class="n">Failed</th><th scope="col" class="n">Pods hit</th><th scope="col">Why</th></tr></thead><tbody>${shown.map(
    node => {
      const i = detailed.indexOf(node)
      const label = html`<code>${name(node.node)}</code>`
      const why = [
        ...new Set([
          ...node.incidents.map(({ cause }) => cause?.title ?? 'this log cannot tell why'),
          ...node.findings.filter(({ severity }) => severity !== 'info').map(({ title }) => title),
        ]),
      ]
      return html`<tr><th scope="row">${i < 0 ? label : html`<a href="#node-${i}">${label}</a>`}</th><td>${releaseText(node) ?? '–'}</td><td class="n">${number(node.requests.add)}</td><td class="n">${number(node.incidents.reduce((sum, { failedRequests }) => sum + failedRequests, 0))}</td><td class="n">${number(node.incidents.reduce((sum, { pods }) => sum + pods.length, 0))}</td><td>${why.slice(0, 3).join('; ') || '–'}</td></tr>`
    },
  )}</tbody></table></div>${shown.length < nodes.length && html`<p class="mut">And ${nodes.length - shown.length} more nodes.</p>`}</section>`
}
