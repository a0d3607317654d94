import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { main } from '../../src/cli/main.ts'
import type { Report } from '../../src/model/report.ts'

/** A folder for one test file; archives in it are made by the tar and gzip programs. */
export function createWorld() {
  const root = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
  const at = (path: string): string => join(root, path)

  function write(path: string, content: string | Uint8Array): string {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), content)
    return at(path)
  }

  return {
    root,
    at,
    write,
    writeAll(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
      for (const [path, content] of Object.entries(files)) write(join(folder, path), content)
      return at(folder)
    },
    gzip(content: string | Uint8Array): Buffer {
      return execFileSync('gzip', ['-nc'], { input: content, maxBuffer: 1 << 28 })
    },
    /** As the eks-log-collector does: `./` first, directories included. */
    tar(archive: string, folder: string, args: readonly string[] = ['-czf'], members: readonly string[] = ['.']): string {
      execFileSync('tar', [...args, at(archive), '-C', at(folder), ...members], { stdio: 'pipe' })
      return at(archive)
    },
    read: (path: string): Buffer => readFileSync(at(path)),
    remove: (): void => rmSync(root, { recursive: true, force: true }),
  }
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The program, without a process of its own. */
export async function run(argv: readonly string[], stdin: string | Uint8Array = ''): Promise<Ran> {
  const out = collector()
  const err = collector()
  const code = await main(argv, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: out.stream,
    stderr: err.stream,
    env: {},
    on: () => {},
    off: () => {},
  })
  return { code, stdout: out.text(), stderr: err.text() }
}

export async function reportOf(argv: readonly string[], stdin?: string | Uint8Array): Promise<Ran & { readonly report: Report }> {
  const ran = await run([...argv, '--format', 'json'], stdin)
  return { ...ran, report: (ran.stdout === '' ? undefined : JSON.parse(ran.stdout)) as Report }
}

function collector() {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString() }
}

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../fixtures/rotated', name))

/** A real node's log as it lies there: a backup and the live file. */
export const rotated = {
  backupName: 'ipamd-2026-11-24T01-31-37.712.log.gz',
  backup: fixture('ipamd-2026-11-24T01-31-37.712.log.gz'),
  backupText: gunzipSync(fixture('ipamd-2026-11-24T01-31-37.712.log.gz')).toString(),
  live: gunzipSync(fixture('ipamd.log.gz')).toString(),
  enis: fixture('enis.json').toString(),
  checkpoint: fixture('ipam.json').toString(),
  node: 'ip-10-0-1-23.us-west-2.compute.internal',
  instanceId: 'i-0d4e8eb2af2f26165',
}

/** A line as ipamd of v1.18.3 writes it. */
export function line(at: number, level: string, caller: string, msg: string): string {
  return JSON.stringify({ level, ts: new Date(at).toISOString(), caller, msg })
}

/** Some lines of a node on which one pod after another fails: its subnet has no address. */
export function smallLog(
  host: number,
  startAt: number,
  options: { readonly requests?: number; readonly subnet?: string; readonly named?: boolean } = {},
): string[] {
  const { requests = 2, subnet = 'subnet-09d3fb64afebede10', named = true } = options
  const name = `ip-10-0-${host}-42.us-west-2.compute.internal`
  const eni = `eni-0${host.toString(16).padStart(16, 'a')}`
  const lines = named
    ? [
        line(startAt, 'info', 'aws-k8s-agent/main.go:42', 'Starting L-IPAMD   ...'),
        line(startAt, 'debug', 'awsutils/awsutils.go:385', `Found instance-id: i-0${host.toString(16).padStart(16, 'b')} `),
        line(startAt, 'debug', 'awsutils/awsutils.go:385', `Found subnet-id: ${subnet} `),
        line(startAt, 'debug', 'awsutils/awsutils.go:385', `${eni} is the primary ENI of this instance`),
        line(startAt, 'debug', 'ipamd/ipamd.go:798', `Node found "${name}" - no of taints - 0`),
      ]
    : []
  for (let i = 0; i < requests; i += 1) {
    const at = startAt + 1_000 + i * 10_000
    const sandbox = `${host.toString(16).padStart(2, '0')}${i.toString(16).padStart(2, '0')}`.repeat(16)
    lines.push(
      line(at, 'info', 'rpc/rpc.pb.go:881', `Received AddNetwork for NS /var/run/netns/cni-${i}, Sandbox ${sandbox}, ifname eth0`),
      line(
        at,
        'debug',
        'rpc/rpc.pb.go:881',
        `AddNetworkRequest: K8S_POD_NAME:"cart-${host}-${i}" K8S_POD_NAMESPACE:"shop" K8S_POD_INFRA_CONTAINER_ID:"${sandbox}" ContainerID:"${sandbox}" IfName:"eth0" NetworkName:"aws-cni" Netns:"/var/run/netns/cni-${i}"`,
      ),
      line(
        at + 100,
        'error',
        'ipamd/ipamd.go:935',
        `Failed to allocate a private IP/Prefix addresses on ENI ${eni}: InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.\n\tstatus code: 400, request id: 00000000-0000-4000-8000-0000000000${host}${i}`,
      ),
      line(at + 200, 'debug', 'rpc/rpc.pb.go:881', 'AssignIPv4Address: IP address pool stats: total 4, assigned 4'),
      line(
        at + 200,
        'info',
        'rpc/rpc.pb.go:881',
        'Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: AssignPodIPv4Address: no available IP/Prefix addresses',
      ),
    )
  }
  return lines
}
