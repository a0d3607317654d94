/** A small log of v1.18.3: a pool of 18 addresses, a subnet without any more, pods that ask. */
export interface PoolLog {
  /** Each asks `tries` times and is refused. */
  readonly pods: readonly string[]
  readonly tries?: number
  /** EC2 gives addresses at the end and each pod gets one. */
  readonly recovers?: boolean
}

const START = Date.parse('2024-09-11T20:40:00.000Z')

export function poolLog({ pods, tries = 2, recovers = false }: PoolLog): string {
  const lines: string[] = []
  const say = (seconds: number, level: string, caller: string, message: string): void => {
    lines.push(JSON.stringify({ level, ts: new Date(START + seconds * 1_000).toISOString(), caller, msg: message }))
  }
  let sandboxes = 0
  const asks = (seconds: number, pod: string, total: number, assigned: number, address: string | undefined): void => {
    const sandbox = (++sandboxes).toString(16).padStart(64, '0')
    say(seconds, 'info', 'rpc/rpc.pb.go:863', `Received AddNetwork for NS /var/run/netns/cni-${sandboxes}, Sandbox ${sandbox}, ifname eth0`)
    say(
      seconds,
      'debug',
      'rpc/rpc.pb.go:863',
      `AddNetworkRequest: K8S_POD_NAME:${JSON.stringify(pod)} K8S_POD_NAMESPACE:"shop" K8S_POD_INFRA_CONTAINER_ID:"${sandbox}" ContainerID:"${sandbox}" IfName:"eth0" NetworkName:"aws-cni" Netns:"/var/run/netns/cni-${sandboxes}"`,
    )
    say(
      seconds,
      'debug',
      'datastore/data_store.go:607',
      `AssignPodIPv4Address: IP address pool stats: total ${total}, assigned ${assigned}`,
    )
    if (address === undefined) {
      say(seconds, 'error', 'datastore/data_store.go:607', 'DataStore has no available IP/Prefix addresses')
      say(
        seconds,
        'info',
        'rpc/rpc.pb.go:863',
        'Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: AssignPodIPv4Address: no available IP/Prefix addresses',
      )
    } else {
      say(
        seconds,
        'info',
        'datastore/data_store.go:714',
        `assignPodIPAddressUnsafe: Assign IP ${address} to sandbox aws-cni/${sandbox}/eth0`,
      )
      say(seconds, 'info', 'rpc/rpc.pb.go:863', `Send AddNetworkReply: IPv4Addr: ${address}, IPv6Addr: , DeviceNumber: 1, err: <nil>`)
    }
  }
  const stats = (seconds: number, total: number, assigned: number): void =>
    say(seconds, 'debug', 'ipamd/ipamd.go:660', `IP stats - total IPs: ${total}, assigned IPs: ${assigned}, cooldown IPs: 0`)

  stats(0, 18, 17)
  asks(1, 'early-1', 18, 17, '10.0.1.18')
  if (pods.length === 0) {
    stats(5, 18, 18)
    return `${lines.join('\n')}\n`
  }
  say(
    5,
    'error',
    'awsutils/awsutils.go:894',
    'Failed to CreateNetworkInterface InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.\n\tstatus code: 400, request id: aa3be586-51cb-4269-a89f-1c13c3034781 for subnet subnet-09d3fb64afebede10',
  )
  for (let seconds = 10; seconds < 10 + tries * 15; seconds += 5) {
    stats(seconds, 18, 18)
    say(seconds, 'debug', 'ipamd/ipamd.go:678', 'Recently we had InsufficientCidr error hence will wait for 2m0s before retrying')
    if (seconds % 15 === 10) for (const [i, pod] of pods.entries()) asks(seconds + 1 + i / 1_000, pod, 18, 18, undefined)
  }
  const end = 15 + tries * 15
  if (recovers) {
    stats(end, 18 + pods.length, 18)
    for (const [i, pod] of pods.entries()) asks(end + 1 + i / 1_000, pod, 18 + pods.length, 18 + i, `10.0.2.${i % 250}`)
    stats(end + 5, 18 + pods.length, 18 + pods.length)
  }
  return `${lines.join('\n')}\n`
}
