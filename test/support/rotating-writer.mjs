/**
 * Writes numbered lines to a log as ipamd does, in a process of its own.
 *
 *   node rotating-writer.mjs FILE LINES PER_SECOND MAX_BYTES rename|copytruncate
 *
 * `rename` is what lumberjack does: the full file gets the time into its name, a new one begins with the next line, and beside that the old one
 * is compressed and then removed. `copytruncate` is what logrotate may be told to do. PER_SECOND 0: as fast as it goes.
 */
import {
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  openSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { createGzip } from 'node:zlib'

const [path, lines, perSecond, maxBytes, mode] = process.argv.slice(2)
const compressing = []
let backup = ''
let file = openSync(path, 'a')
let size = statSync(path).size
const startedAt = performance.now()

async function compress(name) {
  await pipeline(createReadStream(name), createGzip(), createWriteStream(`${name}.gz`))
  unlinkSync(name)
}

function nameNow() {
  return path.replace(/\.log$/, `-${new Date().toISOString().slice(0, 23).replaceAll(':', '-')}.log`)
}

async function rotate() {
  if (mode === 'copytruncate') {
    copyFileSync(path, `${path}.1`)
    truncateSync(path)
  } else {
    closeSync(file)
    // two files of one millisecond would have one name
    while (nameNow() === backup) await setImmediate()
    backup = nameNow()
    renameSync(path, backup)
    file = openSync(path, 'a')
    compressing.push(compress(backup))
  }
  size = 0
}

for (let i = 0; i < Number(lines); i++) {
  const line = `${JSON.stringify({ level: 'debug', ts: new Date().toISOString(), caller: 'ipamd/ipamd.go:607', msg: `line ${i}` })}\n`
  if (size + line.length > Number(maxBytes)) await rotate()
  writeSync(file, line)
  size += line.length
  if (i % 50 === 0) await setImmediate()
  while (Number(perSecond) > 0 && (performance.now() - startedAt) / 1_000 < i / Number(perSecond)) await setImmediate()
}
await Promise.all(compressing)
