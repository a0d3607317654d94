import { describe, expect, it } from 'vitest'
import { createFingerprint } from '../../src/extractors/fingerprint.ts'
import { PRINTED, RELEASES } from '../../src/extractors/printed-callers.ts'

/** Callers as logs of these releases have them. */
const V1_12_6 = ['networkutils/network.go:132', 'aws-k8s-agent/main.go:28']
const V1_16_4 = ['ipamd/ipamd.go:648']
const V1_21_2 = ['datastore/data_store.go:1620']

const candidates = (...lives: string[][]) => {
  const fingerprint = createFingerprint()
  lives.forEach((callers, i) => {
    if (i > 0) fingerprint.restart()
    for (const caller of callers) fingerprint.see(caller)
  })
  return fingerprint.candidates()
}

describe('the release of a log', () => {
  it.each([
    [['awsutils/awsutils.go:334'], ['v1.7.10']],
    [
      ['ipamd/ipamd.go:2064', 'awsutils/awsutils.go:410'],
      ['v1.10.3', 'v1.10.4'],
    ],
    [V1_12_6, ['v1.12.6']],
    [V1_16_4, ['v1.16.4']],
    [['ipamd/ipamd.go:1406'], ['v1.18.3']],
    [['aws-k8s-agent/main.go:50'], ['v1.19.6']],
    [V1_21_2, ['v1.21.2']],
    [['awsutils/awsutils.go:1636'], ['v1.23.0']],
    // RPC handlers alone: a range, not a guess (families 0.3)
    [['rpc/rpc.pb.go:713', 'rpc/rpc.pb.go:731'], RELEASES.slice(RELEASES.indexOf('v1.10.0'), RELEASES.indexOf('v1.16.2') + 1)],
  ])('is named by its callers: %j', (callers, releases) => {
    expect(candidates(callers)).toEqual(releases)
  })

  it('is unknown without callers, and with callers of libraries and other builds alone', () => {
    expect(candidates([])).toEqual([])
    expect(candidates(['runtime/asm_amd64.s:1700', 'our-fork/main.go:12', 'ipamd/ipamd.go:99999', '__proto__', ''])).toEqual([])
  })

  it('is not disturbed by callers that no release prints', () => {
    expect(candidates(['our-fork/main.go:12', ...V1_16_4, 'ipamd/ipamd.go:99999'])).toEqual(['v1.16.4'])
  })

  it('is that of the later lines where callers contradict each other: an upgrade whose start is not in the log', () => {
    expect(candidates([...V1_12_6, ...V1_21_2])).toEqual(['v1.21.2'])
  })

  it('is that of the new process after an upgrade, by all that it prints', () => {
    // the first is printed by v1.10.0 to v1.16.2, the old release among them, the second by v1.16.0 to v1.16.4
    expect(candidates(V1_12_6, ['rpc/rpc.pb.go:713', 'ipamd/rpc_handler.go:260'])).toEqual(['v1.16.0', 'v1.16.2'])
    expect(candidates(V1_12_6, ['rpc/rpc.pb.go:713'])).toEqual(['v1.12.6'])
    expect(candidates(V1_12_6, V1_16_4, V1_21_2)).toEqual(['v1.21.2'])
  })

  it('is kept over a restart that says nothing else', () => {
    expect(candidates(V1_16_4, [])).toEqual(['v1.16.4'])
    expect(candidates(V1_16_4, ['rpc/rpc.pb.go:708'])).toEqual(['v1.16.4'])
  })

  it('needs no more memory than 5,000 callers', () => {
    const fingerprint = createFingerprint()
    for (let i = 0; i < 20_000; i++) fingerprint.see(`evil/file.go:${i}`)
    fingerprint.see('ipamd/ipamd.go:648')
    expect(fingerprint.candidates()).toEqual([])
  })
})

describe('the table of callers', () => {
  it('is in order of lines, and its ranges are of releases that exist', () => {
    for (const [file, text] of Object.entries(PRINTED)) {
      const entries = text.trim().split(/\s+/)
      const lines = entries.map(entry => Number(entry.split(':')[0]))
      expect(lines, file).toEqual([...new Set(lines)].sort((a, b) => a - b))
      for (const entry of entries)
        for (const range of (entry.split(':')[1] as string).split(',')) {
          const [from, to = from] = range.split('-').map(Number) as [number, number?]
          expect(from >= 0 && to >= from && to < RELEASES.length, `${file}:${entry}`).toBe(true)
        }
    }
  })
})
