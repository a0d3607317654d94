import type {
  Action,
  ApiError,
  BundleCheck,
  BundleReport,
  Cause,
  Checked,
  Deletion,
  EniReport,
  Evidence,
  FailureLine,
  Finding,
  Fleet,
  Growth,
  Happening,
  Incident,
  Input,
  NodeReport,
  Part,
  PodWait,
  PoolRow,
  Problem,
  Quality,
  Report,
  Verdict,
  Waste,
  WasteReason,
} from '../../model/report.ts'

/** Whether a value that came from outside has the form of a report, so that every reporter can rely on the types. Keys it does not know may stay. */
export function isReport(value: unknown): value is Report {
  if (
    !object<Pick<Report, 'schema' | 'schemaVersion' | 'inputs'>>({
      schema: oneOf('ipamd-trace/report'),
      schemaVersion: oneOf(1),
      inputs: array(input),
    })(value)
  )
    return false
  return report(value.inputs.length)(value)
}

type Check<T> = (value: unknown) => value is T
type Shape<T> = { readonly [K in keyof T]-?: Check<T[K]> }

const string: Check<string> = (value): value is string => typeof value === 'string'
const boolean: Check<boolean> = (value): value is boolean => typeof value === 'boolean'
const whole: Check<number> = (value): value is number => Number.isInteger(value) && (value as number) >= 0
const figure: Check<number> = (value): value is number => Number.isFinite(value) && (value as number) >= 0
const instant: Check<string> = (value): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value))

function oneOf<const T extends string | number>(...values: readonly T[]): Check<T> {
  return (value): value is T => values.includes(value as T)
}

function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value)
}

function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value)
}

function array<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(check)
}

function record<T>(check: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> => isObject(value) && Object.values(value).every(check)
}

function object<T>(shape: Shape<T>): Check<T> {
  const keys = Object.keys(shape) as (keyof T & string)[]
  return (value): value is T => isObject(value) && keys.every(key => shape[key](Object.hasOwn(value, key) ? value[key] : undefined))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const input = object<Input>({
  path: string,
  lines: whole,
  bytes: whole,
  understood: whole,
  known: whole,
  unrecognized: whole,
  unreadable: whole,
  blank: whole,
  joined: whole,
  extra: whole,
  foreign: whole,
  repeated: optional(whole),
  truncated: boolean,
  firstAt: nullable(instant),
  lastAt: nullable(instant),
  form: optional(array(string)),
  sha256: optional(string),
})

const poolSums = object<{ readonly total: number; readonly assigned: number }>({ total: whole, assigned: whole })
const bundle = object<BundleReport>({
  path: string,
  collectedAt: nullable(instant),
  kernel: optional(string),
  maxPods: optional(whole),
  settings: array(string),
  check: nullable(
    object<BundleCheck>({
      at: instant,
      by: oneOf('request-line', 'end-of-log'),
      agrees: boolean,
      cards: array(
        object<BundleCheck['cards'][number]>({
          networkCard: whole,
          bundle: poolSums,
          log: object<BundleCheck['cards'][number]['log']>({ total: nullable(whole), assigned: nullable(whole) }),
        }),
      ),
      addressesCompared: whole,
      differences: array(object<BundleCheck['differences'][number]>({ what: string, bundle: string, log: string })),
    }),
  ),
})

const fleet = object<Fleet>({
  nodes: whole,
  failed: array(
    object<Fleet['failed'][number]>({
      node: string,
      firstFailureAt: instant,
      recoveredAt: nullable(instant),
      failedRequests: whole,
      pods: whole,
      cause: nullable(string),
    }),
  ),
  shared: array(
    object<Fleet['shared'][number]>({
      by: oneOf('subnet', 'cause'),
      cause: nullable(string),
      subnetId: optional(string),
      nodes: array(string),
      firstFailureAt: instant,
      withinMs: whole,
      failedRequests: whole,
      pods: whole,
      text: string,
    }),
  ),
})

const confidence = oneOf('certain', 'likely', 'possible')
const action = object<Action>({ text: string, command: optional(string) })
const part = object<Part>({ part: string, text: string, ms: whole })
const checked = object<Checked>({ id: string, outcome: oneOf('ruled-out', 'not-judged', 'failed'), reason: string })

const eni = object<EniReport>({
  eni: string,
  networkCard: nullable(whole),
  primary: nullable(boolean),
  addedAt: nullable(instant),
  removedAt: nullable(instant),
  addresses: nullable(whole),
})

const waste = object<Waste>({
  knownMs: whole,
  meanTotal: figure,
  meanAssigned: figure,
  meanSpare: figure,
  addressHours: figure,
  peak: object<Waste['peak']>({ at: instant, total: whole, assigned: whole, spare: whole }),
  reasons: array(object<WasteReason>({ reason: string, text: string, addressHours: figure })),
})

const growth = object<Growth>({ attempts: nullable(whole), asked: nullable(whole), refusals: whole })

const poolRow: Check<PoolRow> = (value): value is PoolRow =>
  Array.isArray(value) && value.length === 6 && instant(value[0]) && whole(value[1]) && value.slice(2).every(nullable(whole))

const columns: Check<NodeReport['pool']['columns']> = (value): value is NodeReport['pool']['columns'] =>
  Array.isArray(value) && value.join() === 'at,networkCard,total,assigned,cooldown,prefixes'

/** Places point into the inputs, so their number is known first. */
function report(inputs: number): Check<Report> {
  const inputIndex: Check<number> = (value): value is number => whole(value) && value < inputs
  const evidence = object<Evidence>({
    input: inputIndex,
    line: whole,
    at: nullable(instant),
    note: optional(string),
    text: optional(string),
  })
  const cause = object<Cause>({
    id: string,
    title: string,
    confidence,
    contributing: array(string),
    evidence: array(evidence),
    summary: string,
    actions: array(action),
  })
  const problem = object<Problem>({
    kind: string,
    severity: oneOf('damage', 'note'),
    text: string,
    count: whole,
    places: array(evidence),
  })
  const finding = object<Finding>({
    id: string,
    title: string,
    confidence,
    severity: oneOf('fail', 'warn', 'info'),
    summary: string,
    contributing: array(string),
    evidence: array(evidence),
    actions: array(action),
  })
  const happening = object<Happening>({
    at: instant,
    until: optional(instant),
    kind: string,
    text: string,
    count: whole,
    input: inputIndex,
    line: whole,
  })
  const deletion = object<Deletion>({
    at: instant,
    until: optional(instant),
    count: whole,
    namespace: nullable(string),
    pod: nullable(string),
    input: inputIndex,
    line: whole,
  })
  const failureLine = object<FailureLine>({ podIndex: nullable(whole), input: inputIndex, line: whole })
  const podWait = object<PodWait>({
    namespace: nullable(string),
    name: nullable(string),
    attempts: whole,
    firstAttemptAt: instant,
    assignedAt: nullable(instant),
    address: nullable(string),
    waitMs: nullable(whole),
    input: optional(inputIndex),
    line: optional(whole),
  })
  const apiError = object<ApiError>({
    at: instant,
    api: nullable(string),
    code: nullable(string),
    status: nullable(whole),
    requestId: nullable(string),
    subnetId: optional(string),
    eni: optional(string),
    input: inputIndex,
    line: whole,
  })
  const incident = object<Incident>({
    id: string,
    firstFailureAt: instant,
    lastFailureAt: instant,
    recoveredAt: nullable(instant),
    fixed: nullable(boolean),
    failedRequests: whole,
    failures: array(instant),
    failureLines: optional(array(failureLine)),
    pods: array(podWait),
    poolAtFirstFailure: nullable(
      object<NonNullable<Incident['poolAtFirstFailure']>>({
        total: nullable(whole),
        assigned: nullable(whole),
        cooldown: nullable(whole),
        networkCard: optional(whole),
        enis: optional(whole),
      }),
    ),
    cause: nullable(cause),
    recovery: optional(string),
    breakdown: array(part),
    evidence: array(evidence),
    apiErrors: array(apiError),
  })
  const quality = object<Quality>({
    lines: whole,
    levels: record(whole),
    debug: boolean,
    gaps: array(object<Quality['gaps'][number]>({ from: instant, to: instant, ms: whole })),
    statistics: object<Quality['statistics']>({ compared: whole, drifted: whole, largestDrift: whole }),
    unrecognized: array(object<Quality['unrecognized'][number]>({ level: string, text: string, count: whole, first: evidence })),
    unrecognizedInAll: whole,
  })
  const node = object<NodeReport>({
    node: string,
    instanceId: optional(string),
    instanceType: optional(string),
    region: optional(string),
    availabilityZone: optional(string),
    subnetId: optional(string),
    vpcId: optional(string),
    release: object<NodeReport['release']>({
      value: nullable(string),
      candidates: array(string),
      from: nullable(oneOf('log', 'fingerprint', 'bundle')),
    }),
    firstAt: nullable(instant),
    lastAt: nullable(instant),
    settings: record(string),
    limits: object<NodeReport['limits']>({
      enis: optional(whole),
      addressesPerEni: optional(whole),
      maxPods: optional(whole),
      from: optional(oneOf('log', 'table')),
    }),
    requests: object<NodeReport['requests']>({ add: whole, assigned: whole, failed: whole, unanswered: whole, del: whole }),
    pool: object<NodeReport['pool']>({ columns, rows: array(poolRow) }),
    enis: array(eni),
    waste: optional(waste),
    growth: optional(growth),
    incidents: array(incident),
    findings: array(finding),
    checked: array(checked),
    deletions: optional(array(deletion)),
    happenings: array(happening),
    quality,
    unknowns: array(string),
    bundle: optional(bundle),
  })
  return object<Report>({
    schema: oneOf('ipamd-trace/report'),
    schemaVersion: oneOf(1),
    tool: object<Report['tool']>({ name: oneOf('ipamd-trace'), version: string }),
    inputs: array(input),
    window: optional(
      object<NonNullable<Report['window']>>({
        since: optional(instant),
        until: optional(instant),
        node: optional(string),
        pod: optional(string),
        namespace: optional(string),
      }),
    ),
    verdict: object<Verdict>({ status: oneOf('ok', 'warn', 'fail', 'unknown'), headline: string, cause: nullable(cause) }),
    nodes: array(node),
    fleet: optional(fleet),
    problems: array(problem),
  })
}
