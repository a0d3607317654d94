'use strict'
/** Part of the build: node embed.js scan.wasm scan-module.ts. The module as text, so that it is loaded as all other code is. */
const { readFileSync, writeFileSync } = require('node:fs')
const [from, to] = process.argv.slice(2)

writeFileSync(to, `/** Made of scan.ts by \`npm run build\`. */\nexport const SCAN = '${readFileSync(from).toString('base64')}'\n`)
