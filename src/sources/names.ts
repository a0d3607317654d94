/** Which names are ipamd's logs, on a node and in every generation of bundles (`ipamd.log`, rotated by lumberjack or by seelog, copies of them). */

/**
 * `ipamd.log`, `ipamd.log.gz`, `ipamd.log.1`, `ipamd.log.bak`; `ipamd-2024-09-11T20-39-00.478.log(.gz)` (v1.6.1 and later);
 * `ipamd.log.2019-09-11-20` (v1.5.0 to v1.6.0, where a plain `ipamd.log` does not exist).
 */
export function isLogName(name: string): boolean {
  return LOG.test(name) && !name.endsWith('.tmp')
}

const LOG = /^ipamd(?:-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d{1,3})?)?(?:[ _.-][\w() -]{1,16})?\.log(?:[._-][\w.-]{1,40})?$/i

/** Part of a set that one logger rotated: the same node, whatever it says. */
export function isRotated(name: string): boolean {
  return ROTATED.test(name)
}

const ROTATED = /^ipamd(?:-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.log|\.log(?:\.\d{4}-\d\d-\d\d-\d\d)?)(?:\.gz)?$/

/** The moment of rotation in a backup's name (UTC), so the end of its content. NaN where the name has none. */
export function rotatedAt(name: string): number {
  const found = /^ipamd-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)\.(\d{3})\.log/.exec(name)
  return found ? Date.parse(`${found[1]}T${found[2]}:${found[3]}:${found[4]}.${found[5]}Z`) : Number.NaN
}

/** Logs of the programs beside ipamd, and what archives and macOS leave. */
export function isNeighbor(name: string): boolean {
  return NEIGHBOR.test(name) || name.startsWith('._')
}

const NEIGHBOR =
  /^(?:plugin|egress-v[46]-plugin|network-policy-agent|ebpf-sdk|kube-proxy|kubelet|messages|syslog|cloud-init|user-data|secure|cron)\b/

/** Container logs of aws-node in a bundle: they hold ipamd's lines where it logs to stdout (AWS_VPC_K8S_CNI_LOG_FILE), else the entrypoint's. */
export function isContainerLog(path: string): boolean {
  return CONTAINER_LOG.test(path)
}

const CONTAINER_LOG =
  /(?:^|\/)(?:aws-node-[^/]{1,200}\.log|[^/]{0,100}aws-node-[^/]{1,200}\/aws-node\/\d{1,6}\.log(?:\.\d{8}-\d{6})?(?:\.gz)?)$/

/** A bundle, by its name alone: what it is decides its content. */
export function isArchiveName(name: string): boolean {
  return /\.(?:tar|tgz|tar\.gz|tar\.zst|tar\.xz|tar\.bz2)$/i.test(name)
}

/** May hold a log that somebody named otherwise: node-7.log, aws-node.txt.gz, export.json … */
export function isTextName(name: string): boolean {
  return /\.(?:log|txt|json|jsonl|ndjson|csv|out)(?:\.(?:\d{1,3}|gz|zst))?$/i.test(name)
}
