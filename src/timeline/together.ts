/**
 * What all nodes keep together: a log may name another node in each of its lines. Entities are what stands in the maps of the tracks, each some
 * 250 bytes.
 */
export const TOGETHER = { nodes: 4_000, entities: 300_000 } as const

/** `expected`: nodes that are known before the first is read. */
export function createTogether(expected: number) {
  let nodes = 0
  let entities = 0
  return {
    /** Is there room for one node more? */
    admit(): boolean {
      if (nodes >= TOGETHER.nodes) return false
      nodes++
      return true
    },
    /** A node that kept so much is finished: its report has bounds of its own. */
    leave(weight: number): void {
      entities -= weight
    },
    /** More than one node: they share what all may keep. */
    get isShared(): boolean {
      return Math.max(nodes, expected) > 1
    },
    /** A node that kept `before` keeps `now`. True: all together keep too much, and this one more than its part of what they may. */
    isTooMuch(before: number, now: number): boolean {
      entities += now - before
      const all = Math.max(nodes, expected)
      return entities > TOGETHER.entities && now > TOGETHER.entities / all
    },
  }
}
