'use strict'
/** Part of the build: reads a small log as a user would, and keeps what V8 compiled for it. */
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { Writable } = require('node:stream')
const { cacheFile, load } = require('./load.js')

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })
const io = { stdin: process.stdin, stdout: nowhere(), stderr: process.stderr, env: {}, on() {}, off() {} }
const { main, script } = load(null)

main([join(__dirname, '../fixtures/cases/subnet-out-of-addresses/ipamd.log')], io).then(() => {
  writeFileSync(cacheFile, script.createCachedData())
  process.exit()
})
