import { describe, expect, it } from 'vitest'
import { createScreen } from '../../src/cli/screen.ts'
import { Terminal } from '../support/terminal.ts'

describe('the lines at the bottom of the terminal', () => {
  it('stay there while text scrolls above them', () => {
    const terminal = new Terminal(40)
    const screen = createScreen(terminal)
    screen.print('one\n')
    screen.draw(['pool 1', 'node 1'])
    screen.print('two\n')
    screen.draw(['pool 2', 'node 2', 'FAIL'])
    screen.draw(['pool 3', 'node 3'])
    expect(terminal.shown).toEqual(['one', 'two', 'pool 3', 'node 3'])
  })

  it('are drawn with one write, and not at all where nothing changed', () => {
    const terminal = new Terminal(40)
    const screen = createScreen(terminal)
    screen.draw(['pool 1'])
    screen.draw(['pool 1'])
    screen.print('one\n')
    screen.print('two\n')
    screen.draw(['pool 1'])
    expect(terminal.frames).toHaveLength(2)
  })

  it('leave nothing behind when the terminal becomes narrower or wider', () => {
    const terminal = new Terminal(40)
    const screen = createScreen(terminal)
    screen.print('one\n')
    screen.draw(['a pool line that is thirty wide', '\x1b[31mand a second line of such a length\x1b[0m'])
    terminal.resize(20)
    screen.draw(['narrow', 'lines'])
    terminal.resize(100)
    screen.draw(['wide', 'lines'])
    expect(terminal.shown).toEqual(['one', 'wide', 'lines'])
  })

  it('go when it is closed, and the cursor stands where the next text goes', () => {
    const terminal = new Terminal(40)
    const screen = createScreen(terminal)
    screen.print('one\n')
    screen.draw(['pool', 'node'])
    screen.close()
    terminal.write('the report\n')
    expect(terminal.shown).toEqual(['one', 'the report', ''])
  })
})
