/** Every form in which ipamd's lines come wrapped, the stricter ones first. */
import { cri } from './cri.ts'
import { docker } from './docker.ts'
import type { Wrapper } from './wrapper.ts'

export const wrappers: readonly Wrapper[] = [cri, docker]
