import { describe, expect, it } from 'vitest'
import { addInVain, causeOf, createInVain, ipamdLines } from '../support/ipamd-lines.ts'
import { traceText } from '../support/trace-text.ts'

const limit = 'AttachmentLimitExceeded: Interface count 4 exceeds the limit for m5.large\\n\\tstatus code: 400, request id: a'
const room = (current: number, unmanaged: number, most = 3): string => `
  20:00:00.400 debug hasRoomForEni: networkCard=0, currentENIs=${current}, currentUsableENIs=${current}, maxENI=${most}, unmanagedENI=${unmanaged}, trunkEni=0, excludedENI=0, hasRoom=true`
const confidence = (counted: string): string | undefined => {
  const cause = causeOf(traceText(ipamdLines(`${counted}${createInVain('20:00:00', limit)}${addInVain('20:00:03.000', 'web-1', 'c1')}`)))
  return cause.id === 'attached-enis-not-registered' ? cause.confidence : `another cause: ${cause.id}`
}

describe('more interfaces than ipamd manages', () => {
  it.each([
    ['certain', 'where ipamd counts its own and leaves none alone', room(2, 0)],
    ['likely', 'where the others are those that ipamd leaves alone', room(2, 1)],
    ['likely', 'where EC2 refuses at another number than the limit of the network card that ipamd counts', room(1, 0, 2)],
    ['likely', 'where neither a count nor the start is in the log', ''],
  ])('are %s %s', (expected, _, counted) => {
    expect(confidence(counted)).toBe(expected)
  })
})
