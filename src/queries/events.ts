import { containerOf } from '../extractors/container.ts'
import { type Event, extractors } from '../extractors/recognize.ts'
import type { Place } from '../model/event.ts'
import { isPodOf, type NamedPod, type Narrowing, namesPods } from '../model/narrowing.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { containerIn, keyOf } from './holdings.ts'
import { iso } from './story.ts'

/** All kinds of events, in the order of their families. */
export const kinds: readonly string[] = extractors.map(({ kind }) => kind)

/** An event as plain data, what all have first. */
export interface EventFields extends Place {
  readonly at: string
  readonly node: string
  readonly kind: string
  readonly level: string
  readonly [field: string]: unknown
}

export function eventFields(event: Event, node: string): EventFields {
  const { at, kind, input, line, ...others } = event
  return { at: iso(at), node, kind, input, line, ...others }
}

/** Whose event it is, as far as the log has told by then. */
export function podOf(event: Event, { requests }: Timeline): NamedPod | undefined {
  if ('pod' in event && typeof event.pod === 'string')
    return { namespace: ('namespace' in event ? event.namespace : undefined) ?? null, pod: event.pod }
  const container = containerIn(event)
  const known = container === undefined ? undefined : requests.podOf(containerOf(container))
  return known === undefined ? undefined : { namespace: known.namespace, pod: known.pod }
}

export function isEventOf(
  fields: EventFields,
  pod: NamedPod | undefined,
  asked: Pick<Narrowing, 'pod' | 'namespace'> & { readonly eni?: string | undefined; readonly ip?: string | undefined },
): boolean {
  if (namesPods(asked) && (pod === undefined || !isPodOf(asked, pod))) return false
  if (asked.eni !== undefined && fields.eni !== asked.eni) return false
  if (asked.ip === undefined) return true
  const ip = keyOf(asked.ip)
  return ['address', 'addressV6', 'cidr'].some(name => typeof fields[name] === 'string' && keyOf(fields[name] as string) === ip)
}
