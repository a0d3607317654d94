import { type Event, recognize } from '../../src/extractors/recognize.ts'
import { createTimeline, type Timeline } from '../../src/timeline/timeline.ts'
import { zap } from './lines.ts'
import { readLog } from './read-log.ts'

export const START = Date.UTC(2024, 8, 11, 20, 0, 0)

/** A log from what ipamd said, each at its second after the start. */
export function said(...lines: readonly (readonly [second: number, message: string, level?: string])[]): string {
  return lines
    .map(([second, message, level]) => `${zap(message, new Date(START + Math.round(second * 1000)).toISOString(), level)}\n`)
    .join('')
}

/** The timeline of a log; every line of it must be recognized. `until`: seconds after the start that pass without a line. */
export function timelineOf(log: string, until?: number): Timeline {
  const { timeline, apply, pass } = createTimeline()
  for (const { record, line } of readLog(log).records) {
    const event = recognize(record, { input: 0, line })
    if (event === 'unrecognized') throw new Error(`no wording of ipamd: ${record.message}`)
    if (event !== 'known') apply(event as Event)
  }
  if (until !== undefined) pass(START + until * 1000)
  return timeline
}

/** Words of v1.20.0 and later. */
export const say = {
  started: 'Starting L-IPAMD   ...',
  recovering: 'Begin ipam state recovery from backing store',
  recovered: (container: string, eni: string, address: string) => `Recovered aws-cni/${container}/eth0 => ${eni}/${address}`,
  recoveryDone: 'Completed ipam state recovery',
  serving: 'Serving RPC Handler version  on 127.0.0.1:50051',
  addEni: (eni: string) => `DataStore add an ENI ${eni}`,
  added: (eni: string, cidr: string) => `Added ENI(${eni})'s IP/Prefix ${cidr} to datastore`,
  deleted: (eni: string, cidr: string) => `Deleted ENI(${eni})'s IP/Prefix ${cidr} from datastore`,
  assign: (address: string, container: string) => `assignPodIPAddressUnsafe: Assign IP ${address} to sandbox aws-cni/${container}/eth0`,
  unassign: (address: string, container: string) =>
    `unassignPodIPAddressUnsafe: Unassign IP ${address} from sandbox aws-cni/${container}/eth0`,
  released: (address: string, container: string) =>
    `UnassignPodIPAddress: sandbox aws-cni/${container}/eth0's ipAddr ${address}, DeviceNumber 0`,
  stats: (total: number, assigned: number, cooldown: number) =>
    `IP stats - total IPs: ${total}, assigned IPs: ${assigned}, cooldown IPs: ${cooldown}`,
  cardStats: (card: number, total: number, assigned: number, cooldown: number) =>
    `IP stats for Network Card ${card} - total IPs: ${total}, assigned IPs: ${assigned}, cooldown IPs: ${cooldown}`,
  add: (container: string) => `Received AddNetwork for NS /var/run/netns/cni-${container}, Sandbox ${container}, ifname eth0`,
  describe: (container: string, pod: string) =>
    `AddNetworkRequest: ClientVersion:"v1.18.3"  K8S_POD_NAME:"${pod}"  K8S_POD_NAMESPACE:"default"  K8S_POD_INFRA_CONTAINER_ID:"${container}"  ContainerID:"${container}"  IfName:"eth0"  NetworkName:"aws-cni"  Netns:"/var/run/netns/cni-${container}"`,
  none: 'DataStore has no available IP/Prefix addresses',
  refused: 'Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: AssignPodIPv4Address: no available IP/Prefix addresses',
  replied: (address: string) => `Send AddNetworkReply: IPv4Addr: ${address}, IPv6Addr: , DeviceNumber: 0, err: <nil>`,
  del: (container: string) => `Received DelNetwork for Sandbox ${container}`,
} as const
