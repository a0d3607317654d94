import { clue, type Diagnosis } from './diagnosis.ts'

/** Each network card has its own pool since v1.20.0; cards above 0 keep one warm address, whatever the settings say (pool-rules 11). */
export const secondNetworkCardPoolEmpty: Diagnosis = {
  id: 'second-network-card-pool-empty',
  title: 'the pool of a further network card was empty',
  explain(episode, _blame, timeline) {
    const card = episode.firstFailure.networkCard
    if (card === null || card === 0) return undefined
    const refused = timeline.journal
      .between(episode.firstFailure.at - 5_000, episode.lastFailure.at, 'card-refused')
      .filter(event => event.networkCard > 0)
    const first = refused[0]
    if (first === undefined) return undefined
    const cards = timeline.pool.steps.at(episode.firstFailure.at)
    const said = cards.map(step => `card ${step.networkCard}: ${step.assigned ?? '?'} of ${step.total ?? '?'}`).join(', ')
    return {
      confidence: 'certain',
      summary: `A pod needs an address on network card ${card}, whose pool had none${said === '' ? '' : ` (${said})`}. Cards other than 0 keep one spare address whatever WARM_IP_TARGET says.`,
      clues: refused.slice(0, 3).map(event => clue(event, `network card ${event.networkCard} has no address`)),
      contributing: ['warm-pool-too-small-for-burst', 'multi-nic'],
      fixed: episode.recoveredAt !== null,
      actions: [
        {
          text: 'Start pods that use several network cards one after another, or expect a retry: the pool of the card grows within a few seconds.',
        },
      ],
    }
  },
}
