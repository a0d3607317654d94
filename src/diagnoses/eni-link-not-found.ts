import type { Diagnosis } from './diagnosis.ts'

export const eniLinkNotFound: Diagnosis = {
  id: 'eni-link-not-found',
  title: 'eni-link-not-found',
}
