/** What people write first: split2, JSON.parse, and three counts. `node count.js LOG` */
import { createReadStream } from 'node:fs'
import split2 from 'split2'

let lines = 0
let asked = 0
let failed = 0
const parse = text => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
for await (const line of createReadStream(process.argv[2]).pipe(split2(parse))) {
  lines++
  if (line.msg?.startsWith('Received AddNetwork')) asked++
  else if (line.msg === 'DataStore has no available IP/Prefix addresses') failed++
}
console.log(JSON.stringify({ lines, asked, failed }))
