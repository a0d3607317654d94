import { describe, expect, it } from 'vitest'
import { readProtobufText } from '../../src/extractors/protobuf-text.ts'

const NAMES = [
  ...['ClientVersion', 'K8S_POD_NAME', 'K8S_POD_NAMESPACE', 'ContainerID', 'IfName', 'DeviceNumber', 'Success', 'Reason', 'IPv4Addr'],
  ...['UseExternalSNAT', 'VPCv4CIDRs', 'Netns', '__proto__', 'constructor'],
]

const read = (text: string) => {
  const values = readProtobufText(text, NAMES)
  return new Map(NAMES.flatMap((name, i) => (values[i] === undefined ? [] : [[name, values[i] as string]])))
}

describe('a request in protobuf text', () => {
  it.each([
    [
      'two blanks (v1.10.0 and later, by build)',
      'ClientVersion:"v1.18.3"  K8S_POD_NAME:"web-1"  K8S_POD_NAMESPACE:"default"  ContainerID:"4f2c9d"  IfName:"eth0"',
      { ClientVersion: 'v1.18.3', K8S_POD_NAME: 'web-1', K8S_POD_NAMESPACE: 'default', ContainerID: '4f2c9d', IfName: 'eth0' },
    ],
    ['one blank', 'K8S_POD_NAME:"web-1" DeviceNumber:1 Success:true', { K8S_POD_NAME: 'web-1', DeviceNumber: '1', Success: 'true' }],
    [
      'a blank at the end (gogo, up to v1.9)',
      'ClientVersion:"v1.7.10" Reason:"PodDeleted" ',
      { ClientVersion: 'v1.7.10', Reason: 'PodDeleted' },
    ],
    [
      'nested messages',
      'Success:true  IPAllocationMetadata:{IPv4Addr:"10.0.1.23"  DeviceNumber:1}',
      { Success: 'true', IPv4Addr: '10.0.1.23', DeviceNumber: '1' },
    ],
    ['a list', '[IPv4Addr:"10.0.1.23" DeviceNumber:2]', { IPv4Addr: '10.0.1.23', DeviceNumber: '2' }],
    [
      'a field that repeats: the first counts',
      'UseExternalSNAT:true VPCv4CIDRs:"10.0.0.0/16" VPCv4CIDRs:"10.1.0.0/16"',
      { UseExternalSNAT: 'true', VPCv4CIDRs: '10.0.0.0/16' },
    ],
    [
      'escaped quotes and colons inside',
      String.raw`Netns:"/proc/1/ns" K8S_POD_NAME:"a\"b: c\\"`,
      { Netns: '/proc/1/ns', K8S_POD_NAME: String.raw`a"b: c\ `.trim() },
    ],
    ['an empty value', 'ClientVersion:"" IfName:"eth0"', { ClientVersion: '', IfName: 'eth0' }],
    ['a value that was cut', 'IfName:"eth', { IfName: 'eth' }],
    ['nothing', '', {}],
    ['no fields', 'context deadline exceeded', {}],
    ['names that objects have', '__proto__:"x" constructor:"y"', { ['__proto__']: 'x', constructor: 'y' }],
  ])('is read: %s', (_, text, fields) => {
    expect(read(text)).toEqual(new Map(Object.entries(fields)))
  })

  it('is looked at for 256 fields at most', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `F${i}:"x"`).join(' ')
    expect(readProtobufText(text, ['F255', 'F256'])).toEqual(['x', undefined])
  })

  it('gives the values in the order of the names', () => {
    expect(readProtobufText('a:"1" b:2', ['b', 'c', 'a'])).toEqual(['2', undefined, '1'])
  })

  it.each([':', '"', 'a:"', '\\', 'a:{', ': ', 'a:"\\'])('of 5 MB made of %j is read through', part => {
    expect(readProtobufText(part.repeat(Math.ceil(5_000_000 / part.length)), ['b'])).toEqual([undefined])
  })
})
