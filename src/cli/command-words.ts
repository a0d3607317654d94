import { InputError } from '../model/input-error.ts'

/**
 * A command into its words, without a shell: blanks part them, quotes and backslashes keep them together. Nothing is expanded; what would need a
 * shell (`|`, `>`, `$(…)`) is handed over as it is written.
 */
export function commandWords(command: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < command.length; i++) {
    const c = command[i] as string
    if (quote !== '') {
      if (c === quote) quote = ''
      else if (c === '\\' && quote === '"' && i + 1 < command.length && '"\\'.includes(command[i + 1] as string))
        word += command[++i] as string
      else word += c
    } else if (c === "'" || c === '"') {
      quote = c
      word ??= ''
    } else if (c === '\\' && i + 1 < command.length) word = (word ?? '') + (command[++i] as string)
    else if (c === ' ' || c === '\t' || c === '\n') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + c
  }
  if (quote !== '') throw new InputError(`--on-incident: a quote (${quote}) is not closed`)
  if (word !== undefined) words.push(word)
  if (words.length === 0) throw new InputError('--on-incident takes a command')
  return words
}
