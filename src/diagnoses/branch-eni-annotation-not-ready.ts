import type { Diagnosis } from './diagnosis.ts'

export const branchEniAnnotationNotReady: Diagnosis = {
  id: 'branch-eni-annotation-not-ready',
  title: 'branch-eni-annotation-not-ready',
}
