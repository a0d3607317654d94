#!/usr/bin/env node
import { main } from '../dist/cli/main.js'

process.exitCode = await main(process.argv.slice(2), process)
// a pipe that was given up would keep the program alive
setTimeout(() => process.exit(), 100).unref()
