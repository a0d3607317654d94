/**
 * The journal: `journalctl -o json` (`MESSAGE` is an array of bytes where it is not printable UTF-8) and its text forms, which syslog shares:
 * `2024-09-11T20:39:00+0000 ip-10-0-1-42 aws-node[123]: {…}`, `Sep 11 20:39:00 ip-10-0-1-42 aws-node[123]: {…}`.
 */
import { instantOf, parseInstant } from '../instant.ts'
import { nodeName, type Wrapper } from './wrapper.ts'

export const journald: Wrapper = {
  form: 'journald',
  ofObject(object) {
    const { MESSAGE, _HOSTNAME, __REALTIME_TIMESTAMP } = object
    const text = typeof MESSAGE === 'string' ? MESSAGE : Array.isArray(MESSAGE) ? Buffer.from(MESSAGE as number[]).toString() : undefined
    if (text === undefined) return undefined
    const node = nodeName(_HOSTNAME)
    return { text, at: instantOf(__REALTIME_TIMESTAMP), ...(node === undefined ? {} : { node }) }
  },
  ofText(text) {
    const found = HEAD.exec(text)
    if (!found) return undefined
    const [head, time = '', host] = found
    const node = nodeName(host)
    return { text: text.slice(head.length), at: parseInstant(time), ...(node === undefined ? {} : { node }) }
  },
}

/** Each part ends before the next one can begin: no way back. Behind it a line of ipamd; other programs' lines stay what they are. */
const HEAD =
  /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.,]{8,16}(?:Z|[+-]\d\d:?\d\d)) ([\w.-]{1,255}) [\w./@()-]{1,128}(?:\[\d{1,10}\])?: (?=\{"|\d{4}-\d\d-\d\dT)/
