/** Lines as ipamd writes them, from what changes. */
export function zap(message: string, at = '2024-09-11T20:39:00.478Z', level = 'info', caller = 'ipamd/ipamd.go:648'): string {
  return JSON.stringify({ level, ts: at, caller, msg: message })
}

/** v1.5.1 to v1.5.7. */
export function seelog(message: string, at = '2019-09-11T20:39:00.478Z', level = 'INFO'): string {
  return `${at} [${level}]\t${message}`
}

/** Lines as zap writes them (v1.6.1 and later): `12:00:01.250 info Starting L-IPAMD   ...`, one per row. */
export function zapLog(rows: string, caller = 'ipamd/ipamd.go:1'): string {
  return rows
    .split('\n')
    .map(row => row.trim())
    .filter(row => row !== '')
    .map(row => {
      const [at, level, ...words] = row.split(' ')
      const msg = words.join(' ').replaceAll('\\n', '\n').replaceAll('\\t', '\t')
      return `${JSON.stringify({ level, ts: `2024-09-11T${at}Z`, caller, msg })}\n`
    })
    .join('')
}

/** Lines as seelog writes them (v1.5.1 to v1.5.7). */
export function seelogLog(rows: string): string {
  return rows
    .split('\n')
    .map(row => row.trim())
    .filter(row => row !== '')
    .map(row => {
      const [at, level, ...words] = row.split(' ')
      return `2019-11-20T${at}Z [${level?.toUpperCase()}]\t${words.join(' ')}\n`
    })
    .join('')
}

/** A sandbox id as the runtimes make them. */
export function sandbox(digit: string): string {
  return digit.repeat(64)
}
