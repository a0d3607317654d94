import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { kinds } from '../../src/queries/events.ts'
import { caseFile } from '../cases.ts'
import { runCli } from '../support/run-cli.ts'

const LOG = caseFile('subnet-out-of-addresses', 'ipamd.log')
const folder = mkdtempSync(join(tmpdir(), 'ipamd-trace-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const gz = join(folder, 'ipamd-2024-09-11T20-43-00.000.log.gz')
writeFileSync(gz, gzipSync(readFileSync(LOG)))
const bundle = join(folder, 'bundle.tar.gz')
mkdirSync(join(folder, 'var_log/aws-routed-eni'), { recursive: true })
copyFileSync(LOG, join(folder, 'var_log/aws-routed-eni/ipamd.log'))
execFileSync('tar', ['-C', folder, '-czf', bundle, 'var_log'])

describe('a question to the log', () => {
  it.each([
    [['pod', 'shop/cart-68c7d5b9f4-tsnmg'], 'pod'],
    [['ip', '10.4.130.89'], 'address'],
    [['eni', 'eni-0c41b7a8d2e95f306'], 'eni'],
    [['sandbox', 'edf6fc18b124'], 'sandbox'],
    [['timeline'], 'timeline'],
  ])('%j is answered in words and as JSON, each with its lines', async (words, of) => {
    const told = await runCli([...words, LOG])
    expect(told).toMatchObject({ code: 0, err: '' })
    expect(told.out).toMatch(/ipamd\.log:\d+/)
    expect(told.out.split('\n').filter(line => line.length > 100)).toEqual([])
    const { code, out } = await runCli([...words, LOG, '--format', 'json'])
    expect(code).toBe(0)
    const answer = JSON.parse(out)
    expect(answer).toMatchObject({ schema: `ipamd-trace/${of}`, schemaVersion: 1, inputs: [LOG] })
    for (const { entries } of answer.stories) for (const { line } of entries) expect(line).toBeGreaterThan(0)
  })

  it.each([
    [['pod', 'shop/cart-68c7d5b9f4-tsnmh'], 'no pod shop/cart-68c7d5b9f4-tsnmh in these logs; there are shop/cart-68c7d5b9f4-tsnmg, '],
    [['pod', 'cart-68c7d5b9f4-tsnmg'], '(a pod is named NAMESPACE/NAME); there is shop/cart-68c7d5b9f4-tsnmg'],
    [['ip', '10.4.130.8'], 'no address 10.4.130.8 in these logs; there are 10.4.130.89, '],
    [['eni', 'eni-0c41b7a8d2e95f307'], 'no interface eni-0c41b7a8d2e95f307 in these logs; there is eni-0c41b7a8d2e95f306'],
    [['sandbox', 'e'], 'several sandboxes begin with e: '],
    [['sandbox', 'zzzz'], 'no sandbox zzzz in these logs'],
    [['pod', 'a/\u001b[2J\u0007'], 'no pod a/\\u001b[2J\\u0007 in these logs'],
  ])('%j is not in the log: one line says so, with what is most like it', async (words, said) => {
    const { code, out, err } = await runCli([...words, LOG])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^ipamd-trace: [^\n]*\n$/)
    expect(err).toContain(said)
  })

  it('says that nothing happened in the stretch asked for', async () => {
    const { code, out } = await runCli(['pod', 'shop/cart-68c7d5b9f4-tsnmg', LOG, '--since', '20:42'])
    expect(code).toBe(0)
    expect(out).toContain('Only since 2024-09-11 20:42:00.')
    expect(out).toContain('Nothing happened in this stretch of the log.')
  })

  it('is answered from stdin, also where its times count from the end', async () => {
    const { code, out } = await runCli(['timeline', '-', '--since', '-1m'], readFileSync(LOG))
    expect(code).toBe(0)
    expect(out).toContain('Only since 2024-09-11 20:41:43.')
    expect(out).toContain('CreateNetworkInterface refused')
    expect(out).not.toContain('ipamd started')
  })

  it('counts from the end of a compressed log and of a bundle too', async () => {
    for (const path of [gz, bundle])
      expect((await runCli(['timeline', path, '--since', '-1m'])).out).toContain('Only since 2024-09-11 20:41:43.')
  })

  it.each(['pod', 'ip', 'eni', 'sandbox', 'timeline', 'events', 'show'])('%s: the examples of its help work', async command => {
    const { out } = await runCli([command, '--help'])
    const examples: string[] = []
    for (const line of out.slice(out.indexOf('Examples:'), out.indexOf('Exit codes:')).split('\n').slice(1)) {
      const said = /^ {2}(\S.*?)(?: {2,}.*)?$/.exec(line)?.[1]
      if (said?.startsWith('ipamd-trace ')) examples.push(said.slice('ipamd-trace '.length))
      else if (said !== undefined) examples.push(`${examples.pop()} ${said}`)
    }
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      const words = example.split(' ').map(word => word.replace(/^ipamd\.log/, LOG).replace(/^events\.csv$/, join(folder, 'events.csv')))
      expect(await runCli(words), example).toMatchObject({ code: 0, err: '' })
    }
  })
})

describe('show', () => {
  const raw = readFileSync(LOG, 'utf8').split('\n')

  it.each([
    ['a log', LOG],
    ['a compressed log', gz],
    ['a bundle', `${bundle}:var_log/aws-routed-eni/ipamd.log`],
    ['a bundle by the name of its log', `${bundle}:ipamd.log`],
    ['a bundle with one log', bundle],
  ])('gives the line as it stands in %s', async (_, path) => {
    const { code, out } = await runCli(['show', `${path}:207`, '-C', '1', '--format', 'json'])
    expect(code).toBe(0)
    expect(JSON.parse(out).lines).toEqual([206, 207, 208].map(line => ({ line, text: raw[line - 1] })))
  })

  it('shows it as people read it, and marks it', async () => {
    const { out } = await runCli(['show', `${LOG}:207`, '-C', '1'])
    expect(out).toContain('> 207  [2024-09-11T20:38:32.890Z] ERROR: Failed to CreateNetworkInterface')
    expect(out).toContain('  206  [2024-09-11T20:38:32.612Z] INFO: Send AddNetworkReply')
  })

  it('gives the path of every place that a report names', async () => {
    const report = JSON.parse((await runCli([bundle, '--format', 'json'])).out)
    const [place] = report.verdict.cause.evidence
    const { out } = await runCli(['show', `${report.inputs[place.input].path}:${place.line}`, '--format', 'json'])
    expect(JSON.parse(out).lines[0].text).toBe(raw[place.line - 1])
  })

  it.each([
    [`${LOG}:99999`, 'has 2,302 lines, and no line 99999'],
    [`${LOG}:0`, 'show takes a file and a line such as ipamd.log:123'],
    ['ipamd.log', 'show takes a file and a line such as ipamd.log:123'],
    [join(folder, 'no.log:3'), 'no such file or directory'],
    [`${bundle}:other.log:3`, 'no log other.log in '],
  ])('says what is wrong with %s', async (place, said) => {
    const { code, out, err } = await runCli(['show', place])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^ipamd-trace: [^\n]*\n$/)
    expect(err).toContain(said)
  })

  it('lets no line command the terminal', async () => {
    const path = join(folder, 'hostile.log')
    writeFileSync(
      path,
      'a\u001b[2Jb\u0007\u202ec\r\n{"level":"info","ts":"2024-09-11T20:38:17.874Z","caller":"a.go:1","msg":"x\\u001b]0;t\\u0007"}\n',
    )
    const { out } = await runCli(['show', `${path}:1`, '-C', '1'])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })
})

describe('events', () => {
  it('are one a line, each with its instant, node, kind and place', async () => {
    const { code, out } = await runCli(['events', LOG])
    expect(code).toBe(0)
    const rows = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    const report = JSON.parse((await runCli([LOG, '--format', 'json'])).out)
    expect(rows).toHaveLength(report.inputs[0].understood)
    expect([...new Set(rows.map(row => row.node))]).toContain(report.nodes[0].node)
    for (const { at, kind, input, line } of rows) {
      expect(kinds).toContain(kind)
      expect(new Date(at).toISOString()).toBe(at)
      expect([input, line > 0]).toEqual([0, true])
    }
    expect(rows.filter(row => row.kind === 'add-received')).toHaveLength(report.nodes[0].requests.add)
  })

  it('of a pod are all of them, also those before the line that names it', async () => {
    const { out } = await runCli([
      'events',
      LOG,
      '--pod',
      'shop/cart-68c7d5b9f4-tsnmg',
      '--kind',
      'add-received,add-described,address-assigned',
    ])
    const rows = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(rows.map(({ kind, line }) => `${kind} ${line}`)).toEqual([
      'add-received 1257',
      'add-described 1258',
      'add-received 1565',
      'add-described 1566',
      'add-received 1895',
      'add-described 1896',
      'address-assigned 1906',
    ])
  })

  it('of an address and an interface are those that name them', async () => {
    const { out } = await runCli(['events', LOG, '--ip', '10.4.130.89', '--eni', 'eni-0c41b7a8d2e95f306'])
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(out)).toMatchObject({ kind: 'cidr-added', cidr: '10.4.130.89/32' })
  })

  it('are CSV that no spreadsheet takes for a formula', async () => {
    const path = join(folder, 'formula.log')
    const line = (msg: string): string =>
      `${JSON.stringify({ level: 'error', ts: '2024-09-11T20:38:17.874Z', caller: 'ipamd/a.go:1', msg })}\n`
    writeFileSync(path, `${line('Starting L-IPAMD   ...')}${line('Rejecting AddNetwork request: =cmd|"/c calc",1')}`)
    const { code, out } = await runCli(['events', path, '--format', 'csv'])
    expect(code).toBe(0)
    const [head, , row] = out.split('\r\n')
    expect(head).toBe('at,node,kind,input,line,level,namespace,pod,sandbox,address,eni,networkCard,error,more')
    expect(row).toContain(',add-rejected,0,2,error,,,,,,,"\'=cmd|""/c calc"",1",')
  })

  it('are written to a file, whole or not at all', async () => {
    const path = join(folder, 'out.jsonl')
    expect(await runCli(['events', LOG, '-o', path])).toMatchObject({ code: 0, out: '' })
    expect(readFileSync(path, 'utf8')).toBe((await runCli(['events', LOG])).out)
    expect((await runCli(['events', join(folder, 'none.log'), '-o', join(folder, 'none.jsonl')])).code).toBe(2)
    expect(() => readFileSync(join(folder, 'none.jsonl'))).toThrow()
  })

  it('are none where the logs have none, and that is said', async () => {
    expect(await runCli(['events', LOG, '--ip', '10.9.9.9'])).toEqual({
      code: 0,
      out: '',
      err: 'ipamd-trace: these logs have no such event\n',
    })
  })

  it('of an unknown kind are a mistake that names the known ones', async () => {
    const { code, err } = await runCli(['events', LOG, '--kind', 'add-recieved'])
    expect(code).toBe(2)
    expect(err).toBe('ipamd-trace: no kind of event is called add-recieved; there are add-received, add-rejected and add-replied\n')
  })
})

describe('a narrowed report', () => {
  it('says so, and of whom', async () => {
    const { out } = await runCli([LOG, '--pod', 'shop/cart-68c7d5b9f4-tsnmg', '--around', '20:40:30±1m'])
    const text = out.replaceAll(/\s+/g, ' ')
    expect(text).toContain('(only since 2024-09-11 20:39:30, until 2024-09-11 20:41:30, pod shop/cart-68c7d5b9f4-tsnmg)')
    expect(text).toContain('2 requests of 1 pod failed, 20:40:31 – 20:40:43. Recovered 20:40:57.')
  })

  it('is of the node asked for, by the beginning of its name', async () => {
    expect((await runCli([LOG, '--node', 'ip-10-4-129-144'])).code).toBe(0)
    const { code, err } = await runCli([LOG, '--node', 'ip-10-4-129-14'])
    expect(code).toBe(2)
    expect(err).toBe('ipamd-trace: no node ip-10-4-129-14 in these logs; there is ip-10-4-129-144.eu-central-1.compute.internal\n')
  })

  it('is a mistake where it ends before it begins, or is both around and since', async () => {
    expect((await runCli([LOG, '--since', '20:41', '--until', '20:40'])).err).toBe('ipamd-trace: --since is later than --until\n')
    expect((await runCli([LOG, '--since', '20:41', '--around', '20:40'])).code).toBe(2)
  })
})

describe('the pool at an instant', () => {
  it('takes the instants of all commands', async () => {
    const { out } = await runCli(['state', LOG, '--at', '2024-09-11T20:40Z'])
    expect((await runCli(['state', LOG, '--at', '20:40'])).out).toBe(out)
    expect((await runCli(['state', '-', '--at', '-1m'], readFileSync(LOG))).out).toContain('The pool at 2024-09-11 20:41:43 UTC')
  })
})

describe('another time zone', () => {
  it('stands beside UTC in the head and the verdict', async () => {
    const { out } = await runCli([LOG, '--tz', 'Asia/Tokyo'])
    expect(out).toContain('2024-09-11 20:38:17 – 20:42:43 UTC (2024-09-12 05:38:17 – 05:42:43 Asia/Tokyo)')
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '20:40:08 – 20:40:50 (2024-09-12 05:40:08 – 05:40:50 Asia/Tokyo). Recovered 20:40:55 (05:40:55).',
    )
  })

  it('is a mistake where there is none of this name', async () => {
    expect(await runCli([LOG, '--tz', 'Mars/Olympus'])).toMatchObject({
      code: 2,
      err: "ipamd-trace: --tz takes a time zone such as Europe/Berlin, not 'Mars/Olympus'\n",
    })
  })
})

describe('completion', () => {
  const complete = async (...words: string[]): Promise<string[]> => {
    const { code, out } = await runCli(['--complete', ...words])
    expect(code).toBe(0)
    return out.split('\n').filter(word => word !== '')
  }

  it('knows commands, options and their values', async () => {
    expect(await complete('ev')).toEqual(['events'])
    expect(await complete('events', '--ki')).toEqual(['--kind'])
    expect(await complete('events', '--format', '')).toEqual(['jsonl', 'csv'])
    expect(await complete(LOG, '-F', 'm')).toEqual(['markdown'])
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await complete('explain', 'subnet-o')).toEqual(['subnet-out-of-addresses'])
  })

  it('knows the names of a log that stands behind', async () => {
    expect(await complete('pod', 'shop/cart-68c7d5b9f4-t', '--', LOG)).toEqual(['shop/cart-68c7d5b9f4-tsnmg'])
    expect(await complete('eni', '', '--', LOG)).toEqual(['eni-0c41b7a8d2e95f306'])
    expect(await complete('pod', 'shop/', '--', join(folder, 'none.log'))).toEqual([])
  })

  it.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks the program', async shell => {
    const { code, out } = await runCli(['completion', shell])
    expect(code).toBe(0)
    expect(out).toContain('ipamd-trace --complete')
  })

  it('has a script that bash reads', async () => {
    const { out } = await runCli(['completion', 'bash'])
    const said = execFileSync('bash', [
      '-c',
      `${out}\nipamd-trace() { printf '%s\\n' "$@"; }\nCOMP_WORDS=(ipamd-trace pod sh log); COMP_CWORD=2; _ipamd_trace; printf '%s|' "\${COMPREPLY[@]}"`,
    ])
    expect(said.toString()).toBe('--complete|pod|sh|--|log|')
  })
})
