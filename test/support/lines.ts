/** Lines as ipamd writes them, from what changes. */
export function zap(message: string, at = '2024-09-11T20:39:00.478Z', level = 'info', caller = 'ipamd/ipamd.go:648'): string {
  return JSON.stringify({ level, ts: at, caller, msg: message })
}

/** v1.5.1 to v1.5.7. */
export function seelog(message: string, at = '2019-09-11T20:39:00.478Z', level = 'INFO'): string {
  return `${at} [${level}]\t${message}`
}
