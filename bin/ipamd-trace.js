#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import { main } from '../dist/ipamd-trace.js'

// V8 lets the heap grow to four times what lives before it looks for garbage: for a gigabyte of log that was 350 MB where 60 live
setFlagsFromString('--heap-growing-percent=40')

// a program that ends before it has an answer has a defect
process.exitCode = 70
process.exitCode = await main(process.argv.slice(2), process)
// a pipe that was given up would keep the program alive
setTimeout(() => process.exit(), 100).unref()
