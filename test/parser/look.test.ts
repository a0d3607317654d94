import { describe, expect, it } from 'vitest'
import { look } from '../../src/parser/look.ts'
import { seelog, zap } from '../support/lines.ts'

const see = (...lines: string[]) => look(Buffer.from(`${lines.join('\n')}\n`))

describe('a look at a part of a log', () => {
  it('tells from when to when it is, also where its lines are not in order', () => {
    expect(
      see(zap('b', '2024-09-11T20:39:01.000Z'), zap('a', '2024-09-11T20:39:00.000Z'), zap('c', '2024-09-11T20:39:05.000Z')),
    ).toMatchObject({
      firstAt: Date.UTC(2024, 8, 11, 20, 39),
      lastAt: Date.UTC(2024, 8, 11, 20, 39, 5),
      ipamd: true,
    })
  })

  it.each([
    ['the instance', 'Found instance-id: i-0a1b2c3d4e5f60718 ', { instanceId: 'i-0a1b2c3d4e5f60718' }],
    [
      'the node (v1.8.0)',
      'Get Node Info for: ip-10-0-1-10.us-west-2.compute.internal',
      { node: 'ip-10-0-1-10.us-west-2.compute.internal' },
    ],
    ['the node (v1.11.3)', 'Node found "ip-10-0-1-10" - no of taints - 0', { node: 'ip-10-0-1-10' }],
    ['the primary ENI', 'eni-0a1b2c3d4e5f60718 is the primary ENI of this instance', { primaryEni: 'eni-0a1b2c3d4e5f60718' }],
    ['the primary ENI (v1.5.0)', 'Found ENI eni-0a1b2c3d4e5f60718 is a primary ENI', { primaryEni: 'eni-0a1b2c3d4e5f60718' }],
    ['the ENIs', 'Reconcile existing ENI eni-0a1b2c3d4e5f60718 IP pool', { enis: ['eni-0a1b2c3d4e5f60718'] }],
  ])('names %s', (_, message, found) => {
    expect(see(zap(message))).toMatchObject(found)
    expect(see(seelog(message))).toMatchObject(found)
  })

  it.each([
    ['an id of other form', 'Found instance-id: i-0a1b2c3d4e5f6071800 '],
    ['an ENI in a longer word', 'Reconcile existing ENI eni-0a1b2c3d4e5f607189 IP pool'],
    ['control characters', 'Get Node Info for: \u001b[2J'],
  ])('takes nothing from %s', (_, message) => {
    const { instanceId, node, enis } = see(zap(message))
    expect([instanceId, node, enis]).toEqual([undefined, undefined, []])
  })

  it('names 64 ENIs at most, and nothing in what is no log', () => {
    expect(see(...Array.from({ length: 500 }, (_, i) => zap(`ENI eni-${String(i).padStart(17, '0')}`))).enis).toHaveLength(64)
    expect(see('hello', 'world')).toMatchObject({ firstAt: null, lastAt: null, ipamd: false, enis: [] })
    expect(look(new Uint8Array(0))).toMatchObject({ firstAt: null, lastAt: null, ipamd: false, enis: [] })
  })
})
