/**
 * The log of a busy node, the same for the same numbers: a pool that swings between a third and all of its addresses, so that for part of each
 * two hours requests fail, EC2 refuses and kubelet asks again. Half of its lines say that an address in use is in use, as in life.
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

const NAMESPACES = ['default', 'kube-system', 'shop', 'jobs', 'search', 'billing']
const APPS = ['api', 'worker', 'report', 'gateway', 'cache', 'etl']
const ADDRESSES = 29
const ENI = 'eni-0a4b1c9d2e7f63581'

function createRandom(seed) {
  let state = seed >>> 0 || 1
  return below => {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Lines of one hour and the next, for ever. `odd`: how many of a thousand lines are not as zap prints them. */
function* busyLines(seed, odd) {
  const random = createRandom(seed)
  const hex = length => Array.from({ length }, () => random(16).toString(16)).join('')
  const addresses = Array.from({ length: ADDRESSES }, (_, i) => `10.4.${128 + (i % 3)}.${10 + 7 * i}`)
  const holders = new Map()
  const retries = []
  let now = Date.UTC(2024, 8, 11, 20, 39)
  const begin = now
  let out = []

  const log = (level, caller, message) => {
    const line = { level, ts: new Date(now).toISOString(), caller, msg: message }
    if (random(1_000) >= odd) out.push(JSON.stringify(line))
    else {
      const { ts, msg } = line
      out.push(
        [
          JSON.stringify({ ts, level, caller, msg }),
          JSON.stringify({ ...line, error: 'x' }),
          `${JSON.stringify(line)}\r`,
          'panic: runtime error',
          JSON.stringify(line).slice(0, 60),
          JSON.stringify({ ...line, msg: `${msg} \u2013` }),
        ][random(6)],
      )
    }
  }

  const add = again => {
    const pod = again ?? {
      namespace: NAMESPACES[random(NAMESPACES.length)],
      name: `${APPS[random(APPS.length)]}-${hex(9)}-${hex(5)}`,
    }
    const id = hex(64)
    log('info', 'rpc/rpc.pb.go:863', `Received AddNetwork for NS /var/run/netns/cni-${hex(32)}, Sandbox ${id}, ifname eth0`)
    log(
      'debug',
      'rpc/rpc.pb.go:863',
      `AddNetworkRequest: K8S_POD_NAME:"${pod.name}" K8S_POD_NAMESPACE:"${pod.namespace}" K8S_POD_INFRA_CONTAINER_ID:"${id}" ContainerID:"${id}" IfName:"eth0" NetworkName:"aws-cni"`,
    )
    log('debug', 'ipamd/rpc_handler.go:215', `AssignPodIPv4Address: IP address pool stats: total ${ADDRESSES}, assigned ${holders.size}`)
    for (const address of addresses) {
      if (holders.has(address)) {
        log(
          'debug',
          'datastore/data_store.go:687',
          `Get free IP from prefix failed no free IP available in the prefix - ${address}/ffffffff`,
        )
        log(
          'debug',
          'datastore/data_store.go:607',
          `Unable to get IP address from CIDR: no free IP available in the prefix - ${address}/ffffffff`,
        )
        continue
      }
      log('debug', 'datastore/data_store.go:687', `Found a free IP not in DB - ${address}`)
      log('debug', 'datastore/data_store.go:607', `Returning Free IP ${address}`)
      log('info', 'datastore/data_store.go:714', `assignPodIPAddressUnsafe: Assign IP ${address} to sandbox aws-cni/${id}/eth0`)
      now += 2
      log('info', 'rpc/rpc.pb.go:863', `Send AddNetworkReply: IPv4Addr: ${address}, IPv6Addr: , DeviceNumber: 0, err: <nil>`)
      holders.set(address, { ...pod, id, until: now + 30_000 + random(120_000) })
      return
    }
    log('debug', 'datastore/data_store.go:607', `AssignPodIPv4Address: ENI ${ENI} does not have available addresses`)
    log('error', 'datastore/data_store.go:607', 'DataStore has no available IP/Prefix addresses')
    log(
      'info',
      'rpc/rpc.pb.go:863',
      'Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: AssignPodIPv4Address: no available IP/Prefix addresses',
    )
    retries.push({ pod, at: now + 1_000 + random(12_000) })
  }

  const del = address => {
    const { id, name, namespace } = holders.get(address)
    log('info', 'rpc/rpc.pb.go:881', `Received DelNetwork for Sandbox ${id}`)
    log(
      'debug',
      'rpc/rpc.pb.go:881',
      `DelNetworkRequest: K8S_POD_NAME:"${name}" K8S_POD_NAMESPACE:"${namespace}" K8S_POD_INFRA_CONTAINER_ID:"${id}" Reason:"PodDeleted" ContainerID:"${id}" IfName:"eth0" NetworkName:"aws-cni"`,
    )
    log(
      'debug',
      'ipamd/rpc_handler.go:261',
      `UnassignPodIPAddress: IP address pool stats: total ${ADDRESSES}, assigned ${holders.size}, sandbox aws-cni/${id}/eth0`,
    )
    log('info', 'ipamd/rpc_handler.go:261', `unassignPodIPAddressUnsafe: Unassign IP ${address} from sandbox aws-cni/${id}/eth0`)
    log('info', 'ipamd/rpc_handler.go:261', `UnassignPodIPAddress: sandbox aws-cni/${id}/eth0's ipAddr ${address}, DeviceNumber 0`)
    log('info', 'rpc/rpc.pb.go:881', `Send DelNetworkReply: IPv4Addr: ${address}, IPv6Addr: , DeviceNumber: 0, err: <nil>`)
    holders.delete(address)
  }

  const pass = () => {
    log(
      'debug',
      'ipamd/ipamd.go:599',
      `IP pool is too low: available (${ADDRESSES - holders.size}) < ENI target (1) * addrsPerENI (${ADDRESSES})`,
    )
    log(
      'debug',
      'ipamd/ipamd.go:599',
      `IP pool stats: Total IPs/Prefixes = ${ADDRESSES}/0, AssignedIPs/CooldownIPs: ${holders.size}/0, c.maxIPsPerENI = ${ADDRESSES}`,
    )
    log('debug', 'ipamd/ipamd.go:560', 'Starting to increase pool size')
    log('debug', 'ipamd/ipamd.go:740', 'Node found "ip-10-4-129-144.eu-central-1.compute.internal" - no of taints - 0')
    if (random(25) === 0)
      log(
        'error',
        'ipamd/ipamd.go:913',
        `Failed to allocate a private IP/Prefix addresses on ENI ${ENI}: InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.\n\tstatus code: 400, request id: ${hex(8)}-${hex(4)}`,
      )
    else log('debug', 'ipamd/ipamd.go:740', 'Recently we had InsufficientCidr error hence will wait for 2m0s before retrying')
  }

  log('debug', 'awsutils/awsutils.go:447', 'Found instance-id: i-0b6f29d8e3a417c52 ')
  for (let nextPass = now, nextAdd = now; ; ) {
    now = Math.min(nextPass, nextAdd)
    for (const [address, { until }] of holders) if (until <= now) del(address)
    while (retries.length > 0 && retries[0].at <= now) add(retries.shift().pod)
    if (now >= nextPass) {
      pass()
      nextPass += 5_000
    }
    if (now >= nextAdd) {
      add()
      // an hour of few pods, an hour of many
      nextAdd = now + 500 + random(Math.floor((now - begin) / 3_600_000) % 2 === 0 ? 18_000 : 6_000)
    }
    yield* out
    out = []
  }
}

/** Writes a log of about so many bytes; gives its number of lines. */
export async function writeBusyLog(path, bytes, { seed = 1, odd = 0 } = {}) {
  const file = createWriteStream(path)
  let written = 0
  let lines = 0
  let piece = ''
  for (const line of busyLines(seed, odd)) {
    piece += `${line}\n`
    lines++
    if (piece.length < 1 << 20) continue
    written += piece.length
    if (!file.write(piece)) await once(file, 'drain')
    piece = ''
    if (written >= bytes) break
  }
  file.end(piece)
  await once(file, 'close')
  return lines
}
