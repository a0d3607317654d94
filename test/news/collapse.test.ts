import { describe, expect, it } from 'vitest'
import type { News } from '../../src/model/news.ts'
import { createCollapse } from '../../src/news/collapse.ts'
import { at } from '../support/node-lines.ts'

const news = (seconds: number): News => ({
  at: new Date(at('20:00:00.000') + seconds * 1_000).toISOString(),
  kind: 'ec2-refused',
  severity: 'warn',
  node: 'node',
  text: 'refused',
})
const texts = (said: readonly News[]): string[] => said.map(({ text }) => text)

describe('repetition', () => {
  it('is said once, then as a count for 30 s, a minute, two, and up to ten', () => {
    const collapse = createCollapse()
    const said: string[] = []
    for (let second = 0; second < 3_600; second++)
      said.push(...texts(collapse.tick(at('20:00:00.000') + second * 1_000)), ...texts(collapse.offer(news(second), 'key', 'refusals')))
    expect(said.slice(0, 5)).toEqual([
      'refused',
      '… 29 more in 30 s: refusals',
      '… 60 more in 1m: refusals',
      '… 120 more in 2m: refusals',
      '… 240 more in 4m: refusals',
    ])
    expect(said.at(-1)).toBe('… 600 more in 10m: refusals')
    expect(said.length).toBeLessThan(12)
  })

  it('is news again after a time without it', () => {
    const collapse = createCollapse()
    collapse.offer(news(0), 'key', 'refusals')
    expect(collapse.tick(at('20:00:31.000'))).toEqual([])
    expect(texts(collapse.offer(news(40), 'key', 'refusals'))).toEqual(['refused'])
  })

  it('is counted to the end', () => {
    const collapse = createCollapse()
    for (let second = 0; second < 5; second++) collapse.offer(news(second), 'key', 'refusals', 2)
    expect(texts(collapse.close(at('20:00:05.000')))).toEqual(['… 3 more in 5.0 s: refusals'])
  })

  it('does not grow with what a log calls things', () => {
    const collapse = createCollapse()
    const said = Array.from({ length: 5_000 }, (_, i) => collapse.offer(news(i / 1_000), `code ${i}`, `code ${i}`)).flat()
    expect(said).toHaveLength(201)
    expect(texts(collapse.tick(at('20:01:00.000'))).join()).toMatch(/^… 4799 more in [^:]+: other things$/)
  })
})
