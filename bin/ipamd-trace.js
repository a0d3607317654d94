#!/usr/bin/env node
import { main } from '../dist/ipamd-trace.js'

// a program that ends before it has an answer has a defect
process.exitCode = 70
process.exitCode = await main(process.argv.slice(2), process)
// a pipe that was given up would keep the program alive
setTimeout(() => process.exit(), 100).unref()
