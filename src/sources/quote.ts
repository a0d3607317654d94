import { printable } from '../words.ts'

/** A path for people: control characters made visible, quoted for sh where it has to be. */
export function quote(path: string): string {
  const plain = printable(path)
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`
}
