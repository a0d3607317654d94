import type { Finding, Incident, NodeReport, Report } from '../model/report.ts'

/** The order in which reports tell what went wrong: as the verdict weighs it, so that the first is the one that the headline is about. */

/** More failed requests, pods that still wait, and incidents that did not end weigh more. */
export function incidentsWorstFirst(node: NodeReport): Incident[] {
  return [...node.incidents].sort((a, b) => weight(b) - weight(a))
}

/** Nodes with incidents, then those with findings, then the healthy ones. */
export function nodesWorstFirst(report: Report): NodeReport[] {
  return [...report.nodes].sort((a, b) => worstOf(b) - worstOf(a) || severityOf(b) - severityOf(a))
}

export function findingsWorstFirst(node: NodeReport): Finding[] {
  return [...node.findings].sort((a, b) => RANK[b.severity] - RANK[a.severity])
}

const RANK: Readonly<Record<Finding['severity'], number>> = { fail: 2, warn: 1, info: 0 }

function weight(incident: Incident): number {
  const pending = incident.pods.filter(pod => pod.assignedAt === null).length
  return incident.failedRequests + 10 * pending + (incident.recoveredAt === null ? 1_000 : 0)
}

function worstOf(node: NodeReport): number {
  return node.incidents.reduce((most, incident) => Math.max(most, weight(incident)), -1)
}

function severityOf(node: NodeReport): number {
  return node.findings.reduce((most, finding) => Math.max(most, RANK[finding.severity]), -1)
}
