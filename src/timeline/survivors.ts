import { MOST, type Over } from './bounds.ts'
import type { Address } from './pool.ts'

/** Who held what when the process before ended, by address and by sandbox: the pods go on living. */
export function createSurvivors(over: Over) {
  const byAddress = new Map<string, Address>()
  const byContainer = new Map<string, Set<string>>()
  /** Those of the starts since requests were last taken. */
  const unserved = new Map<string, Address>()

  const remove = (address: string): void => {
    const held = byAddress.get(address)
    if (held === undefined) return
    byAddress.delete(address)
    unserved.delete(address)
    if (held.container === null) return
    const addresses = byContainer.get(held.container)
    addresses?.delete(address)
    if (addresses?.size === 0) byContainer.delete(held.container)
  }

  return {
    get size() {
      return byAddress.size
    },
    get: (address: string): Address | undefined => byAddress.get(address),
    add(held: Address): void {
      remove(held.address)
      if (byAddress.size >= MOST.addresses) return over('addresses')
      byAddress.set(held.address, held)
      unserved.set(held.address, held)
      if (held.container === null) return
      const addresses = byContainer.get(held.container)
      if (addresses === undefined) byContainer.set(held.container, new Set([held.address]))
      else addresses.add(held.address)
    },
    remove,
    of: (container: string): Address[] => [...(byContainer.get(container) ?? [])].map(address => byAddress.get(address) as Address),
    /** Those that no start has read back since requests were last taken; each comes once. */
    takeUnserved(): Address[] {
      const taken = [...unserved.values()]
      unserved.clear()
      return taken
    },
  }
}
