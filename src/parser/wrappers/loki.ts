/** `logcli query`, default output: `2024-09-11T20:39:00Z {job="ipamd", node="ip-10-0-1-42"} {…}`. The newest first by default. */
import { parseInstant } from '../instant.ts'
import { nodeName, type Wrapper } from './wrapper.ts'

export const loki: Wrapper = {
  form: 'loki',
  ofText(text) {
    const head = HEAD.exec(text)
    if (!head) return undefined
    const close = text.indexOf('} ', head[0].length - 2)
    if (close < 0 || close > 4_096) return undefined
    const labels = text.slice(head[0].length - 1, close)
    const node = nodeName(NODE.exec(labels)?.[1])
    return {
      text: text.slice(close + 2).trimStart(),
      at: parseInstant(head[1] as string),
      unordered: true,
      ...(node === undefined ? {} : { node }),
    }
  },
}

const HEAD = /^(\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)) \{(?=[a-zA-Z_]\w{0,99}="|\} )/
const NODE = /\b(?:node|node_name|nodename|host|hostname|instance)="([^"]{1,253})"/
