/** What a wrapper is: something that put ipamd's line inside its own. One file per form, listed in `index.ts`, recognized by content alone. */
import type { JsonObject } from '../record.ts'

export interface Wrapper {
  /** Its name in `form` of the report's inputs. */
  readonly form: string
  /** Takes a line of text apart; undefined: not this form. */
  readonly ofText?: (text: string) => Wrapped | undefined
  /** Takes a JSON object apart: a line of its own, or an element of a document's list. `around`: what that document says before the list. */
  readonly ofObject?: (object: JsonObject, around: JsonObject | undefined) => Wrapped | undefined
}

export interface Wrapped {
  /** The line inside, possibly wrapped again. */
  readonly text?: string
  /** Where the shipper parsed the line: its fields, with whatever else stands beside them. */
  readonly object?: JsonObject
  /** The wrapper's time: used only where the line has none of its own. */
  readonly at?: number
  /** The node, or what tells one node's lines from another's: the log stream, the pod. */
  readonly node?: string
  /** Lines of one stream follow each other; parts of a line are joined per stream. */
  readonly stream?: string
  /** A part of a line: more follows in the same stream. */
  readonly partial?: boolean
  /** The lines of this form may stand in any order, as the query had it. */
  readonly unordered?: boolean
  /** What the shipper calls this event: delivered twice, it counts once. */
  readonly id?: string
  /** The line inside begins on the next physical line and may take several. */
  readonly header?: boolean
}

/** A name that is fit to stand for a node: no control characters, no blanks, not endless. */
export function nodeName(value: unknown): string | undefined {
  return typeof value === 'string' && NAME.test(value) ? value : undefined
}

/** The node in a log stream's name (`ip-10-0-1-42.us-west-2.compute.internal-dataplane.tail.…`), else the stream's name itself. */
export function nodeOfStream(stream: unknown): string | undefined {
  if (typeof stream !== 'string' || stream.length > 512) return undefined
  const end = STREAM_TAGS.map(tag => stream.indexOf(tag)).filter(at => at > 0)
  const head = end.length > 0 ? stream.slice(0, Math.min(...end)) : stream
  const instance = INSTANCE.exec(head)
  return instance ? instance[0] : nodeName(head)
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,252}$/
const INSTANCE = /\bi-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/
/** Container Insights' tags after the host's name (amazon-cloudwatch-container-insights, fluent-bit configuration). */
const STREAM_TAGS = ['-dataplane.', '-application.', '-host.', '.host.', '.dataplane.']

/** The node in the fields that shippers put beside a line (Fluent Bit's kubernetes and aws filters, Vector, Datadog, Loki's labels, journald). */
export function nodeOfFields(fields: JsonObject): string | undefined {
  const { kubernetes, host, cloud } = fields as { kubernetes?: JsonObject; host?: unknown; cloud?: { instance?: { id?: unknown } } }
  return (
    nodeName(kubernetes?.host) ??
    nodeName(kubernetes?.pod_node_name) ??
    nodeName((kubernetes?.node as JsonObject | undefined)?.name) ??
    nodeName(fields.nodeName) ??
    nodeName(fields.node_name) ??
    nodeName(fields.node) ??
    nodeName(fields.ec2_instance_id) ??
    nodeName(host) ??
    nodeName((host as JsonObject | undefined)?.name) ??
    nodeName(fields.hostname) ??
    nodeName(fields._HOSTNAME) ??
    nodeName(cloud?.instance?.id) ??
    nodeName(fields.podName) ??
    nodeName(fields.pod)
  )
}
