import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { HeldAddress, NodeState, State } from '../../src/model/report.ts'
import { terminalState } from '../../src/reporters/terminal-state.ts'

const held = (address: string, more: Partial<HeldAddress> = {}): HeldAddress => ({
  address,
  eni: 'eni-0214aa1883c4ffd02',
  networkCard: 0,
  state: 'free',
  sandbox: null,
  namespace: null,
  pod: null,
  since: null,
  ...more,
})

const node: NodeState = {
  node: 'ip-10-0-1-23.us-west-2.compute.internal',
  total: 3,
  assigned: 1,
  cooldown: 1,
  assignable: 1,
  networkCards: [{ networkCard: 0, total: 3, assigned: 1, cooldown: 1, prefixes: 0 }],
  enis: [{ eni: 'eni-0214aa1883c4ffd02', networkCard: 0, addresses: 3, assigned: 1 }],
  addresses: [
    held('10.0.1.4', {
      state: 'assigned',
      sandbox: 'e0fc04406464937c0055a308',
      namespace: 'shop',
      pod: 'cart-9m2tz',
      since: '2024-09-10T20:38:00.000Z',
    }),
    held('10.0.1.5', {
      state: 'cooldown',
      sandbox: '4ce9c786b05ebef0',
      namespace: 'shop',
      pod: 'cart-hn4tz',
      since: '2024-09-11T20:38:50.000Z',
      until: '2024-09-11T20:39:20.000Z',
    }),
    held('10.0.1.6'),
  ],
}
const state: State = { at: '2024-09-11T20:39:00.000Z', nodes: [node] }
const draw = (changes: Partial<NodeState> = {}, columns = 100, color = false): string =>
  terminalState({ ...state, nodes: [{ ...node, ...changes }] }, { columns, color })

describe('the state of the pool', () => {
  it('begins with the instant, the node and the totals', () => {
    expect(draw().split('\n').slice(0, 4)).toEqual([
      'The pool at 2024-09-11 20:39:00 UTC',
      '',
      'ip-10-0-1-23.us-west-2.compute.internal',
      ' 3 in all: 1 assigned, 1 in cooldown, 1 assignable',
    ])
  })

  it('lists every address with who holds it and since when, another day with its date', () => {
    const text = draw()
    expect(text).toMatch(/10\.0\.1\.4 +…ffd02 +assigned +shop\/cart-9m2tz +e0fc04406464 +2024-09-10 20:38:00$/m)
    expect(text).toMatch(/10\.0\.1\.5 +…ffd02 +cooldown +shop\/cart-hn4tz +4ce9c786b05e +20:38:50, until 20:39:20$/m)
    expect(text).toMatch(/10\.0\.1\.6 +…ffd02 +free$/m)
    const many = Array.from({ length: 500 }, (_, i) => held(`10.0.${Math.floor(i / 250)}.${i % 250}`))
    expect(draw({ addresses: many }).match(/ free$/gm)).toHaveLength(500)
  })

  it('names ENIs in full where there is room', () => {
    expect(draw({}, 140)).toMatch(/10\.0\.1\.6 +eni-0214aa1883c4ffd02 +free$/m)
  })

  it('shows what is not known as ?, and says so', () => {
    const text = draw({
      total: null,
      assigned: null,
      cooldown: null,
      assignable: null,
      addresses: [held('10.0.1.4', { state: 'assigned', eni: null })],
    })
    expect(text).toContain(' ? in all: ? assigned, ? in cooldown, ? assignable')
    expect(text).toContain('? is what the log does not say')
    expect(text).toMatch(/10\.0\.1\.4 +\? +assigned +\? +\? +\?$/m)
    expect(draw()).not.toContain('?')
  })

  it('says that addresses given before the log begins are not listed', () => {
    expect(draw({ assigned: 12 })).toContain('Of 12 assigned addresses the log names 1')
    expect(draw()).not.toContain('the log names')
  })

  it('shows each network card where there are several', () => {
    expect(draw()).not.toContain('Card')
    expect(
      draw({ networkCards: [...node.networkCards, { networkCard: 1, total: 15, assigned: 15, cooldown: 0, prefixes: null }] }),
    ).toMatch(/^ 1 +15 +15 +0 +\?$/m)
  })

  it('says where no line stands before the instant', () => {
    expect(terminalState({ ...state, nodes: [] }, { columns: 100, color: false })).toContain('No line of ipamd stands before this instant.')
  })

  it('is no wider than the terminal, commands none, and has no trailing blank', () => {
    const pod = `\u001b[2J\u202e${'字'.repeat(200)}\n`
    for (const columns of [80, 100, 140]) {
      const text = draw(
        {
          node: `n\u0007${'x'.repeat(500)}`,
          addresses: [
            held('10.0.1.4', { state: 'assigned', namespace: 'shop', pod, eni: '𠀋'.repeat(9), sandbox: '\u001bevil'.repeat(9) }),
            held('10.0.1.5', { sandbox: `x${'𠀋'.repeat(9)}` }),
          ],
        },
        columns,
      )
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      const lines = text.replace(/\n$/, '').split('\n')
      expect(lines.filter(line => stringWidth(line) > columns)).toEqual([])
      expect(lines.filter(line => line !== line.trimEnd())).toEqual([])
    }
  })

  it('has color only where asked', () => {
    expect(draw()).not.toContain('\u001b')
    expect(draw({}, 100, true)).toContain('\u001b[1m')
  })
})
