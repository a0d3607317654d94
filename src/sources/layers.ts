/** Takes compression off, layer by layer, by content: what is left is a log or an archive. */
import { InputError } from '../model/input-error.ts'
import { type Bytes, firstBytes } from './bytes.ts'
import { type Container, containerOf, type Damage, howToInflate, inflaterOf } from './containers.ts'
import { HEAD_BYTES, MAX_LAYERS } from './limits.ts'
import { quote } from './quote.ts'

export interface Layers {
  readonly inner: 'plain' | 'tar'
  /** What was taken off, outermost first. */
  readonly form: readonly Container[]
  /** The beginning of what is inside. */
  readonly head: Uint8Array
}

/** Throws an InputError where it cannot be inflated here. */
export async function lookThrough(bytes: Pick<Bytes, 'open'>, path: string): Promise<Layers> {
  const form: Container[] = []
  for (;;) {
    const head = await firstBytes(inflate(bytes.open(), form), HEAD_BYTES)
    const container = containerOf(head)
    if (container === 'plain' || container === 'tar') return { inner: container, form, head }
    if (inflaterOf(container) === undefined) throw new InputError(`${quote(path)} ${howToInflate(container, quote(path))}`)
    if (form.length >= MAX_LAYERS) throw new InputError(`${quote(path)}: compressed more than ${MAX_LAYERS} times; inflate it first`)
    form.push(container)
  }
}

/** The content under these layers. */
export function inflate(
  chunks: AsyncIterable<Uint8Array>,
  form: readonly Container[],
  report: (damage: Damage) => void = () => {},
): AsyncIterable<Uint8Array> {
  return form.reduce((outer, container) => inflaterOf(container)?.(outer, report) ?? outer, chunks)
}
