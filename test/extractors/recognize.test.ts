import { describe, expect, it } from 'vitest'
import { known } from '../../src/extractors/known.ts'
import { claims, extractors, recognize } from '../../src/extractors/recognize.ts'
import type { Level } from '../../src/model/event.ts'

const say = (message: string, level: Level = 'info', caller?: string) =>
  recognize({ at: 1_000, level, message, caller }, { input: 2, line: 7 })

describe('a recognized line', () => {
  it('carries when, how loud, where and from where it was said', () => {
    expect(say('Starting L-IPAMD   ...', 'info', 'aws-k8s-agent/main.go:27')).toEqual({
      kind: 'ipamd-started',
      at: 1_000,
      level: 'info',
      input: 2,
      line: 7,
      caller: 'aws-k8s-agent/main.go:27',
    })
  })

  it('has no caller where none was printed (seelog)', () => {
    expect(say('Starting L-IPAMD v1.5.7  ...')).not.toHaveProperty('caller')
  })

  it.each([
    // v1.5.0 to v1.23.0: the same thing in the words of each release
    [
      'Send AddNetworkReply: IPv4Addr 10.0.1.23, DeviceNumber: 0, err: <nil>',
      { kind: 'add-replied', success: true, address: '10.0.1.23', deviceNumber: 0 },
    ],
    [
      'Send AddNetworkReply: IPv4Addr , DeviceNumber: 0, err: assignPodIPv4AddressUnsafe: no available IP addresses',
      { success: false, error: 'assignPodIPv4AddressUnsafe: no available IP addresses' },
    ],
    ['Send AddNetworkReply: IPv4Addr , IPv6Addr: 2600:1f14::1, DeviceNumber: 0, err: <nil>', { success: true, addressV6: '2600:1f14::1' }],
    [
      'Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: AssignPodIPv4Address: no available IP/Prefix addresses',
      { success: false, deviceNumber: -1 },
    ],
    [
      'Send AddNetworkReply: Success: true IPAddr: [IPv4Addr:"10.0.1.23"], resp: Success:true  IPAllocationMetadata:{IPv4Addr:"10.0.1.23"}, err: <nil>',
      { success: true, address: '10.0.1.23' },
    ],
    [
      'Send AddNetworkReply: Success: false IPAddr: [], resp: , err: AssignPodIPv4Address: no available IP/Prefix addresses',
      { success: false, error: 'AssignPodIPv4Address: no available IP/Prefix addresses' },
    ],
    [
      'Reconcile and add a new ENI {eni-0a1b2c3d4e5f60718 02:e8:9a:11:d2:b4 %!s(int=1) 10.0.0.0/22  [{\n  Primary: true\n}] [] [] []}',
      { kind: 'eni-new-seen', eni: 'eni-0a1b2c3d4e5f60718' },
    ],
    ['Reconcile and add a new ENI eni-0a1b2c3d4e5f60718', { kind: 'eni-new-seen', eni: 'eni-0a1b2c3d4e5f60718' }],
    ['Serving RPC Handler on %!(EXTRA string=127.0.0.1:50051)', { kind: 'rpc-serving' }],
    [
      'Serving RPC Handler version  on unix:/var/run/aws-node/ipamd.sock',
      { kind: 'rpc-serving', address: 'unix:/var/run/aws-node/ipamd.sock' },
    ],
    ['Exceeded instance ENI attachment limit: 3 ', { kind: 'attach-limit-exceeded', limit: 3 }],
    ['Exceeded instance ENI attachment limit: 3', { kind: 'attach-limit-exceeded', limit: 3 }],
    ['eni-0a1b2c3d4e5f60718 is of type: trunk', { kind: 'eni-trunk', eni: 'eni-0a1b2c3d4e5f60718' }],
    ['Failed to CreateNetworkInterface boom for subnet subnet-0a1b', { kind: 'eni-create-failed', error: 'boom', subnet: 'subnet-0a1b' }],
    ['Failed to CreateNetworkInterface boom', { kind: 'eni-create-failed', error: 'boom' }],
  ])('says: %s', (message, fields) => {
    expect(say(message)).toMatchObject(fields)
  })
})

describe('a line that says nothing about addresses', () => {
  it.each([
    'Setting up host network... ',
    'Total number of interfaces found: 1',
    'eni-0a1b2c3d4e5f60718 is of type: efa',
    '2024-09-11T20:39:00Z',
    'Failed to get node%!(EXTRA *errors.StatusError=nodes "a" not found)',
    'Found instance-type: ',
    '<nil>',
    '%!(EXTRA *errors.errorString=boom)',
    'InvalidInstanceType: The following supplied instance types do not exist: [x9.large]\n\tstatus code: 400, request id: 5d1c3c2e',
  ])('is known: %s', message => {
    expect(say(message)).toBe('known')
  })
})

describe('a line of no release', () => {
  it.each([
    '',
    ' ',
    'x',
    'Starting L-IPAMD',
    'Assign',
    'IP stats - total IPs: many, assigned IPs: 3, cooldown IPs: 0',
    'leader election lost',
    '__proto__',
    'constructor',
    '2024-13-41T99:99:99Z',
    '%!(EXTRA',
    'Failed to do what no release does%!(EXTRA string=a)',
    `${' '.repeat(1_000)}IP stats`,
    '\u0000\u001b[2J',
  ])('is unrecognized, not guessed: %j', message => {
    expect(say(message)).toBe('unrecognized')
  })
})

describe('a hostile line', () => {
  const texts = [...extractors.flatMap(({ rows }) => rows), ...known].map(row => row[1].split(/%\(\w+\)[dtsv]/))
  const longest = (literals: readonly string[]) => literals.slice(1).sort((a, b) => b.length - a.length)[0] as string

  it('of 5 MB, its literals over and over, is read through', () => {
    const repeated = `Send AddNetworkReply: Success: true IPAddr: ${', resp: , err: '.repeat(360_000)}`
    expect(repeated.length).toBeGreaterThan(5_000_000)
    expect(say(repeated)).toMatchObject({ kind: 'add-replied', success: true })
    expect(say(`${repeated}%!(EXTRA ${repeated})`)).toMatchObject({ kind: 'add-replied' })
    expect(say('(%!(EXTRA '.repeat(500_000))).toBe('unrecognized')
  })

  it('made of any wording never crashes it', () => {
    for (const literals of texts) {
      const first = literals[0] as string
      for (const message of [
        first,
        first.slice(0, -1),
        `${first}${literals.length > 1 ? longest(literals).repeat(200) : ''}`,
        `${first}${first}`,
        literals.join('"'),
        literals.join('\n'),
        literals.join('-'),
      ])
        expect(['object', 'string']).toContain(typeof say(message))
    }
  })

  it('is claimed by what recognizes it, and by nothing where nothing does', () => {
    expect(claims('leader election lost')).toEqual([])
    expect(claims('Exceeded instance ENI attachment limit: 3')).toEqual(['Exceeded instance ENI attachment limit: %(limit)d '])
  })
})
