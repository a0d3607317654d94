/** What EC2 lets an instance type have. */
export interface TypeLimits {
  readonly enis: number
  /** Addresses per ENI without its primary one. */
  readonly addressesPerEni: number
  readonly nitro: boolean
}

/**
 * Facts of the table that ipamd v1.23.0 carries (pkg/vpc/vpc_ip_resource_limit.go), for the families that nodes are mostly made of: of one
 * size they are all alike but for these few. [ENIs, addresses per ENI, the primary one included].
 */
const FAMILIES = new Set(
  'm4 m5 m5a m5d m6a m6g m6i m7a m7g m7i m8g c4 c5 c5a c5d c6a c6g c6i c7a c7g c7i c8g r4 r5 r5a r5d r6a r6g r6i r7a r7g r7i r8g'.split(
    ' ',
  ),
)
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  medium: [2, 4],
  large: [3, 10],
  xlarge: [4, 15],
  '2xlarge': [4, 15],
  '4xlarge': [8, 30],
  '8xlarge': [8, 30],
  '9xlarge': [8, 30],
  '10xlarge': [8, 30],
  '12xlarge': [8, 30],
  '16xlarge': [15, 50],
  '18xlarge': [15, 50],
  '24xlarge': [15, 50],
  '32xlarge': [15, 50],
  '48xlarge': [15, 50],
}
/** Sizes that only some families have. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  medium: ['m6g', 'm7a', 'm7g', 'm8g', 'c6g', 'c7a', 'c7g', 'c8g', 'r6g', 'r7a', 'r7g', 'r8g'],
  '9xlarge': ['c5', 'c5d'],
  '10xlarge': ['m4'],
  '18xlarge': ['c5', 'c5d'],
  '32xlarge': ['m6a', 'm6i', 'm7a', 'c6a', 'c6i', 'c7a', 'c7i', 'r6a', 'r6i', 'r7a'],
  '48xlarge': ['m6a', 'm7a', 'm7i', 'm8g', 'c6a', 'c7a', 'c7i', 'c8g', 'r6a', 'r7a', 'r7i', 'r8g'],
}
const OTHERS: Readonly<Record<string, readonly [number, number]>> = {
  'm4.large': [2, 10],
  'm4.16xlarge': [8, 30],
  ...burstable('t2', { small: [3, 4], xlarge: [3, 15] }),
  ...burstable('t3', { small: [3, 4], xlarge: [4, 15] }),
  ...burstable('t3a', { small: [2, 4], xlarge: [4, 15] }),
  ...burstable('t4g', { small: [3, 4], xlarge: [4, 15] }),
}
const XEN = new Set(['t2', 'm4', 'c4', 'r4'])

/** Undefined for a type that the table does not hold. */
export function limitsOf(instanceType: string): TypeLimits | undefined {
  const [family = '', size = ''] = instanceType.split('.')
  const other = Object.hasOwn(OTHERS, instanceType) ? OTHERS[instanceType] : undefined
  const regular =
    FAMILIES.has(family) && Object.hasOwn(SIZES, size) && (!Object.hasOwn(ONLY, size) || ONLY[size]?.includes(family))
      ? SIZES[size]
      : undefined
  const limits = other ?? regular
  if (limits === undefined) return undefined
  const [enis, addresses] = limits
  return { enis, addressesPerEni: addresses - 1, nitro: !XEN.has(family) }
}

function burstable(
  family: string,
  { small, xlarge }: { readonly small: readonly [number, number]; readonly xlarge: readonly [number, number] },
): Record<string, readonly [number, number]> {
  return {
    [`${family}.nano`]: [2, 2],
    [`${family}.micro`]: [2, 2],
    [`${family}.small`]: small,
    [`${family}.medium`]: [3, 6],
    [`${family}.large`]: [3, 12],
    [`${family}.xlarge`]: xlarge,
    [`${family}.2xlarge`]: xlarge,
  }
}
