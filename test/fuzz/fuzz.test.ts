import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostileLog, WEAPONS } from './hostile-log.ts'
import { expectSound, expectSoundState } from './sound.ts'

/** 300 of one seed in every run; `npm run fuzz` takes 10,000 of a new seed, or as many as FUZZ_RUNS says. */
const runs = Number(process.env.FUZZ_RUNS ?? 300)
const seed = process.env.FUZZ_RUNS === undefined ? 20240911 : Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

describe('any log, however it was bent', () => {
  it(`gives a sound report or says that it is none (${runs} of seed ${seed})`, { timeout: 120_000 + runs * 400 }, async () => {
    let reports = 0
    await fc.assert(
      fc.asyncProperty(hostileLog, async ({ bytes }) => {
        if ((await expectSound(bytes)) !== undefined) reports++
        if (reports % 5 === 0) await expectSoundState(bytes, '2024-09-11T20:40:40Z')
      }),
      { numRuns: runs, seed, interruptAfterTimeLimit: 100_000 + runs * 300, markInterruptAsFailure: true },
    )
    // most are still ipamd's, or nothing was tried
    expect(reports).toBeGreaterThan(runs / 2)
  })
})

describe('a figure larger than any pool', () => {
  it.each(['9007199254740991', '9007199254740992', '9999999999999999', '-9999999999999999'])('%s makes no report unsound', async total => {
    const line = (second: number, msg: string): string =>
      JSON.stringify({ level: 'debug', ts: `2024-09-11T20:39:0${second}.000Z`, caller: 'ipamd/ipamd.go:660', msg })
    const log = [
      line(1, 'IP stats - total IPs: 6, assigned IPs: 4, cooldown IPs: 2'),
      line(2, `IP stats - total IPs: ${total}, assigned IPs: 4, cooldown IPs: 2`),
      line(3, `IP stats - total IPs: ${total}, assigned IPs: ${total}, cooldown IPs: ${total}`),
      line(4, `IP stats - total IPs: ${total}, assigned IPs: ${total}, cooldown IPs: ${total}`),
    ]
    expect(await expectSound(Buffer.from(`${log.join('\n')}\n`))).toBeDefined()
  })
})

describe('a name that wants to be more', () => {
  it.each(WEAPONS.map(text => [JSON.stringify(text).slice(0, 60), text]))('%s stays a name', async (_, text) => {
    const line = (second: number, msg: string, level = 'info') =>
      JSON.stringify({ level, ts: `2024-09-11T20:39:${String(second).padStart(2, '0')}.000Z`, caller: `${text}:1`, msg })
    const word = text.replace(/\s/g, '_')
    const request = (second: number, id: string) => [
      line(second, `Received AddNetwork for NS /var/run/netns/cni-1, Sandbox ${id}, ifname eth0`),
      line(
        second,
        `AddNetworkRequest: ClientVersion:${JSON.stringify(text)}  K8S_POD_NAME:${JSON.stringify(text)}  K8S_POD_NAMESPACE:${JSON.stringify(text)}  K8S_POD_INFRA_CONTAINER_ID:"${id}"  ContainerID:"${id}"  IfName:"eth0"  NetworkName:"aws-cni"  Netns:"/proc/1/ns/net"`,
      ),
    ]
    const log = [
      line(1, 'Starting L-IPAMD   ...'),
      line(1, `Found instance-id: ${word} `),
      line(1, `Get Node Info for: ${text}`),
      line(2, `DataStore add an ENI ${word}`),
      line(2, `Added ENI(${word})'s IP/Prefix 10.0.1.1/32 to datastore`),
      ...request(3, word),
      line(4, `assignPodIPAddressUnsafe: Assign IP 10.0.1.1 to sandbox aws-cni/${word}/eth0`),
      line(4, 'Send AddNetworkReply: IPv4Addr: 10.0.1.1, IPv6Addr: , DeviceNumber: 0, err: <nil>'),
      ...request(5, `b${word}`),
      line(6, `Failed to CreateNetworkInterface ${text}: status code: 400, request id: ${text} for subnet ${word}`, 'error'),
      line(6, 'DataStore has no available IP/Prefix addresses', 'error'),
      line(6, `Send AddNetworkReply: IPv4Addr: , IPv6Addr: , DeviceNumber: -1, err: ${text}`),
      line(7, `nobody knows this ${text}`, 'error'),
    ]
    const bytes = Buffer.from(`${log.join('\n')}\n`)
    const report = await expectSound(bytes)
    await expectSoundState(bytes, '2024-09-11T20:39:04.500Z')
    expect(report?.nodes[0]?.requests).toMatchObject({ add: 2 })
  })
})
