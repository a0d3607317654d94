/** What a bundle says of its node, from the members that the collectors of all generations write. A member that cannot be read says nothing. */
import type { AllocationFacts, BundleFacts, PoolFacts } from '../model/bundle.ts'
import { allocationsOf, metricsOf, podsOf, poolsOf } from './introspection.ts'
import { isObject, jsonDocuments, lastObject } from './json-documents.ts'

export interface FactCollector {
  wants(name: string): boolean
  add(name: string, content: Uint8Array): void
  facts(): BundleFacts
}

/** `path` as shown to people; `fileName` where the bundle's own name may tell of the node. */
export function createFactCollector(path: string, fileName = path): FactCollector {
  const draft: Draft = { settings: {}, enis: [], allocations: [], pods: [], ...namedFacts(fileName) }
  const members: string[] = []
  return {
    wants: name => readerOf(name) !== undefined,
    add(name, content) {
      const text = Buffer.from(content).toString()
      try {
        readerOf(name)?.(text, draft, name)
      } catch {
        return
      }
      members.push(name)
    },
    facts() {
      const { enis, allocations, pods, containerAt, maxPodsOf, ...rest } = draft
      return {
        path,
        ...rest,
        ...(enis.length === 0 ? {} : { pools: enis }),
        ...(allocations.length === 0 ? {} : { checkpoint: allocations }),
        ...(pods.length === 0 ? {} : { pods }),
        members,
      }
    },
  }
}

/** Where a bundle's facts lie under its root: for bundles that somebody unpacked. */
export const FACT_FOLDERS: readonly string[] = ['system', 'kernel', 'kubelet', 'kubelet/config.json.d', 'cni', 'ipamd']

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
interface Draft extends Partial<Mutable<Omit<BundleFacts, 'path' | 'members' | 'settings' | 'pools' | 'checkpoint' | 'pods'>>> {
  settings: Record<string, string>
  enis: PoolFacts[]
  allocations: AllocationFacts[]
  pods: AllocationFacts[]
  /** Where max-pods was read. */
  maxPodsOf?: MaxPodsSource
  /** When the container whose settings were taken was made. */
  containerAt?: number
}
type FactReader = (text: string, draft: Draft, name: string) => void

/** `eks_i-0a1b2c3d4e5f60718_2024-09-11_2039-UTC_0.7.8.tar.gz` (eks-log-collector), `NODE-logs.tar.gz` (node monitoring agent). */
function namedFacts(path: string): Partial<Draft> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const collector = /^eks_(i-[0-9a-f]{8,17})?_(\d{4}-\d\d-\d\d)_(\d\d)(\d\d)-UTC_\d+\.\d+\.\d+/.exec(name)
  if (collector) {
    const [, instanceId, date, hour, minute] = collector
    const collectedAt = Date.parse(`${date}T${hour}:${minute}:00Z`)
    return { ...(instanceId === undefined ? {} : { instanceId }), ...(Number.isNaN(collectedAt) ? {} : { collectedAt }) }
  }
  const [, node] = /^([a-z0-9][a-z0-9.-]{0,252})-logs\.tar\.gz$/.exec(name) ?? []
  if (node === undefined || node === 'bottlerocket') return {}
  return INSTANCE.test(node) ? { instanceId: node } : { hostName: node }
}

const INSTANCE = /^i-(?:[0-9a-f]{17}|[0-9a-f]{8})$/

/** By the end of the path: trees are packed again under other roots. */
function readerOf(name: string): FactReader | undefined {
  const parts = name.split('/')
  const base = parts.at(-1) ?? ''
  const folder = parts.at(-2) ?? ''
  const reader = READERS[`${folder}/${base}`]
  if (reader) return reader
  if (folder === 'config.json.d') return kubeletConfig('drop-in')
  if (folder === 'ipamd' && /^ipam(?:-nic-\d{1,2})?\.json$/.test(base)) return checkpoint
  if (folder === 'aws-routed-eni') return SUPPORT_SCRIPT[base]
  return undefined
}

const oneLine =
  (key: 'instanceId' | 'region' | 'availabilityZone', pattern: RegExp): FactReader =>
  (text, draft) => {
    const value = text.trim()
    if (pattern.test(value)) draft[key] = value
  }

const uname: FactReader = (text, draft) => {
  const [system, host, kernel] = text.trim().split(/\s+/, 3)
  if (system !== 'Linux' || host === undefined || !/^[a-z0-9][a-z0-9.-]{0,252}$/i.test(host)) return
  draft.hostName ??= host
  if (kernel !== undefined) draft.kernel = kernel.slice(0, 100)
}

/** The hypervisor's name of the machine: `DMI: Amazon EC2 m5.large/, BIOS …`. */
const dmesg: FactReader = (text, draft) => {
  const from = text.indexOf('Amazon EC2 ')
  const [type] = from < 0 ? [] : (/^[a-z0-9-]{2,20}\.[a-z0-9-]{2,20}(?=\/)/.exec(text.slice(from + 11, from + 60)) ?? [])
  if (type !== undefined) draft.instanceType ??= type
}

/** As kubelet reads them: a drop-in overrules the file, a flag overrules both, and what runs is what counts. */
const MAX_PODS_SOURCES = ['file', 'drop-in', 'service', 'process'] as const
type MaxPodsSource = (typeof MAX_PODS_SOURCES)[number]

function maxPods(value: unknown, source: MaxPodsSource, draft: Draft): void {
  const pods = Number(value)
  const { maxPodsOf } = draft
  if (!Number.isInteger(pods) || pods <= 0 || pods > 100_000) return
  if (maxPodsOf !== undefined && MAX_PODS_SOURCES.indexOf(maxPodsOf) > MAX_PODS_SOURCES.indexOf(source)) return
  draft.maxPods = pods
  draft.maxPodsOf = source
}

const kubeletConfig =
  (source: MaxPodsSource): FactReader =>
  (text, draft) => {
    const { maxPods: pods } = lastObject(text) ?? {}
    if (typeof pods === 'number') maxPods(pods, source, draft)
  }

/** The unit of systemd, or what `snap get` prints. */
const kubeletService: FactReader = (text, draft) => {
  const [, pods] = /(?:--max-pods[= ]|^max-pods[ \t]{1,80})(\d{1,5})\b/m.exec(text) ?? []
  if (pods !== undefined) maxPods(pods, 'service', draft)
  const [, type] = /instance-type=([a-z0-9-]{2,20}\.[a-z0-9-]{2,20})\b/.exec(text) ?? []
  if (type !== undefined) draft.instanceType ??= type
}

/** Of all processes kubelet's alone. */
const processes: FactReader = (text, draft) => {
  for (const line of text.split('\n')) {
    const [, pods] = line.includes('/kubelet ') ? (/ --max-pods[= ](\d{1,5})(?: |$)/.exec(line) ?? []) : []
    if (pods !== undefined) maxPods(pods, 'process', draft)
  }
}

/** `ctr container info`: `.Spec.process.env` and `.Image`; several containers one after another, stopped ones too: the youngest counts. */
const containerd: FactReader = (text, draft) => {
  for (const document of jsonDocuments(text)) {
    if (!isObject(document)) continue
    const { Spec, Image, CreatedAt } = document as { Spec?: { process?: { env?: unknown } }; Image?: unknown; CreatedAt?: unknown }
    container(Spec?.process?.env, Image, CreatedAt, draft)
  }
}

/** `docker container inspect`: lists with `.Config.Env` and `.Config.Image`. */
const docker: FactReader = (text, draft) => {
  for (const document of jsonDocuments(text)) {
    for (const one of Array.isArray(document) ? document : [document]) {
      if (!isObject(one)) continue
      const { Config, Created } = one as { Config?: { Env?: unknown; Image?: unknown }; Created?: unknown }
      container(Config?.Env, Config?.Image, Created, draft)
    }
  }
}

function container(env: unknown, image: unknown, createdAt: unknown, draft: Draft): void {
  if (!Array.isArray(env)) return
  const at = typeof createdAt === 'string' ? Date.parse(createdAt) : Number.NaN
  if (draft.containerAt !== undefined && at < draft.containerAt) return
  if (!Number.isNaN(at)) draft.containerAt = at
  const [, release] = typeof image === 'string' ? (/amazon-k8s-cni:(v\d+\.\d+\.\d+)/.exec(image) ?? []) : []
  if (release !== undefined) draft.release = release
  for (const pair of env.slice(0, 500))
    if (typeof pair === 'string') setting(pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1), draft)
}

/** What introspection tells of the settings in force. */
const envSettings: FactReader = (text, draft) => {
  for (const [name, value] of Object.entries(lastObject(text) ?? {}))
    if (value !== null) setting(name, typeof value === 'object' ? JSON.stringify(value) : String(value), draft)
}

/** Names of the CNI's own variables; addresses of the API server, tokens and what else an environment holds are none of our business. */
const SETTING =
  /^(?:AWS_VPC_|AWS_EXTERNAL_|AWS_MANAGE_|ADDITIONAL_ENI_TAGS$|ANNOTATE_POD_IP$|CLUSTER_NAME$|DISABLE_|ENABLE_|ENI_CONFIG_|INTROSPECTION_|IP_COOLDOWN_|MAX_ENI$|MINIMUM_IP_|POD_SECURITY_|WARM_)/

function setting(name: string, value: string, draft: Draft): void {
  if (SETTING.test(name) && name.length < 100 && value.length < 1_000) draft.settings[name] = value
}

const enis: FactReader = (text, draft) => {
  const pools = poolsOf(lastObject(text))
  if (pools.length > 0) draft.enis = pools
}

const checkpoint: FactReader = (text, draft) => {
  draft.allocations.push(...allocationsOf(lastObject(text)))
}

const pods: FactReader = (text, draft) => {
  draft.pods = podsOf(lastObject(text))
}

const metrics: FactReader = (text, draft) => {
  const { values, release } = metricsOf(text)
  if (Object.keys(values).length > 0) draft.metrics = values
  if (release !== undefined) draft.release ??= release
}

/** Bottlerocket's logdog. */
const bottlerocket: FactReader = (text, draft) => {
  const { settings } = (lastObject(text) ?? {}) as { settings?: { kubernetes?: Record<string, unknown> } }
  const kubernetes = settings?.kubernetes
  maxPods(kubernetes?.['max-pods'], 'file', draft)
  const name = kubernetes?.['hostname-override'] ?? (settings as { network?: { hostname?: unknown } } | undefined)?.network?.hostname
  if (typeof name === 'string' && /^[a-z0-9][a-z0-9.-]{0,252}$/i.test(name)) draft.hostName ??= name
}

const READERS: Readonly<Record<string, FactReader>> = {
  'system/instance-id.txt': oneLine('instanceId', INSTANCE),
  'system/region.txt': oneLine('region', /^[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d$/),
  'system/availability-zone.txt': oneLine('availabilityZone', /^[a-z]{2}(?:-[a-z0-9]{1,12}){1,5}$/),
  'kernel/uname.txt': uname,
  'kernel/dmesg.boot': dmesg,
  'kernel/dmesg.current': dmesg,
  'system/ps.txt': processes,
  'kubelet/config.json': kubeletConfig('file'),
  'kubelet/kubelet-config.json': kubeletConfig('file'),
  'kubelet/kubelet_service.txt': kubeletService,
  'kubelet/kubelet-eks_service.txt': kubeletService,
  'cni/cni-configuration-variables-containerd.json': containerd,
  'cni/cni-configuration-variables-dockerd.txt': docker,
  'ipamd/enis.json': enis,
  'ipamd/enis.txt': enis,
  'ipamd/pods.json': pods,
  'ipamd/pods.txt': pods,
  'ipamd/ipamd-env-settings.json': envSettings,
  'ipamd/ipamd-env-settings.txt': envSettings,
  'ipamd/networkutils-env-settings.json': envSettings,
  'ipamd/networkutils-env-settings.txt': envSettings,
  'ipamd/metrics.json': metrics,
  'ipamd/metrics.txt': metrics,
  'bottlerocket-logs/settings.json': bottlerocket,
}

/** aws-cni-support.sh up to v1.6.0 wrote into the log's own folder. */
const SUPPORT_SCRIPT: Readonly<Record<string, FactReader>> = {
  'eni.output': enis,
  'eni.out': enis,
  'pod.output': pods,
  'pod.out': pods,
  'ipamd-env.output': envSettings,
  'ipamd-env.out': envSettings,
  'networkutils-env.output': envSettings,
  'networkutils-env.out': envSettings,
  'metrics.output': metrics,
  'metrics.out': metrics,
}
