import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fingerprintOf, HEAD } from '../../src/sources/fingerprint.ts'
import type { Position } from '../../src/sources/follow.ts'
import { folder, following, numbers, until, write } from '../support/following.ts'

const all = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i)

let written = 0
/** Lines as ipamd writes them, each with a time of its own. */
function lines(from: number, count: number): string {
  return all(count, from)
    .map(i => {
      written++
      const ts = new Date(Date.UTC(2024, 8, 11, 20, 39) + 7 * written).toISOString()
      return `{"level":"debug","ts":"${ts}","caller":"ipamd/ipamd.go:607","msg":"line ${i}"}\n`
    })
    .join('')
}

function positionIn(content: string, offset: number, at: number | null = null): Position {
  return { fingerprint: fingerprintOf(Buffer.from(content).subarray(0, Math.min(HEAD, offset))), offset, at }
}

const BACKUP = 'ipamd-2024-09-11T20-39-00.478.log'
const LATER = 'ipamd-2024-09-11T21-39-00.478.log'

describe('a log that is rotated while it is read', () => {
  it.each([
    ['with inotify', true],
    ['without inotify', false],
  ])(
    'loses no line and repeats none at 5,000 lines a second, %s',
    async (_name, watch) => {
      const path = join(folder(), 'ipamd.log')
      writeFileSync(path, '')
      const { lines, losses, files } = await following(path, { watch }, () =>
        write(path, { lines: 7_500, perSecond: 5_000, maxBytes: 75_000 }),
      )
      expect(numbers(lines)).toEqual(all(7_500))
      expect(losses).toEqual([])
      expect(files.length).toBeGreaterThan(8)
    },
    30_000,
  )

  it('loses no line where it is rotated faster than it is looked at', async () => {
    const path = join(folder(), 'ipamd.log')
    writeFileSync(path, '')
    const { lines, losses } = await following(path, { watch: false, pollMs: 400 }, () =>
      write(path, { lines: 20_000, perSecond: 0, maxBytes: 60_000 }),
    )
    expect(numbers(lines)).toEqual(all(20_000))
    expect(losses).toEqual([])
  }, 30_000)

  it('says under which name the rest of a file lies now', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(path, lines(0, 3))
    const { ends, files } = await following(path, {}, async followed => {
      await until(() => followed.lines.length === 3)
      renameSync(path, join(home, BACKUP))
      writeFileSync(path, lines(3, 1))
      await until(() => followed.lines.length === 4)
    })
    expect(ends).toEqual([join(home, BACKUP), path])
    expect(files).toEqual([path, path])
  })

  it('reads on in the renamed file while the new one is empty: its writer may not have let go', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(path, lines(0, 3))
    const followed = await following(path, {}, async followed => {
      await until(() => followed.lines.length === 3)
      renameSync(path, join(home, 'ipamd.log.1'))
      writeFileSync(path, '')
      appendFileSync(join(home, 'ipamd.log.1'), lines(3, 2))
      await until(() => followed.lines.length === 5)
      appendFileSync(path, lines(5, 1))
      await until(() => followed.lines.length === 6)
    })
    expect(numbers(followed.lines)).toEqual(all(6))
  })

  it('says that files may be missing where its own backup is gone and younger ones are there', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(path, lines(0, 3))
    const { losses, lines: read } = await following(path, { watch: false, pollMs: 300 }, async followed => {
      await until(() => followed.lines.length === 3)
      unlinkSync(path)
      writeFileSync(join(home, LATER), lines(100, 2))
      writeFileSync(path, lines(102, 1))
      await until(() => followed.lines.length === 6)
    })
    expect(losses).toEqual(['backups-missing'])
    expect(numbers(read)).toEqual([0, 1, 2, 100, 101, 102])
  })

  it('knows its own backup by its beginning once that is compressed', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    const first = lines(0, 40)
    writeFileSync(path, first)
    const { lines: read, losses } = await following(path, { watch: false, pollMs: 300 }, async followed => {
      await until(() => followed.lines.length === 40)
      unlinkSync(path)
      writeFileSync(join(home, `${BACKUP}.gz`), gzipSync(first))
      writeFileSync(join(home, `${LATER}.gz`), gzipSync(lines(40, 2)))
      writeFileSync(path, lines(42, 1))
      await until(() => followed.lines.length === 43)
    })
    expect(numbers(read)).toEqual(all(43))
    expect(losses).toEqual([])
  })
})

describe('a log that is truncated where it lies', () => {
  it('is said to have lost lines, and is read from its new beginning', async () => {
    const path = join(folder(), 'ipamd.log')
    writeFileSync(path, lines(0, 5))
    const { losses, lines: read } = await following(path, {}, async followed => {
      await until(() => followed.lines.length === 5)
      truncateSync(path)
      appendFileSync(path, lines(5, 2))
      await until(() => followed.lines.length === 7)
    })
    expect(losses).toEqual(['truncated'])
    expect(numbers(read)).toEqual(all(7))
  })

  it('is noticed by its beginning where it has already grown past what was read', async () => {
    const path = join(folder(), 'ipamd.log')
    writeFileSync(path, lines(0, 2))
    const { losses, lines: read } = await following(path, { watch: false, pollMs: 300 }, async followed => {
      await until(() => followed.lines.length === 2)
      writeFileSync(path, lines(50, 20))
      await until(() => followed.lines.length === 22)
    })
    expect(losses).toEqual(['truncated'])
    expect(numbers(read)).toEqual([0, 1, ...all(20, 50)])
  })

  it('gives from its copy what was written before the copying', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(path, lines(0, 5))
    const { losses, lines: read } = await following(path, { watch: false, pollMs: 300 }, async followed => {
      await until(() => followed.lines.length === 5)
      appendFileSync(path, lines(5, 3))
      copyFileSync(path, join(home, 'ipamd.log.1'))
      truncateSync(path)
      appendFileSync(path, lines(8, 2))
      await until(() => followed.lines.length === 10)
    })
    expect(losses).toEqual(['truncated'])
    expect(numbers(read)).toEqual(all(10))
  })

  it('never repeats a line under load, and states each truncation', async () => {
    const path = join(folder(), 'ipamd.log')
    writeFileSync(path, '')
    const { losses, lines: read } = await following(path, {}, () =>
      write(path, { lines: 3_000, perSecond: 3_000, maxBytes: 75_000, mode: 'copytruncate' }),
    )
    const seen = numbers(read).filter(number => !Number.isNaN(number))
    expect(new Set(seen).size).toBe(seen.length)
    expect(losses.length).toBeGreaterThan(2)
    expect(new Set(losses)).toEqual(new Set(['truncated']))
  }, 30_000)
})

describe('a log that is not there', () => {
  it('is waited for, also where its folder does not exist yet', async () => {
    const home = join(folder(), 'aws-routed-eni')
    const path = join(home, 'ipamd.log')
    const { lines: read } = await following(path, {}, async followed => {
      await until(() => followed.quiet > 0)
      mkdirSync(home)
      writeFileSync(path, lines(0, 2))
      await until(() => followed.lines.length === 2)
    })
    expect(numbers(read)).toEqual([0, 1])
  })

  it('goes on when it was deleted and made anew', async () => {
    const path = join(folder(), 'ipamd.log')
    writeFileSync(path, lines(0, 2))
    const {
      lines: read,
      losses,
      ends,
    } = await following(path, {}, async followed => {
      await until(() => followed.lines.length === 2)
      rmSync(path)
      await until(() => followed.quiet > 3)
      writeFileSync(path, lines(2, 2))
      await until(() => followed.lines.length === 4)
    })
    expect(numbers(read)).toEqual(all(4))
    expect(losses).toEqual([])
    expect(ends[0]).toBeUndefined()
  })
})

describe('a half-written line', () => {
  it('comes as the bytes that are there, and the rest when it is written', async () => {
    const path = join(folder(), 'ipamd.log')
    const [line = ''] = lines(0, 1).split('\n')
    writeFileSync(path, line.slice(0, 40))
    const { lines: read } = await following(path, {}, async followed => {
      await until(() => followed.quiet > 1)
      expect(followed.lines).toEqual([])
      appendFileSync(path, `${line.slice(40)}\n`)
      await until(() => followed.lines.length === 1)
    })
    expect(read).toEqual([line])
  })
})

describe('the rotated files beside it', () => {
  it('are read first with history, oldest first, plain or compressed, and not without', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(join(home, `${BACKUP}.gz`), gzipSync(lines(0, 2)))
    const second = lines(2, 2)
    writeFileSync(join(home, LATER), second)
    // half-written: the plain one counts
    writeFileSync(join(home, `${LATER}.gz`), gzipSync(second).subarray(0, 20))
    writeFileSync(path, lines(4, 1))
    writeFileSync(join(home, 'plugin.log'), lines(9, 1))
    const with_ = await following(path, { history: true }, async followed => until(() => followed.quiet > 0))
    expect(numbers(with_.lines)).toEqual(all(5))
    expect(with_.files).toEqual([join(home, `${BACKUP}.gz`), join(home, LATER), path])
    const without = await following(path, {}, async followed => until(() => followed.quiet > 0))
    expect(numbers(without.lines)).toEqual([4])
  })

  it('are of the hour with the logger of v1.6.0 and before, the last being the live one', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(`${path}.2019-09-11-19`, '2019-09-11T19:59:00.478Z [DEBUG]\tone\n')
    writeFileSync(`${path}.2019-09-11-20`, '2019-09-11T20:39:00.478Z [DEBUG]\ttwo\n')
    const { files, lines: read } = await following(path, { history: true }, async followed => {
      await until(() => followed.lines.length === 2)
      writeFileSync(`${path}.2019-09-11-21`, '2019-09-11T21:00:00.478Z [DEBUG]\tthree\n')
      await until(() => followed.lines.length === 3)
    })
    expect(read.map(line => line.split('\t')[1])).toEqual(['one', 'two', 'three'])
    expect(files).toEqual([19, 20, 21].map(hour => `${path}.2019-09-11-${hour}`))
  })
})

describe('a position of an earlier run', () => {
  it('stands where the line after it begins', async () => {
    const path = join(folder(), 'ipamd.log')
    const read = lines(0, 3)
    const content = read + lines(3, 2)
    writeFileSync(path, content)
    const { fresh, lines: again } = await following(path, { from: positionIn(content, read.length) }, async followed =>
      until(() => followed.quiet > 0),
    )
    expect(numbers(fresh)).toEqual([3, 4])
    expect(numbers(again)).toEqual(all(5))
  })

  it.each([
    ['plain', (content: string) => content],
    ['compressed', (content: string) => gzipSync(content)],
  ])('is found in a %s backup, and what was rotated after it comes too', async (form, pack) => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    const read = lines(0, 30)
    const content = read + lines(30, 2)
    const suffix = form === 'plain' ? '' : '.gz'
    writeFileSync(join(home, 'ipamd-2024-09-11T19-39-00.478.log'), lines(900, 2))
    writeFileSync(join(home, BACKUP + suffix), pack(content))
    writeFileSync(join(home, LATER + suffix), pack(lines(32, 2)))
    writeFileSync(path, lines(34, 2))
    const { fresh, losses } = await following(path, { from: positionIn(content, read.length) }, async followed =>
      until(() => followed.quiet > 0),
    )
    expect(numbers(fresh)).toEqual(all(6, 30))
    expect(losses).toEqual([])
  })

  it('that is nowhere is said to be lost; what is younger is read', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(join(home, BACKUP), lines(0, 2))
    writeFileSync(join(home, LATER), lines(2, 2))
    writeFileSync(path, lines(4, 2))
    const gone = positionIn(lines(700, 20), 500, Date.parse('2024-09-11T21:00:00Z'))
    const { fresh, losses } = await following(path, { from: gone }, async followed => until(() => followed.quiet > 0))
    expect(losses).toEqual(['position-gone'])
    expect(numbers(fresh)).toEqual(all(4, 2))
  })

  it('repeats and loses nothing when a run ends and another goes on, with rotations between', async () => {
    const home = folder()
    const path = join(home, 'ipamd.log')
    writeFileSync(path, '')
    const first = await following(path, {}, () => write(path, { lines: 2_000, perSecond: 4_000, maxBytes: 60_000 }))
    const read = readFileSync(path)
    await write(path, { lines: 2_000, perSecond: 0, maxBytes: 60_000 })
    const second = await following(
      path,
      { from: { fingerprint: fingerprintOf(read.subarray(0, HEAD)), offset: read.length, at: null } },
      async followed => until(() => followed.quiet > 0),
    )
    expect(numbers(first.lines)).toEqual(all(2_000))
    expect(numbers(second.fresh)).toEqual(all(2_000))
  }, 30_000)
})
