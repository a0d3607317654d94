import { createAddressMap } from './addresses.ts'
import type { Tokens } from './tokens.ts'

/** Identifiers that are known by their shape, wherever they stand. Every pattern is bounded: the time is linear in the text. */
export type ShapeRedactor = (text: string) => string

export function createShapeRedactor(tokens: Tokens): ShapeRedactor {
  const addresses = createAddressMap()

  const address = (written: string): string => {
    const slash = written.indexOf('/')
    const bare = slash < 0 ? written : written.slice(0, slash)
    const bits = slash < 0 ? undefined : Number(written.slice(slash + 1))
    const token = bits === undefined ? addresses.of(bare) : addresses.blockOf(bare, bits)
    if (token === undefined) return written
    return tokens.note(slash < 0 ? token : `${token}${written.slice(slash)}`, written)
  }

  /** `ip-10-0-0-1.eu-west-1.compute.internal`: the address in it keeps its relation, a domain of the customer's does not stay. */
  const host = (written: string): string => {
    const [name = '', ...domain] = written.split('.')
    const token = addresses.of(name.slice('ip-'.length).replaceAll('-', '.'))
    if (token === undefined) return written
    const suffix = domain.length === 0 ? '' : `.${AWS_DOMAIN.test(domain.join('.')) ? domain.join('.') : 'internal'}`
    return tokens.note(`ip-${token.replaceAll('.', '-')}${suffix}`, written)
  }

  const hex = (written: string): string => {
    if (!/[a-f]/.test(written)) return written.length === ACCOUNT ? account(written) : written
    const key = written.slice(0, SHORT)
    return tokens.note(tokens.numbered('sandbox', key, n => n.toString(16).padStart(SHORT, '0')).padEnd(written.length, '0'), written)
  }
  const account = (written: string): string => tokens.noted('account', written, n => String(n).padStart(ACCOUNT, '0'))

  const kinds: Readonly<Record<keyof typeof SHAPES, (written: string) => string>> = {
    uuid: written =>
      tokens.noted('uuid', written.toLowerCase(), n => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`, written),
    mac: written =>
      tokens.noted(
        'mac',
        written.toLowerCase(),
        n => `fe:${(n.toString(16).padStart(10, '0').match(/../g) as string[]).join(':')}`,
        written,
      ),
    host,
    address,
    resource: written => {
      const dash = written.lastIndexOf('-')
      const digits = written.length - dash - 1
      return tokens.noted(written.slice(0, dash), written, n => `${written.slice(0, dash + 1)}${n.toString(16).padStart(digits, '0')}`)
    },
    link: written => tokens.noted('link', written, n => `${written.slice(0, -11)}${n.toString(16).padStart(11, '0')}`),
    role: written => {
      const slash = written.indexOf('/') + 1
      return `${written.slice(0, slash)}${tokens.noted('role', written.slice(slash), n => `role-${n}`)}`
    },
    home: written => {
      const slash = written.lastIndexOf('/') + 1
      return `${written.slice(0, slash)}${tokens.noted('user', written.slice(slash), n => `user-${n}`)}`
    },
    hex,
    key: written => tokens.noted('key', written, n => n.toString(16).toUpperCase().padStart(written.length, '0')),
    encoded: written => tokens.noted('encoded', written, n => `encoded-${n}`),
  }
  const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[]

  return text =>
    text.replace(ANY, (written: string, ...groups: (string | undefined)[]) => {
      const kind = names[groups.slice(0, names.length).findIndex(group => group !== undefined)]
      return kind === undefined ? written : kinds[kind](written)
    })
}

const ACCOUNT = 12
/** Of a sandbox's 64 digits people read the first twelve. */
const SHORT = 12
const AWS_DOMAIN = /^(?:ec2\.internal|[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d\.compute\.internal)$/

const H = '[0-9a-fA-F]'
const V4 = String.raw`(?<!\d)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d)(?:/\d{1,2}(?!\d))?`
const V6 = `(?:(?:${H}{1,4}:){7}${H}{1,4}|(?:${H}{1,4}:){1,6}(?::${H}{1,4}){1,6}|(?:${H}{1,4}:){1,7}:|::(?:${H}{1,4}:){0,6}${H}{1,4})(?!\\.?${H})(?:/\\d{1,3}(?!\\d))?`
/** What EC2's ids begin with, and the network namespaces of the runtimes. Not at a word's beginning alone: in raw JSON a `\t` stands before. */
const RESOURCES =
  'eni-attach|eni|subnet|vpc|sgr|sg|rtb|acl|ami|vol|igw|nat|vpce|eipalloc|eipassoc|trunk-assoc|lt|fleet|scr|dopt|pl|tgw|cni|netns'

/** In the order of precedence. Each is one group. */
const SHAPES = {
  uuid: `${H}{8}-${H}{4}-${H}{4}-${H}{4}-${H}{12}`,
  mac: `(?<!${H}:)(?:${H}{2}:){5}${H}{2}(?![0-9a-fA-F:])`,
  host: String.raw`ip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}(?![\d-])(?:\.[A-Za-z0-9-]{1,63}){0,8}`,
  address: `${V4}|${V6}`,
  resource: `(?:(?:${RESOURCES})-|(?<![a-zA-Z])i-|(?<=\\\\[nrt])i-)[0-9a-f]{8,40}(?![0-9a-f])`,
  link: '(?:eni|vlan)[0-9a-f]{11}(?![0-9a-f])',
  role: '(?:assumed-role|:role|:user|instance-profile)/[A-Za-z0-9+=,.@_-]{1,128}',
  home: '(?:/home|/Users)/[^/\\s"]{1,64}',
  hex: '(?<![0-9a-fA-F])[0-9a-f]{12,128}(?![0-9a-f])',
  key: '(?<![0-9A-Za-z])[0-9A-F]{32,64}(?![0-9A-Za-z])',
  encoded: '[A-Za-z0-9_-]{80,}',
} as const

const ANY = new RegExp(
  Object.values(SHAPES)
    .map(shape => `(${shape})`)
    .join('|'),
  'g',
)
