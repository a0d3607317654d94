/**
 * Docker's json-file: `{"log":"{…}\n","stream":"stdout","time":"…"}`. Lines above 16 KiB come in parts; only the last ends with a newline
 * (moby jsonfilelog.go, copier.go).
 */
import { instantOf } from '../instant.ts'
import type { Wrapper } from './wrapper.ts'

export const docker: Wrapper = {
  form: 'docker-json',
  ofObject(object) {
    const { log, stream, time } = object
    if (typeof log !== 'string' || typeof stream !== 'string' || typeof time !== 'string') return undefined
    // Fluent Bit's records look the same, but carry more: where from, and the tag of a part.
    if ('_p' in object || 'kubernetes' in object || 'az' in object || 'ec2_instance_id' in object) return undefined
    const ended = log.endsWith('\n')
    return { text: ended ? log.slice(0, -1) : log, at: instantOf(time), stream, partial: !ended }
  },
}
