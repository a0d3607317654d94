import type { PodStory } from '../model/story.ts'
import { containerIn } from './holdings.ts'
import { createNames } from './names.ts'
import { entriesOf, type Query } from './story.ts'
import { createTries } from './tries.ts'

/** A pod's whole story: `namespace/name`. */
export function podQuery(asked: string): Query<PodStory> {
  const slash = asked.indexOf('/')
  const namespace = asked.slice(0, Math.max(0, slash))
  const name = asked.slice(slash + 1)
  return timeline => {
    const tries = createTries(timeline)
    const names = createNames()
    return {
      see(event) {
        if ('pod' in event && event.pod !== undefined && 'namespace' in event) {
          names.add(`${event.namespace}/${event.pod}`)
          const container = event.pod === name && event.namespace === namespace ? containerIn(event) : undefined
          if (container !== undefined) tries.follow(container)
        }
        tries.see(event)
      },
      story(node) {
        if (!tries.any) return undefined
        const { entries, omitted } = entriesOf(tries.drafts(node))
        return {
          of: 'pod',
          node: node.node,
          firstAt: node.firstAt,
          lastAt: node.lastAt,
          namespace,
          name,
          tries: tries.tries(node),
          addresses: tries.addresses(),
          entries,
          omitted: omitted + tries.omitted(),
        }
      },
      known: names.all,
    }
  }
}
