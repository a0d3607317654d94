/** Rows of CloudWatch Logs Insights: of a CSV or JSON export, of get-query-results. The newest first unless the query sorts. */
import { instantOf } from '../instant.ts'
import { isObject } from '../record.ts'
import { nodeOfFields, nodeOfStream, type Wrapper } from './wrapper.ts'

export const cloudwatchInsights: Wrapper = {
  form: 'cloudwatch-insights',
  ofObject(object) {
    const message = object['@message']
    if (message === undefined) return undefined
    const node = nodeOfStream(object['@logStream']) ?? nodeOfFields(object)
    const id = object['@ptr']
    const rest = {
      at: instantOf(object['@timestamp']),
      unordered: true,
      ...(typeof id === 'string' ? { id } : {}),
      ...(node === undefined ? {} : { node }),
    }
    if (isObject(message)) return { object: message, ...rest }
    return { text: typeof message === 'string' ? message : '', ...rest }
  },
}
