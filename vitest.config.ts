import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real ports, real processes and fsync on a shared disk: slow machines need room.
    testTimeout: 30_000,
    // Many wait for another process: two at a time use what two cores have.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    hookTimeout: 60_000,
    reporters: ['default', './test/summary-reporter.ts'],
  },
});
