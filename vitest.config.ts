import { defineConfig } from 'vitest/config'

/**
 * No test asserts a time: the machine may be busy. Files share their process and what it has loaded, which is a third of the time otherwise;
 * none may leave anything behind. One worker more than most machines of two cores have: some tests wait.
 */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    isolate: false,
    maxWorkers: 3,
    globalSetup: 'test/support/build-scanner.ts',
  },
})
