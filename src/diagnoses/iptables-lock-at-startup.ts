import type { Diagnosis } from './diagnosis.ts'

export const iptablesLockAtStartup: Diagnosis = {
  id: 'iptables-lock-at-startup',
  title: 'iptables-lock-at-startup',
}
