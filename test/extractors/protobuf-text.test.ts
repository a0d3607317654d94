import { describe, expect, it } from 'vitest'
import { readProtobufText } from '../../src/extractors/protobuf-text.ts'

const read = (text: string) => Object.fromEntries(readProtobufText(text))

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
    expect(Object.entries(read(text))).toEqual(Object.entries(fields))
  })

  it('has 64 fields at most', () => {
    expect(readProtobufText(Array.from({ length: 10_000 }, (_, i) => `F${i}:"x"`).join(' ')).size).toBe(64)
  })

  it.each([':', '"', 'a:"', '\\', 'a:{', ': ', 'a:"\\'])('of 5 MB made of %j is read through', part => {
    expect(readProtobufText(part.repeat(Math.ceil(5_000_000 / part.length))).size).toBeLessThanOrEqual(64)
  })
})
