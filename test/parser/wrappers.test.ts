import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createParser } from '../../src/parser/parser.ts'

const LINES = [
  '{"level":"info","ts":"2024-09-11T20:39:00.478Z","caller":"rpc/rpc.pb.go:881","msg":"Received AddNetwork for NS /var/run/netns/cni-1, Sandbox 98f1, ifname eth0"}',
  '{"level":"debug","ts":"2024-09-11T20:39:00.479Z","caller":"ipamd/ipamd.go:798","msg":"Node found \\"ip-10-0-1-42.us-west-2.compute.internal\\" - no of taints - 0"}',
  '{"level":"warn","ts":"2024-09-11T20:39:00.480Z","caller":"ipamd/ipamd.go:909","msg":"failed to allocate, err: <a & b>\\n\\tstatus code: 400"}',
]
const HOST = 'ip-10-0-1-42.us-west-2.compute.internal'
const STREAM = `${HOST}-dataplane.tail.var.log.containers.aws-node-x7k2p_kube-system_aws-node-0f.log`
const at = (i: number): number => Date.parse('2024-09-11T20:39:00.478Z') + i
const objects = LINES.map(line => JSON.parse(line))

interface Read {
  readonly records: { at: number; message: string; line: number; node: string | undefined }[]
  readonly problems: { kind: string; line: number }[]
  readonly result: ReturnType<ReturnType<typeof createParser>['end']>
  readonly unordered: boolean
}

function read(text: string | Uint8Array, pieces = Number.POSITIVE_INFINITY): Read {
  const records: Read['records'] = []
  const problems: Read['problems'] = []
  const parser = createParser({
    record: ({ at, message }, line, _raw, node) => records.push({ at, message, line, node }),
    problem: ({ kind, line }) => problems.push({ kind, line }),
  })
  const bytes = Buffer.from(text as string)
  for (let from = 0; from < bytes.length; from += pieces) parser.write(Uint8Array.from(bytes.subarray(from, from + pieces)))
  const result = parser.end()
  return { records, problems, result, unordered: parser.unordered }
}

function everyLineIsCounted({ result: { lines, records, extra, joined, blank, unreadable, foreign } }: Read): void {
  expect(records - extra + joined + blank + unreadable + foreign).toBe(lines)
}

/** Form, its text, the node that it names. */
const FORMS: readonly (readonly [name: string, form: string, text: string, node: string | undefined])[] = [
  ['a container log of containerd', 'cri', LINES.map(line => `2024-09-11T20:39:00.478123456Z stdout F ${line}`).join('\n'), undefined],
  [
    "Docker's json-file",
    'docker-json',
    LINES.map(line => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2024-09-11T20:39:00.478123456Z' })).join('\n'),
    undefined,
  ],
  ['aws logs tail', 'cloudwatch-tail', LINES.map(line => `2024-09-11T20:39:00.478000+00:00 ${STREAM} ${line}`).join('\n'), HOST],
  ['aws logs tail --format short', 'timestamps', LINES.map(line => `2024-09-11T20:39:00 ${line}`).join('\n'), undefined],
  [
    'aws logs tail --format json',
    'cloudwatch-tail',
    objects.map(object => `2024-09-11T20:39:00.478000+00:00 ${STREAM} \n${JSON.stringify(object, null, 4)}`).join('\n'),
    HOST,
  ],
  ['an S3 export task', 'timestamps', LINES.map((line, i) => `2024-09-11T20:39:00.${478 + i}Z ${line}`).join('\n'), undefined],
  ['aws logs filter-log-events', 'cloudwatch', JSON.stringify(filterLogEvents(), null, 4), HOST],
  ['aws logs filter-log-events on one line', 'cloudwatch', JSON.stringify(filterLogEvents()), HOST],
  [
    'aws logs get-log-events',
    'cloudwatch',
    JSON.stringify(
      {
        events: LINES.map((message, i) => ({ timestamp: at(i), message, ingestionTime: at(900) })),
        nextForwardToken: 'f/3',
        nextBackwardToken: 'b/3',
      },
      null,
      4,
    ),
    undefined,
  ],
  [
    'two pages of it, one after another',
    'cloudwatch',
    `${JSON.stringify({ events: filterLogEvents().events.slice(0, 1), nextToken: 'x' }, null, 4)}\n${JSON.stringify({ events: filterLogEvents().events.slice(1) })}`,
    HOST,
  ],
  [
    'a subscription without separators',
    'cloudwatch',
    LINES.map((message, i) =>
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        owner: '123456789012',
        logGroup: '/aws/containerinsights/c/dataplane',
        logStream: STREAM,
        subscriptionFilters: ['f'],
        logEvents: [{ id: String(i), timestamp: at(i), message }],
      }),
    ).join(''),
    HOST,
  ],
  [
    'Insights, CSV of the console',
    'cloudwatch-insights',
    [
      '@timestamp,@message,@logStream',
      ...LINES.map((line, i) => `2024-09-11 20:39:00.${478 + i},"${line.replaceAll('"', '""')}",${STREAM}`),
    ].join('\n'),
    HOST,
  ],
  [
    'Insights, JSON of the console',
    'cloudwatch-insights',
    JSON.stringify(LINES.map((line, i) => ({ '@timestamp': `2024-09-11 20:39:00.${478 + i}`, '@message': line, '@logStream': STREAM }))),
    HOST,
  ],
  [
    'Insights, messages parsed',
    'cloudwatch-insights',
    JSON.stringify(
      objects.map(object => ({ '@timestamp': '2024-09-11 20:39:00.478', '@message': object, '@logStream': STREAM })),
      null,
      2,
    ),
    HOST,
  ],
  [
    'aws logs get-query-results',
    'cloudwatch-insights',
    JSON.stringify(
      {
        results: LINES.map((line, i) => [
          { field: '@timestamp', value: '2024-09-11 20:39:00.478' },
          { field: '@message', value: line },
          { field: '@logStream', value: STREAM },
          { field: '@ptr', value: `CmE${i}` },
        ]),
        statistics: { recordsMatched: 3 },
        status: 'Complete',
      },
      null,
      4,
    ),
    HOST,
  ],
  [
    'Fluent Bit with its filters',
    'fluent',
    LINES.map(log =>
      JSON.stringify({
        time: '2024-09-11T20:39:00.478123456Z',
        stream: 'stdout',
        _p: 'F',
        log,
        az: 'us-west-2b',
        ec2_instance_id: 'i-0a1b2c3d4e5f60718',
      }),
    ).join('\n'),
    'i-0a1b2c3d4e5f60718',
  ],
  [
    'Fluent Bit with Kubernetes metadata',
    'fluent',
    LINES.map(log => JSON.stringify({ date: 1726087140.478, log, kubernetes: { pod_name: 'aws-node-x7k2p', host: HOST } })).join('\n'),
    HOST,
  ],
  [
    "Fluentd's file output",
    'fluent',
    LINES.map(log => `2024-09-11T20:39:00+00:00\tkube.aws-node\t${JSON.stringify({ log, stream: 'stdout' })}`).join('\n'),
    undefined,
  ],
  [
    'journalctl -o json',
    'journald',
    LINES.map((MESSAGE, i) =>
      JSON.stringify({
        __REALTIME_TIMESTAMP: '1726087140478123',
        _HOSTNAME: HOST,
        SYSLOG_IDENTIFIER: 'aws-node',
        MESSAGE: i === 1 ? [...Buffer.from(MESSAGE)] : MESSAGE,
      }),
    ).join('\n'),
    HOST,
  ],
  ['journalctl -o short-iso', 'journald', LINES.map(line => `2024-09-11T20:39:00+0000 ${HOST} aws-node[123]: ${line}`).join('\n'), HOST],
  ['journalctl -o short', 'journald', LINES.map(line => `Sep 11 20:39:00 ${HOST} aws-node[123]: ${line}`).join('\n'), HOST],
  ['kubectl logs --prefix', 'kubectl', LINES.map(line => `[pod/aws-node-x7k2p/aws-node] ${line}`).join('\n'), 'aws-node-x7k2p'],
  [
    'kubectl logs --prefix --timestamps',
    'kubectl',
    LINES.map(line => `[pod/aws-node-x7k2p/aws-node] 2024-09-11T20:39:00.478123456Z ${line}`).join('\n'),
    'aws-node-x7k2p',
  ],
  ['stern', 'stern', LINES.map(line => `aws-node-x7k2p aws-node ${line}`).join('\n'), 'aws-node-x7k2p'],
  [
    'stern over namespaces, in color',
    'stern',
    LINES.map(line => `\x1b[36mkube-system\x1b[0m \x1b[36maws-node-x7k2p\x1b[0m \x1b[32maws-node\x1b[0m ${line}`).join('\n'),
    'aws-node-x7k2p',
  ],
  [
    'stern -o json',
    'json',
    LINES.map(message =>
      JSON.stringify({ message, nodeName: HOST, namespace: 'kube-system', podName: 'aws-node-x7k2p', containerName: 'aws-node' }),
    ).join('\n'),
    HOST,
  ],
  [
    'stern -o ppextjson',
    'json',
    objects.map(message => JSON.stringify({ pod: 'aws-node-x7k2p', container: 'aws-node', message }, null, 2)).join('\n'),
    'aws-node-x7k2p',
  ],
  ['logcli', 'loki', LINES.map(line => `2024-09-11T20:39:00Z {job="ipamd", node="${HOST}"}   ${line}`).join('\n'), HOST],
  [
    'logcli -o jsonl',
    'json',
    LINES.map(line => JSON.stringify({ labels: { node: HOST }, line, timestamp: '2024-09-11T20:39:00.478Z' })).join('\n'),
    HOST,
  ],
  [
    "Loki's API",
    'json',
    JSON.stringify({
      status: 'success',
      data: { resultType: 'streams', result: [{ stream: { node: HOST }, values: LINES.map((line, i) => [`${at(i)}000000`, line]) }] },
    }),
    HOST,
  ],
  [
    'Splunk, search export',
    'json',
    LINES.map(_raw => JSON.stringify({ preview: false, result: { _raw, _time: '2024-09-11', host: HOST } })).join('\n'),
    HOST,
  ],
  [
    'Splunk, CSV',
    'json',
    ['"_time",host,"_raw"', ...LINES.map(line => `"2024-09-11T20:39:00.478+0000","${HOST}","${line.replaceAll('"', '""')}"`)].join('\r\n'),
    HOST,
  ],
  [
    'Elastic, a search answer',
    'json',
    JSON.stringify(
      {
        took: 3,
        hits: {
          total: 3,
          hits: LINES.map(message => ({
            _index: 'k8s',
            _source: { '@timestamp': '2024-09-11T20:39:00.478Z', message, host: { name: HOST } },
          })),
        },
      },
      null,
      2,
    ),
    HOST,
  ],
  [
    'Datadog, parsed',
    'json',
    JSON.stringify({ data: objects.map(attributes => ({ id: 'AQ', content: { host: HOST, attributes } })) }),
    HOST,
  ],
  [
    'OpenTelemetry',
    'json',
    JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: [] },
          scopeLogs: [{ logRecords: LINES.map(stringValue => ({ timeUnixNano: '1726087140478000000', body: { stringValue } })) }],
        },
      ],
    }),
    undefined,
  ],
  ['lines printed by jq', '', objects.map(object => JSON.stringify(object, null, 2)).join('\n'), undefined],
  ['lines as a list of strings', '', JSON.stringify(LINES, null, 2), undefined],
  ['UTF-16 of PowerShell', '', Buffer.from(`\ufeff${LINES.join('\r\n')}`, 'utf16le').toString('latin1'), undefined],
]

function filterLogEvents() {
  return {
    events: LINES.map((message, i) => ({ logStreamName: STREAM, timestamp: at(i), message, ingestionTime: at(900), eventId: `3849${i}` })),
    searchedLogStreams: [],
  }
}

describe('a line in the wrapping of a shipper', () => {
  it.each(FORMS)('is read from %s', (name, form, text, node) => {
    const bytes = name.startsWith('UTF-16') ? Buffer.from(text, 'latin1') : Buffer.from(text)
    for (const pieces of [Number.POSITIVE_INFINITY, 7]) {
      const found = read(bytes, pieces)
      expect(found.records.map(record => [record.at, record.message])).toEqual(objects.map((object, i) => [at(i), object.msg]))
      expect(found.records.map(record => record.node)).toEqual([node, node, node])
      if (form !== '') expect(found.result.form).toContain(form)
      expect(found.result.kind).toBe('ipamd')
      expect(found.problems).toEqual([])
      everyLineIsCounted(found)
    }
  })

  it('is read through three layers: Docker in Fluent Bit in CloudWatch', () => {
    const inner = JSON.stringify({ log: `${LINES[0]}\n`, stream: 'stdout', time: '2024-09-11T20:39:00.478Z' })
    const text = JSON.stringify({
      events: [
        { logStreamName: STREAM, timestamp: 1, eventId: '1', message: JSON.stringify({ log: inner, kubernetes: { host: 'other' } }) },
      ],
    })
    const { records, result } = read(text)
    expect(records).toEqual([{ at: at(0), message: objects[0].msg, line: 1, node: 'other' }])
    expect(result.form).toEqual(['cloudwatch', 'fluent', 'docker-json'])
  })

  it('is joined from the parts that containerd and Docker make of a long one, per stream', () => {
    const [a = '', b = ''] = LINES
    const cri = [
      `2024-09-11T20:39:00.1Z stdout P ${a.slice(0, 40)}`,
      `2024-09-11T20:39:00.1Z stderr F ${b}`,
      `2024-09-11T20:39:00.1Z stdout P ${a.slice(40, 90)}`,
      `2024-09-11T20:39:00.1Z stdout F ${a.slice(90)}`,
    ].join('\n')
    const found = read(cri)
    expect(found.records.map(record => record.message)).toEqual([objects[1].msg, objects[0].msg])
    everyLineIsCounted(found)
  })

  it('keeps the nodes of a DaemonSet apart', () => {
    const { records } = read(LINES.map((line, i) => `[pod/aws-node-${'abc'[i]}/aws-node] ${line}`).join('\n'))
    expect(records.map(record => record.node)).toEqual(['aws-node-a', 'aws-node-b', 'aws-node-c'])
  })

  it('counts once where CloudWatch delivered it twice', () => {
    const { events } = filterLogEvents()
    const found = read(JSON.stringify({ events: [...events, events[0]] }, null, 4))
    expect(found.records).toHaveLength(3)
    everyLineIsCounted(found)
  })

  it('says where rows may come in any order', () => {
    expect(read(JSON.stringify(filterLogEvents())).unordered).toBe(true)
    expect(read(LINES.join('\n')).unordered).toBe(false)
  })

  it('says that an export names a further page', () => {
    const { problems } = read(JSON.stringify({ ...filterLogEvents(), nextToken: 'abc' }))
    expect(problems.map(problem => problem.kind)).toEqual(['more-pages'])
  })
})

describe('a document with damage', () => {
  it('that ends in the middle gives what came before, and says so', () => {
    const text = JSON.stringify(filterLogEvents(), null, 4)
    const found = read(text.slice(0, text.lastIndexOf('"message"') + 40))
    expect(found.records).toHaveLength(2)
    expect(found.result.truncated).toBe(true)
    expect(found.problems.map(problem => problem.kind)).toEqual(['cut-line'])
    everyLineIsCounted(found)
  })

  it('that lost bytes in the middle gives what comes before and after', () => {
    const rows = JSON.stringify(filterLogEvents(), null, 4).split('\n')
    const middle = rows.findIndex(row => row.includes('no of taints'))
    rows[middle] = (rows[middle] as string).slice(0, 60)
    const found = read(rows.join('\n'))
    expect(found.records.map(record => record.message)).toEqual([objects[0].msg, objects[2].msg])
    expect(found.problems.map(problem => problem.kind)).toContain('unreadable-line')
    everyLineIsCounted(found)
  })

  it('is read over any size: a list on one line of many megabytes', () => {
    const { eventId: _, ...event } = filterLogEvents().events[0] as { eventId: string }
    const row = JSON.stringify(event)
    const found: number[] = []
    const parser = createParser({ record: (_record, line) => found.push(line), problem: problem => expect(problem).toBeUndefined() })
    parser.write(Buffer.from('{"events":['))
    for (let i = 0; i < 5_000; i += 1) parser.write(Buffer.from(`${i > 0 ? ',' : ''}${row}`))
    parser.write(Buffer.from(']}'))
    expect(parser.end()).toMatchObject({ lines: 1, records: 5_000, extra: 4_999 })
    expect(found).toHaveLength(5_000)
  })
})

describe('what only looks like a wrapping', () => {
  it.each([
    ['a broken object over several lines', ['{', '  "level": "info",', LINES[0], LINES[1]], 2],
    ['a lone brace', ['{', LINES[0]], 1],
    ['a bracket before text', ['[ec2-user@host ~]$ cat ipamd.log', LINES[0]], 1],
    ['a CSV record with an open quote', ['@timestamp,@message', 'x,"abc', LINES[0]], 1],
    ['a list that never closes', ['[[[[[[[[', LINES[0], LINES[1]], 2],
    ['a document that is cut, and a log behind it', ['{"events":[{"message":[1,', LINES[0], LINES[1]], 2],
  ])('%s costs nothing beside it', (_name, lines, records) => {
    const found = read((lines as string[]).join('\n'))
    expect(found.records).toHaveLength(records)
    everyLineIsCounted(found)
  })

  it('leaves lines of other programs alone', () => {
    const { result, records } = read(
      ['Sep 11 20:39:00 ip-10-0-1-42 kubelet[1]: E0911 failed', 'Sep 11 20:39:01 ip-10-0-1-42 sshd[2]: closed'].join('\n'),
    )
    expect(records).toEqual([])
    expect(result.kind).toBe('syslog')
  })
})

describe('whatever happens to a wrapped log on its way', () => {
  const texts = FORMS.map(([, , text]) => text)
  const damage = fc.record({
    form: fc.nat({ max: texts.length - 1 }),
    edits: fc.array(
      fc.record({
        at: fc.nat({ max: 4_000 }),
        remove: fc.nat({ max: 60 }),
        insert: fc.constantFrom(
          '',
          '\n',
          '{',
          '}',
          '"',
          '[',
          ']',
          '\\',
          '{"events":[',
          '\u0000\ufffd',
          '2024-09-11T20:39:00Z ',
          ',"__proto__":{"a":1},',
        ),
      }),
      { maxLength: 5 },
    ),
    pieces: fc.integer({ min: 1, max: 300 }),
  })

  it('every line is counted once, and nothing is thrown', () => {
    fc.assert(
      fc.property(damage, ({ form, edits, pieces }) => {
        const text = edits.reduce((all, { at, remove, insert }) => {
          const from = at % (all.length + 1)
          return all.slice(0, from) + insert + all.slice(from + remove)
        }, texts[form] as string)
        const found = read(text, pieces)
        everyLineIsCounted(found)
        expect(found).toEqual(read(text))
      }),
      { numRuns: Number(process.env.RUNS ?? 100) },
    )
  })
})
