import { afterAll, describe, expect, it } from 'vitest'
import { createWorld, line, reportOf, rotated, smallLog } from './world.ts'

const world = createWorld()
afterAll(world.remove)

const START = Date.parse('2024-09-11T20:39:00Z')
const healthy = (host: number): string[] => smallLog(host, START, { requests: 0 })
const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`

describe('logs of several nodes', () => {
  it('in one directory, a folder each, are as many nodes', async () => {
    world.writeAll('folders', {
      'a/ipamd.log': text(smallLog(7, START)),
      'b/ipamd.log': text(smallLog(8, START + 5_000)),
      'c/ipamd.log': text(healthy(9)),
    })
    const { code, report } = await reportOf([world.at('folders')])
    expect(code).toBe(0)
    expect(report.nodes.map(node => node.node)).toEqual([7, 8, 9].map(host => `ip-10-0-${host}-42.us-west-2.compute.internal`).sort(byHost))
  })

  it('in one folder under names of their own, are told apart by what they say', async () => {
    world.writeAll('flat', { 'node-1.log': text(smallLog(7, START)), 'node-2.log': text(smallLog(8, START)) })
    const { report } = await reportOf([world.at('flat')])
    expect(report.nodes).toHaveLength(2)
  })

  it('in one file of kubectl, are told apart by the pod and named by what they say', async () => {
    const prefixed = (pod: string, lines: readonly string[]): string[] => lines.map(one => `[pod/${pod}/aws-node] ${one}`)
    const file = world.write(
      'all.log',
      text([...prefixed('aws-node-aaaaa', smallLog(7, START)), ...prefixed('aws-node-bbbbb', smallLog(8, START, { named: false }))]),
    )
    const { code, report } = await reportOf([file])
    expect(code).toBe(0)
    expect(report.nodes.map(node => [node.node, node.requests.add])).toEqual([
      ['ip-10-0-7-42.us-west-2.compute.internal', 2],
      ['aws-node-bbbbb', 2],
    ])
    expect(report.inputs).toHaveLength(1)
  })

  it('one after another in one file, as kubectl gives them, are told apart far behind its beginning', async () => {
    const pods = ['aaaaa', 'bbbbb', 'ccccc'].flatMap((pod, i) =>
      smallLog(7 + i, START, { requests: 100 }).map(one => `[pod/aws-node-${pod}/aws-node] ${one}`),
    )
    const { report } = await reportOf([world.write('daemonset.log', text(pods))])
    expect(report.nodes.map(node => [node.node.slice(0, 9), node.requests.add])).toEqual([
      ['ip-10-0-7', 100],
      ['ip-10-0-8', 100],
      ['ip-10-0-9', 100],
    ])
    expect(report.problems).toEqual([])
  })

  it('interleaved in an export of CloudWatch, the newest first, come out as each was written', async () => {
    const events = [7, 8].flatMap(host =>
      smallLog(host, START + host).map((message, i) => ({
        logStreamName: `ip-10-0-${host}-42.us-west-2.compute.internal-dataplane.tail.x`,
        timestamp: Date.parse(JSON.parse(message).ts),
        message,
        eventId: `${host}${i}`,
      })),
    )
    const sorted = [...events].sort((a, b) => b.timestamp - a.timestamp || 1)
    const straight = await reportOf([world.write('straight.json', JSON.stringify({ events }))])
    const reversed = await reportOf([world.write('reversed.json', JSON.stringify({ events: sorted.reverse().reverse() }, null, 4))])
    expect(straight.report.nodes.map(node => node.requests)).toEqual(reversed.report.nodes.map(node => node.requests))
    expect(straight.report.nodes.map(node => [node.node, node.requests.failed])).toEqual([
      ['ip-10-0-7-42.us-west-2.compute.internal', 2],
      ['ip-10-0-8-42.us-west-2.compute.internal', 2],
    ])
    expect(reversed.report.problems).toEqual([])
  })

  it('of one name but two instances stay two nodes', async () => {
    const other = text(smallLog(7, START + 86_400_000))
      .replaceAll('i-0bbbbbbbbbbbbbbb7', 'i-0ccccccccccccccc7')
      .replaceAll('eni-0aaaaaaaaaaaaaaa7', 'eni-0ddddddddddddddd7')
    world.writeAll('replaced', { 'a/ipamd.log': text(smallLog(7, START)), 'b/ipamd.log': other })
    const { report } = await reportOf([world.at('replaced')])
    expect(report.nodes.map(node => [node.instanceId, node.requests.add])).toEqual([
      ['i-0bbbbbbbbbbbbbbb7', 2],
      ['i-0ccccccccccccccc7', 2],
    ])
  })

  it('of one node from two places are one node, the short name and the long one too', async () => {
    const journal = smallLog(7, START + 3_600_000, { named: false }).map(one => `2024-09-11T21:39:00+0000 ip-10-0-7-42 aws-node[9]: ${one}`)
    world.writeAll('two', { 'file/ipamd.log': text(smallLog(7, START)), 'journal/export.txt': text(journal) })
    const { report } = await reportOf([world.at('two/journal/export.txt'), world.at('two/file/ipamd.log')])
    expect(report.nodes.map(node => node.requests.add)).toEqual([4])
  })
})

describe('a fleet', () => {
  const fleetOf = async (name: string, hosts: Readonly<Record<string, string[]>>) => {
    world.writeAll(name, Object.fromEntries(Object.entries(hosts).map(([host, lines]) => [`${host}/ipamd.log`, text(lines)])))
    return reportOf([world.at(name)])
  }

  it('leads with the subnet that refused several nodes, and who failed first', async () => {
    const { report } = await fleetOf('subnet', {
      a: smallLog(7, START + 30_000),
      b: smallLog(8, START),
      c: smallLog(9, START + 88_000, { subnet: 'subnet-0b7e' }),
      d: healthy(10),
    })
    expect(report.fleet?.nodes).toBe(4)
    expect(report.fleet?.failed.map(node => node.node.slice(0, 9))).toEqual(['ip-10-0-8', 'ip-10-0-7', 'ip-10-0-9'])
    expect(report.fleet?.shared).toMatchObject([
      {
        by: 'subnet',
        subnetId: 'subnet-09d3fb64afebede10',
        cause: 'subnet-out-of-addresses',
        nodes: ['ip-10-0-8-42.us-west-2.compute.internal', 'ip-10-0-7-42.us-west-2.compute.internal'],
        firstFailureAt: '2024-09-11T20:39:01.200Z',
        withinMs: 30_000,
        failedRequests: 4,
        pods: 4,
      },
    ])
    expect(report.verdict.headline).toBe(
      '2 of 4 nodes were refused in subnet-09d3fb64afebede10 within 30 s: the subnet had no free address. They still fail when their logs end.',
    )
    expect(report.verdict.status).toBe('fail')
  })

  it('is not spoken of where one node fails', async () => {
    const { report } = await fleetOf('one', { a: smallLog(7, START), b: healthy(8) })
    expect(report.fleet?.failed).toHaveLength(1)
    expect(report.fleet?.shared).toEqual([])
    expect(report.verdict.headline).toContain('on ip-10-0-7-42.us-west-2.compute.internal')
  })

  it('is no fleet where there is one node', async () => {
    const { report } = await reportOf([world.write('alone.log', text(smallLog(7, START)))])
    expect(report.fleet).toBeUndefined()
  })

  it('of forty nodes is read node by node', async () => {
    const hosts = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`n${i}`, smallLog(i, START + i * 1_000)]))
    const { code, report } = await fleetOf('forty', hosts)
    expect(code).toBe(0)
    expect(report.nodes).toHaveLength(40)
    expect(report.verdict.headline).toContain('All 40 nodes were refused in subnet-09d3fb64afebede10 within 39 s')
  })
})

describe('a bundle of each node and a live log', () => {
  it('are joined per node', async () => {
    world.writeAll('x', { 'var_log/aws-routed-eni/ipamd.log': rotated.live, 'system/instance-id.txt': rotated.instanceId })
    world.writeAll('y', { 'var_log/aws-routed-eni/ipamd.log': text(smallLog(7, START)), 'system/instance-id.txt': 'i-0bbbbbbbbbbbbbbb7' })
    const first = world.tar('eks_i-0d4e8eb2af2f26165_2026-11-24_0136-UTC_0.7.8.tar.gz', 'x')
    const second = world.tar('eks_i-0bbbbbbbbbbbbbbb7_2024-09-11_2039-UTC_0.7.8.tar.gz', 'y')
    const later = world.write(
      'later/ipamd.log',
      `${line(START + 60_000, 'debug', 'awsutils/awsutils.go:385', 'eni-0aaaaaaaaaaaaaaa7 is the primary ENI of this instance')}\n`,
    )
    const { report } = await reportOf([first, second, later])
    expect(report.nodes.map(node => [node.instanceId, node.quality.lines])).toEqual([
      ['i-0bbbbbbbbbbbbbbb7', 16],
      [rotated.instanceId, 4_635],
    ])
  })
})

function byHost(a: string, b: string): number {
  // All begin at once but one: the healthy one is as early as the first, and shorter.
  const order = ['ip-10-0-9', 'ip-10-0-7', 'ip-10-0-8']
  return order.indexOf(a.slice(0, 9)) - order.indexOf(b.slice(0, 9))
}

describe('a fleet whose nodes failed for different causes', () => {
  it('is not given one cause', async () => {
    const noAddress = smallLog(8, START).filter(one => !one.includes('InsufficientFreeAddresses'))
    world.writeAll('mixed', { 'a/ipamd.log': text(smallLog(7, START)), 'b/ipamd.log': text(noAddress) })
    const { report } = await reportOf([world.at('mixed')])
    expect(report.fleet?.failed).toHaveLength(2)
    expect(report.fleet?.shared).toEqual([])
    expect(report.verdict.headline).toMatch(
      /^Pods on 2 of 2 nodes could not get an IP address, on ip-10-0-\d-42\.us-west-2\.compute\.internal first, and not for one cause\./,
    )
  })
})
