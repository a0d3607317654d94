#!/usr/bin/env node
'use strict'
const { load } = require('./load.js')

const { main } = load()

// V8 lets the heap grow to four times what lives before it looks for garbage, and its space for young objects to three times 16 MB: for a gigabyte
// of log that was 350 MB where 60 live. A small log is read before this matters; and a code cache holds for the flags it was made with, so that
// the program is loaded first.
setTimeout(() => {
  const { setFlagsFromString } = require('node:v8')
  setFlagsFromString('--heap-growing-percent=40')
  setFlagsFromString('--semi-space-growth-factor=1')
}, 300).unref()

// a program that ends before it has an answer has a defect
process.exitCode = 70
main(process.argv.slice(2), process).then(code => {
  process.exitCode = code
  // a pipe that was given up would keep the program alive
  setTimeout(() => process.exit(), 100).unref()
})
