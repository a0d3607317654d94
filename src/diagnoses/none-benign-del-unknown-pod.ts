import type { Diagnosis } from './diagnosis.ts'

export const noneBenignDelUnknownPod: Diagnosis = {
  id: 'none-benign-del-unknown-pod',
  title: 'none-benign-del-unknown-pod',
}
