/** Every form in which ipamd's lines come wrapped, the stricter ones first. */
import { cloudwatchEvents } from './cloudwatch-events.ts'
import { cloudwatchInsights } from './cloudwatch-insights.ts'
import { cloudwatchTail, stamped } from './cloudwatch-tail.ts'
import { cri } from './cri.ts'
import { docker } from './docker.ts'
import { fluent } from './fluent.ts'
import { journald } from './journald.ts'
import { jsonField } from './json-field.ts'
import { kubectl } from './kubectl.ts'
import { loki } from './loki.ts'
import { stern } from './stern.ts'
import type { Wrapper } from './wrapper.ts'

export const wrappers: readonly Wrapper[] = [
  cri,
  docker,
  fluent,
  cloudwatchEvents,
  cloudwatchInsights,
  kubectl,
  journald,
  loki,
  stamped,
  cloudwatchTail,
  stern,
  jsonField,
]
