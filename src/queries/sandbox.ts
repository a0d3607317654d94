import { containerOf } from '../extractors/container.ts'
import type { SandboxStory } from '../model/story.ts'
import { containerIn } from './holdings.ts'
import { createNames } from './names.ts'
import { entriesOf, type Query } from './story.ts'
import { createTries } from './tries.ts'

/** A sandbox's story, by its id or the beginning of it; also as ipamd writes its key, `aws-cni/98f1…/eth0`. */
export function sandboxQuery(asked: string): Query<SandboxStory> {
  const prefix = containerOf(asked).toLowerCase()
  return timeline => {
    const tries = createTries(timeline)
    const names = createNames()
    return {
      see(event) {
        const container = containerIn(event)
        if (container !== undefined && container !== '') {
          names.add(container)
          if (prefix !== '' && container.startsWith(prefix)) tries.follow(container)
        }
        tries.see(event)
      },
      story(node) {
        const [sandbox, ...others] = tries.containers
        // several begin so: which one is meant must be said
        if (sandbox === undefined || others.length > 0) return undefined
        const known = timeline.requests.podOf(sandbox)
        const { entries, omitted } = entriesOf(tries.drafts(node))
        return {
          of: 'sandbox',
          node: node.node,
          firstAt: node.firstAt,
          lastAt: node.lastAt,
          sandbox,
          namespace: known?.namespace ?? null,
          pod: known?.pod ?? null,
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
