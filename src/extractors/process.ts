import { containerOf } from './container.ts'
import { extractor } from './wording.ts'

/** The process: start, recovery of what pods have, the API server, shutdown (families A1, A2, A5, B1, H1, J2). */

/** The version is empty from v1.10.0 on: the build sets it under a wrong name (families A1). */
export const ipamdStarted = extractor('ipamd-started', [['v1.5.0', 'Starting L-IPAMD %(version)v  ...']], ({ version }) => {
  const said = version.trim()
  return said === '' ? {} : { version: said }
})

export const nodeInitBegan = extractor('node-init-began', [['v1.5.0', 'Start node init']])
export const nodeInitDone = extractor('node-init-done', [['v1.13.0', 'node init completed successfully']])

export const rpcServing = extractor(
  'rpc-serving',
  [
    ['v1.6.0', 'Serving RPC Handler on %(address)s'],
    ['v1.7.0', 'Serving RPC Handler version %(version)v on %(address)s'],
  ],
  ({ version, address }) => ({
    ...(version === undefined || version === '' ? {} : { version }),
    ...(address === '' ? {} : { address }),
  }),
)

/** From here on a SIGTERM leaves a line. */
export const shutdownHooked = extractor('shutdown-hooked', [['v1.6.0', 'Setting up shutdown hook.']])

/** ipamd ends after these lines, and the container starts anew. `over`: what the line itself is about. */
export const initFailed = extractor('init-failed', [
  ['v1.5.0', 'Initialization failure %(error)v'],
  ['v1.5.3', 'Initialization failure: %(error)v'],
  ['v1.5.0', 'Failed to set up gRPC handler %(error)v'],
  ['v1.5.3', 'Failed to set up gRPC handler: %(error)v'],
  ['v1.5.0', 'Failed to create client: %(error)v', { over: 'api-server' }],
  ['v1.11.0', 'Failed to create kube client: %(error)v', { over: 'api-server' }],
  ['v1.11.0', 'Failed to create cached kube client: %(error)v', { over: 'api-server' }],
  ['v1.11.0', 'Failed to check API server connectivity: %(error)v', { over: 'api-server' }],
  ['v1.5.0', 'Failed to listen gRPC port: %(error)v'],
  ['v1.5.0', 'Failed to start server on gRPC port: %(error)v'],
  ['v1.23.0', 'Failed to listen on Unix socket %(address)s: %(error)v'],
  ['v1.23.0', 'Failed to start server on Unix socket: %(error)v'],
])

export const shutdownReceived = extractor('shutdown-received', [['v1.6.0', "Received shutdown signal, setting 'terminating' to true"]])

/** v1.8.0 to v1.10.4 end here without a word when there is no answer; v1.11.0 and v1.11.2 wait here in silence (families A2). */
export const apiServerTested = extractor('api-server-tested', [
  ['v1.5.0', 'Testing communication with server'],
  ['v1.19.4', 'Testing communication with server ...'],
])

export const apiServerUnreachable = extractor('api-server-unreachable', [
  ['v1.11.3', 'Unable to reach API Server, %(error)v'],
  ['v1.19.4', 'Unable to reach API Server: %(error)v'],
  ['v1.19.4', 'Still waiting for API server connectivity in background: %(error)v'],
  ['v1.19.4', 'Failed to get node after API server connection established: %(error)v'],
  ['v1.5.0', 'Failed to communicate with K8S Server. Please check instance security groups or http proxy setting'],
])

export const apiServerLost = extractor('api-server-lost', [
  ['v1.19.4', 'API server connection lost, continuing with current maxPods value'],
  ['v1.19.4', 'Proceeding without API server connectivity, will run background API server connectivity check'],
])

export const apiServerReached = extractor('api-server-reached', [
  ['v1.5.0', 'Communication with server successful'],
  ['v1.6.1', 'Successful communication with the Cluster! Cluster Version is: %(cluster)v'],
  ['v1.19.4', 'API server connectivity established in background! Cluster Version is: %(cluster)v'],
  ['v1.19.4', 'API server connectivity established.'],
])

/** A call to the API server failed; what it was for goes on without. */
export const apiServerRefused = extractor('api-server-refused', [
  ['v1.7.0', 'Failed to get node: %(error)v'],
  ['v1.19.4', 'Failed to get node, %(error)v'],
  ['v1.8.0', 'error retrieving node: %(error)v'],
  ['v1.11.3', 'Failed to get node while determining schedulability: %(error)v'],
  ['v1.12.6', 'Failed to get pod: %(error)v'],
  ['v1.13.0', 'Failed to get host node: %(error)v'],
])

export const recoveryBegan = extractor('recovery-began', [
  ['v1.7.0', 'Reading ipam state from backing store', { from: 'checkpoint' }],
  ['v1.7.0', 'Reading ipam state from CRI', { from: 'cri' }],
  ['v1.12.0', 'Begin ipam state recovery from backing store', { from: 'checkpoint' }],
])

export const recoveryDone = extractor('recovery-done', [['v1.7.0', 'Completed ipam state recovery']])

/** v1.7.0 to v1.11.5 print what reading came to also where it went well: `<nil>`. Other errors than a missing file end ipamd. */
export const checkpointMissing = extractor(
  'checkpoint-missing',
  [
    ['v1.12.0', "backing store doesn't exists, assuming bootstrap on a new node"],
    ['v1.7.0', 'backing store restore returned err %(error)v'],
  ],
  ({ error }) => (error === undefined ? {} : error.includes('no such file') ? { error } : undefined),
)

export const sandboxRecovered = extractor(
  'sandbox-recovered',
  [['v1.7.0', 'Recovered %(sandbox)s => %(eni)s/%(address)s']],
  ({ sandbox, eni, address }) => ({ sandbox, container: containerOf(sandbox), eni, address }),
)

/** The checkpoint names an address that no ENI has, or a sandbox that no longer runs. */
export const sandboxStale = extractor(
  'sandbox-stale',
  [
    ['v1.7.0', 'datastore: Sandbox %(sandbox)s uses unknown IPv4 %(address)s - presuming stale/dead', { reason: 'unknown-address' }],
    ['v1.10.0', 'datastore: Sandbox %(sandbox)s uses unknown IP Address %(address)s - presuming stale/dead', { reason: 'unknown-address' }],
    ['v1.12.0', 'ignore IP allocation for %(sandbox)s:%(address)s,%(addressV6)s due to %(error)v', { reason: 'no-link' }],
    ['v1.13.0', 'stale IP allocation for ID(%(sandbox)s): IPv4(%(address)s), IPv6(%(addressV6)s) due to %(error)v', { reason: 'no-link' }],
  ],
  ({ sandbox, address, reason, error }) => ({
    sandbox,
    container: containerOf(sandbox),
    address,
    reason,
    ...(error === undefined ? {} : { error }),
  }),
)
