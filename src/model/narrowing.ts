/** What is asked for of all that a log tells. What is not given does not narrow. */
export interface Narrowing {
  /** Epoch ms. What was over before is left out; the state at this instant is built from all that stands before it. */
  readonly since?: number
  /** Epoch ms. What comes later is not read as having happened. */
  readonly until?: number
  /** Its name, its instance id, or the beginning of its name. */
  readonly node?: string
  /** `namespace/name`, or a name in any namespace. */
  readonly pod?: string
  readonly namespace?: string
}

export interface NamedPod {
  readonly namespace: string | null
  readonly pod: string | null
}

/** Whether requests are narrowed to those of some pods. */
export function namesPods({ pod, namespace }: Narrowing): boolean {
  return pod !== undefined || namespace !== undefined
}

export function isPodOf({ pod, namespace }: Pick<Narrowing, 'pod' | 'namespace'>, named: NamedPod): boolean {
  if (namespace !== undefined && named.namespace !== namespace) return false
  return pod === undefined || pod === (pod.includes('/') ? `${named.namespace}/${named.pod}` : named.pod)
}

export function isNodeOf(asked: string, names: readonly (string | undefined)[]): boolean {
  const name = asked.toLowerCase()
  return names.some(known => known !== undefined && (known.toLowerCase() === name || known.toLowerCase().startsWith(`${name}.`)))
}
