/**
 * Events of CloudWatch Logs: elements of `events[]` (filter-log-events, get-log-events) and of `logEvents[]` (subscriptions, Firehose).
 *
 * Streams come one after another or merged by time, pages in the order in which they were asked for.
 */
import { instantOf } from '../instant.ts'
import { nodeOfStream, type Wrapper } from './wrapper.ts'

export const cloudwatchEvents: Wrapper = {
  form: 'cloudwatch',
  ofObject(object, around) {
    const { message, timestamp, logStreamName, eventId, id = eventId } = object
    if (typeof message !== 'string' || typeof timestamp !== 'number') return undefined
    if (!('eventId' in object || 'ingestionTime' in object || 'id' in object || logStreamName !== undefined)) return undefined
    const stream = logStreamName ?? around?.logStream ?? around?.logStreamName
    const node = nodeOfStream(stream)
    return {
      text: message,
      at: instantOf(timestamp),
      unordered: true,
      ...(typeof id === 'string' ? { id } : {}),
      ...(node === undefined ? {} : { node }),
    }
  },
}
