/** Lines of ipamd v1.11.0 as it prints them, with times and names of their own. Instants as `20:39:00.478`. */
const DAY = '2024-09-11'

export function line(time: string, message: string, level = 'debug', caller = 'ipamd/ipamd.go:660'): string {
  return `${JSON.stringify({ level, ts: `${DAY}T${time}Z`, caller, msg: message })}\n`
}

export function at(time: string): number {
  return Date.parse(`${DAY}T${time}Z`)
}

/** The sandbox that stands for a pod's attempt. */
export function sandbox(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)
}

export function asks(time: string, pod: string, attempt = pod): string {
  const [namespace = '', name = ''] = pod.split('/')
  const id = sandbox(attempt)
  return (
    line(time, `Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${id}, ifname eth0`, 'info', 'rpc/rpc.pb.go:713') +
    line(
      time,
      `AddNetworkRequest: K8S_POD_NAME:"${name}" K8S_POD_NAMESPACE:"${namespace}" K8S_POD_INFRA_CONTAINER_ID:"${id}" ContainerID:"${id}" IfName:"eth0" NetworkName:"aws-cni" Netns:"/var/run/netns/cni-1"`,
      'debug',
      'rpc/rpc.pb.go:713',
    )
  )
}

export function gets(time: string, pod: string, address: string, attempt = pod): string {
  return (
    asks(time, pod, attempt) +
    line(
      time,
      `AssignPodIPv4Address: Assign IP ${address} to sandbox aws-cni/${sandbox(attempt)}/eth0`,
      'info',
      'datastore/data_store.go:784',
    ) +
    line(time, `Send AddNetworkReply: IPv4Addr ${address}, IPv6Addr: , DeviceNumber: 0, err: <nil>`, 'info', 'rpc/rpc.pb.go:713')
  )
}

export function getsNone(time: string, pod: string, attempt = `${pod} ${time}`): string {
  return (
    asks(time, pod, attempt) +
    line(time, 'DataStore has no available IP/Prefix addresses', 'error', 'datastore/data_store.go:680') +
    line(
      time,
      'Send AddNetworkReply: IPv4Addr , IPv6Addr: , DeviceNumber: -1, err: assignPodIPv4AddressUnsafe: no available IP/Prefix addresses',
      'info',
      'rpc/rpc.pb.go:713',
    )
  )
}

export function counted(time: string, total: number, assigned: number, cooldown = 0): string {
  return line(time, `IP pool stats: total = ${total}, used = ${assigned}, IPs in Cooldown = ${cooldown}, c.maxIPsPerENI = 14`)
}

export const ENI = 'eni-07bfa073fb840e2d4'

/** The pool manager asks EC2 and is refused. */
export function refused(
  time: string,
  code = 'InsufficientFreeAddressesInSubnet',
  requestId = '8e6d78dc-5d95-45c6-9c96-eae8824e399a',
): string {
  const error = `${code}: no.\n\tstatus code: 400, request id: ${requestId}`
  return (
    line(time, 'Starting to increase pool size') +
    line(time, `Trying to allocate 2 IP addresses on ENI ${ENI}`, 'info') +
    line(time, `Failed to allocate a private IP/Prefix addresses on ENI ${ENI}: ${error}`, 'error') +
    line(time, `failed to allocate all available IP addresses on ENI ${ENI}, err: ${error}`, 'warn')
  )
}

export function waits(time: string): string {
  return (
    line(time, 'Starting to increase pool size') +
    line(time, 'Recently we had InsufficientCidr error hence will wait for 2m0s before retrying')
  )
}

export function added(time: string, ...addresses: string[]): string {
  return addresses
    .map(address => line(time, `Added ENI(${ENI})'s IP/Prefix ${address}/32 to datastore`, 'info', 'ipamd/ipamd.go:900'))
    .join('')
}

export function grows(time: string, total: number, assigned: number, ...addresses: string[]): string {
  return (
    line(time, 'Starting to increase pool size') +
    line(time, `Allocated ${addresses.length} private IP addresses`, 'info') +
    added(time, ...addresses) +
    line(time, `Successfully increased IP pool: Total IPs/Prefixes = ${total}/0, AssignedIPs/CooldownIPs: ${assigned}/0`, 'info') +
    counted(time, total, assigned)
  )
}

export function starts(time: string): string {
  return line(time, 'Starting L-IPAMD   ...', 'info', 'runtime/proc.go:225')
}

export function serves(time: string): string {
  return line(time, 'Serving RPC Handler version  on 127.0.0.1:50051', 'info', 'rpc/rpc.go:100')
}

/** A node with four addresses, one free: enough of a life before the news begin. */
export const BEFORE =
  starts('20:00:00.000') +
  line('20:00:00.500', 'Get Node Info for: ip-10-0-1-42.us-west-2.compute.internal', 'info') +
  added('20:00:01.000', '10.0.1.11', '10.0.1.12', '10.0.1.13', '10.0.1.14') +
  serves('20:00:02.000') +
  gets('20:00:10.000', 'shop/a', '10.0.1.11') +
  gets('20:00:11.000', 'shop/b', '10.0.1.12') +
  gets('20:00:12.000', 'shop/c', '10.0.1.13') +
  counted('20:00:15.000', 4, 3)
