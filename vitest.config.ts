import { defineConfig } from 'vitest/config'

/** No test asserts a time: the machine may be busy. */
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 120_000 } })
