/**
 * Records of Fluent Bit and Fluentd: `{"time":…,"stream":"stdout","_p":"F","log":"{…}","kubernetes":{…}}`, or the line alone under `log` where the
 * file is tailed without a parser (Container Insights' configuration; Fluentd's file output puts time and tag before it).
 */
import { instantOf } from '../instant.ts'
import { nodeOfFields, type Wrapped, type Wrapper } from './wrapper.ts'

export const fluent: Wrapper = {
  form: 'fluent',
  ofObject(object) {
    const { log, _p, stream, time, date } = object
    if (typeof log !== 'string') return undefined
    const node = nodeOfFields(object)
    const wrapped: Wrapped = { text: log, at: instantOf(time ?? object['@timestamp'] ?? date), partial: _p === 'P' }
    return { ...wrapped, ...(typeof stream === 'string' ? { stream } : {}), ...(node === undefined ? {} : { node }) }
  },
  ofText(text) {
    // Fluentd's file output: time, tag and record between tabs.
    const tab = text.indexOf('\t')
    if (tab < 19 || tab > 40) return undefined
    const second = text.indexOf('\t', tab + 1)
    return second > 0 && second - tab < 256 && text.startsWith('{"', second + 1)
      ? { text: text.slice(second + 1), at: instantOf(text.slice(0, tab)) }
      : undefined
  },
}
