import { createRandom } from './random.ts'
import { PREFIX, type Sums } from './rules.ts'
import type { AttachedEni } from './starts.ts'

/** A single address, or a prefix of sixteen. */
export interface Block {
  readonly key: string
  readonly size: number
  taken: number
  /** Since when those that were given back rest. */
  rests: number[]
}

export interface StoredEni {
  readonly primary: boolean
  readonly name: string
  addedAt: number
  readonly blocks: (Block | null)[]
}

/** An address that a pod has. */
export interface Hold {
  readonly eni: StoredEni
  readonly block: Block
}

/** ipamd's data store, without names. Go's maps decide which ENI and which block come first: `seed` stands for that chance. */
export function createStore(cooldownMs: () => number, seed: number) {
  const random = createRandom(seed)
  const enis: (StoredEni | null)[] = []
  let total = 0
  let assigned = 0
  let prefixes = 0
  let freePrefixes = 0

  /** Go begins at a random one of eight slots and goes round: the first of few comes first most often. */
  function* inMapOrder<T>(slots: readonly (T | null)[]): Generator<T> {
    const size = Math.max(8, slots.length)
    const begin = random(size)
    for (let i = 0; i < size; i++) {
      const item = slots[(begin + i) % size]
      if (item != null) yield item
    }
  }

  const put = <T>(slots: (T | null)[], item: T): T => {
    const hole = slots.indexOf(null)
    if (hole < 0) slots.push(item)
    else slots[hole] = item
    return item
  }

  const rests = (block: Block, now: number): number => {
    const period = cooldownMs()
    while (block.rests.length > 0 && now - (block.rests[0] as number) > period) block.rests.shift()
    return block.rests.length
  }

  const hasFree = (block: Block, now: number): boolean =>
    block.taken < block.size && (block.rests.length === 0 || block.taken + rests(block, now) < block.size)

  const take = (eni: StoredEni, block: Block): Hold => {
    if (block.taken === 0 && block.size === PREFIX) freePrefixes--
    block.taken++
    assigned++
    return { eni, block }
  }

  const list = (): StoredEni[] => enis.filter(eni => eni !== null)

  return {
    get total() {
      return total
    },
    get assigned() {
      return assigned
    },
    sums: (): Sums => ({ total, assigned, prefixes, freePrefixes }),
    list,
    get count() {
      return list().length
    },
    ordered: () => [...inMapOrder(enis)],
    blocksOf: (eni: StoredEni): Block[] => eni.blocks.filter(block => block !== null),
    add: (name: string, primary: boolean, at: number): StoredEni => put(enis, { name, primary, addedAt: at, blocks: [] }),
    grow(eni: StoredEni, size: number, key = ''): void {
      put(eni.blocks, { key, size, taken: 0, rests: [] })
      total += size
      if (size !== PREFIX) return
      prefixes++
      freePrefixes++
    },
    shrink(eni: StoredEni, block: Block): void {
      eni.blocks[eni.blocks.indexOf(block)] = null
      total -= block.size
      if (block.size !== PREFIX) return
      prefixes--
      freePrefixes--
    },
    remove(eni: StoredEni): void {
      for (const block of eni.blocks) if (block !== null) this.shrink(eni, block)
      enis[enis.indexOf(eni)] = null
    },
    /** The address that a pod gets; undefined: none is free of pod and rest. */
    assign(now: number): Hold | undefined {
      if (assigned >= total) return undefined
      for (const eni of inMapOrder(enis)) for (const block of inMapOrder(eni.blocks)) if (hasFree(block, now)) return take(eni, block)
      return undefined
    },
    /** What a pod had before: this block, or any. */
    restore(where: { readonly eni: string; readonly block: string } | undefined, now: number): Hold | undefined {
      const eni = list().find(eni => eni.name === where?.eni)
      const block = eni?.blocks.find(block => block?.key === where?.block)
      return eni !== undefined && block != null && block.taken < block.size ? take(eni, block) : this.assign(now)
    },
    release({ block }: Hold, now: number): void {
      block.taken--
      block.rests.push(now)
      assigned--
      if (block.taken === 0 && block.size === PREFIX) freePrefixes++
    },
    rests,
    isIdle: (eni: StoredEni): boolean => eni.blocks.every(block => block === null || block.taken === 0),
    isCooling: (eni: StoredEni, now: number): boolean => eni.blocks.some(block => block !== null && rests(block, now) > 0),
    /** The sums of all ENIs but one. */
    others(without: StoredEni): Sums {
      const sums = { total, assigned, prefixes, freePrefixes }
      for (const block of without.blocks) {
        if (block === null) continue
        sums.total -= block.size
        sums.assigned -= block.taken
        if (block.size !== PREFIX) continue
        sums.prefixes--
        if (block.taken === 0) sums.freePrefixes--
      }
      return sums
    },
    /** A new process forgets what rests, and how old its ENIs are. */
    restart(at: number): void {
      for (const eni of list()) {
        eni.addedAt = at
        for (const block of eni.blocks) if (block !== null) block.rests = []
      }
    },
    /** As many ENIs as were attached. */
    attach(attached: readonly AttachedEni[], size: number, at: number): void {
      for (const { eni, primary, blocks } of attached) {
        const added = this.add(eni, primary, at)
        for (const block of blocks) if ((size === PREFIX) === block.includes('/')) this.grow(added, size, block)
      }
    },
  }
}
