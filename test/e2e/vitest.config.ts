import { defineConfig } from 'vitest/config';

/** The window in a real browser, against the real web host and engine: `npm run test:e2e`. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.e2e.ts'],
    pool: 'forks',
    // Every test starts an engine of its own; side by side they would only wait for each other.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 90_000,
    // Machines of a build farm are busy.
    expect: { poll: { timeout: 60_000 } },
  },
});
