import type { Cause, Finding, Report } from '../../src/model/report.ts'

type Level = 'debug' | 'info' | 'warn' | 'error'

/** Lines as ipamd writes them since v1.6.1, from `09:00:01.250 info Received …`. Blank lines and indentation are left out. */
export function ipamdLines(text: string): string {
  return text
    .split('\n')
    .map(line => line.trimStart())
    .filter(line => line !== '')
    .map(line => {
      const [time, level, ...words] = line.split(' ') as [string, Level, ...string[]]
      const msg = words.join(' ').replaceAll('\\n', '\n').replaceAll('\\t', '\t')
      return JSON.stringify({ level, ts: `2024-05-06T${time}Z`, caller: 'ipamd/ipamd.go:1', msg })
    })
    .join('\n')
    .concat('\n')
}

/** An ADD with its reply: `container` is the sandbox's id. */
export function add(time: string, pod: string, container: string, answer: string): string {
  return `
    ${time} info Received AddNetwork for NS /proc/1/ns/net, Sandbox ${container}, ifname eth0
    ${time} debug AddNetworkRequest: K8S_POD_NAME:"${pod}" K8S_POD_NAMESPACE:"shop" K8S_POD_INFRA_CONTAINER_ID:"${container}" ContainerID:"${container}" IfName:"eth0" NetworkName:"aws-cni"
    ${answer}`
}

/** An ADD that finds the pool empty. */
export function addInVain(time: string, pod: string, container: string): string {
  return add(
    time,
    pod,
    container,
    `${time} error DataStore has no available IP/Prefix addresses
     ${time} info Send AddNetworkReply: IPv4Addr , IPv6Addr: , DeviceNumber: -1, err: assignPodIPv4AddressUnsafe: no available IP/Prefix addresses`,
  )
}

/** A try to grow a full pool by an ENI, which EC2 refuses. */
export function createInVain(time: string, error: string): string {
  return `
    ${time}.000 debug IP pool stats: Total IPs/Prefixes = 18/0, AssignedIPs/CooldownIPs: 18/0, c.maxIPsPerENI = 9
    ${time}.001 debug Starting to increase pool size
    ${time}.500 error Failed to CreateNetworkInterface ${error} for subnet subnet-0a
    ${time}.501 error Failed to increase pool size due to not able to allocate ENI AllocENI: failed to create ENI: failed to create network interface: ${error}`
}

export function causesOf(report: Report): (string | undefined)[] {
  return report.nodes.flatMap(node => node.incidents.map(incident => incident.cause?.id))
}

export function causeOf(report: Report): Cause {
  const cause = report.nodes[0]?.incidents[0]?.cause
  if (cause == null) throw new Error(`no cause: ${report.verdict.headline}`)
  return cause
}

export function findingOf(report: Report, id: string): Finding | undefined {
  return report.nodes[0]?.findings.find(finding => finding.id === id)
}

/** Lines that carry the cause. */
export function cited(cause: Pick<Cause, 'evidence'>): string {
  return cause.evidence.map(evidence => evidence.text ?? '').join('\n')
}
