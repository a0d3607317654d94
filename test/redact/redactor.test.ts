import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/redact/redactor.ts'
import { HOSTILE } from '../reporters/made-up-report.ts'
import { aNode, anIncident, aPod, aReport } from '../reporters/report-builder.ts'
import { createRandom } from '../support/random.ts'

/** What remains where it stood. */
const redact = (text: string): string => createRedactor().text(text)

describe('an identifier', () => {
  it.each([
    ['eni-0f1e2d3c4b5a69788', 'eni-00000000000000001'],
    ['eni-0f1e2d3c', 'eni-00000001'],
    ['i-0b6f29d8e3a417c52', 'i-00000000000000001'],
    ['subnet-0a7e3c91d5f2b8846', 'subnet-00000000000000001'],
    ['vpc-05b9d2f47c1e86a30', 'vpc-00000000000000001'],
    ['sg-0484f3e32248c1e89', 'sg-00000000000000001'],
    ['02:5d:c3:8e:17:f2', 'fe:00:00:00:00:01'],
    ['cbf01306-b1dd-42de-aebb-246daadb7744', '00000000-0000-4000-8000-000000000001'],
    ['4f2c9d0e7a61b35c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e', `000000000001${'0'.repeat(52)}`],
    ['4f2c9d0e7a61', '000000000001'],
    ['10.4.129.144', '198.18.0.1'],
    ['10.4.129.16/28', '198.18.0.0/28'],
    ['2600:1f14:2868:6d00:f6d9::5', '3fff::1'],
    ['2600:1f14:2868:6d00:f6d9::/80', '3fff::/80'],
    ['ip-10-4-129-144.eu-central-1.compute.internal', 'ip-198-18-0-1.eu-central-1.compute.internal'],
    ['ip-10-4-129-144.nodes.example.com', 'ip-198-18-0-1.internal'],
    [
      'arn:aws:sts::123456789012:assumed-role/prod-nodes/i-0b6f29d8e3a417c52',
      'arn:aws:sts::000000000001:assumed-role/role-1/i-00000000000000001',
    ],
    [
      'https://0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.us-west-2.eks.amazonaws.com',
      `https://${'0'.repeat(31)}1.gr7.us-west-2.eks.amazonaws.com`,
    ],
    ['enif1a2b3c4d5e', 'eni00000000001'],
    ['/home/alice/ipamd.log', '/home/user-1/ipamd.log'],
    [
      'eks_i-0b6f29d8e3a417c52_2025-11-18_2103-UTC_0.7.9.tar.gz:var_log/ipamd.log',
      'eks_i-00000000000000001_2025-11-18_2103-UTC_0.7.9.tar.gz:var_log/ipamd.log',
    ],
    ['aws-node-xbpw4', 'pod-1'],
  ])('%s has a token of its shape', (original, token) => {
    expect(redact(original)).toBe(token)
    expect(redact(`before ${original} after`)).toBe(`before ${token} after`)
    expect(redact(`{"msg":"err:\\n\\t${original}\\n"}`)).toBe(`{"msg":"err:\\n\\t${token}\\n"}`)
  })

  it.each([
    '2024-09-11T20:39:00.478Z',
    '20:39:00',
    'Starting L-IPAMD v1.18.3  ...',
    'ipamd/ipamd.go:648',
    'dial tcp 127.0.0.1:50051',
    'http://169.254.169.254/latest/meta-data/',
    '281474976710656 of 1234567890123',
    'm5.4xlarge, us-west-2a, kubernetes.io/role/cni=1',
    'InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses',
    "Setting up ENI's default gateway",
  ])('is nothing of this: %s', text => {
    expect(redact(text)).toBe(text)
  })

  it('has the same token wherever it stands, in all that one redactor is given', () => {
    const redactor = createRedactor()
    expect(redactor.text('eni-0f1e2d3c4b5a69788 and eni-0aaaaaaaaaaaaaaaa')).toBe('eni-00000000000000001 and eni-00000000000000002')
    expect(redactor.text('again eni-0aaaaaaaaaaaaaaaa')).toBe('again eni-00000000000000002')
    expect(redactor.redact({ enis: [{ eni: 'eni-0aaaaaaaaaaaaaaaa' }] })).toEqual({ enis: [{ eni: 'eni-00000000000000002' }] })
  })

  it('of a sandbox is known by its first twelve digits too', () => {
    const redactor = createRedactor()
    redactor.text('1111111111aa')
    const whole = redactor.text('4f2c9d0e7a61b35c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e')
    expect(whole.startsWith(redactor.text('4f2c9d0e7a61'))).toBe(true)
  })

  it('stands in the map beside its token', () => {
    const redactor = createRedactor()
    redactor.know('pod', 'cart-1')
    redactor.text('cart-1 has 10.0.0.7 on eni-0f1e2d3c4b5a69788')
    expect(Object.fromEntries(redactor.originals)).toEqual({
      'pod-1': 'cart-1',
      '198.18.0.1': '10.0.0.7',
      'eni-00000000000000001': 'eni-0f1e2d3c4b5a69788',
    })
  })
})

describe('two addresses', () => {
  const shared = (a: string, b: string): number => {
    const [x, y] = [a, b].map(address => ipaddr.parse(address).toByteArray()) as [number[], number[]]
    const bits = x.flatMap((byte, i) => [7, 6, 5, 4, 3, 2, 1, 0].map(bit => ((byte ^ (y[i] as number)) >> bit) & 1))
    return bits.includes(1) ? bits.indexOf(1) : bits.length
  }

  it('share as many bits behind the first 16 as they did', () => {
    const random = createRandom(4)
    const redactor = createRedactor()
    const addresses = Array.from({ length: 400 }, () => `10.${random.below(3)}.${random.below(4)}.${random.below(256)}`)
    const tokens = addresses.map(redactor.text)
    for (let i = 1; i < addresses.length; i++) {
      const before = shared(addresses[i - 1] as string, addresses[i] as string)
      const after = shared(tokens[i - 1] as string, tokens[i] as string)
      if (before >= 16) expect(after).toBe(before)
      else expect(after).toBeLessThan(16)
    }
    expect(new Set(tokens).size).toBe(new Set(addresses).size)
  })

  it('of one /28 stay in the token of that /28', () => {
    const redactor = createRedactor()
    const block = ipaddr.parseCIDR(redactor.text('10.0.1.16/28'))
    for (const last of [16, 17, 31]) expect(ipaddr.parse(redactor.text(`10.0.1.${last}`)).match(block)).toBe(true)
    for (const last of [15, 32]) expect(ipaddr.parse(redactor.text(`10.0.1.${last}`)).match(block)).toBe(false)
  })

  it('of one /80 stay in the token of that /80', () => {
    const redactor = createRedactor()
    const block = ipaddr.parseCIDR(redactor.text('2600:1f14:2868:6d00:f6d9::/80'))
    expect(ipaddr.parse(redactor.text('2600:1f14:2868:6d00:f6d9::5')).match(block)).toBe(true)
    expect(ipaddr.parse(redactor.text('2600:1f14:2868:6d00:f6da::5')).match(block)).toBe(false)
  })
})

describe('a name', () => {
  const redactor = () => {
    const made = createRedactor()
    made.know('namespace', 'default')
    made.know('namespace', 'team-blue')
    made.know('pod', 'web')
    made.know('pod', 'worker-0')
    return made
  }

  it.each([
    ['K8S_POD_NAME:\\"web\\" K8S_POD_NAMESPACE:\\"default\\"', 'K8S_POD_NAME:\\"pod-1\\" K8S_POD_NAMESPACE:\\"namespace-1\\"'],
    ['Pod web, NameSpace default, Sandbox', 'Pod pod-1, NameSpace namespace-1, Sandbox'],
    ['for pod default/web: not found', 'for pod namespace-1/pod-1: not found'],
    ['{K8SPodNamespace:default K8SPodName:web}', '{K8SPodNamespace:namespace-1 K8SPodName:pod-1}'],
    ['kubectl -n default describe pod web', 'kubectl -n namespace-1 describe pod pod-1'],
    ['worker-0 waits. team-blue/worker-0.', 'pod-1 waits. namespace-1/pod-1.'],
    ['team-blue_worker-0_log, worker-0.default.svc', 'namespace-1_pod-1_log, pod-1.default.svc'],
    ['\\nworker-0', '\\npod-1'],
  ])('is found: %s', (text, redacted) => {
    expect(redactor().text(text)).toBe(redacted)
  })

  it.each(["Setting up ENI's default gateway", 'the web of by default things', 'worker-01 and my-worker-0', '{"level":"default"'])(
    'that is also a word stays one: %s',
    text => {
      expect(redactor().text(text)).toBe(text)
    },
  )

  it('that no request has is learned from the lines that are quoted', () => {
    const line = 'AddNetworkRequest: K8S_POD_NAME:\\"solo-7\\" K8S_POD_NAMESPACE:\\"backstage-2\\"'
    const report = createRedactor().redact({ evidence: [{ text: line, note: 'solo-7 of backstage-2' }] })
    expect(JSON.stringify(report)).not.toMatch(/solo-7|backstage-2/)
  })

  it('is never a token that this log has as a name', () => {
    const made = createRedactor()
    made.know('pod', 'pod-1')
    expect(made.text('pod-1')).toBe('pod-x1')
  })

  it('that was cut off with its line is gone', () => {
    const { text } = createRedactor().redact({ text: `{"msg":"K8S_POD_NAME:\\"checkout-7b5f9c6d84-99` })
    expect(text).not.toContain('7b5f9c6d84')
  })
})

describe('a report', () => {
  it('keeps its cause, its counts, its times and our own words', () => {
    const report = aReport({ nodes: [aNode({ incidents: [anIncident({ pods: [aPod({ namespace: 'certain', name: 'fail' })] })] })] })
    const redacted = createRedactor().redact(report)
    const [before, after] = [report, redacted].map(({ verdict, nodes, tool, schema }) => ({
      tool,
      schema,
      status: verdict.status,
      headline: verdict.headline,
      cause: [verdict.cause?.id, verdict.cause?.confidence, verdict.cause?.contributing],
      incident: nodes[0]?.incidents.map(({ pods, cause, evidence, apiErrors, ...facts }) => [
        facts,
        pods.map(pod => pod.waitMs),
        evidence.length,
      ]),
      pool: nodes[0]?.pool,
      checked: nodes[0]?.checked,
    }))
    expect(after).toEqual(before)
    expect(redacted.nodes[0]?.incidents[0]?.pods[0]).toMatchObject({ namespace: 'namespace-1', name: 'pod-1' })
  })

  it.each(HOSTILE.filter(name => name.length > 3))('has nothing of the pod %j', name => {
    const quoted = JSON.stringify(`K8S_POD_NAME:${JSON.stringify(name)}`)
    const incident = anIncident({
      pods: [aPod({ name })],
      evidence: [{ input: 0, line: 1, at: null, text: `{"msg":${quoted}}`, note: `for ${name}` }],
    })
    const redacted = JSON.stringify(createRedactor().redact(aReport({ nodes: [aNode({ incidents: [incident] })] })))
    for (const written of [name, JSON.stringify(name).slice(1, -1)]) expect(redacted).not.toContain(written)
  })

  it('with more odd names than can be looked for quotes no text at all', () => {
    const pods = Array.from({ length: 1_000 }, (_, i) => aPod({ name: `odd name_${i}!` }))
    const evidence = [{ input: 0, line: 1, at: null, note: 'odd name_999! failed', text: '{"msg":"odd name_999! failed"}' }]
    const redacted = createRedactor().redact(aReport({ nodes: [aNode({ incidents: [anIncident({ pods, evidence })] })] }))
    expect(JSON.stringify(redacted)).not.toContain('odd name')
    expect(redacted.nodes[0]?.incidents[0]?.pods).toHaveLength(1_000)
  })

  it('of a hostile log takes no longer for it', () => {
    const text = [
      'a-'.repeat(50_000),
      '1.'.repeat(50_000),
      'f:'.repeat(50_000),
      '-'.repeat(100_000),
      'ip-1-'.repeat(20_000),
      '\\n'.repeat(50_000),
    ]
    const redactor = createRedactor()
    for (let i = 0; i < 600; i++) redactor.know('pod', `<${'x'.repeat(i)}>`)
    for (const hostile of text) expect(redactor.text(hostile).length).toBeGreaterThan(0)
  })
})
