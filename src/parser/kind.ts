/** What a file turned out to be: the cli says so, and exits with 3, where nothing in the input is ipamd's log. */
import type { LogRecord } from '../model/event.ts'
import type { JsonObject } from './record.ts'

export type LogKind = 'ipamd' | OtherProgram | 'syslog' | 'json' | 'text' | 'binary' | 'empty'
export type OtherProgram = 'plugin' | 'network-policy-agent'

/** For people: "this is …, not ipamd's log". */
export const kindTexts: Readonly<Record<LogKind, string>> = {
  ipamd: "ipamd's log",
  plugin: "the CNI plugin's log (plugin.log); ipamd.log lies beside it",
  'network-policy-agent': "the network policy agent's log; ipamd.log lies beside it",
  syslog: 'a system log',
  json: 'JSON, but not of ipamd',
  text: "text in which no line is ipamd's",
  binary: 'a binary file',
  empty: 'empty',
}

/** The same logger is used by the programs beside ipamd; zap's caller tells them apart. */
export function otherProgram(object: JsonObject, record: LogRecord): OtherProgram | undefined {
  const { caller } = record
  if (caller !== undefined) {
    if (caller.startsWith('routed-eni-cni-plugin/')) return 'plugin'
    if (caller.startsWith('controllers/policyendpoints') || caller.startsWith('ebpf/')) return 'network-policy-agent'
  }
  const { logger } = object
  return typeof logger === 'string' && POLICY_AGENT_LOGGERS.has(logger) ? 'network-policy-agent' : undefined
}

const POLICY_AGENT_LOGGERS: ReadonlySet<string> = new Set(['ebpf-client', 'rpc-handler', 'controllers.policyEndpoints', 'setup'])

/** The beginning of a panic, a fatal error of the Go runtime, a goroutine dump: everything up to the next record belongs to it. */
export function isCrash(text: string): boolean {
  return CRASHES.some(start => text.startsWith(start))
}

const CRASHES = [
  'panic: ',
  'goroutine ',
  'fatal error: ',
  'runtime: ',
  'runtime stack:',
  '[signal ',
  'SIGQUIT: ',
  'SIGABRT: ',
  'unexpected fault address',
]

/** `Sep 11 20:39:00 host …`, `2024-09-11T20:39:00.123456+00:00 host name[1]: …`. */
export function isSyslog(text: string): boolean {
  return SYSLOG.test(text)
}

const SYSLOG =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,16}(?:Z|[+-]\d\d:?\d\d)) [\w.-]{1,255} [\w./@()-]{1,128}(?:\[\d{1,10}\])?: /

/** Parts of a zap line: what is left when a line was overwritten, or cut by another one. */
export function isDebris(text: string): boolean {
  return text.charCodeAt(0) === 0x7b || text.endsWith('"}') || DEBRIS.some(part => text.includes(part))
}

const DEBRIS = ['","msg":"', '","caller":"', '{"level":"', '","ts":"']

/** NULs and other control characters that no log writes, or mostly bytes that are no UTF-8. */
export function isBinary(text: string): boolean {
  const sample = text.length > 400 ? text.slice(0, 400) : text
  let odd = 0
  for (let i = 0; i < sample.length; i += 1) {
    const c = sample.charCodeAt(i)
    if (c === 0xfffd || (c < 0x20 && c !== 0x09 && c !== 0x1b && c !== 0x0d)) odd += 1
  }
  return odd * 10 > sample.length
}
