import type { EventBase, LogRecord, Place } from '../model/event.ts'
import { readAwsError } from './aws-error.ts'
import * as dataStore from './data-store.ts'
import * as ec2 from './ec2.ts'
import * as interfaces from './interfaces.ts'
import { known } from './known.ts'
import * as node from './node.ts'
import * as poolManager from './pool-manager.ts'
import * as processes from './process.ts'
import * as reconcile from './reconcile.ts'
import * as requests from './requests.ts'
import { compile, type Extractor, match, type Row, type Wording } from './wording.ts'

const families = { ...requests, ...dataStore, ...poolManager, ...ec2, ...interfaces, ...reconcile, ...processes, ...node }

/** All extractors, in the order of their families. */
export const extractors: readonly Extractor[] = Object.values(families)

type Families = typeof families
type EventOfExtractor<E> = E extends Extractor<infer K, infer F> ? EventBase & { readonly kind: K } & Readonly<F> : never

/** What a line says: one member per extractor, its fields derived from the rows. */
export type Event = EventOfExtractor<Families[keyof Families]>
export type Kind = Event['kind']
export type EventOf<K extends Kind> = Extract<Event, { readonly kind: K }>

/** An event; or `known`: ipamd writes this and it says nothing about addresses; or `unrecognized`: no wording of any release. */
export type Recognized = Event | 'known' | 'unrecognized'

interface Entry {
  readonly wording: Wording
  readonly row: Row
  /** Absent: known, and of no interest. */
  readonly extractor: Extractor | undefined
  readonly rank: number
  /** It names nobody: no address, no sandbox, no text of others. */
  readonly repeats: boolean
}

/** Those that begin alike. */
interface Entries {
  readonly list: Entry[]
  /** One of them repeats. */
  repeat: boolean
}

/** Wordings are found by how they begin: by eight characters, by two, or by none. */
const KEY = 8
const SHORT = 2
const KEYS = [KEY, SHORT, 0] as const

/** One verb that holds anything, to the end. */
const OPEN_END = /^%\(\w+\)v$/

const table = buildTable()

/** What a record's message says. */
export function recognize(record: LogRecord, place: Place): Recognized {
  const found = remembered(record.message, entriesOf(record.message, KEY))
  if (found === undefined) return 'unrecognized'
  if (found === 'known') return found
  const { at, level, caller } = record
  const { kind, said } = found
  return (
    caller === undefined
      ? { kind, at, level, input: place.input, line: place.line, ...said }
      : { kind, at, level, input: place.input, line: place.line, caller, ...said }
  ) as Event
}

/**
 * Beginnings of messages that are known and say nothing, whatever follows: for readers that need not make a string of them. Only wordings that
 * are a literal, or one literal and a verb to the end; and no extractor may have a wording that such a message could be.
 */
export const skips: readonly { readonly text: string; readonly whole: boolean }[] = skippable()

/** Every wording whose form this message has: for the test that no line has two. */
export function claims(message: string): string[] {
  const spelled = [message, ...respelled(message)].map(text => candidates(text).filter(entry => match(entry.wording, text) !== undefined))
  return (spelled.find(entries => entries.length > 0) ?? []).map(entry => entry.wording.text)
}

interface Found {
  readonly kind: string
  /** The fields that its wording has. */
  readonly said: object
  /** Its message may come again as it is. */
  readonly repeats: boolean
}

/** What comes with every pass of the pool manager is read once: a log repeats a few messages of plain numbers thousands of times. */
let memory = new Map<string, Found>()
const MOST_REMEMBERED = 1_000
const LONGEST_REMEMBERED = 160

function remembered(message: string, entries: Entries | undefined): Found | 'known' | undefined {
  if (entries?.repeat !== true || message.length > LONGEST_REMEMBERED) return look(message, entries)
  const before = memory.get(message)
  if (before !== undefined) return before
  const found = look(message, entries)
  if (found === undefined || found === 'known' || !found.repeats) return found
  if (memory.size >= MOST_REMEMBERED) memory = new Map()
  memory.set(message, found)
  return found
}

function look(message: string, entries: Entries | undefined): Found | 'known' | undefined {
  const found = search(message, entries) ?? search(message, entriesOf(message, SHORT)) ?? search(message, entriesOf(message, 0))
  if (found !== undefined) return found
  for (const text of respelled(message)) {
    const meant = find(text)
    if (meant !== undefined) return meant
  }
  return bare(message)
}

function find(message: string): Found | 'known' | undefined {
  for (const length of KEYS) {
    const found = search(message, entriesOf(message, length))
    if (found !== undefined) return found
  }
  return undefined
}

function search(message: string, entries: Entries | undefined): Found | 'known' | undefined {
  if (entries === undefined) return undefined
  for (const { wording, row, extractor, repeats } of entries.list) {
    const fields = match(wording, message)
    if (fields === undefined) continue
    if (extractor === undefined || wording.naturals.some(name => (fields[name] as number) < 0)) return 'known'
    const [, , fixed] = row
    if (fixed !== undefined) Object.assign(fields, fixed)
    const said = extractor.refine === undefined ? fields : extractor.refine(fields)
    return said === undefined ? 'known' : { kind: extractor.kind, said, repeats }
  }
  return undefined
}

function entriesOf(message: string, length: number): Entries | undefined {
  return message.length < length ? undefined : table.get(keyOf(message, length))
}

/** A number that stands for how a text begins: two beginnings with one number share a list, which costs little and changes nothing. */
function keyOf(text: string, length: number): number {
  let key = length
  for (let i = 0; i < length; i++) key = (Math.imul(key, 31) + text.charCodeAt(i)) & 0x3fffffff
  return key
}

function candidates(message: string): Entry[] {
  return KEYS.flatMap(length => entriesOf(message, length)?.list ?? [])
}

/**
 * How else a message may be meant. Go prints arguments without a verb at the end: "Failed to get node%!(EXTRA *errors.errorString=boom)";
 * and many wordings end with a blank, which seelog lines and copied text have lost.
 */
function respelled(message: string): string[] {
  const extra = message.endsWith(')') ? message.indexOf('%!(EXTRA ') : -1
  const bare = extra < 0 ? message : message.slice(0, extra)
  return extra < 0 ? [`${message} `] : [bare, `${bare} `]
}

/**
 * Values that ipamd prints without a word of its own: the creation time of interfaces that may have leaked (v1.7.2 and later, families H3),
 * and what DescribeInstanceTypes answered where the instance type is unknown (v1.6.0 to v1.9.0, families A6).
 */
function bare(message: string): 'known' | undefined {
  if (message === '<nil>' || message.startsWith('%!(EXTRA ')) return 'known'
  if (message.length <= 40 && message.length >= 20 && message[4] === '-' && message[10] === 'T' && !Number.isNaN(Date.parse(message)))
    return 'known'
  const colon = message.indexOf(': ')
  return colon > 0 && !message.slice(0, Math.min(colon, 80)).includes(' ') && readAwsError(message) !== undefined ? 'known' : undefined
}

function skippable() {
  // those that begin with less are tried after all others
  const read = new Map<string, string[]>()
  for (const { rows } of extractors)
    for (const [, wording] of rows) {
      const text = firstLiteral(wording)
      if (text.length < KEY) continue
      const alike = read.get(text.slice(0, KEY))
      if (alike === undefined) read.set(text.slice(0, KEY), [text])
      else alike.push(text)
    }
  const skips: { text: string; whole: boolean }[] = []
  for (const [, wording] of known) {
    const text = firstLiteral(wording)
    const whole = text === wording
    if (text.length < KEY || !isAscii(text) || !(whole || OPEN_END.test(wording.slice(text.length)))) continue
    const alike = read.get(text.slice(0, KEY)) ?? []
    if (!alike.some(other => other.startsWith(text) || text.startsWith(other))) skips.push({ text, whole })
  }
  return skips
}

function firstLiteral(wording: string): string {
  const verb = wording.indexOf('%(')
  return verb < 0 ? wording : wording.slice(0, verb)
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 32 || text.charCodeAt(i) > 126) return false
  return true
}

function buildTable(): Map<number, Entries> {
  const built = new Map<number, Entries>()
  const add = (row: Row, extractor: Extractor | undefined): void => {
    const wording = compile(row[1])
    const [first] = wording.literals as [string]
    const key = keyOf(first, first.length >= KEY ? KEY : first.length >= SHORT ? SHORT : 0)
    const rank = wording.literals.reduce((sum, literal) => sum + literal.length, 0) + (extractor === undefined ? 0 : 10_000)
    const repeats = wording.verbs.every(({ verb }) => verb === 'd' || verb === 'n' || verb === 't')
    const entry = { wording, row, extractor, rank, repeats }
    const entries = built.get(key)
    if (entries === undefined) built.set(key, { list: [entry], repeat: repeats })
    else {
      entries.list.push(entry)
      entries.repeat ||= repeats
    }
  }
  for (const extractor of extractors) for (const row of extractor.rows) add(row, extractor)
  for (const row of known) add(row, undefined)
  // the more a wording says itself, the surer it is meant
  for (const { list } of built.values()) list.sort((a, b) => b.rank - a.rank)
  return built
}
