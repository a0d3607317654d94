import { execFileSync } from 'node:child_process'
import { appendFileSync, symlinkSync, truncateSync } from 'node:fs'
import { constants, deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { look } from '../../src/parser/look.ts'
import { openSources } from '../../src/sources/sources.ts'
import { createWorld, line, reportOf, rotated, run, smallLog } from './world.ts'

const world = createWorld()
afterAll(world.remove)

const START = Date.parse('2024-09-11T20:39:00Z')
const small = `${smallLog(7, START).join('\n')}\n`
/** Long enough that a cut in the middle leaves something on both sides. */
const long = `${smallLog(7, START, { requests: 400 }).join('\n')}\n`
const longGz = world.gzip(long)

function problems(report: { problems: readonly { kind: string; severity: string }[] }): string[] {
  return report.problems.map(({ kind, severity }) => `${severity} ${kind}`)
}

describe('a damaged input is read as far as it goes, said to be damaged, and ends with 4', () => {
  it.each([
    ['gzip data that end in the middle', longGz.subarray(0, longGz.length - 2_000), 'cut-gzip', 100],
    ['gzip data without their last byte', longGz.subarray(0, -1), 'cut-gzip', 400],
    ['a wrong checksum', withByte(longGz, longGz.length - 6, 1), 'gzip-checksum', 400],
    ['something else after the gzip data', Buffer.concat([longGz, Buffer.from('<html>502 Bad Gateway')]), 'gzip-garbage', 400],
    ['damage inside the gzip data', damagedInside(long), 'damaged-gzip', 150],
  ])('%s', async (_name, bytes, kind, atLeast) => {
    const { code, report, stderr } = await reportOf([world.write(`${kind}.log.gz`, bytes as Buffer)])
    expect([code, stderr]).toEqual([4, ''])
    expect(problems(report)).toContain(`damage ${kind}`)
    expect(report.problems.find(problem => problem.kind === kind)?.places[0]).toMatchObject({ input: 0 })
    expect(report.nodes[0]?.requests.add).toBeGreaterThanOrEqual(atLeast as number)
  })

  it.each([
    [
      'binary garbage inside',
      `${small.slice(0, 900)}\n\x00\x01\x02\ufffd\x00\x00\x00\x01\n${small.slice(small.indexOf('\n', 900) + 1)}`,
      'unreadable-line',
    ],
    ['a last line without an end', small.slice(0, -40), 'cut-line'],
    [
      'a line longer than any of ipamd',
      `${small}{"level":"info","ts":"2024-09-11T21:00:00.000Z","msg":"${'x'.repeat(1_100_000)}"}\n`,
      'long-line',
    ],
    [
      'a line torn by another one',
      small.replace('"caller":"ipamd/ipamd.go:798"', '"ca{"level":"info","ts":"2024-09-11T20:39:00.000Z","caller":"x.go:1","msg":"y"}\n'),
      'torn-line',
    ],
    [
      'a clock that jumps back',
      `${small}${line(START - 3_600_000, 'debug', 'ipamd/ipamd.go:678', 'Starting to increase pool size')}\n`,
      'clock-went-back',
    ],
  ])('%s', async (_name, text, kind) => {
    const { code, report } = await reportOf([world.write(`${kind}.log`, text as string)])
    expect(code).toBe(4)
    const problem = report.problems.find(one => one.kind === kind)
    expect(problem).toMatchObject({ severity: 'damage' })
    expect(problem?.places[0]?.line).toBeGreaterThan(1)
    expect(report.nodes[0]?.requests.add).toBeGreaterThanOrEqual(1)
  })

  it('an archive that ends in the middle of a member', async () => {
    world.writeAll('cut', { 'a/ipamd.log': small, 'b/ipamd-2024-09-12T00-00-00.000.log': long })
    const tar = world.tar('cut.tar', 'cut', ['-cf'], ['a/ipamd.log', 'b/ipamd-2024-09-12T00-00-00.000.log'])
    truncateSync(tar, small.length + Math.floor(long.length / 2))
    const { code, report } = await reportOf([tar])
    expect(code).toBe(4)
    expect(problems(report)).toContain('damage cut-archive')
    expect(report.inputs).toHaveLength(2)
    expect(report.nodes[0]?.requests.add).toBeGreaterThan(150)
  })

  it('an archive with a damaged header between its members', async () => {
    world.writeAll('header', { 'ipamd.log': small, 'x.txt': 'x', 'ipamd-2024-09-12T00-00-00.000.log': long })
    const tar = world.tar('header.tar', 'header', ['-cf'], ['ipamd.log', 'x.txt', 'ipamd-2024-09-12T00-00-00.000.log'])
    const bytes = world.read('header.tar')
    bytes.fill(0x41, 512 + Math.ceil(small.length / 512) * 512, 1_024 + Math.ceil(small.length / 512) * 512)
    world.write('header.tar', bytes)
    const { code, report } = await reportOf([tar])
    expect(code).toBe(4)
    expect(problems(report)).toContain('damage damaged-archive')
    expect(report.nodes[0]?.requests.add).toBeGreaterThanOrEqual(2)
  })

  it('an archive whose compression is cut', async () => {
    world.writeAll('cutgz', { 'var_log/aws-routed-eni/ipamd.log': rotated.live })
    const whole = world.tar('whole.tar.gz', 'cutgz')
    const cut = world.write('cut.tar.gz', world.read('whole.tar.gz').subarray(0, 30_000))
    const { code, report } = await reportOf([cut])
    expect(code).toBe(4)
    expect(problems(report)).toContain('damage cut-gzip')
    const sound = await reportOf([whole])
    expect(report.nodes[0]?.quality.lines).toBeGreaterThan((sound.report.nodes[0]?.quality.lines ?? 0) / 2)
  })

  it('a member that cannot be inflated here, and the others', async () => {
    const zstd = execFileSync('zstd', ['-qc'], { input: small })
    world.writeAll('member', {
      'var_log/aws-routed-eni/ipamd.log': small,
      'var_log/aws-routed-eni/ipamd.log.xz': Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, ...zstd]),
    })
    const { code, report } = await reportOf([world.tar('member.tar.gz', 'member')])
    expect(code).toBe(4)
    expect(report.problems[0]).toMatchObject({ kind: 'not-inflated' })
    expect(report.problems[0]?.text).toContain('ipamd.log.xz')
    expect(report.nodes[0]?.requests.add).toBe(2)
  })

  it('a file that becomes shorter while it is read', async () => {
    const path = world.write('shrinks.log', long)
    const { nodes } = await openSources([path], { stdin: nothing(), look })
    truncateSync(path, 1_000)
    const input = nodes[0]?.inputs[0]
    for await (const _ of input?.chunks() ?? []) {
      // read
    }
    expect(input?.problems.map(problem => problem.kind)).toEqual(['file-shrank'])
  })

  it('a file that grows while it is read is no damage', async () => {
    const path = world.write('grows.log', small)
    const { nodes } = await openSources([path], { stdin: nothing(), look })
    appendFileSync(path, small)
    const input = nodes[0]?.inputs[0]
    for await (const _ of input?.chunks() ?? []) {
      // read
    }
    expect(input?.problems).toEqual([])
  })

  it('a log of a rotated set that is missing in between', async () => {
    world.writeAll('gap', {
      'ipamd-2024-09-11T20-45-00.000.log.gz': world.gzip(small),
      'ipamd.log': `${smallLog(7, START + 3_600_000, { named: false }).join('\n')}\n`,
    })
    const { code, report } = await reportOf([world.at('gap')])
    expect(code).toBe(4)
    expect(report.problems[0]).toMatchObject({ kind: 'missing-file', places: [{ input: 0 }] })
    expect(report.problems[0]?.text).toContain('54m01s')
  })
})

describe('what looks like damage and is none', () => {
  it.each([
    ['zeros after the gzip data', Buffer.concat([longGz, Buffer.alloc(10_000)])],
    ['several gzip members one after another', Buffer.concat([world.gzip(long.slice(0, 5_000)), world.gzip(long.slice(5_000))])],
    ['gzip in gzip', world.gzip(longGz)],
    ['gzip with a name and a comment in its header', named(long)],
    ['a .gz that a browser already inflated', Buffer.from(long)],
    ['a byte order mark and \\r\\n', Buffer.from(`\ufeff${long.replaceAll('\n', '\r\n')}`)],
    ['UTF-16 as PowerShell writes it', Buffer.from(`\ufeff${long}`, 'utf16le')],
  ])('%s', async (name, bytes) => {
    const { code, report } = await reportOf([world.write(`${name.replaceAll(/\W/g, '')}.log.gz`, bytes as Buffer)])
    expect(code).toBe(0)
    expect(report.problems).toEqual([])
    expect(report.nodes[0]?.requests.add).toBe(400)
  })

  it('gzip members that end at the edge of a read', async () => {
    // One read is 256 KiB, one piece of it 8 KiB.
    for (const edge of [8_192, 131_072]) {
      const parts = [long.slice(0, 5_000), long.slice(5_000, 10_000)].map(part => withLength(world.gzip(part), edge))
      const { code, report } = await reportOf([
        world.write(`edge${edge}.log.gz`, Buffer.concat([...parts, world.gzip(long.slice(10_000))])),
      ])
      expect(code).toBe(0)
      expect(report.nodes[0]?.requests.add).toBe(400)
    }
  })
})

describe('a hostile archive', () => {
  it('with names that leave it, links and devices: nothing of them is used, all of them are named', async () => {
    world.writeAll('evil', { 'in/ipamd.log': small, 'in/etc/ipamd.log': long })
    symlinkSync('/etc/passwd', world.at('evil/in/ipamd-2024-09-11T20-45-00.000.log'))
    execFileSync('sh', ['-c', `mkfifo ${world.at('evil/in/fifo')}`])
    const tar = world.tar('evil.tar', 'evil', ['--transform', 's,in/etc,../../etc,', '-P', '-cf'], ['in'])
    const { code, report } = await reportOf([tar])
    expect(code).toBe(4)
    expect(problems(report).sort()).toEqual(['damage not-a-file', 'damage unsafe-name'])
    expect(report.problems.find(({ kind }) => kind === 'not-a-file')?.text).toContain('in/ipamd-2024-09-11T20-45-00.000.log')
    expect(report.inputs.map(input => input.path)).toEqual([`${tar}:in/ipamd.log`])
  })

  it('with two members of one name: the later one counts, as with tar, and both are spoken of', async () => {
    world.writeAll('dup', { 'ipamd.log': long })
    const tar = world.tar('dup.tar', 'dup', ['-cf'], ['ipamd.log'])
    world.write('dup/ipamd.log', small)
    world.tar('dup.tar', 'dup', ['-rf'], ['ipamd.log'])
    const { code, report } = await reportOf([tar])
    expect(code).toBe(0)
    expect(problems(report)).toEqual(['note replaced-member'])
    expect(report.nodes[0]?.requests.add).toBe(2)
  })

  it('with control characters in a name cannot drive a terminal', async () => {
    world.writeAll('esc', { 'in/ipamd.log': small })
    const tar = world.tar('esc.tar', 'esc', ['--transform', 's,in,\x1b[2Jin,', '-cf'], ['in'])
    const { report, stdout } = await reportOf([tar])
    expect(report.inputs[0]?.path).toBe(`${tar}:\\u001b[2Jin/ipamd.log`)
    expect(stdout).not.toContain('\x1b')
  })

  it('that inflates beyond all reason is read up to the bound', async () => {
    const bomb = execFileSync('sh', ['-c', `(printf '%s' "$LOG"; head -c 90000000 /dev/zero) | gzip -9c`], {
      env: { ...process.env, LOG: small },
      maxBuffer: 1 << 28,
    })
    const { code, report } = await reportOf([world.write('bomb.log.gz', bomb)])
    expect(code).toBe(4)
    expect(problems(report)).toContain('damage compression-bomb')
    expect(report.nodes[0]?.requests.add).toBe(2)
  })

  it('that is compressed again and again is refused in one line', async () => {
    let bytes: Buffer = Buffer.from(small)
    for (let i = 0; i < 5; i += 1) bytes = world.gzip(bytes)
    const { code, stderr } = await run([world.write('onion.gz', bytes)])
    expect(code).toBe(2)
    expect(stderr).toMatch(/compressed more than 3 times; inflate it first\n$/)
  })
})

describe('a compression that this Node cannot undo', () => {
  it.each([
    ['xz', ['xz', '-c'], 'xz -dc'],
    ['bzip2', ['bzip2', '-c'], 'bzip2 -dc'],
  ])('%s: one line says what to run', async (name, [program, ...args], words) => {
    const path = world.write(`log.${name}`, execFileSync(program as string, args, { input: small }))
    const { code, stderr, stdout } = await run([path])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`${words} ${path} | ipamd-trace -`)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('zip: as for bundles of Windows nodes, which hold no log of ipamd', async () => {
    world.write('eks_i-0a_20240911T2039000000Z/system/x.txt', 'x')
    execFileSync('zip', ['-qr', world.at('w.zip'), '.'], { cwd: world.at('eks_i-0a_20240911T2039000000Z') })
    const { code, stderr } = await run([world.at('w.zip')])
    expect(code).toBe(2)
    expect(stderr).toMatch(/is a zip archive: unpack it \(unzip .*w\.zip -d DIRECTORY\).*Windows nodes hold no ipamd\.log\n$/)
  })

  it('zstd is read where Node can (22.15 and later), else one line says what to run', async () => {
    const path = world.write('log.zst', execFileSync('zstd', ['-qc'], { input: small }))
    const { code, stderr } = await run([path])
    const can = 'createZstdDecompress' in (await import('node:zlib'))
    expect(code).toBe(can ? 0 : 2)
    if (!can) expect(stderr).toContain(`zstd -dc ${path} | ipamd-trace -`)
  })
})

async function* nothing(): AsyncIterable<Uint8Array> {}

function withByte(bytes: Buffer, at: number, flip: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] as number) ^ flip
  return copy
}

/** The same gzip member, its header as long as it takes: an extra field, and a name. */
function withLength(member: Buffer, length: number): Buffer {
  const more = length - member.length - 3
  const extra = Math.min(65_535, more)
  const size = Buffer.alloc(2)
  size.writeUInt16LE(extra)
  const header = Buffer.from(member.subarray(0, 10))
  header[3] = 4 | 8
  return Buffer.concat([header, size, Buffer.alloc(extra), Buffer.alloc(more - extra, 0x61), Buffer.alloc(1), member.subarray(10)])
}

/** A block of a type that does not exist, where the second half begins. */
function damagedInside(content: string): Buffer {
  const half = deflateRawSync(content.slice(0, content.length / 2), { finishFlush: constants.Z_SYNC_FLUSH })
  return Buffer.concat([longGz.subarray(0, 10), half, Buffer.alloc(1_000, 0x07)])
}

function named(content: string): Buffer {
  return execFileSync('gzip', ['-Nc', world.write('named.log', content)], { maxBuffer: 1 << 28 })
}
