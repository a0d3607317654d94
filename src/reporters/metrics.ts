import type { Status } from '../model/news.ts'

/** Prometheus' text format, for the textfile collector of node_exporter. What is not known is left out. */
export function metrics(status: Status): string {
  const lines: string[] = []
  const node = `node="${label(status.node)}"`
  const metric = (
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    samples: readonly (readonly [labels: string, value: number | null])[],
  ): void => {
    const known = samples.filter(([, value]) => value !== null)
    if (known.length === 0) return
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
    for (const [labels, value] of known) lines.push(`${name}{${node}${labels === '' ? '' : `,${labels}`}} ${value}`)
  }
  metric(
    'ipamd_trace_pool_addresses',
    'gauge',
    'Addresses of the pool by state, as rebuilt from the log.',
    status.pools.flatMap(({ networkCard, total, assigned, cooldown, assignable }) =>
      (
        [
          ['total', total],
          ['assigned', assigned],
          ['cooldown', cooldown],
          ['assignable', assignable],
        ] as const
      ).map(([state, value]) => [`network_card="${networkCard}",state="${state}"`, value] as const),
    ),
  )
  metric('ipamd_trace_enis', 'gauge', 'ENIs whose addresses are in the pool.', [['', status.enis.managed]])
  metric('ipamd_trace_enis_limit', 'gauge', 'ENIs that the instance can have, where the log says it.', [['', status.enis.limit]])
  metric('ipamd_trace_requests_per_minute', 'gauge', 'Requests for an address in the last minute.', [['', status.requestsPerMinute]])
  metric('ipamd_trace_requests_total', 'counter', 'Requests for an address and how they ended, in the log that was read.', [
    ['outcome="assigned"', status.requests.assigned],
    ['outcome="failed"', status.requests.failed],
  ])
  metric('ipamd_trace_ec2_refusals_total', 'counter', 'Calls of ipamd that came back with an error.', [['', status.refusals]])
  metric('ipamd_trace_ipamd_starts_total', 'counter', 'Starts of ipamd in the log that was read.', [['', status.restarts]])
  metric('ipamd_trace_incidents_total', 'counter', 'Stretches of time in which requests failed.', [['', status.incidents]])
  metric('ipamd_trace_incident_open', 'gauge', '1 while requests fail or pods that were refused have no address.', [
    ['', status.incident === null ? 0 : 1],
  ])
  metric('ipamd_trace_pods_waiting', 'gauge', 'Pods that were refused and have no address.', [['', status.incident?.waiting ?? 0]])
  metric('ipamd_trace_last_line_timestamp_seconds', 'gauge', 'Time of the last line of the log.', [
    ['', status.lastAt === null ? null : status.lastAt / 1_000],
  ])
  return `${lines.join('\n')}\n`
}

function label(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
