import type { News } from '../../src/model/news.ts'
import { createNews, type Newsroom } from '../../src/news/news.ts'
import { createTracer, type Tracer } from '../../src/tracer.ts'
import { readLog } from './read-log.ts'

export interface Listening {
  readonly tracer: Tracer
  readonly newsroom: Newsroom
  /** What these lines make it say. */
  hear(lines: string): News[]
  /** Time passes without a line. */
  tick(at: number): News[]
}

/** A node after `before`; what follows is news. */
export function listening(before: string): Listening {
  const tracer = createTracer({ version: '0.0.0' })
  const input = tracer.open('ipamd.log', 'node')
  const [node] = tracer.nodes()
  if (node === undefined) throw new Error('no node')
  const newsroom = createNews(node)
  let number = 0
  const read = (lines: string, each: (event: Exclude<ReturnType<Tracer['record']>, string>) => News[]): News[] =>
    readLog(`${lines}\n`).records.flatMap(({ record, raw }) => {
      const event = tracer.record(record, input, ++number, () => raw)
      return typeof event === 'string' ? [] : each(event)
    })
  read(before, event => {
    newsroom.skip(event)
    return []
  })
  newsroom.begin()
  return { tracer, newsroom, hear: lines => read(lines, event => newsroom.see(event)), tick: at => newsroom.tick(at) }
}

/** `20:39:00 kind: text`, as tests compare it. */
export function said(news: readonly News[]): string[] {
  return news.map(({ at, kind, text }) => `${at.slice(11, 19)} ${kind}: ${text}`)
}
