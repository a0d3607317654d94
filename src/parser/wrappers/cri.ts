/**
 * Container logs of containerd and CRI-O: `2024-09-11T20:39:00.478123456Z stdout F {…}`. Lines above 16 KiB come in parts tagged P, the last
 * one F (containerd internal/cri/io/logger.go).
 */
import { parseInstant } from '../instant.ts'
import type { Wrapper } from './wrapper.ts'

export const cri: Wrapper = {
  form: 'cri',
  ofText(text) {
    const blank = text.indexOf(' ')
    if (blank < 19 || blank > 40) return undefined
    const stream = text.startsWith('stdout ', blank + 1) ? 'stdout' : text.startsWith('stderr ', blank + 1) ? 'stderr' : undefined
    if (stream === undefined) return undefined
    const tags = blank + 8
    const end = text.indexOf(' ', tags)
    const tag = text.charAt(tags)
    if ((tag !== 'P' && tag !== 'F') || (end >= 0 && end > tags + 64)) return undefined
    const at = parseInstant(text.slice(0, blank))
    if (Number.isNaN(at)) return undefined
    return { text: end < 0 ? '' : text.slice(end + 1), at, stream, partial: tag === 'P' }
  },
}
