/**
 * The bare container id of a sandbox key. ipamd keys its data store by `network/container id/interface` since v1.7.0
 * (`aws-cni/98f1…/eth0`, after a migration from CRI `_migrated-from-cri/98f1…/unknown`), before by the container id alone.
 */
export function containerOf(sandbox: string): string {
  const from = sandbox.indexOf('/')
  if (from < 0) return sandbox
  const to = sandbox.indexOf('/', from + 1)
  return to < 0 ? sandbox.slice(from + 1) : sandbox.slice(from + 1, to)
}
