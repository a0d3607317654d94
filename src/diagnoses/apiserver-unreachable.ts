import type { Diagnosis } from './diagnosis.ts'

export const apiserverUnreachable: Diagnosis = {
  id: 'apiserver-unreachable',
  title: 'apiserver-unreachable',
}
