import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAlerts } from '../../src/cli/alerts.ts'
import { commandWords } from '../../src/cli/command-words.ts'
import { readDuration } from '../../src/cli/duration-argument.ts'
import type { News } from '../../src/model/news.ts'
import type { Incident } from '../../src/model/report.ts'
import { createTracer } from '../../src/tracer.ts'
import { folder, until } from '../support/following.ts'
import { listening } from '../support/newsroom.ts'
import { BEFORE, getsNone } from '../support/node-lines.ts'

describe('a command without a shell', () => {
  it.each([
    ['notify', ['notify']],
    ['  notify  --to ops ', ['notify', '--to', 'ops']],
    [`notify 'pods wait' "on \\"this\\" node"`, ['notify', 'pods wait', 'on "this" node']],
    ['notify a\\ b ""', ['notify', 'a b', '']],
    ['sh -c \'echo "$(id)" | cat\'', ['sh', '-c', 'echo "$(id)" | cat']],
    ['notify $HOME; rm x', ['notify', '$HOME;', 'rm', 'x']],
  ])('%s', (command, words) => {
    expect(commandWords(command)).toEqual(words)
  })

  it.each(['', "notify 'open"])('refuses %j', command => {
    expect(() => commandWords(command)).toThrow('--on-incident')
  })
})

describe('a duration', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h30m', 9_000_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
  ])('%s', (text, ms) => {
    expect(readDuration(text, 'for')).toBe(ms)
  })

  it.each(['', '0', '5 minutes', '10x', 'm', '1m!', '-5s', '900d'])('refuses %j', text => {
    expect(() => readDuration(text, 'for')).toThrow('--for takes a duration')
  })
})

describe('alerts', () => {
  const began = (): News => {
    const news = listening(BEFORE).hear(getsNone('20:01:10.000', 'shop/e'))
    return news.find(({ kind }) => kind === 'incident-began') as News
  }

  it.each([
    ['that does not exist', ['/nowhere/notify'], 'cannot be run (ENOENT)'],
    ['that ends with an error', [process.execPath, '-e', 'console.error("a\\nlast words"); process.exit(3)'], 'exited with 3: last words'],
    ['that does not end', [process.execPath, '-e', 'setInterval(() => {}, 1000)'], 'did not end within 0.5 s and was stopped'],
  ])('tell of a command %s', async (_name, words, problem) => {
    const failed: string[] = []
    const alerts = createAlerts(words, 'ipamd.log', text => failed.push(text), 500)
    alerts.hear(began())
    await alerts.done()
    expect(failed).toHaveLength(1)
    expect(failed[0]).toContain(problem)
  })

  it('run one after the other, and do not mind a command that reads nothing', async () => {
    const failed: string[] = []
    const file = join(folder(), 'order')
    writeFileSync(file, '')
    const alerts = createAlerts(
      [
        process.execPath,
        '-e',
        `const fs = require('fs'); fs.appendFileSync('${file}', 'a'); setTimeout(() => fs.appendFileSync('${file}', 'b'), 100)`,
      ],
      'ipamd.log',
      text => failed.push(text),
    )
    alerts.hear(began())
    alerts.hear(began())
    await alerts.done()
    const { readFileSync } = await import('node:fs')
    await until(() => readFileSync(file, 'utf8') === 'abab')
    expect(failed).toEqual([])
  })

  it('are bounded, whatever the incident is', async () => {
    const news = began()
    const incident = news.incident as Incident
    const pod = { ...(incident.pods[0] as Incident['pods'][number]), name: 'x'.repeat(1_000) }
    const huge = { ...news, incident: { ...incident, pods: Array.from({ length: 5_000 }, () => pod) } }
    const file = join(folder(), 'alert.json')
    const alerts = createAlerts(['tee', file], 'ipamd.log', () => {})
    alerts.hear(huge)
    await alerts.done()
    const { readFileSync } = await import('node:fs')
    const text = readFileSync(file, 'utf8')
    expect(text.length).toBeLessThan(256 * 1024)
    expect(JSON.parse(text)).toMatchObject({ shortened: true, event: 'began' })
    expect(createTracer({ version: '0' }).nodes()).toEqual([])
  })
})
