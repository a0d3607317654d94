/**
 * `npm run bench`: how long the program takes, beside what others take on the same machine in the same minutes. BENCH_MB=1000 for a large log,
 * BENCH_ROUNDS for more rounds.
 *
 * Commands run in turn, round by round, so that what else the machine does meets all of them; medians and their ratios are what counts. What each
 * found is checked first: a program that is fast and wrong has no time.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeBusyLog } from './busy-log.js'

const MB = Number(process.env.BENCH_MB ?? 100)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7)
const here = fileURLToPath(new URL('.', import.meta.url))
const program = join(here, '../../bin/ipamd-trace.js')
const folder = join(tmpdir(), 'ipamd-trace-bench')

mkdirSync(folder, { recursive: true })
const large = join(folder, `busy-${MB}.log`)
const odd = join(folder, `odd-${MB}.log`)
const small = join(folder, 'busy-1.log')
process.stderr.write(`writing ${MB} MB of log twice to ${folder}\n`)
const lines = await writeBusyLog(large, MB * 1e6)
await writeBusyLog(odd, MB * 1e6, { odd: 10 })
await writeBusyLog(small, 1e6)
sh(`gzip -kf ${large}`)

const node = process.execPath
const NO_ADDRESS = 'DataStore has no available'
const commands = {
  'wc -l': `wc -l < ${large}`,
  'grep -c of a word': `grep -c '${NO_ADDRESS}' ${large}`,
  'zcat | grep -c': `zcat ${large}.gz | grep -c '${NO_ADDRESS}'`,
  'jq, one select': `jq -c 'select(.msg | startswith("${NO_ADDRESS}")) | .ts' ${large} | wc -l`,
  'split2 + JSON.parse, three counts': `${node} ${here}count.js ${large}`,
  'split2 + JSON.parse, this analysis': `${node} ${here}slow.js ${large}`,
  'ipamd-trace': `${node} ${program} ${large}`,
  'ipamd-trace --no-simd': `${node} ${program} --no-simd ${large}`,
  'ipamd-trace, 1 % odd lines': `${node} ${program} ${odd}`,
  'ipamd-trace, .gz': `${node} ${program} ${large}.gz`,
  'ipamd-trace, 1 MB': `${node} ${program} ${small}`,
  'node -e 0': `${node} -e 0`,
}

const cell = name => name.replaceAll('|', '\\|')
check()
const timed = measure()
console.log(
  `${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.version}, ${ROUNDS} rounds, ${MB} MB in ${lines.toLocaleString('en-US')} lines\n`,
)
console.log('| command | median s | fastest | CPU s | RSS MB |\n|---|---:|---:|---:|---:|')
for (const [name, { wall, cpu, rss }] of Object.entries(timed))
  console.log(
    `| ${cell(name)} | ${median(wall).toFixed(2)} | ${Math.min(...wall).toFixed(2)} | ${median(cpu).toFixed(2)} | ${Math.round(Math.max(...rss) / 1e3)} |`,
  )

const ratio = (a, b) => (median(timed[a].wall) / median(timed[b].wall)).toFixed(2)
console.log('\n| ratio of medians | |\n|---|---:|')
for (const [a, b] of [
  ['split2 + JSON.parse, this analysis', 'ipamd-trace'],
  ['split2 + JSON.parse, three counts', 'ipamd-trace'],
  ['jq, one select', 'ipamd-trace'],
  ['ipamd-trace', 'grep -c of a word'],
  ['ipamd-trace, .gz', 'zcat | grep -c'],
  ['ipamd-trace, 1 % odd lines', 'ipamd-trace'],
  ['ipamd-trace --no-simd', 'ipamd-trace'],
  ['ipamd-trace, 1 MB', 'node -e 0'],
])
  console.log(`| ${cell(a)} : ${cell(b)} | ${ratio(a, b)} |`)

function measure() {
  const results = Object.fromEntries(Object.keys(commands).map(name => [name, { wall: [], cpu: [], rss: [] }]))
  for (let round = 0; round < ROUNDS; round++) {
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`)
    for (const [name, command] of Object.entries(commands)) {
      const begun = process.hrtime.bigint()
      // GNU time tells of a command and all that it started; into a pipe, since grep reads no further than it must for /dev/null
      const { stderr } = spawnSync('/usr/bin/time', ['-f', '@%U %S %M', 'sh', '-c', command], { encoding: 'utf8' })
      const [user, system, rss] = stderr
        .slice(stderr.lastIndexOf('@') + 1)
        .split(' ')
        .map(Number)
      const { wall, cpu, rss: most } = results[name]
      wall.push(Number(process.hrtime.bigint() - begun) / 1e9)
      cpu.push(user + system)
      most.push(rss)
    }
  }
  return results
}

/** All must have seen the same lines and the same failures, and the report must be one, whichever way the log is read. */
function check() {
  const report = read(large)
  const failed = report.nodes[0].requests.failed
  const unpacked = read(`${large}.gz`)
  same('lines', report.inputs[0].lines, Number(sh(commands['wc -l'])))
  same('failures by grep', failed, Number(sh(commands['grep -c of a word'])))
  same('failures by zcat and grep', failed, Number(sh(commands['zcat | grep -c'])))
  same('failures by jq', failed, Number(sh(commands['jq, one select'])))
  same(
    'three counts',
    JSON.stringify({ lines: report.inputs[0].lines, asked: report.nodes[0].requests.add, failed }),
    sh(commands['split2 + JSON.parse, three counts']).trim(),
  )
  same('the report without SIMD', JSON.stringify(report), JSON.stringify(read(large, '--no-simd')))
  same('the report of the .gz', JSON.stringify(report.nodes), JSON.stringify(unpacked.nodes))
  const { stderr } = spawnSync(node, [join(here, 'slow.js'), large], { encoding: 'utf8' })
  const { understood, known } = report.inputs[0]
  same('the slow way', JSON.stringify({ lines: report.inputs[0].lines, understood, known, failed }), stderr.trim())
  same('bytes', report.inputs[0].bytes, statSync(large).size)
}

function read(path, ...options) {
  const out = join(folder, 'report.json')
  spawnSync(node, [program, path, '--format', 'json', '-o', out, ...options])
  return JSON.parse(readFileSync(out, 'utf8'))
}

function same(what, a, b) {
  if (a !== b) throw new Error(`${what}: ${String(a).slice(0, 200)} is not ${String(b).slice(0, 200)}`)
}

function sh(command) {
  return spawnSync('sh', ['-c', command], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}
