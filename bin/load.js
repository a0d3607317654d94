'use strict'
/**
 * The program in one file, with the code cache that the build made of it: V8 then need not compile what most runs use, which is a fifth of the time
 * that a small log takes. A cache of another version of Node is refused by V8, and the program is compiled as usual.
 */
const { readFileSync } = require('node:fs')
const { createRequire, wrap } = require('node:module')
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')

const file = join(__dirname, '../dist/ipamd-trace.cjs')
const cacheFile = `${file}.cache`

function load(cachedData = read(cacheFile)) {
  const script = new Script(wrap(readFileSync(file, 'utf8')), { filename: file, ...(cachedData ? { cachedData } : {}) })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file))
  return { main: module.exports.main, script }
}

function read(path) {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

module.exports = { load, cacheFile }
