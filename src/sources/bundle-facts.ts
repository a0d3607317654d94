/** What a bundle says of its node, from the members that the collectors of all generations write. */
import type { BundleFacts } from '../model/bundle.ts'

export interface FactCollector {
  wants(name: string): boolean
  add(name: string, content: Uint8Array): void
  facts(): BundleFacts
}

export function createFactCollector(path: string): FactCollector {
  const members: string[] = []
  return {
    wants: () => false,
    add() {},
    facts: () => ({ path, settings: {}, members }),
  }
}
