import { afterAll, describe, expect, it } from 'vitest'
import { poolsOf } from '../../src/sources/introspection.ts'
import { createWorld, line, reportOf, rotated, run, smallLog } from './world.ts'

const world = createWorld()
afterAll(world.remove)

const START = Date.parse('2024-09-11T20:39:00Z')
const small = `${smallLog(7, START).join('\n')}\n`
const unnamed = `${smallLog(7, START, { named: false }).join('\n')}\n`

/** What the eks-log-collector of 2026 writes beside the log. */
const facts = {
  'system/instance-id.txt': `${rotated.instanceId}\n`,
  'system/region.txt': 'us-west-2\n',
  'system/availability-zone.txt': 'us-west-2a\n',
  'kernel/uname.txt': `Linux ${rotated.node} 5.10.223-211.872.amzn2.x86_64 #1 SMP x86_64 GNU/Linux\n`,
  'kernel/dmesg.boot': '[    0.000000] DMI: Amazon EC2 m5.large/, BIOS 1.0 10/16/2017\n',
  'kubelet/config.json': '{"kind":"KubeletConfiguration","maxPods":29}',
  'cni/cni-configuration-variables-containerd.json': [
    { Image: 'x/amazon-k8s-cni:v1.16.4', CreatedAt: '2026-11-01T00:00:00Z', Spec: { process: { env: ['WARM_ENI_TARGET=5'] } } },
    {
      Image: '602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.18.3-eksbuild.1',
      CreatedAt: '2026-11-20T00:00:00Z',
      Spec: {
        process: { env: ['WARM_ENI_TARGET=1', 'IP_COOLDOWN_PERIOD=30', 'KUBERNETES_SERVICE_HOST=172.20.0.1', 'AWS_SECRET_ACCESS_KEY=x'] },
      },
    },
  ]
    .map(container => JSON.stringify(container, null, 4))
    .join('\n'),
  'ipamd/enis.json': rotated.enis,
  'ipamd/ipam.json': rotated.checkpoint,
  'ipamd/ipamd-env-settings.json': '{"WARM_IP_TARGET":0,"WARM_ENI_TARGET":1,"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG":false}',
  'ipamd/metrics.json':
    '# HELP awscni_build_info x\nawscni_build_info{goversion="go1.22",version="v1.18.3"} 1\nawscni_total_ip_addresses 27\n',
}
const collectorName = 'eks_i-0d4e8eb2af2f26165_2026-11-24_0136-UTC_0.7.9.tar.gz'

describe('a bundle of the eks-log-collector', () => {
  world.writeAll('elc', {
    'var_log/aws-routed-eni/ipamd.log': rotated.live,
    [`var_log/aws-routed-eni/${rotated.backupName}`]: rotated.backup,
    'var_log/aws-routed-eni/plugin.log':
      '{"level":"info","ts":"2026-11-24T01:36:00.000Z","caller":"routed-eni-cni-plugin/cni.go:1","msg":"x"}\n',
    'var_log/messages': 'Sep 11 20:39:00 host kernel: x\n',
    ...facts,
  })
  const bundle = world.tar(collectorName, 'elc')

  it('gives both logs in the order of their content, as one node', async () => {
    const { code, stderr, report } = await reportOf([bundle])
    expect([code, stderr]).toEqual([0, ''])
    expect(report.inputs.map(input => input.path)).toEqual([
      `${bundle}:var_log/aws-routed-eni/${rotated.backupName}`,
      `${bundle}:var_log/aws-routed-eni/ipamd.log`,
    ])
    expect(report.inputs[0]?.form).toEqual(['gzip', 'tar', 'gzip'])
    expect(report.nodes.map(node => [node.node, node.instanceId])).toEqual([[rotated.node, rotated.instanceId]])
    expect(report.nodes[0]?.requests).toEqual({ add: 135, assigned: 24, failed: 111, unanswered: 0, del: 111 })
  })

  it("states that ipamd's own account agrees with the pool rebuilt from the log", async () => {
    const { report } = await reportOf([bundle])
    expect(report.nodes[0]?.bundle).toMatchObject({
      path: bundle,
      collectedAt: '2026-11-24T01:36:00.000Z',
      kernel: '5.10.223-211.872.amzn2.x86_64',
      check: {
        by: 'end-of-log',
        agrees: true,
        cards: [{ networkCard: 0, bundle: { total: 27, assigned: 24 }, log: { total: 27, assigned: 24 } }],
        addressesCompared: 27 + 24,
        differences: [],
      },
    })
    expect(report.nodes[0]?.findings.map(finding => finding.id)).not.toContain('bundle-contradicts-log')
  })

  it('says so in every form', async () => {
    const agrees =
      /ipamd's own account of its pool in the bundle agrees with the log at the end of the log \([\d -]*01:36:04\): 24 of 27 assigned, 51 entries of addresses compared\./
    for (const format of [[], ['-v'], ['--format', 'markdown'], ['--format', 'html']]) {
      const { stdout } = await run([bundle, ...format])
      expect(stdout.replace(/\s+/g, ' '), format.join(' ')).toMatch(agrees)
    }
    const { stdout } = await run([bundle, '--format', 'markdown', '--for', 'aws-support'])
    expect(stdout).toMatch(/^Kernel: 5\.10\.223-211\.872\.amzn2\.x86_64$/m)
    expect(stdout).toMatch(/^Max pods: 29$/m)
    const verbose = (await run([bundle, '-v'])).stdout
    expect(verbose).toContain('Settings that the bundle states\n   IP_COOLDOWN_PERIOD=30')
  })

  it('says what a log without a start does not say, and only that', async () => {
    world.writeAll('mid', { 'var_log/aws-routed-eni/ipamd.log': unnamed, ...facts })
    const { report } = await reportOf([world.tar('mid.tar.gz', 'mid')])
    const [node] = report.nodes
    expect(node).toMatchObject({
      node: rotated.node,
      instanceId: rotated.instanceId,
      instanceType: 'm5.large',
      region: 'us-west-2',
      availabilityZone: 'us-west-2a',
      release: { value: 'v1.18.3', candidates: ['v1.18.3'], from: 'bundle' },
      limits: { maxPods: 29 },
      settings: { WARM_ENI_TARGET: '1', IP_COOLDOWN_PERIOD: '30', AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: 'false' },
    })
    expect(node?.bundle?.settings).toContain('IP_COOLDOWN_PERIOD')
    expect(JSON.stringify(report)).not.toMatch(/KUBERNETES_SERVICE_HOST|SECRET/)
  })

  it('is read all the same where somebody unpacked it', async () => {
    const packed = await reportOf([bundle])
    const unpacked = await reportOf([world.at('elc')])
    expect(unpacked.code).toBe(0)
    expect(unpacked.report.verdict).toEqual(packed.report.verdict)
    expect(unpacked.report.nodes[0]?.bundle?.check).toEqual(packed.report.nodes[0]?.bundle?.check)
  })

  it.each([
    ['a plain tar with the name of a compressed one', 'plain.tgz', ['-cf']],
    ['PAX headers', 'pax.tar.gz', ['--format=pax', '-czf']],
    ['the oldest form of tar', 'v7.tar.gz', ['--format=v7', '-czf']],
    ['a folder around it', 'folder.tar.gz', ['--transform', 's,^\\.,eks_logs,', '-czf']],
  ])('is read with %s', async (_name, archive, args) => {
    const { code, report } = await reportOf([world.tar(archive, 'elc', args)])
    expect(code).toBe(0)
    expect(report.nodes[0]?.requests.add).toBe(135)
  })

  it('is read through a pipe', async () => {
    const { code, report } = await reportOf(['-'], world.read(collectorName))
    expect(code).toBe(0)
    expect(report.inputs[1]?.path).toBe('stdin:var_log/aws-routed-eni/ipamd.log')
    expect(report.nodes[0]?.requests.add).toBe(135)
  })

  it('counts once with the live log beside it', async () => {
    const live = world.write(
      'live/ipamd.log',
      `${rotated.live}${line(Date.parse('2026-11-24T01:36:10Z'), 'debug', 'x.go:1', 'Starting to increase pool size')}\n`,
    )
    const { code, report } = await reportOf([live, bundle])
    expect(code).toBe(0)
    expect(report.nodes).toHaveLength(1)
    expect(report.nodes[0]?.requests.add).toBe(135)
  })
})

describe("ipamd's own account of its pool", () => {
  const bundleWith = (name: string, enis: string, log = rotated.live, checkpoint = rotated.checkpoint): string => {
    world.writeAll(name, {
      [`var_log/aws-routed-eni/${rotated.backupName}`]: rotated.backup,
      'var_log/aws-routed-eni/ipamd.log': log,
      'ipamd/enis.json': enis,
      'ipamd/ipam.json': checkpoint,
    })
    return world.tar(`${name}.tar.gz`, name)
  }

  it('that contradicts the log is a finding with both sides', async () => {
    const enis = rotated.enis.replace('"TotalIPs":27', '"TotalIPs":28').replace('98ac9980aca3', 'ffffffffffff')
    const { report } = await reportOf([bundleWith('other', enis)])
    const [node] = report.nodes
    expect(node?.bundle?.check).toMatchObject({ agrees: false })
    expect(node?.bundle?.check?.differences).toEqual([
      { what: 'total', bundle: '28', log: '27' },
      { what: '10.0.1.4 (introspection)', bundle: 'sandbox ffffffffffff', log: 'sandbox 98ac9980aca3' },
    ])
    const finding = node?.findings.find(({ id }) => id === 'bundle-contradicts-log')
    expect(finding).toMatchObject({ confidence: 'possible', severity: 'info' })
    expect(finding?.summary).toContain('total: 28 in the bundle, 27 by the log')
    expect(finding?.evidence[1]).toMatchObject({ note: 'the log gives 10.0.1.4 to sandbox 98ac9980aca3' })
    expect(report.verdict.cause?.id).toBe('subnet-out-of-addresses')
  })

  it('is compared with the pool at the line of the request that asked for it', async () => {
    const asked = line(
      Date.parse('2026-11-24T01:36:05.000Z'),
      'info',
      'runtime/asm_amd64.s:1',
      'Handling http request: GET, from: 127.0.0.1:41234, URI: /v1/enis',
    )
    // Afterwards a pod went.
    const gone = line(
      Date.parse('2026-11-24T01:36:20.000Z'),
      'info',
      'datastore/data_store.go:1',
      "UnAssignPodIPAddress: sandbox aws-cni/98ac9980aca32f7d74a3152260a9518666a926627c0f972ca53fcec561962cba/eth0's ipAddr 10.0.1.4, DeviceNumber 1",
    )
    const { report } = await reportOf([bundleWith('asked', rotated.enis, `${rotated.live}${asked}\n${gone}\n`)])
    expect(report.nodes[0]?.bundle?.check).toMatchObject({ at: '2026-11-24T01:36:05.000Z', by: 'request-line', agrees: true })
    const contradicting = await reportOf([
      bundleWith('asked2', rotated.enis.replace('"AssignedIPs":24', '"AssignedIPs":20'), `${rotated.live}${asked}\n`),
    ])
    expect(contradicting.report.nodes[0]?.findings.find(({ id }) => id === 'bundle-contradicts-log')).toMatchObject({
      confidence: 'certain',
    })
  })

  it('does not count against the log what it dates after its end', async () => {
    const document = JSON.parse(rotated.enis)
    const free = document.ENIs['eni-00304e56a2aca716e'].AvailableIPv4Cidrs['10.0.1.12/32']
    free.IPAddresses = {
      '10.0.1.12': {
        Address: '10.0.1.12',
        IPAMKey: { networkName: 'aws-cni', containerID: 'abc', ifName: 'eth0' },
        AssignedTime: '2026-11-24T01:36:09Z',
        UnassignedTime: '0001-01-01T00:00:00Z',
      },
    }
    document.AssignedIPs = 25
    const { report } = await reportOf([bundleWith('later', JSON.stringify(document))])
    expect(report.nodes[0]?.bundle?.check?.agrees).toBe(true)
  })

  it('is read though the collector ran twice, and not missed where it is empty', async () => {
    const twice = await reportOf([bundleWith('twice', `{"TotalIPs":1,"AssignedIPs":0,"ENIs":{}}${rotated.enis}`)])
    expect(twice.report.nodes[0]?.bundle?.check?.agrees).toBe(true)
    const empty = await reportOf([bundleWith('empty', '', rotated.live, '')])
    expect(empty.code).toBe(0)
    expect(empty.report.nodes[0]?.bundle?.check).toBeNull()
  })

  it.each([
    [
      'v1.5',
      {
        TotalIPs: 2,
        AssignedIPs: 1,
        ENIIPPools: { 'eni-0a': { IsPrimary: true, IPv4Addresses: { '10.0.1.5': { Address: '10.0.1.5', Assigned: true } } } },
      },
    ],
    [
      'v1.7',
      { TotalIPs: 2, AssignedIPs: 1, ENIs: { 'eni-0a': { IPv4Addresses: { '10.0.1.5': { Address: '10.0.1.5', IPAMKey: key('c') } } } } },
    ],
    [
      'v1.9',
      {
        TotalIPs: 2,
        AssignedIPs: 1,
        ENIs: {
          'eni-0a': {
            AvailableIPv4Cidrs: { '10.0.1.5/32': { IPv4Addresses: { '10.0.1.5': { Address: '10.0.1.5', IPAMKey: key('c') } } } },
          },
        },
      },
    ],
    [
      'v1.20',
      {
        0: {
          TotalIPs: 2,
          AssignedIPs: 1,
          ENIs: {
            'eni-0a': {
              AvailableIPv4Cidrs: { '10.0.1.5/32': { IPAddresses: { '10.0.1.5': { Address: '10.0.1.5', IPAMKey: key('c') } } } },
            },
          },
        },
      },
    ],
    [
      'v1.23',
      {
        0: {
          TotalIPs: 2,
          AssignedIPs: 1,
          ENIs: {
            'eni-0a': { AvailableIPv4Cidrs: { '10.0.1.5/32': { IPAddresses: { '10.0.1.5': { Address: '10.0.1.5', IPAMKey: key('') } } } } },
          },
        },
      },
    ],
  ])('is understood in the shape of %s', (_release, document) => {
    expect(poolsOf(document)).toMatchObject([
      { networkCard: 0, total: 2, assigned: 1, enis: [{ eni: 'eni-0a', addresses: [{ address: '10.0.1.5', assigned: true }] }] },
    ])
  })

  it('says nothing where the path answers the root document', () => {
    expect(poolsOf({ AvailableCommands: ['/v1/enis'] })).toEqual([])
  })
})

function key(containerID: string) {
  return { networkName: 'aws-cni', containerID, ifName: containerID === '' ? '' : 'eth0' }
}

const seelog =
  '2019-09-11T20:39:00.478Z [INFO]\tStarting L-IPAMD v1.5.7  ...\n2019-09-11T21:00:01.478Z [DEBUG]\tIP pool stats: total = 2, used = 1, c.maxIPsPerENI = 9\n2019-09-11T21:00:16.478Z [DEBUG]\tIP pool stats: total = 2, used = 1, c.maxIPsPerENI = 9\n'
const seelogEnis =
  '{"TotalIPs":2,"AssignedIPs":1,"ENIIPPools":{"eni-0aa":{"IsPrimary":true,"ID":"eni-0aa","DeviceNumber":0,"AssignedIPv4Addresses":1,"IPv4Addresses":{"10.0.1.5":{"Address":"10.0.1.5","Assigned":true,"UnassignedTime":"0001-01-01T00:00:00Z"},"10.0.1.6":{"Address":"10.0.1.6","Assigned":false,"UnassignedTime":"0001-01-01T00:00:00Z"}}}}}'

describe('other bundles', () => {
  it('with a log that a predecessor left in the image: two nodes, and the facts are those of one', async () => {
    world.writeAll('baked', {
      'var_log/aws-routed-eni/ipamd.log': rotated.backupText,
      'var_log/aws-routed-eni/ipamd-2024-09-12T00-00-00.000.log.gz': world.gzip(small),
      ...facts,
    })
    const { report } = await reportOf([world.tar('baked.tar.gz', 'baked')])
    expect(report.nodes.map(node => [node.instanceId, node.bundle?.check?.by, node.limits.maxPods])).toEqual([
      ['i-0bbbbbbbbbbbbbbb7', undefined, undefined],
      [rotated.instanceId, 'end-of-log', 29],
    ])
  })

  it('with facts that make no sense: they are left out', async () => {
    world.writeAll('odd', {
      'var_log/aws-routed-eni/ipamd.log': small,
      'ipamd/enis.json': '{"TotalIPs":"many","AssignedIPs":{"valueOf":1},"ENIs":[1,null]}',
      'ipamd/ipam.json': '{"allocations":[null,1,{"ipv4":{"toString":1}}]}',
      'kubelet/config.json': '{"maxPods":"x"}',
      'system/region.txt': '\x1b[31mred',
      'kernel/uname.txt': 'Windows',
      'cni/cni-configuration-variables-containerd.json': '[1,{"Spec":{"process":{"env":[1,null,"WARM_ENI_TARGET"]}}}',
    })
    const { code, report } = await reportOf([world.tar('odd.tar.gz', 'odd')])
    expect(code).toBe(0)
    expect(report.nodes[0]).toMatchObject({ node: 'ip-10-0-7-42.us-west-2.compute.internal', limits: {}, bundle: { check: null } })
    expect(report.nodes[0]?.region).toBeUndefined()
  })

  it('with max-pods in several places: what runs counts, then the unit, a drop-in, the file', async () => {
    const places = {
      'system/ps.txt': 'root 1 /usr/bin/other --max-pods=7 x\nroot 2 \\_ /usr/bin/kubelet --config x --max-pods=110 --v=2\n',
      'kubelet/kubelet_service.txt': '# /etc/systemd/system/kubelet.service\nExecStart=/usr/bin/kubelet --max-pods=58 --v=2\n',
      'kubelet/config.json.d/40-nodeadm.conf': '{"maxPods":42}',
      'kubelet/config.json': '{"maxPods":29}',
    }
    const entries = Object.entries(places)
    for (const [i, maxPods] of [110, 58, 42, 29].entries()) {
      const folder = `max-pods-${i}`
      world.writeAll(folder, { 'var_log/aws-routed-eni/ipamd.log': small, ...Object.fromEntries(entries.slice(i)) })
      for (const path of [world.tar(`${folder}.tar.gz`, folder), world.at(folder)]) {
        const { report } = await reportOf([path])
        expect(report.nodes[0]).toMatchObject({ limits: { maxPods }, bundle: { maxPods } })
      }
    }
  })

  it.each([
    ['0.5.1, with .txt', 'txt'],
    ['0.6.1 and later, with .json', 'json'],
  ])('the eks-log-collector %s: the pool, its pods and the settings', async (_version, suffix) => {
    const folder = `elc-${suffix}`
    world.writeAll(folder, {
      'var_log/aws-routed-eni/ipamd.log.2019-09-11-20': seelog,
      [`ipamd/enis.${suffix}`]: seelogEnis,
      [`ipamd/pods.${suffix}`]: '{"web-1_shop_c1c1c1":{"IP":"10.0.1.5","DeviceNumber":0}}',
      [`ipamd/ipamd-env-settings.${suffix}`]: '{"WARM_IP_TARGET":0,"WARM_ENI_TARGET":1}',
      [`ipamd/networkutils-env-settings.${suffix}`]: '{"AWS_VPC_K8S_CNI_EXTERNALSNAT":false}',
      'system/instance-id.txt': 'i-0a1b2c3d4e5f60718\n',
      'kubelet/kubelet_service.txt': 'ExecStart=/usr/bin/kubelet --node-labels=node.kubernetes.io/instance-type=m5.large --max-pods=29\n',
      'kernel/uname.txt': 'Linux ip-10-0-1-42.us-west-2.compute.internal 4.14.133-113.112.amzn2.x86_64 GNU/Linux\n',
    })
    const { code, report } = await reportOf([world.tar(`${folder}.tar.gz`, folder)])
    expect(code).toBe(0)
    expect(report.nodes).toMatchObject([
      {
        node: 'ip-10-0-1-42.us-west-2.compute.internal',
        instanceType: 'm5.large',
        settings: { WARM_ENI_TARGET: '1', AWS_VPC_K8S_CNI_EXTERNALSNAT: 'false' },
        limits: { maxPods: 29 },
        bundle: { check: { cards: [{ bundle: { total: 2, assigned: 1 }, log: { total: 2, assigned: 1 } }] } },
      },
    ])
  })

  it('whose list of pods contradicts the log: a finding', async () => {
    const folder = 'pods-differ'
    world.writeAll(folder, {
      'var_log/aws-routed-eni/ipamd.log': rotated.live,
      [`var_log/aws-routed-eni/${rotated.backupName}`]: rotated.backup,
      'ipamd/pods.json': '{"web-1_shop_c1c1c1":{"IP":"10.0.1.4","DeviceNumber":0}}',
    })
    const { report } = await reportOf([world.tar(`${folder}.tar.gz`, folder)])
    const check = report.nodes[0]?.bundle?.check
    expect(check?.agrees).toBe(false)
    expect(check?.differences[0]).toEqual({ what: '10.0.1.4 (pods)', bundle: 'sandbox c1c1c1', log: 'sandbox 98ac9980aca3' })
    expect(check?.differences.filter(({ bundle }) => bundle === 'not in it')).toHaveLength(23)
  })

  it('whose log never tells of the pool: neither agreement nor difference is claimed', async () => {
    world.writeAll('silent', {
      'var_log/aws-routed-eni/ipamd.log': `${line(START, 'info', 'k8sapi/k8sutils.go:1', 'Get Node Info for: ip-10-0-7-42')}\n`,
      'ipamd/enis.json': rotated.enis,
    })
    const bundle = world.tar('silent.tar.gz', 'silent')
    expect((await reportOf([bundle])).report.nodes[0]?.bundle?.check).toBeNull()
    expect((await run([bundle])).stdout).not.toMatch(/agrees|differs/)
  })

  it('aws-cni-support.sh of v1.6.0 and before: hourly seelog files and the dumps in one folder', async () => {
    world.writeAll('support', {
      'var/log/aws-routed-eni/ipamd.log.2019-09-11-20':
        '2019-09-11T20:39:00.478Z [INFO]\tStarting L-IPAMD v1.5.7  ...\n2019-09-11T20:39:00.500Z [DEBUG]\tFound instance-id: i-0a1b2c3d4e5f60718 \n',
      'var/log/aws-routed-eni/ipamd.log.2019-09-11-21':
        '2019-09-11T21:00:01.478Z [DEBUG]\tIP pool stats: total = 2, used = 1, c.maxIPsPerENI = 9\n',
      'var/log/aws-routed-eni/eni.out': seelogEnis,
      'var/log/aws-routed-eni/ipamd-env.out': '{"WARM_IP_TARGET":0,"WARM_ENI_TARGET":1,"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG":false}',
      'var/log/aws-routed-eni/plugin.log.2019-09-11-20': 'x\n',
    })
    const { code, report, stderr } = await reportOf([world.tar('aws-cni-support.tar.gz', 'support', ['-czf'], ['var/log/aws-routed-eni/'])])
    expect([code, stderr]).toEqual([0, ''])
    expect(report.inputs.map(input => input.path.split('/').at(-1))).toEqual(['ipamd.log.2019-09-11-20', 'ipamd.log.2019-09-11-21'])
    expect(report.nodes).toMatchObject([
      { node: 'i-0a1b2c3d4e5f60718', release: { value: 'v1.5.7', from: 'log' }, settings: { WARM_ENI_TARGET: '1' } },
    ])
    expect(report.nodes[0]?.bundle?.check?.cards).toMatchObject([{ networkCard: 0, bundle: { total: 2, assigned: 1 } }])
  })

  it('the node monitoring agent: no leading ./, the node in its name', async () => {
    world.writeAll('nma', { 'var_log/aws-routed-eni/ipamd.log': unnamed, 'log-capture-errors.log': '' })
    const bundle = world.tar(
      'ip-10-0-7-42.us-west-2.compute.internal-logs.tar.gz',
      'nma',
      ['--format=pax', '-czf'],
      ['var_log/aws-routed-eni/ipamd.log', 'log-capture-errors.log'],
    )
    const { report } = await reportOf([bundle])
    expect(report.nodes.map(node => node.node)).toEqual(['ip-10-0-7-42.us-west-2.compute.internal'])
  })

  it("Bottlerocket's logdog: flat, max-pods in its settings", async () => {
    world.writeAll('dog', {
      'bottlerocket-logs/ipamd.log': small,
      'bottlerocket-logs/settings.json': '{"settings":{"kubernetes":{"max-pods":58}}}',
      'bottlerocket-logs/plugin.log': 'x',
    })
    const { report } = await reportOf([world.tar('bottlerocket-logs.tar.gz', 'dog', ['-czf'], ['bottlerocket-logs'])])
    expect(report.nodes).toMatchObject([{ node: 'ip-10-0-7-42.us-west-2.compute.internal', limits: { maxPods: 58 } }])
  })

  it('packed on a Mac: resource forks are passed over', async () => {
    world.writeAll('mac', {
      'eks/var_log/aws-routed-eni/ipamd.log': small,
      '__MACOSX/eks/._ipamd.log': '\x00\x05\x16\x07',
      'eks/var_log/aws-routed-eni/._ipamd.log': '\x00\x05\x16\x07',
    })
    const { code, report } = await reportOf([world.tar('mac.tar.gz', 'mac')])
    expect([code, report.inputs.length]).toEqual([0, 1])
  })

  it('without a log: says so, in one line', async () => {
    world.writeAll('nolog', { 'ipamd/enis.json': rotated.enis })
    const { code, stderr, stdout } = await run([world.tar('nolog.tar.gz', 'nolog')])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toBe(`ipamd-trace: ${world.at('nolog.tar.gz')}: no log of ipamd in this archive\n`)
  })
})

describe('a bundle of a node whose ipamd logs to stdout', () => {
  it("is read from the container's log, the entrypoint's lines beside it", async () => {
    const cri = small.split('\n').filter(Boolean)
    const text = ['Installed /host/opt/cni/bin/aws-cni', ...cri].map(one => `2024-09-11T20:39:00.478123456Z stdout F ${one}`).join('\n')
    const pod = 'var_log/kube-system_aws-node-x7k2p_8a1f/'
    world.writeAll('stdout', {
      [`${pod}aws-node/0.log`]: `${text}\n`,
      [`${pod}aws-vpc-cni-init/0.log`]: 'x\n',
      'var_log/aws-node-x7k2p_kube-system_aws-node-0f.log': 'x\n',
    })
    const { code, report } = await reportOf([world.tar('stdout.tar.gz', 'stdout')])
    expect(code).toBe(0)
    expect(report.inputs.map(input => [input.path.split(':').at(-1), input.form])).toEqual([
      [`${pod}aws-node/0.log`, ['gzip', 'tar', 'cri']],
    ])
    expect(report.nodes[0]?.requests.add).toBe(2)
  })

  it('tells the pool by its metrics where introspection is off', async () => {
    const stats = line(START, 'debug', 'ipamd/ipamd.go:2064', 'IP pool stats: total = 4, used = 3, IPs in Cooldown = 0, c.maxIPsPerENI = 3')
    const bundle = (assigned: number): string => {
      world.writeAll(`metrics${assigned}`, {
        'var_log/aws-routed-eni/ipamd.log': `${stats}\n${stats}\n`,
        'ipamd/metrics.json': `awscni_assigned_ip_addresses ${assigned}\nawscni_total_ip_addresses 4\n`,
      })
      return world.tar(`metrics${assigned}.tar.gz`, `metrics${assigned}`)
    }
    expect((await reportOf([bundle(3)])).report.nodes[0]?.bundle?.check).toMatchObject({
      agrees: true,
      cards: [{ bundle: { total: 4, assigned: 3 } }],
    })
    expect((await reportOf([bundle(1)])).report.nodes[0]?.bundle?.check?.differences).toEqual([{ what: 'assigned', bundle: '1', log: '3' }])
  })
})
