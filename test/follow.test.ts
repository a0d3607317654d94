import { appendFileSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type Followed, type FollowOptions, follow, type Position } from '../src/follow.ts'
import type { News, Status } from '../src/model/news.ts'
import type { Report } from '../src/model/report.ts'
import { trace } from '../src/trace.ts'
import { folder, until } from './support/following.ts'
import { said } from './support/newsroom.ts'
import { BEFORE, counted, gets, getsNone, grows, line, refused, waits } from './support/node-lines.ts'

interface Heard {
  readonly news: News[]
  readonly lines: string[]
  readonly began: Report[]
  readonly absent: string[]
  status: Status | undefined
  quiet: number
  result?: Followed
}

async function listen(
  path: string,
  options: Omit<FollowOptions, 'listener' | 'signal'>,
  during: (heard: Heard) => Promise<void>,
): Promise<Heard & { readonly result: Followed }> {
  const stop = new AbortController()
  const heard: Heard = { news: [], lines: [], began: [], absent: [], status: undefined, quiet: 0 }
  const work = follow(path, {
    pollMs: 50,
    ...options,
    signal: stop.signal,
    listener: {
      absent: at => heard.absent.push(at),
      began: report => heard.began.push(report),
      line: raw => heard.lines.push(raw),
      news: news => heard.news.push(news),
      quiet: status => {
        heard.status = status
        heard.quiet++
      },
    },
  })
  await Promise.race([during(heard), work])
  stop.abort()
  return Object.assign(heard, { result: await work })
}

const INCIDENT =
  refused('20:01:00.000') +
  waits('20:01:05.000') +
  gets('20:01:06.000', 'shop/d', '10.0.1.14') +
  getsNone('20:01:10.000', 'shop/e') +
  waits('20:01:15.000') +
  getsNone('20:01:22.000', 'shop/e')
const RECOVERY = grows('20:03:05.000', 6, 4, '10.0.1.15', '10.0.1.16') + gets('20:03:10.000', 'shop/e', '10.0.1.15')
const BACKUP = 'ipamd-2024-09-11T20-01-22.000.log'
const LATER = 'ipamd-2024-09-11T20-03-05.000.log'

/** Without where its lines stand: the files of a set number their lines anew. */
function withoutPlaces(report: Report): unknown {
  const { nodes, verdict, problems } = report
  return JSON.parse(JSON.stringify({ nodes, verdict, problems }, (key, value) => (key === 'input' || key === 'line' ? undefined : value)))
}

describe('the report of a log that was followed', () => {
  it('is that of the same files, and of them as one, across rotations', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    const parts = [
      BEFORE + INCIDENT.slice(0, INCIDENT.length - getsNone('20:01:22.000', 'shop/e').length),
      getsNone('20:01:22.000', 'shop/e'),
      RECOVERY,
    ] as const
    writeFileSync(path, parts[0])
    const { result, news } = await listen(path, {}, async heard => {
      await until(() => heard.quiet > 0)
      renameSync(path, join(home, BACKUP))
      writeFileSync(path, parts[1])
      await until(() => heard.news.some(({ kind }) => kind === 'log-rotated'))
      renameSync(path, join(home, LATER))
      writeFileSync(path, parts[2])
      await until(() => heard.news.some(({ kind }) => kind === 'pod-recovered'))
    })
    expect(news.filter(({ kind }) => kind === 'log-rotated')).toHaveLength(2)
    expect(result.report).toEqual(await trace([home]))
    const one = join(folder(), 'ipamd.log')
    writeFileSync(one, parts.join(''))
    expect(withoutPlaces(result.report)).toEqual(withoutPlaces(await trace([one])))
    expect(result.report.inputs.map(({ path }) => path)).toEqual([join(home, BACKUP), join(home, LATER), path])
  })

  it('has the rotated files too where they were asked for', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(join(home, 'ipamd-2024-09-11T20-01-00.000.log'), BEFORE)
    writeFileSync(path, INCIDENT)
    const { result, began } = await listen(path, { history: true }, heard => until(() => heard.quiet > 0))
    expect(result.report).toEqual(await trace([home]))
    expect(began).toEqual([result.report])
  })

  it('says that a rotated file is missing, as a report on the files does', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(join(home, BACKUP), BEFORE)
    writeFileSync(path, RECOVERY)
    const { result } = await listen(path, { history: true }, heard => until(() => heard.quiet > 0))
    expect(result.report.problems).toMatchObject([{ kind: 'missing-file' }])
    expect(result.report).toEqual(await trace([home]))
  })

  it('does not depend on how the bytes came', async () => {
    const whole = BEFORE + INCIDENT + RECOVERY
    const path = join(folder(), 'ipamd.log')
    writeFileSync(path, '')
    const { result } = await listen(path, {}, async heard => {
      const bytes = Buffer.from(whole)
      for (let from = 0; from < bytes.length; from += 997) {
        appendFileSync(path, bytes.subarray(from, from + 997))
        if (from % 5 === 0) await new Promise(resolve => setTimeout(resolve, 5))
      }
      await until(() => heard.news.some(({ kind }) => kind === 'pod-recovered'))
    })
    expect(result.report).toEqual(await trace([path]))
  })

  it('states what a truncation destroyed, as damage', async () => {
    const path = join(folder(), 'ipamd.log')
    writeFileSync(path, BEFORE)
    const { result, news } = await listen(path, {}, async heard => {
      await until(() => heard.quiet > 0)
      truncateSync(path)
      appendFileSync(path, counted('20:05:00.000', 4, 3))
      await until(() => heard.news.some(({ kind }) => kind === 'log-lost'))
      await until(() => heard.quiet > 2)
    })
    expect(result.report.problems).toMatchObject([{ kind: 'truncated', severity: 'damage' }])
    expect(said(news).map(text => text.slice(9, 60))).toEqual(['log-lost: The log was truncated where it lay: what '])
  })
})

describe('what a follower says', () => {
  it('begins where what was there ends', async () => {
    const path = join(folder(), 'ipamd.log')
    writeFileSync(path, BEFORE + INCIDENT)
    const { began, news, lines } = await listen(path, {}, async heard => {
      await until(() => heard.quiet > 0)
      appendFileSync(path, RECOVERY)
      await until(() => heard.news.some(({ kind }) => kind === 'pod-recovered'))
    })
    expect(began[0]?.verdict.status).toBe('fail')
    expect(news.map(({ kind }) => kind)).toEqual(['wait-ended', 'pool-grew', 'pod-recovered', 'incident-ended'])
    expect(lines.join('\n')).toBe(RECOVERY.trimEnd())
  })

  it('is everything where the log was not there', async () => {
    const path = join(folder(), 'ipamd.log')
    const { absent, news, lines } = await listen(path, {}, async heard => {
      await until(() => heard.quiet > 0)
      writeFileSync(path, BEFORE + INCIDENT)
      await until(() => heard.news.some(({ kind }) => kind === 'request-failed'))
    })
    expect(absent).toEqual([path])
    expect(news[0]?.kind).toBe('ipamd-started')
    expect(`${lines.join('\n')}\n`).toBe(BEFORE + INCIDENT)
  })

  it('comes from a pipe too, until that ends', async () => {
    const { result, news } = await listen(
      '-',
      { pollMs: 30, stdin: slowly([BEFORE, INCIDENT, RECOVERY], 150) },
      () => new Promise(() => {}),
    )
    expect(
      said(news)
        .filter(text => text.includes('shop/e'))
        .map(text => text.slice(0, 30)),
    ).toEqual(['20:01:10 request-failed: shop/', '20:01:22 request-failed: shop/', '20:03:10 pod-recovered: shop/e'])
    expect(result.report).toEqual(await trace(['-'], { stdin: Readable.from([Buffer.from(BEFORE + INCIDENT + RECOVERY)]) }))
  })

  it('waits for the rest of a line', async () => {
    const path = join(folder(), 'ipamd.log')
    const failure = getsNone('20:01:22.000', 'shop/e')
    writeFileSync(path, BEFORE + failure.slice(0, -20))
    const { news, result } = await listen(path, {}, async heard => {
      await until(() => heard.quiet > 2)
      expect(heard.news).toEqual([])
      appendFileSync(path, failure.slice(-20))
      await until(() => heard.news.length > 0)
    })
    expect(news.map(({ kind }) => kind)).toContain('request-failed')
    expect(result.report.problems).toEqual([])
  })
})

describe('going on where the last run stopped', () => {
  it('says what came since, once, and knows the node from the lines before', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(path, BEFORE + INCIDENT + line('20:01:23.000', 'half').slice(0, 30))
    const first = await listen(path, {}, heard => until(() => heard.quiet > 0))
    const from = first.result.position as Position
    expect(from.offset).toBe(Buffer.byteLength(BEFORE + INCIDENT))
    appendFileSync(path, line('20:01:23.000', 'half').slice(30))
    renameSync(path, join(home, LATER))
    writeFileSync(path, RECOVERY)
    const second = await listen(path, { from }, heard => until(() => heard.quiet > 0))
    expect(second.lines.join('\n')).toBe((line('20:01:23.000', 'half') + RECOVERY).trimEnd())
    expect(second.began[0]?.verdict.headline).toBe(first.result.report.verdict.headline)
    expect(said(second.news)).toContain('20:03:10 pod-recovered: shop/e has 10.0.1.15 after 2m, 3 attempts.')
    expect(second.result.report).toEqual(await trace([home]))
    expect(readdirSync(home)).toHaveLength(2)
    expect(readFileSync(path, 'utf8')).toBe(RECOVERY)
  })
})

async function* slowly(parts: readonly string[], ms: number): AsyncIterable<Uint8Array> {
  for (const part of parts) {
    yield Buffer.from(part)
    await new Promise(resolve => setTimeout(resolve, ms))
  }
}
