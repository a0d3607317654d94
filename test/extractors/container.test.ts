import { describe, expect, it } from 'vitest'
import { containerOf } from '../../src/extractors/container.ts'

describe('the container of a sandbox', () => {
  it.each([
    ['aws-cni/4f2c9d0e7a61/eth0', '4f2c9d0e7a61'],
    ['_migrated-from-cri/4f2c9d0e7a61/unknown', '4f2c9d0e7a61'],
    ['4f2c9d0e7a61', '4f2c9d0e7a61'],
    ['aws-cni/4f2c9d0e7a61', '4f2c9d0e7a61'],
    ['', ''],
    ['//', ''],
  ])('of %j is %j', (sandbox, container) => {
    expect(containerOf(sandbox)).toBe(container)
  })
})
