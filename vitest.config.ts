import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'lab/**/*.test.ts', 'test/**/*.test.ts', 'bench/harness/*.test.ts'],
    // Tests start real servers on loopback; a slow, shared machine needs more than the default five seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
